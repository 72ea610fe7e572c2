//! A loader's state: how far it served the plan.

use std::num::NonZeroU64;
use std::path::Path;

use serde::Deserialize;

use super::fault::PlanFault;
use crate::error::Error;
use crate::input::{Disk, Input};
use crate::plain::text_of;

/// The longest state accepted, in bytes.
const MAX_STATE: u64 = 1 << 20;

/// What a loader's `state_dict()` says, written as JSON. Other fields are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct LoaderState {
    /// Batches served of the current epoch.
    pub batches_processed: u64,
    /// Tokens served of the current epoch.
    pub tokens_processed: u64,
    /// Tokens of an instance.
    pub sequence_length: u64,
    /// Tokens of the longest instance of the run, where the plan is in chunks.
    #[serde(default)]
    pub max_target_sequence_length: Option<u64>,
    /// The epoch, from 1.
    #[serde(default)]
    pub epoch: Option<u64>,
    /// The seed of the order.
    #[serde(default)]
    pub seed: Option<u64>,
}

impl LoaderState {
    /// Reads the state at a path of the file system.
    ///
    /// # Errors
    /// As [`LoaderState::from_input`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::from_input(Input::open(&Disk, path)?)
    }

    /// Reads a state.
    ///
    /// # Errors
    /// [`Error::Io`]; [`PlanFault::StateJson`]; [`FormatFault::RecordTooLong`](crate::error::FormatFault::RecordTooLong).
    pub fn from_input(input: Input) -> Result<Self, Error> {
        let name = input.name().to_owned();
        let text = input.read_whole(MAX_STATE)?;
        serde_json::from_str(text_of(&name, &text)?)
            .map_err(|error| Error::file(&name, PlanFault::StateJson(error.to_string())))
    }

    /// Instances of a batch: what the tokens say, batch by batch.
    ///
    /// # Errors
    /// [`PlanFault::BetweenEpochs`] where no batch was served; [`PlanFault::UnevenState`] where the tokens are no whole batches.
    pub fn batch(&self) -> Result<NonZeroU64, PlanFault> {
        if self.batches_processed == 0 && self.tokens_processed == 0 {
            return Err(PlanFault::BetweenEpochs);
        }
        let of = self.batches_processed.checked_mul(self.sequence_length);
        let batch = of
            .filter(|of| *of > 0 && self.tokens_processed.is_multiple_of(*of))
            .and_then(|of| NonZeroU64::new(self.tokens_processed / of));
        batch.ok_or(PlanFault::UnevenState {
            tokens: self.tokens_processed,
            batches: self.batches_processed,
            sequence_length: self.sequence_length,
        })
    }

    /// Instances of a chunk of the plan, where the state tells.
    pub(super) fn chunk(&self) -> Option<u64> {
        let longest = self.max_target_sequence_length?;
        longest.checked_div(self.sequence_length)
    }
}
