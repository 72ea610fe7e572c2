//! The training trace: one leaf a checkpoint (encodings, section 5).

use crate::felt::{Felt, split};
use crate::hash::binary_tree::{BinaryTree, check};
use crate::hash::poseidon_t3::chain;
use crate::json;
use crate::newtype::{bytes_newtype, felt_newtype};
use crate::salt::Salt;
use crate::shape::TRACE_DEPTH;
use crate::tag::Tag;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

felt_newtype! {
    /// Root of the tree over a run's checkpoints.
    TraceRoot
}

bytes_newtype! {
    /// Digest of a model's weights, at a checkpoint or trained; how it is made is for whoever trains.
    ModelDigest
}

/// Checkpoints that do not make a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// More checkpoints than the tree holds.
    #[error("a trace holds at most {max} checkpoints, got {got}")]
    TooMany {
        /// Checkpoints given.
        got: usize,
        /// Checkpoints that a trace holds.
        max: usize,
    },
    /// Steps must increase and log positions must not fall.
    #[error("checkpoint {index} is not after the one before it")]
    OutOfOrder {
        /// Index of the checkpoint.
        index: usize,
    },
}

/// A checkpoint of the model in training.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Optimiser steps done.
    pub step: u64,
    /// Draws consumed so far.
    pub log_position: u64,
    /// Digest of the weights.
    pub digest: ModelDigest,
    /// Salt of the leaf.
    pub salt: Salt,
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checkpoint(redacted)")
    }
}

impl Checkpoint {
    /// `P*(tag 9, step, log position, digest_hi, digest_lo, salt)`.
    #[must_use]
    pub fn leaf(&self) -> Felt {
        let [hi, lo] = split(self.digest.as_bytes());
        chain([
            Tag::Checkpoint.felt(),
            Felt::from(self.step),
            Felt::from(self.log_position),
            hi,
            lo,
            self.salt.felt(),
        ])
    }
}

/// The tree over a run's checkpoints.
#[derive(Clone, Debug)]
pub struct Trace {
    checkpoints: Vec<Checkpoint>,
    tree: BinaryTree,
}

impl Trace {
    /// A trace of checkpoints in order; none is fine.
    ///
    /// # Errors
    /// [`TraceError`] when there are too many or they are out of order.
    pub fn new(checkpoints: Vec<Checkpoint>) -> Result<Self, TraceError> {
        for (index, pair) in checkpoints.windows(2).enumerate() {
            if pair[1].step <= pair[0].step || pair[1].log_position < pair[0].log_position {
                return Err(TraceError::OutOfOrder { index: index + 1 });
            }
        }
        let leaves = checkpoints.iter().map(Checkpoint::leaf).collect();
        let tree = BinaryTree::new(TRACE_DEPTH, leaves).map_err(|full| TraceError::TooMany {
            got: full.leaves,
            max: full.capacity,
        })?;
        Ok(Self { checkpoints, tree })
    }

    /// The trace root.
    #[must_use]
    pub fn root(&self) -> TraceRoot {
        TraceRoot(self.tree.root())
    }

    /// The checkpoints.
    #[must_use]
    pub fn checkpoints(&self) -> &[Checkpoint] {
        &self.checkpoints
    }

    /// Opens a checkpoint; `None` when there is no such one.
    #[must_use]
    pub fn open(&self, index: u32) -> Option<TraceOpening> {
        let checkpoint = *self.checkpoints.get(index as usize)?;
        Some(TraceOpening {
            index,
            checkpoint,
            siblings: self.tree.path(index as usize),
        })
    }
}

/// One checkpoint, opened; the last one links the run to the model's digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceOpening {
    /// Which leaf.
    pub index: u32,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Siblings from leaf to root.
    #[serde(with = "json::felts")]
    pub siblings: Vec<Felt>,
}

impl TraceOpening {
    /// Whether the checkpoint is at its index under a trace root.
    #[must_use]
    pub fn check(&self, trace_root: TraceRoot) -> bool {
        check(
            TRACE_DEPTH,
            self.index as usize,
            self.checkpoint.leaf(),
            &self.siblings,
            trace_root.felt(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(step: u64) -> Checkpoint {
        Checkpoint {
            step,
            log_position: 10 * step,
            digest: ModelDigest([step as u8; 32]),
            salt: step.into(),
        }
    }

    #[test]
    fn checkpoints_open_and_order_is_kept() {
        let trace = Trace::new((1..6).map(checkpoint).collect()).unwrap();
        let opening = trace.open(4).unwrap();
        assert!(opening.check(trace.root()));
        assert!(
            !TraceOpening {
                index: 3,
                ..opening.clone()
            }
            .check(trace.root())
        );
        let other = Checkpoint {
            digest: ModelDigest([0; 32]),
            ..opening.checkpoint
        };
        assert!(
            !TraceOpening {
                checkpoint: other,
                ..opening
            }
            .check(trace.root())
        );
        assert_eq!(trace.open(5), None);
        let disordered = Trace::new([checkpoint(2), checkpoint(2)].into()).unwrap_err();
        assert_eq!(disordered, TraceError::OutOfOrder { index: 1 });
    }

    #[test]
    fn roots_and_digests_have_one_encoding() {
        crate::newtype::assert_canonical_felt!(TraceRoot);
        crate::newtype::assert_canonical_bytes!(ModelDigest);
    }
}
