//! What can be wrong with a recording.

use std::borrow::Cow;

use tranche_protocol::address::Address;
use tranche_protocol::signature::SignatureError;

use crate::error::{FaultKind, InputFault};

/// What can be wrong with a recording's files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordingFault {
    /// A segment's number is missing among its rank's files.
    #[error("segment {segment} of rank {rank} is missing")]
    MissingSegment {
        /// The rank.
        rank: u32,
        /// The number that is missing.
        segment: u32,
    },
    /// A head that is absent or is not one.
    #[error("the head is malformed ({0})")]
    Head(String),
    /// A head of another file than its name says.
    #[error("the head is that of segment {segment} of rank {rank}")]
    Name {
        /// The rank by the head.
        rank: u32,
        /// The segment by the head.
        segment: u32,
    },
    /// A segment whose head does not hold the chain of the one before it.
    #[error("it does not follow from the segment before it: the chain is broken")]
    Chain,
    /// Segments of planned and of consumed order.
    #[error("its order is not that of the other segments")]
    Order,
    /// A frame that is broken, though whole ones follow it.
    #[error("the frame at byte {at} is broken, and a whole one follows at byte {next}")]
    Damaged {
        /// Where the broken frame begins.
        at: u64,
        /// Where a whole one begins.
        next: u64,
    },
    /// Bytes where a file must have ended.
    #[error(
        "{bytes} bytes follow its last frame, and it is not the rank's last segment or was closed"
    )]
    AfterEnd {
        /// How many.
        bytes: u64,
    },
    /// A frame whose content means nothing, its checksum notwithstanding.
    #[error("the frame at byte {at} is malformed: {what}")]
    Frame {
        /// Where it begins.
        at: u64,
        /// What of it.
        what: &'static str,
    },
    /// A file that changed while it was imported.
    #[error("it changed while it was read")]
    Changed,
    /// A step that falls, or lies before its attempt.
    #[error("step {got} after step {previous} of one attempt")]
    StepBack {
        /// The step before, or the first of the attempt.
        previous: u64,
        /// The step of this frame.
        got: u64,
    },
    /// Steps that nobody recorded.
    #[error("step {got} follows step {previous}: the steps between are lost")]
    StepGap {
        /// The last step without a gap.
        previous: u64,
        /// The step after the gap.
        got: u64,
    },
    /// A rank of which there is no file.
    #[error("rank {rank} of {world_size} has no files")]
    MissingRank {
        /// The rank.
        rank: u32,
        /// The number of ranks.
        world_size: u32,
    },
    /// A rank that ends before others, without having closed its recording or perhaps without its last segment.
    #[error(
        "rank {rank} of {world_size} ends {}, and nothing says that its loop was over; another rank recorded step {step}",
        last.map_or("without a step".to_owned(), |last| format!("at step {last}"))
    )]
    RankEnd {
        /// The rank.
        rank: u32,
        /// The number of ranks at that step.
        world_size: u32,
        /// The rank's last step.
        last: Option<u64>,
        /// The step that it does not have.
        step: u64,
        /// The last step that all ranks have.
        whole: Option<u64>,
    },
    /// A rank without a step that others recorded, and with later ones.
    #[error("rank {rank} of {world_size} has no step {step}, which another rank recorded")]
    RankGap {
        /// The rank.
        rank: u32,
        /// The number of ranks at that step.
        world_size: u32,
        /// The step.
        step: u64,
        /// The last step that all ranks have.
        whole: Option<u64>,
    },
    /// Two ranks that say of one step that the run had different numbers of ranks.
    #[error("rank {rank} recorded step {step} as one of {got} ranks, rank 0 as one of {expected}")]
    WorldSize {
        /// The rank.
        rank: u32,
        /// The step.
        step: u64,
        /// By rank 0.
        expected: u32,
        /// By this rank.
        got: u32,
    },
    /// Two ranks with the same draws from beginning to end.
    #[error("ranks {first} and {second} recorded the very same draws")]
    SameDraws {
        /// The lower rank.
        first: u32,
        /// The higher rank.
        second: u32,
    },
    /// A source that two files declare as different tranches, or that is mapped to another tranche than recorded.
    #[error("the source \"{name}\" was recorded as {recorded}, and is {got} here")]
    OtherTranche {
        /// The source.
        name: String,
        /// What was recorded.
        recorded: String,
        /// What it is here.
        got: String,
    },
    /// Two different checkpoints of one step.
    #[error("there are two different checkpoints of step {step}")]
    TwoCheckpoints {
        /// The step.
        step: u64,
    },
    /// A checkpoint's file with other bytes than were recorded.
    #[error("it is not the checkpoint that was recorded at step {step}: size or SHA-256 differ")]
    OtherCheckpoint {
        /// The step.
        step: u64,
    },
    /// A seal of other frames than the file has.
    #[error("it does not seal the segment: its first {frames} frames are others")]
    SealBroken {
        /// The frames sealed.
        frames: u64,
    },
    /// A seal whose signature is none of its signer.
    #[error("the seal is not signed by {signer}")]
    SealSignature {
        /// Whom it names.
        signer: Address,
    },
    /// A seal's signature that is not one.
    #[error("the seal: {0}")]
    SealBytes(SignatureError),
    /// A seal by another key than the evidence key.
    #[error("it is sealed by {got}, the evidence key is {expected}")]
    SealSigner {
        /// Who sealed it.
        got: Address,
        /// The key asked for.
        expected: Address,
    },
}

impl InputFault for RecordingFault {
    fn remedy(&self) -> Cow<'static, str> {
        let remedy = match self {
            Self::MissingSegment { .. } => "put the file back",
            Self::Head(_) | Self::Chain | Self::Frame { .. } | Self::AfterEnd { .. } => {
                "it is damaged or altered: restore the file"
            }
            Self::Name { .. } => "give the file its name back",
            Self::Order => "give files of one recording",
            Self::Damaged { .. } => {
                "restore the file, or cut it there with `python -m tranche_recorder repair`"
            }
            Self::Changed => "import when the run has ended, or a copy",
            Self::StepBack { .. } => "the recorder does not write this: restore the file",
            Self::StepGap { previous, .. } => {
                return format!(
                    "restore the missing files, or import the steps before with --through {previous}"
                )
                .into();
            }
            Self::MissingRank { .. } => "give all ranks' files",
            Self::RankEnd { whole, .. } => {
                let through = whole.map_or_else(String::new, |whole| {
                    format!("if the run was killed there, import up to the last whole step with --through {whole}; ")
                });
                return format!(
                    "{through}if this rank had no more data, say --uneven-ranks; else put its missing files back"
                )
                .into();
            }
            Self::RankGap { whole, .. } => {
                let through = whole.map_or_else(String::new, |whole| {
                    format!(", or import the steps before with --through {whole}")
                });
                return format!("restore the rank's files{through}").into();
            }
            Self::WorldSize { .. } => {
                "give the files of one recording; a rank that took no part in the last attempt has stale ones"
            }
            Self::SameDraws { .. } => {
                "if the ranks read the same data on purpose, say --same-data; if they share batches, as model-parallel ranks do, record the data-parallel rank"
            }
            Self::OtherTranche { .. } => "map the name to the tranche that the run file names",
            Self::TwoCheckpoints { .. } => {
                "leave --trace-out out; for a trace, record checkpoints on one rank only"
            }
            Self::OtherCheckpoint { .. } => {
                "give the folder of the recorded files with --checkpoints, or take --trace-digest sha256"
            }
            Self::SealBroken { .. } | Self::SealSignature { .. } | Self::SealBytes(_) => {
                "the segment or its seal was altered: restore both"
            }
            Self::SealSigner { .. } => "ask the loader's operator, or give the key that sealed",
        };
        remedy.into()
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}
