//! A valid proof altered by a script of edits: the input's first byte chooses the proof, each further edit is a byte and its operands.
//!
//! | edit | operands | what it does |
//! |---|---|---|
//! | 0 | word, 32 bytes | sets a word of inputs and proof |
//! | 1 | u16 offset, byte | changes bits of a byte of the proof |
//! | 2, 3 | word | adds r, or q |
//! | 4, 5 | word, byte | adds, or subtracts, a small number |
//! | 6 | word, word | copies one word over another |
//! | 7 | point, point | copies one point of the proof over another |
//! | 8 | point | negates a point |
//! | 9 | point, byte | sets a point to the generator, or to zeros |
//! | 10 | proof, u16 offset, u16 length | copies bytes of another proof |
//! | 11 | u16 | cuts the proof |
//! | 12 | byte | adds bytes to the proof |
//! | 13 | byte | takes inputs away, or adds some |
//! | 14 | 0 or 32 bytes | keeps the valid proof's digest, or sets another |

use tranche_conformance::layout::{POINT, SCALAR};
use tranche_conformance::word::{self, Word};

use crate::subject::{self, Valid};

/// What verifiers are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which of the circuits.
    pub circuit: usize,
    /// The statement's digest that a verifier is told.
    pub digest: Word,
    /// Whether that is the digest of these inputs.
    pub derived: bool,
    /// The public inputs.
    pub inputs: Vec<Word>,
    /// The proof.
    pub proof: Vec<u8>,
    /// Whether anything is not as in the valid proof.
    pub changed: bool,
}

/// Operands of edits; zeros behind the end.
struct Script<'a>(&'a [u8]);

impl Script<'_> {
    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        let taken = N.min(self.0.len());
        let (head, rest) = self.0.split_at(taken);
        out[..taken].copy_from_slice(head);
        self.0 = rest;
        out
    }

    fn byte(&mut self) -> usize {
        self.array::<1>()[0].into()
    }

    fn short(&mut self) -> usize {
        u16::from_le_bytes(self.array()).into()
    }
}

impl Question {
    /// The question that an input asks; `None` for an empty one.
    pub fn of(data: &[u8]) -> Option<Self> {
        let (choice, script) = data.split_first()?;
        let valid = subject::valid();
        let base = &valid[usize::from(*choice) % valid.len()];
        let mut question = Self {
            circuit: base.circuit,
            digest: [0; 32],
            derived: false,
            inputs: base.inputs(),
            proof: base.file.proof.clone(),
            changed: false,
        };
        let mut told: Option<Word> = None;
        let mut script = Script(script);
        while !script.0.is_empty() {
            match script.byte() {
                14 => told = Some(script.array()),
                edit => question.edit(edit, &mut script),
            }
        }
        let valid_digest = base.derived(&base.inputs());
        let digest = base.derived(&question.inputs);
        question.digest = match told {
            None => digest,
            Some([0, ..]) => valid_digest,
            Some(other) => other,
        };
        question.derived = question.digest == digest;
        question.changed = question.proof != base.file.proof
            || question.inputs != base.inputs()
            || question.digest != valid_digest;
        Some(question)
    }

    fn edit(&mut self, edit: usize, script: &mut Script<'_>) {
        match edit % 15 {
            0 => {
                let (at, value) = (script.byte(), script.array());
                self.set(at, |_| Some(value));
            }
            1 => {
                let (at, bits) = (script.short(), script.byte());
                let length = self.proof.len().max(1);
                if let Some(byte) = self.proof.get_mut(at % length) {
                    *byte ^= bits as u8;
                }
            }
            2 => self.set(script.byte(), |word| word::plus(word, &word::r())),
            3 => self.set(script.byte(), |word| word::plus(word, &word::q())),
            4 => {
                let (at, small) = (script.byte(), word::small(script.byte() as u8));
                self.set(at, |word| word::plus(word, &small));
            }
            5 => {
                let (at, small) = (script.byte(), word::small(script.byte() as u8));
                self.set(at, |word| word::minus(word, &small));
            }
            6 => {
                let (to, from) = (script.byte(), script.byte());
                let mut value = None;
                self.set(from, |word| {
                    value = Some(*word);
                    None
                });
                self.set(to, |_| value);
            }
            7 => {
                let (to, from) = (script.byte(), script.byte());
                if let Some(point) = self.point(from).map(|point| *point)
                    && let Some(slot) = self.point(to)
                {
                    *slot = point;
                }
            }
            8 => {
                if let Some(point) = self.point(script.byte())
                    && let Some((_, y)) = point.split_last_chunk_mut::<SCALAR>()
                    && let Some(other) = word::minus(&word::q(), y)
                {
                    *y = other;
                }
            }
            9 => {
                let (at, choice) = (script.byte(), script.byte());
                if let Some(point) = self.point(at) {
                    *point = [0; POINT];
                    point[31] = (choice & 1) as u8;
                    point[63] = 2 * (choice & 1) as u8;
                }
            }
            10 => self.splice(script),
            11 => self.proof.truncate(script.short()),
            12 => self.proof.extend(vec![0xab; script.byte()]),
            _ => match script.byte() {
                more @ 128.. => self.inputs.extend(vec![word::ZERO; more - 127]),
                fewer => self
                    .inputs
                    .truncate(self.inputs.len().saturating_sub(fewer)),
            },
        }
    }

    /// Changes a word: an input or, behind them, 32 aligned bytes of the proof.
    fn set(&mut self, at: usize, change: impl FnOnce(&Word) -> Option<Word>) {
        let proof = self.proof.as_chunks_mut::<SCALAR>().0;
        let count = (self.inputs.len() + proof.len()).max(1);
        let word = self.inputs.iter_mut().chain(proof).nth(at % count);
        if let Some(word) = word
            && let Some(new) = change(word)
        {
            *word = new;
        }
    }

    fn point(&mut self, at: usize) -> Option<&mut [u8; POINT]> {
        let points = &subject::keys()[self.circuit].layout.points;
        let place = &points[at % points.len()];
        self.proof.get_mut(place.offset..)?.first_chunk_mut()
    }

    fn splice(&mut self, script: &mut Script<'_>) {
        let (other, at, length) = (script.byte(), script.short(), script.short());
        let same: Vec<&Valid> = subject::valid()
            .iter()
            .filter(|valid| valid.circuit == self.circuit)
            .collect();
        let donor = &same[other % same.len()].file.proof;
        let end = (at + length).min(donor.len()).min(self.proof.len());
        if at < end {
            self.proof[at..end].copy_from_slice(&donor[at..end]);
        }
    }
}
