//! Why a run has no witness.

use crate::units::UnitsError;
use crate::usage::UsageError;

/// A run that has no witness, and why. Rows count draws from 0, sources and slots from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The shape's sizes contradict each other.
    #[error("the shape is not valid")]
    InvalidShape,
    /// A log has at least one draw.
    #[error("the log has no draws")]
    NoDraws,
    /// A draw names a source that was not given.
    #[error("row {row}: draw names source {tranche}, there are {sources}")]
    UnknownTranche {
        /// Which draw.
        row: u64,
        /// The source named.
        tranche: u32,
        /// Sources given.
        sources: usize,
    },
    /// A draw names a record past the end of its tranche.
    #[error("row {row}: record {record} of source {tranche}, which has {records} records")]
    RecordPastEnd {
        /// Which draw.
        row: u64,
        /// The source.
        tranche: u32,
        /// The record named.
        record: u32,
        /// Records of the tranche.
        records: u32,
    },
    /// The log tree does not hold so many draws.
    #[error("more than {max} draws: split the run into segments")]
    TooManyDraws {
        /// Draws that a log holds.
        max: u64,
    },
    /// The table does not hold so many chunks.
    #[error("the run touches {places} chunks, a table holds {max}: split the run into segments")]
    TooManyPositions {
        /// Chunks touched.
        places: usize,
        /// Places of a table.
        max: usize,
    },
    /// More registered tranches than slots were drawn from.
    #[error(
        "the run draws from {tranches} registered tranches, at most {max} fit: split the run into segments"
    )]
    TooManyTranches {
        /// Registered tranches drawn from.
        tranches: usize,
        /// Slots.
        max: usize,
    },
    /// A source has another unit definition than the first.
    #[error("source {tranche} has another unit definition than source 0")]
    MixedUnits {
        /// The source.
        tranche: usize,
    },
    /// Two sources are the private tranche.
    #[error("source {tranche} is a second private tranche: put all unregistered data into one")]
    SecondPrivate {
        /// The second of them.
        tranche: usize,
    },
    /// Two sources are the same registration.
    #[error("source {tranche} is a registration given before")]
    GivenTwice {
        /// The second of them.
        tranche: usize,
    },
    /// The registry does not have the tranche at this index.
    #[error(
        "source {tranche} is not registered at index {registry_index}, at or before the cut-off"
    )]
    NotRegistered {
        /// The source.
        tranche: usize,
        /// The index named.
        registry_index: u32,
    },
    /// The column is not of the tranche's kind or length.
    #[error(
        "source {tranche}: the units column does not fit the tranche's kind or number of records"
    )]
    WrongColumn {
        /// The source.
        tranche: usize,
    },
    /// The column's root is not the tranche's.
    #[error("source {tranche}: the units column is not the one committed to")]
    WrongUnitsRoot {
        /// The source.
        tranche: usize,
    },
    /// The column cannot be that of a tranche.
    #[error("source {tranche}: {error}")]
    Units {
        /// The source.
        tranche: usize,
        /// What is wrong with it.
        error: UnitsError,
    },
    /// The second pass over the draws gave others than the first.
    #[error("row {row}: the draws changed while the witness was built")]
    DrawsChanged {
        /// Which draw.
        row: u64,
    },
    /// Units or draws pass the bounds of a usage vector.
    #[error("{0}")]
    Usage(#[from] UsageError),
}
