//! What is told of plans.

use std::num::NonZeroU64;
use std::path::PathBuf;

use serde::Serialize;

/// What is told of plans. Complete once all draws are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanReport {
    /// Indices of a batch.
    pub batch: NonZeroU64,
    /// The files, in their order.
    pub files: Vec<ServedPlan>,
}

/// How far a plan was served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServedPlan {
    /// The file.
    pub file: PathBuf,
    /// Its indices.
    pub indices: u64,
    /// Those that the loader served, from the first on.
    pub served: u64,
}
