//! A recording of a training loop, as the Python package `tranche-recorder` writes it (docs/recording.md).
//!
//! The files are read twice: once to check every frame, chain and seal and to learn of attempts, once for the draws. Memory holds
//! one frame a rank. Draws come by step, then by rank, then as recorded. Of a rank's attempts at a step the last stands; how
//! many ranks a step has, rank 0 says; a rank whose loop ended before the others' has fewer steps. A draw's row is its place among all draws of its file.

mod fault;
mod frames;
mod merge;
mod options;
mod rank;
mod recording;
mod report;
mod seal;

pub use fault::RecordingFault;
pub(super) use merge::RecordingMerge;
pub use options::{RecordingOptions, ShortRanks};
pub use recording::Recording;
pub use report::{RecordedCheckpoint, RecordingReport, SegmentReport, ShortRank};
pub use seal::Seal;
