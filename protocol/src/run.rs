//! The run commitment and its opening (encodings, section 5).

use crate::chunk_index::ChunkIndexRoot;
use crate::felt::Felt;
use crate::hash::poseidon2_t16::{ARITY, node};
use crate::log::{LogOrder, LogRoot};
use crate::newtype::felt_newtype;
use crate::salt::Salt;
use crate::tag::Tag;
use crate::trace::TraceRoot;
use ark_ff::AdditiveGroup;
use core::fmt;
use serde::{Deserialize, Serialize};

felt_newtype! {
    /// Commitment to the log, the table and the trace of a run: [`RunOpening::commitment`].
    RunCommitment
}

/// What a run commitment commits to. Its salt is secret until it is opened: redacted in `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunOpening {
    /// Salt of the commitment.
    pub salt: Salt,
    /// Root over the draws.
    pub log_root: LogRoot,
    /// Number of draws, L.
    pub draws: u64,
    /// Planned or consumed.
    pub order: LogOrder,
    /// Root over the places of the table.
    #[serde(rename = "chunk_index_root")]
    pub chunk_index_root: ChunkIndexRoot,
    /// Root over the checkpoints.
    pub trace_root: TraceRoot,
}

impl RunOpening {
    /// `W(tag 7; salt, log_root, L, order, chunk_index_root, trace_root, 0 × 9)`.
    #[must_use]
    pub fn commitment(&self) -> RunCommitment {
        let mut block = [Felt::ZERO; ARITY];
        block[..6].copy_from_slice(&[
            self.salt.felt(),
            self.log_root.felt(),
            Felt::from(self.draws),
            self.order.felt(),
            self.chunk_index_root.felt(),
            self.trace_root.felt(),
        ]);
        RunCommitment(node(Tag::Run.felt(), &block))
    }
}

impl fmt::Debug for RunOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunOpening(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_reaches_the_commitment() {
        let base = RunOpening {
            salt: 1u64.into(),
            log_root: 2u64.into(),
            draws: 3,
            order: LogOrder::Planned,
            chunk_index_root: 4u64.into(),
            trace_root: 5u64.into(),
        };
        let variants = [
            RunOpening {
                salt: 9u64.into(),
                ..base
            },
            RunOpening {
                log_root: 9u64.into(),
                ..base
            },
            RunOpening { draws: 9, ..base },
            RunOpening {
                order: LogOrder::Consumed,
                ..base
            },
            RunOpening {
                chunk_index_root: 9u64.into(),
                ..base
            },
            RunOpening {
                trace_root: 9u64.into(),
                ..base
            },
        ];
        for variant in variants {
            assert_ne!(variant.commitment(), base.commitment());
        }
    }

    #[test]
    fn a_commitment_has_one_encoding() {
        crate::newtype::assert_canonical_felt!(RunCommitment);
    }
}
