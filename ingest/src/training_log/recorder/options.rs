//! What an import may ask of a recording.

use crate::training_log::twins::SameData;

/// What becomes of ranks that end before others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShortRanks {
    /// Those count that were closed: their loops ended by themselves.
    #[default]
    Closed,
    /// All count, closed or not.
    All,
}

/// How a recording is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordingOptions {
    /// The last step; later ones are left out.
    pub through: u64,
    /// Ranks with the very same draws.
    pub same_data: SameData,
    /// Ranks that end before others.
    pub short_ranks: ShortRanks,
}

impl Default for RecordingOptions {
    fn default() -> Self {
        Self {
            through: u64::MAX,
            same_data: SameData::default(),
            short_ranks: ShortRanks::default(),
        }
    }
}
