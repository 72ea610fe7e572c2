//! The run commitment and its opening (encodings, section 5).

use crate::felt::Felt;
use crate::hash::wide::{ARITY, node};
use crate::json;
use crate::log::LogOrder;
use crate::tag::Tag;
use ark_ff::AdditiveGroup;
use core::fmt;
use serde::{Deserialize, Serialize};

/// What a run commitment commits to. Its salt is secret until it is opened: redacted in `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunOpening {
    /// Salt of the commitment.
    #[serde(with = "json::felt")]
    pub salt: Felt,
    /// Root over the draws.
    #[serde(with = "json::felt")]
    pub log_root: Felt,
    /// Number of draws, L.
    pub draws: u64,
    /// Planned or consumed.
    pub order: LogOrder,
    /// Root over the places of the table.
    #[serde(with = "json::felt")]
    pub arrangement_root: Felt,
    /// Root over the checkpoints.
    #[serde(with = "json::felt")]
    pub trace_root: Felt,
}

impl RunOpening {
    /// `W(tag 7; salt, log_root, L, order, arrangement_root, trace_root, 0 × 9)`.
    #[must_use]
    pub fn commitment(&self) -> Felt {
        let mut block = [Felt::ZERO; ARITY];
        block[..6].copy_from_slice(&[
            self.salt,
            self.log_root,
            Felt::from(self.draws),
            self.order.felt(),
            self.arrangement_root,
            self.trace_root,
        ]);
        node(Tag::Run.felt(), &block)
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
            salt: Felt::from(1u64),
            log_root: Felt::from(2u64),
            draws: 3,
            order: LogOrder::Planned,
            arrangement_root: Felt::from(4u64),
            trace_root: Felt::from(5u64),
        };
        let nine = Felt::from(9u64);
        let variants = [
            RunOpening { salt: nine, ..base },
            RunOpening {
                log_root: nine,
                ..base
            },
            RunOpening { draws: 9, ..base },
            RunOpening {
                order: LogOrder::Consumed,
                ..base
            },
            RunOpening {
                arrangement_root: nine,
                ..base
            },
            RunOpening {
                trace_root: nine,
                ..base
            },
        ];
        for variant in variants {
            assert_ne!(variant.commitment(), base.commitment());
        }
    }
}
