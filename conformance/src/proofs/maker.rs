//! Makes cases from one valid proof.

use tranche_protocol::felt::{self, Felt};

use crate::case::{Class, ProofCase, Verdict};
use crate::layout::Layout;
use crate::valid::{Group, ValidProof};
use crate::word::Word;

/// A valid proof and the list that its cases go to.
pub(super) struct Maker<'a> {
    pub(super) group: &'a Group,
    pub(super) base: &'a ValidProof,
    cases: &'a mut Vec<ProofCase>,
}

/// What is asked of a verifier.
pub(super) struct Question {
    pub(super) digest: Word,
    pub(super) inputs: Vec<Word>,
    pub(super) proof: Vec<u8>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        group: &'a Group,
        base: &'a ValidProof,
        cases: &'a mut Vec<ProofCase>,
    ) -> Self {
        Self { group, base, cases }
    }

    pub(super) fn layout(&self) -> &'a Layout {
        &self.group.circuit.layout
    }

    pub(super) fn proof(&self) -> &'a [u8] {
        &self.base.file.proof
    }

    pub(super) fn inputs(&self) -> Vec<Word> {
        self.base.inputs()
    }

    /// The digest of inputs, each mod r, under the circuit's key.
    pub(super) fn derived(&self, inputs: &[Word]) -> Word {
        let inputs: Vec<Felt> = inputs.iter().map(|word| felt::reduce_be(word)).collect();
        self.base.file.header.digest(&inputs).to_bytes()
    }

    fn push(
        &mut self,
        family: &str,
        what: &str,
        question: Question,
        answer: (Verdict, Option<Class>),
    ) {
        let circuit = self.group.circuit.name;
        let digest_derived = question.digest == self.derived(&question.inputs);
        self.cases.push(ProofCase {
            name: format!("{circuit}/{}/{family}/{what}", self.base.name),
            family: family.to_owned(),
            key: circuit.to_owned(),
            digest: question.digest,
            digest_derived,
            inputs: question.inputs,
            proof: question.proof,
            verdict: answer.0,
            class: answer.1,
        });
    }

    /// The proof as it is.
    pub(super) fn accepted(&mut self) {
        let inputs = self.inputs();
        let question = Question {
            digest: self.derived(&inputs),
            inputs,
            proof: self.proof().to_vec(),
        };
        self.push("valid", "as-it-is", question, (Verdict::Accepted, None));
    }

    /// A question that must be refused; one that is no other than the valid proof's own is left out.
    pub(super) fn refused(
        &mut self,
        family: &str,
        what: &str,
        question: Question,
        class: impl Into<Option<Class>>,
    ) {
        let inputs = self.inputs();
        let same = question.proof == self.proof()
            && question.inputs == inputs
            && question.digest == self.derived(&inputs);
        if !same {
            self.push(family, what, question, (Verdict::Refused, class.into()));
        }
    }

    /// Another proof of the same statement.
    pub(super) fn other_proof(
        &mut self,
        family: &str,
        what: &str,
        proof: Vec<u8>,
        class: impl Into<Option<Class>>,
    ) {
        let inputs = self.inputs();
        let question = Question {
            digest: self.derived(&inputs),
            inputs,
            proof,
        };
        self.refused(family, what, question, class);
    }

    /// The same proof of other inputs, under their own digest.
    pub(super) fn other_inputs(
        &mut self,
        family: &str,
        what: &str,
        inputs: Vec<Word>,
        class: impl Into<Option<Class>>,
    ) {
        let question = Question {
            digest: self.derived(&inputs),
            inputs,
            proof: self.proof().to_vec(),
        };
        self.refused(family, what, question, class);
    }

    /// The same proof and inputs under another digest.
    pub(super) fn other_digest(
        &mut self,
        family: &str,
        what: &str,
        digest: Word,
        class: impl Into<Option<Class>>,
    ) {
        let question = Question {
            digest,
            inputs: self.inputs(),
            proof: self.proof().to_vec(),
        };
        self.refused(family, what, question, class);
    }
}

/// A copy with some bytes replaced.
pub(super) fn put(bytes: &[u8], offset: usize, replacement: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    out[offset..offset + replacement.len()].copy_from_slice(replacement);
    out
}

/// The word at an offset.
pub(super) fn word_at(bytes: &[u8], offset: usize) -> Word {
    let mut word = [0; 32];
    word.copy_from_slice(&bytes[offset..offset + 32]);
    word
}

/// A copy with two ranges of one length exchanged.
pub(super) fn exchange(bytes: &[u8], one: usize, other: usize, length: usize) -> Vec<u8> {
    let out = put(bytes, one, &bytes[other..other + length]);
    put(&out, other, &bytes[one..one + length])
}
