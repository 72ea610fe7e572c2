//! The cases on bare proofs: every element, length, input and binding of a valid proof, broken one at a time and together.
//!
//! | module | what is broken |
//! |---|---|
//! | `points`, `scalars` | one element |
//! | `lengths` | the number of bytes |
//! | `inputs` | public inputs |
//! | `statements` | what the proof is bound to: digest, key, inputs of another proof |
//! | `splices` | parts of two valid proofs together |
//! | `combined` | more than one thing, and the order of the reasons |

mod combined;
mod inputs;
mod lengths;
mod maker;
mod points;
mod scalars;
mod splices;
mod statements;

use crate::case::ProofCase;
use crate::valid::ValidProofs;
use maker::Maker;

/// All cases, in the order of the corpus.
#[must_use]
pub fn cases(all: &ValidProofs) -> Vec<ProofCase> {
    let mut cases = Vec::new();
    for group in all.groups() {
        let Some(base) = group.proofs.first() else {
            continue;
        };
        for valid in &group.proofs {
            Maker::new(group, valid, &mut cases).accepted();
        }
        let maker = &mut Maker::new(group, base, &mut cases);
        points::cases(maker);
        scalars::cases(maker);
        lengths::cases(maker);
        inputs::cases(maker);
        statements::digests(maker);
        statements::foreign(maker);
        statements::others(maker);
        splices::cases(maker);
        combined::cases(maker);
    }
    for (group, other) in pairs(all) {
        if let Some(base) = group.proofs.first() {
            statements::other_key(&mut Maker::new(group, base, &mut cases), other);
        }
    }
    cases
}

fn pairs(all: &ValidProofs) -> impl Iterator<Item = (&crate::valid::Group, &crate::valid::Group)> {
    all.groups().flat_map(|group| {
        all.groups()
            .filter(|other| other.circuit.name != group.circuit.name)
            .map(move |other| (group, other))
    })
}
