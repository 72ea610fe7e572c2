//! What a reader tells of a log besides its draws.

use serde::Serialize;

use super::megatron::BlendReport;
use super::olmo::OlmoReport;
use super::plan::PlanReport;
use super::recorder::RecordingReport;
use super::twins::SameRanks;

/// What is told of a table. Complete once all draws are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// Starts of the training loop: the first, and one for each place where the steps fall.
    pub attempts: usize,
    /// Draws left out because a later attempt took their place.
    pub superseded: u64,
    /// These draws by their source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub superseded_sources: Vec<SupersededSource>,
    /// Columns that were not read, by name; of objects the members of the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    /// Ranks, where the rows name them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranks: Option<usize>,
    /// Ranks with the very same draws, where that is said to be right.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same_data: Vec<SameRanks>,
}

/// Draws from a source that a later attempt took the place of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SupersededSource {
    /// The source, as the log calls it.
    pub name: String,
    /// Its draws that were left out.
    pub draws: u64,
    /// The least of their steps.
    pub first_step: u64,
    /// The greatest.
    pub last_step: u64,
}

/// What is told of a log, by what it is. Complete once all draws are read.
#[derive(Clone, Debug)]
pub enum LogReport {
    /// A table of draws.
    Table(TableReport),
    /// OLMo's files of ranks.
    Olmo(OlmoReport),
    /// OLMo's planned order.
    Plan(PlanReport),
    /// A Megatron blend, or one data set.
    Blend(BlendReport),
    /// A recording.
    Recording(RecordingReport),
}
