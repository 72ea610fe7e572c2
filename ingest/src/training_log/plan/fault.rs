//! What can be wrong with OLMo's plans and the states of their loaders.

use std::borrow::Cow;
use std::num::NonZeroU64;

use crate::error::{FaultKind, InputFault};

/// A fault of a plan, or of a loader's state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// A plan with an array header, or of a length that holds no whole indices.
    #[error("not a file of raw 32-bit indices ({0})")]
    RawIndices(String),
    /// A loader's state that does not fit the plan.
    #[error("the loader's state: {0}")]
    State(String),
    /// A state of a loader that has served no batch of its epoch.
    #[error("the loader's state: no batch of an epoch is served, as between two epochs")]
    BetweenEpochs,
    /// A state whose tokens are no whole batches.
    #[error(
        "the loader's state: {tokens} tokens are no whole number of instances in {batches} batches of sequences of {sequence_length}"
    )]
    UnevenState {
        /// Tokens served.
        tokens: u64,
        /// Batches served.
        batches: u64,
        /// Tokens of an instance.
        sequence_length: u64,
    },
    /// A plan of whole batches that are not those of the batch given.
    #[error("its {indices} indices are whole batches of the run, and no whole batches of {batch}")]
    OtherBatch {
        /// Indices of a batch.
        batch: NonZeroU64,
        /// Indices of the plan.
        indices: u64,
    },
    /// A plan shorter than a batch, of which its loader serves whole ones.
    #[error("its {indices} indices are fewer than a batch of {batch}, so that none was served")]
    NoBatch {
        /// Indices of a batch.
        batch: NonZeroU64,
        /// Indices of the plan.
        indices: u64,
    },
    /// A plan that ends with a short batch, which some loaders serve and some do not.
    #[error(
        "its last batch has {rest} of {batch} indices, and nothing says whether the loader served it"
    )]
    LastBatch {
        /// Indices of a batch.
        batch: NonZeroU64,
        /// Indices of the last one.
        rest: u64,
    },
    /// What becomes of the last batch was said, though the plan's name says it.
    #[error("its name says what becomes of a short last batch")]
    KnownLastBatch,
    /// A loader's state that is no JSON of its fields.
    #[error("not the JSON of a loader's state ({0})")]
    StateJson(String),
    /// A first plan of a later epoch than a run begins with.
    #[error("it is of epoch {epoch}, and no file before it is given")]
    FirstEpoch {
        /// The epoch.
        epoch: u64,
    },
    /// Plans that one run does not have.
    #[error("its {what} is {got}, that of the file before it {before}")]
    OtherRun {
        /// What differs.
        what: &'static str,
        /// That of the file before.
        before: u64,
        /// That of this file.
        got: u64,
    },
    /// Plans that are not of consecutive epochs.
    #[error("it is of epoch {epoch}, the file before it of epoch {before}")]
    EpochOrder {
        /// The epoch of the file before.
        before: u64,
        /// The epoch of this file.
        epoch: u64,
    },
}

impl InputFault for PlanFault {
    fn remedy(&self) -> Cow<'static, str> {
        let remedy = match self {
            Self::RawIndices(_) => {
                "give global_indices….npy as the trainer wrote it: 32-bit indices, no header"
            }
            Self::State(_) => {
                "give the state of the loader that wrote this plan, in the same epoch"
            }
            Self::BetweenEpochs => {
                "give the files of the epochs that the run finished, and --batch in place of --state"
            }
            Self::UnevenState { .. } => {
                "give the state as the loader wrote it; of a run that went on with another batch in the middle of one, import a recording"
            }
            Self::StateJson(_) => {
                "write what the loader's state_dict() returns: json.dump(loader.state_dict(), file)"
            }
            Self::OtherBatch { .. } | Self::NoBatch { .. } => {
                "give the run's batch, of all ranks, in instances"
            }
            Self::LastBatch { .. } => {
                "say --last-batch dropped if the training configuration has drop_last, --last-batch served if not"
            }
            Self::KnownLastBatch => "leave --last-batch out",
            Self::FirstEpoch { .. } => "give the files of all epochs from the first, 1, on",
            Self::OtherRun { .. } => "give the files of one run, as its loader wrote them",
            Self::EpochOrder { .. } => "give each epoch's file once, in the order of the epochs",
        };
        remedy.into()
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}
