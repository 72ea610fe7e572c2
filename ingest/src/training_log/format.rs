//! Formats of training logs that one path names.

use std::num::NonZeroU64;

use super::megatron::Split;

/// The file format of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Comma-separated values with a header line.
    Csv,
    /// A JSON object a line.
    Jsonl,
    /// A Parquet file.
    Parquet,
    /// The index arrays of a Megatron blended data set.
    Megatron {
        /// Samples a step: row i, from 0, belongs to step i / batch. Wrong for runs whose batch size ramps up.
        batch: NonZeroU64,
        /// Which of a folder's blends, where it holds those of several splits.
        split: Option<Split>,
    },
    /// A Hugging Face table of indices.
    Arrow {
        /// Indices a step.
        batch: NonZeroU64,
    },
}
