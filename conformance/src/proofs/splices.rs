//! Parts of two valid proofs put together.

use super::maker::{Maker, put};
use crate::case::Class;

const FAMILY: &str = "splice";

pub(super) fn cases(maker: &mut Maker<'_>) {
    let proof = maker.proof();
    let parts = &maker.layout().parts;
    let others = maker
        .group
        .proofs
        .iter()
        .filter(|other| other.name != maker.base.name);
    for other in others {
        let theirs = &other.file.proof;
        for (index, part) in parts.iter().enumerate() {
            let from = part.offset;
            let to = parts.get(index + 1).map_or(proof.len(), |next| next.offset);
            let name = |what: &str| format!("{}/{what}-{}", other.name, part.name);
            let one = put(proof, from, &theirs[from..to]);
            maker.other_proof(FAMILY, &name("its"), one, Class::Rejected);
            if index > 0 {
                let rest = put(proof, from, &theirs[from..]);
                maker.other_proof(FAMILY, &name("all-from-its"), rest, Class::Rejected);
            }
        }
    }
}
