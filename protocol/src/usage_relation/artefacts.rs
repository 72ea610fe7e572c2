//! What a run commits to.

use crate::chunk_index::ChunkIndexEntry;
use crate::context::RunContext;
use crate::hash::tree15::Tree15;
use crate::registry::RegistryRoot;
use crate::run::{RunCommitment, RunOpening};
use crate::statement::UsageStatement;
use crate::usage::{UsageCommitment, UsageOpening};
use alloc::vec::Vec;
use core::fmt;

/// What a run commits to, and its openings. Secret as a whole: redacted in `Debug`.
#[derive(Clone)]
pub struct RunArtefacts {
    /// Opening of the run commitment.
    pub run: RunOpening,
    /// Commitment to log, chunk index and trace.
    pub run_commitment: RunCommitment,
    /// The tree over the draws; its leaves open for audits.
    pub log: Tree15,
    /// The active places, in table order.
    pub entries: Vec<ChunkIndexEntry>,
    /// The tree over the places.
    pub chunk_index: Tree15,
    /// Opening of the usage commitment: the usage vector, its salts and order.
    pub usage: UsageOpening,
    /// Commitment to the usage vector.
    pub usage_commitment: UsageCommitment,
    /// The registry root that the witness is under.
    pub registry_root: RegistryRoot,
}

impl RunArtefacts {
    /// The statement that a proof of this run makes in a context.
    #[must_use]
    pub fn statement(&self, context: &RunContext) -> UsageStatement {
        UsageStatement {
            context: context.digest(),
            registry_root: self.registry_root,
            run_commitment: self.run_commitment,
            usage_commitment: self.usage_commitment,
            unit: self.usage.vector.unit,
            order: self.run.order,
        }
    }
}

impl fmt::Debug for RunArtefacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunArtefacts(redacted)")
    }
}
