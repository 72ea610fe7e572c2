//! Public inputs and proof, with their lengths.

use super::maker::{Maker, resealed, spliced, with_byte};
use crate::case::Stage::{Decoding, Verification};
use crate::word::{MAX, next_scalar, plus, r};

/// Bytes between those of the proof that are altered.
const STEP: usize = 251;

pub(super) fn inputs(maker: &mut Maker<'_>) {
    const FAMILY: &str = "file-input";
    let bytes = maker.bytes();
    let map = maker.map;
    for (row, value) in maker.base.inputs().iter().enumerate() {
        let at = map.inputs + 32 * row;
        let mut put = |what: &str, word: &[u8; 32], stage| {
            let file = resealed(spliced(&bytes, at, at + 32, word));
            maker.refused(FAMILY, &format!("{row}/{what}"), file, stage);
        };
        // Input 0 is compared with the context in the file.
        let stage = if row == 0 { Decoding } else { Verification };
        put("plus-one", &next_scalar(value), stage);
        put("zero", &[0; 32], stage);
        if let Some(alias) = plus(value, &r()) {
            put("plus-r", &alias, Decoding);
        }
        put("all-ones", &MAX, Decoding);
    }
    let rows = maker.base.file.public_inputs.len();
    let count = |file: &[u8], count: u32| {
        let field = count.to_le_bytes();
        resealed(spliced(file, map.input_count, map.inputs, &field))
    };
    for wrong in [0, rows as u32 - 1, rows as u32 + 1, 1 << 31, u32::MAX] {
        let what = format!("count-{wrong}");
        maker.refused(FAMILY, &what, count(&bytes, wrong), Decoding);
    }
    let more = spliced(&bytes, map.proof_length, map.proof_length, &[0; 32]);
    let more = count(&more, rows as u32 + 1);
    maker.refused(FAMILY, "a-zero-more", more, Verification);
    let last = map.proof_length - 32;
    let less = spliced(&bytes, last, map.proof_length, &[]);
    let less = count(&less, rows as u32 - 1);
    maker.refused(FAMILY, "the-last-less", less, Verification);
    let none = spliced(&bytes, map.inputs, map.proof_length, &[]);
    maker.refused(FAMILY, "none", count(&none, 0), Decoding);
}

pub(super) fn proof(maker: &mut Maker<'_>) {
    const FAMILY: &str = "file-proof";
    let bytes = maker.bytes();
    let map = maker.map;
    for at in (map.proof..map.evidence_flag).step_by(STEP) {
        let file = resealed(with_byte(&bytes, at, 1));
        let what = format!("byte-{}", at - map.proof);
        maker.refused(FAMILY, &what, file, Verification);
    }
    let own = maker.base.file.proof.len() as u32;
    let length = |file: &[u8], length: u32| {
        let field = length.to_le_bytes();
        resealed(spliced(file, map.proof_length, map.proof, &field))
    };
    for wrong in [own << 8, 1 << 31, u32::MAX] {
        let what = format!("length-{wrong}");
        maker.refused(FAMILY, &what, length(&bytes, wrong), Decoding);
    }
    for less in [1, 32, 64, own] {
        let kept = map.evidence_flag - less as usize;
        let cut = spliced(&bytes, kept, map.evidence_flag, &[]);
        let file = length(&cut, own - less);
        maker.refused(FAMILY, &format!("{less}-less"), file, Verification);
    }
    for more in [1u32, 32] {
        let zeros = vec![0; more as usize];
        let long = spliced(&bytes, map.evidence_flag, map.evidence_flag, &zeros);
        let file = length(&long, own + more);
        maker.refused(FAMILY, &format!("{more}-more"), file, Verification);
    }
}
