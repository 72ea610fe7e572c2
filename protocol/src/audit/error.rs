//! What can be wrong with a challenge or an opening.

use super::limits::{BEACON_MAX, BEACON_MIN, MAX_COUNT};
use crate::log::LogOrder;
use crate::run::RunCommitment;
use crate::trace::TraceError;
use crate::tranche::{TrancheError, TrancheId};
use crate::unit::UnitDefinition;
use alloc::string::String;

/// What is checked of an opening, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The run commitment opens.
    Run,
    /// The checkpoints are the whole trace, without a gap.
    Trace,
    /// The log leaves of the picked stretches open.
    Leaves,
    /// The places of their draws open.
    Places,
    /// The tranche ids of those places open, and hold the records.
    Tranches,
}

/// A challenge that is none, or an opening that does not answer it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// The beacon's value has too few or too many bytes.
    #[error("the beacon's value has {got} bytes, expected {BEACON_MIN} to {BEACON_MAX}")]
    Beacon {
        /// Bytes given.
        got: usize,
    },
    /// The beacon's value is not hexadecimal.
    #[error("the beacon's value is not hexadecimal digits, two a byte")]
    BeaconText,
    /// Too few or too many picks.
    #[error("{got} picks, expected 1 to {MAX_COUNT}")]
    Count {
        /// Picks asked for.
        got: u32,
    },
    /// The parts do not hash to the run commitment.
    #[error(
        "the opening is of another run commitment: its parts hash to {got}, expected {expected}"
    )]
    Commitment {
        /// What the parts hash to.
        got: RunCommitment,
        /// The challenge's.
        expected: RunCommitment,
    },
    /// The run commitment is of the other order than the terms say.
    #[error("the run commitment is of a {got:?} log, the terms say {expected:?}")]
    Order {
        /// The commitment's.
        got: LogOrder,
        /// The terms'.
        expected: LogOrder,
    },
    /// The number of draws is none of a log.
    #[error("a log of {got} draws, expected 1 to {max}")]
    Draws {
        /// The opening's.
        got: u64,
        /// Most draws of a log.
        max: u64,
    },
    /// The checkpoints do not make a trace.
    #[error("{0}")]
    Trace(#[from] TraceError),
    /// The checkpoints are not those committed to: one is missing, altered or added.
    #[error(
        "the checkpoints are not the trace of the run commitment: one is missing, altered or added"
    )]
    TraceRoot,
    /// Fewer than two checkpoints.
    #[error("the trace has {got} checkpoints, expected at least 2: the first weights and the last")]
    Checkpoints {
        /// Checkpoints given.
        got: usize,
    },
    /// The first checkpoint is not before the first draw.
    #[error(
        "the first checkpoint stands after {got} draws, expected 0: the weights before training"
    )]
    Begin {
        /// Its log position.
        got: u64,
    },
    /// The last checkpoint is not after the last draw.
    #[error("the last checkpoint stands after {got} draws, the log has {expected}")]
    End {
        /// Its log position.
        got: u64,
        /// Draws of the log.
        expected: u64,
    },
    /// Weights may have changed between two checkpoints with no draw between them, which no pick can hit.
    #[error(
        "no draw lies between checkpoints {first} and the next: no pick could hit what happened there"
    )]
    NoDraws {
        /// Index of the first of the two.
        first: usize,
    },
    /// The last checkpoint is not the model that the terms name.
    #[error("the last checkpoint is not the model that the terms name")]
    Model,
    /// Not the leaves that the picks ask for.
    #[error("the opening has log leaf {got:?} where the picks ask for {expected:?}")]
    Leaf {
        /// The leaf given; none when one is missing.
        got: Option<u32>,
        /// The leaf asked for; none when there is one too many.
        expected: Option<u32>,
    },
    /// A leaf that is not the log's.
    #[error(
        "log leaf {index} is not the one of the run commitment: other draws, padding, or a false path"
    )]
    LeafPath {
        /// Which leaf.
        index: u32,
    },
    /// Not the stretches that the picks ask for.
    #[error("the opening tells the steps of stretch {got:?} where the picks ask for {expected:?}")]
    Steps {
        /// The stretch given; none when one is missing.
        got: Option<u32>,
        /// The stretch asked for; none when there is one too many.
        expected: Option<u32>,
    },
    /// The steps of a stretch do not cover its draws, or are more than the trace says.
    #[error(
        "stretch {stretch}: its steps have {got} draws in {steps} steps, the trace says {expected} draws in at most {most} steps"
    )]
    StepCounts {
        /// Which stretch.
        stretch: u32,
        /// Draws of its steps.
        got: u64,
        /// Its steps.
        steps: usize,
        /// Draws between its checkpoints.
        expected: u64,
        /// Steps between its checkpoints.
        most: u64,
    },
    /// A step whose number does not lie between those of the checkpoints.
    #[error("stretch {stretch}: step {got} is not between its checkpoints' steps, {from} and {to}")]
    StepNumber {
        /// Which stretch.
        stretch: u32,
        /// The step's number.
        got: u64,
        /// Step of the checkpoint before.
        from: u64,
        /// Step of the checkpoint after.
        to: u64,
    },
    /// Not the chunk-index leaves that the draws ask for.
    #[error("the opening has chunk-index leaf {got:?} where the draws ask for {expected:?}")]
    ChunkIndex {
        /// The leaf given; none when one is missing.
        got: Option<u32>,
        /// The leaf asked for; none when there is one too many.
        expected: Option<u32>,
    },
    /// A chunk-index leaf that is not the run's.
    #[error("chunk-index leaf {index} is not the one of the run commitment")]
    ChunkIndexPath {
        /// Which leaf.
        index: u32,
    },
    /// A draw from a place where nothing stands.
    #[error("draw {draw} is of position {position}, where no chunk stands")]
    NoPlace {
        /// Which draw of the log.
        draw: u64,
        /// Its position in the table.
        position: u32,
    },
    /// Fields of a tranche that are none, or not in their place.
    #[error("tranche \"{name}\": {error}")]
    Fields {
        /// Its name.
        name: String,
        /// What is wrong.
        error: TrancheError,
    },
    /// A private tranche with an owner or a rate, or two names for one thing.
    #[error("tranche \"{name}\": {what}")]
    Tranche {
        /// Its name.
        name: String,
        /// What is wrong.
        what: &'static str,
    },
    /// A tranche of the draws whose fields are not opened.
    #[error("draw {draw} is of tranche {id}, whose fields the opening does not hold")]
    NotOpened {
        /// Which draw of the log.
        draw: u64,
        /// The id.
        id: TrancheId,
    },
    /// A tranche that no draw of the stretches is of.
    #[error("tranche \"{name}\" is opened, and no draw of the stretches is of it")]
    NotAsked {
        /// Its name.
        name: String,
    },
    /// A tranche counted in another unit than the terms say.
    #[error("tranche \"{name}\" is counted in {got}, which is not the unit of the terms")]
    Unit {
        /// Its name.
        name: String,
        /// Its unit.
        got: UnitDefinition,
    },
    /// A draw past the end of its tranche.
    #[error("draw {draw} is of record {record} of \"{name}\", which has {records}")]
    PastEnd {
        /// Which draw of the log.
        draw: u64,
        /// The tranche's name.
        name: String,
        /// The record.
        record: u64,
        /// Records of the tranche.
        records: u32,
    },
}

impl AuditError {
    /// At which stage of the check this is found; none for a challenge.
    #[must_use]
    pub const fn stage(&self) -> Option<Stage> {
        Some(match self {
            Self::Beacon { .. } | Self::BeaconText | Self::Count { .. } => return None,
            Self::Commitment { .. } | Self::Order { .. } | Self::Draws { .. } => Stage::Run,
            Self::Trace(_)
            | Self::TraceRoot
            | Self::Checkpoints { .. }
            | Self::Begin { .. }
            | Self::End { .. }
            | Self::NoDraws { .. }
            | Self::Model => Stage::Trace,
            Self::Leaf { .. }
            | Self::LeafPath { .. }
            | Self::Steps { .. }
            | Self::StepCounts { .. }
            | Self::StepNumber { .. } => Stage::Leaves,
            Self::ChunkIndex { .. } | Self::ChunkIndexPath { .. } | Self::NoPlace { .. } => {
                Stage::Places
            }
            Self::Fields { .. }
            | Self::Tranche { .. }
            | Self::NotOpened { .. }
            | Self::NotAsked { .. }
            | Self::Unit { .. }
            | Self::PastEnd { .. } => Stage::Tranches,
        })
    }
}
