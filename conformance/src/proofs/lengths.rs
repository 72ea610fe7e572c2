//! Bytes cut off, put on and moved.

use super::maker::Maker;
use crate::case::Class;

const FAMILY: &str = "length";

pub(super) fn cases(maker: &mut Maker<'_>) {
    let proof = maker.proof();
    let length = proof.len();
    let mut other = |what: &str, proof: Vec<u8>| {
        maker.other_proof(FAMILY, what, proof, Class::ProofLength);
    };
    for less in [
        1,
        31,
        32,
        33,
        64,
        128,
        length / 2,
        length - 64,
        length - 1,
        length,
    ] {
        other(
            &format!("{less}-bytes-less"),
            proof[..length - less].to_vec(),
        );
    }
    for less in [1, 32, 64] {
        other(&format!("{less}-first-bytes-less"), proof[less..].to_vec());
    }
    for more in [1, 31, 32, 64, 128] {
        let zeros = [proof, &vec![0; more]].concat();
        other(&format!("{more}-zero-bytes-more"), zeros);
        let before = [&vec![0; more], proof].concat();
        other(&format!("{more}-zero-bytes-before"), before);
    }
    for tail in [1, 32, 64, 128] {
        let repeated = [proof, &proof[length - tail..]].concat();
        other(&format!("{tail}-last-bytes-twice"), repeated);
    }
    other("twice", [proof, proof].concat());
    let mut moved = proof.to_vec();
    moved.rotate_right(32);
    maker.other_proof(FAMILY, "last-word-first", moved, Class::Point);
    let mut moved = proof.to_vec();
    moved.rotate_left(1);
    maker.other_proof(FAMILY, "first-byte-last", moved, None);
    let mut reversed = proof.to_vec();
    reversed.reverse();
    maker.other_proof(FAMILY, "reversed", reversed, None);
}
