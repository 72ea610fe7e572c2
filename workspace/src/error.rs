//! Why a step failed, and the class of it.

use std::io;
use std::path::{Path, PathBuf};

use tranche_cost::limits::BrokenLimits;
use tranche_fs::{AtomicFolder, IoError};
use tranche_protocol::clause::ClauseViolation;
use tranche_protocol::usage_relation::BuildError;
use tranche_prover::{KeyError, ProofError};
use tranche_srs::SrsError;

use crate::progress::Cancelled;

pub use tranche_ingest::error::{Fault, FaultKind, FormatFault, InputError, InputFault};

/// What kind of failure an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// A failed check, or a refusal by rule.
    Refused,
    /// A wrong option, or input that is not what it should be.
    Input,
    /// Reading or writing failed.
    Io,
    /// A defect of this program.
    Internal,
    /// The caller asked to stop.
    Cancelled,
}

/// The error of every step.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The content of a file is not what it should be.
    #[error(transparent)]
    Input(#[from] Box<InputError>),
    /// A request that cannot be carried out as written.
    #[error("{what}; {remedy}")]
    Usage {
        /// What is wrong.
        what: String,
        /// What to do instead.
        remedy: String,
    },
    /// A check failed or a rule forbids the request.
    #[error("refused: {reason}")]
    Refused {
        /// The rule or check.
        reason: String,
    },
    /// The system could not read or write.
    #[error(transparent)]
    Io(#[from] IoError),
    /// A run that has no witness.
    #[error("{}: {source}", path.display())]
    Run {
        /// The log or run folder.
        path: PathBuf,
        /// Why.
        source: BuildError,
    },
    /// A run that no proof holds.
    #[error(transparent)]
    Capacity(#[from] BrokenLimits),
    /// A structured reference string.
    #[error(transparent)]
    Srs(#[from] SrsError),
    /// A key or a proof that could not be made.
    #[error(transparent)]
    Proof(ProofError),
    /// A chain, a node or a contract.
    #[error("{source}{}", describe_done(done))]
    Settle {
        /// Transactions that took effect before it, in words.
        done: Vec<String>,
        /// What went wrong.
        source: tranche_settle::Error,
    },
    /// A claim that is not true of the run.
    #[error("refused: {0}; no proof of it exists, so ask for a claim that is true")]
    Claim(#[from] ClauseViolation),
    /// A defect of this program.
    #[error("internal error: {0}")]
    Internal(String),
    /// The caller asked to stop. What was complete before stays, and nothing half-written is left.
    #[error("cancelled; run this again to do the rest")]
    Cancelled,
}

impl From<ProofError> for Error {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Cancelled => Self::Cancelled,
            other => Self::Proof(other),
        }
    }
}

impl Error {
    /// Wraps a system error with what was tried on which path.
    pub fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io(IoError::new(action, path, source))
    }

    /// Builds a [`Error::Usage`].
    pub fn usage(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Usage {
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// A fault of a whole file.
    pub fn file(file: &Path, fault: impl Into<Fault>) -> Self {
        Self::Input(InputError::new(file, None, fault))
    }

    /// A fault at a row, counted from 1.
    pub fn row(file: &Path, row: u64, fault: impl Into<Fault>) -> Self {
        Self::Input(InputError::new(file, Some(row), fault))
    }

    /// The error of writing a file of a folder that is not complete, by the place that the file is to have.
    #[must_use]
    pub fn placed(self, folder: &AtomicFolder) -> Self {
        match self {
            Self::Io(error) => Self::Io(folder.error(error)),
            other => other,
        }
    }

    /// The class.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Input(_) | Self::Usage { .. } | Self::Run { .. } | Self::Capacity(_) => {
                ErrorClass::Input
            }
            Self::Refused { .. } | Self::Claim(_) => ErrorClass::Refused,
            Self::Srs(SrsError::Read { .. } | SrsError::Write { .. })
            | Self::Proof(ProofError::Key(KeyError::Store { .. }))
            | Self::Io(_) => ErrorClass::Io,
            Self::Settle { source, .. } => settle_class(source),
            Self::Srs(_)
            | Self::Proof(
                ProofError::TooLarge { .. }
                | ProofError::Statement(_)
                | ProofError::Key(KeyError::Environment { .. }),
            ) => ErrorClass::Input,
            Self::Proof(_) | Self::Internal(_) => ErrorClass::Internal,
            Self::Cancelled => ErrorClass::Cancelled,
        }
    }

    /// The fault inside an input error, if it is one of this enumeration.
    pub fn fault<F: InputFault>(&self) -> Option<&F> {
        match self {
            Self::Input(input) => input.fault.get(),
            _ => None,
        }
    }
}

impl From<tranche_ingest::Error> for Error {
    fn from(error: tranche_ingest::Error) -> Self {
        match error {
            tranche_ingest::Error::Input(input) => Self::Input(input),
            tranche_ingest::Error::Usage { what, remedy } => Self::Usage { what, remedy },
            tranche_ingest::Error::Io(error) => Self::Io(error),
        }
    }
}

impl From<tranche_fs::Error> for Error {
    fn from(error: tranche_fs::Error) -> Self {
        match error {
            tranche_fs::Error::Io(error) => Self::Io(error),
            tranche_fs::Error::Destination { what, remedy } => Self::usage(what, remedy),
        }
    }
}

impl From<Cancelled> for Error {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<tranche_settle::Error> for Error {
    fn from(source: tranche_settle::Error) -> Self {
        let done = Vec::new();
        Self::Settle { done, source }
    }
}

fn settle_class(error: &tranche_settle::Error) -> ErrorClass {
    use tranche_settle::Error as Settle;
    match error {
        Settle::Unreachable { .. }
        | Settle::Node { .. }
        | Settle::Answer { .. }
        | Settle::Timeout { .. }
        | Settle::BlockTimeout { .. } => ErrorClass::Io,
        Settle::InsufficientFunds { .. }
        | Settle::Reverted(_)
        | Settle::Halted { .. }
        | Settle::NoClock { .. }
        | Settle::InsecureVerifier { .. }
        | Settle::RootMismatch { .. }
        | Settle::NoVerifier { .. }
        | Settle::UnknownRun { .. } => ErrorClass::Refused,
        Settle::WrongChain { .. }
        | Settle::Artifact { .. }
        | Settle::Deployment { .. }
        | Settle::Usage { .. }
        | Settle::State(_) => ErrorClass::Input,
        Settle::Internal(_) => ErrorClass::Internal,
    }
}

fn describe_done(done: &[String]) -> String {
    if done.is_empty() {
        return String::new();
    }
    format!(" (done before that: {})", done.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_reading_keep_their_words() {
        let fault = FormatFault::MissingField("answer".into());
        let error = Error::from(tranche_ingest::Error::row(Path::new("a.jsonl"), 7, fault));
        assert_eq!(
            error.to_string(),
            "a.jsonl, row 7: no field \"answer\"; choose fields that every row has"
        );
        assert_eq!(error.class(), ErrorClass::Input);
        assert!(error.fault::<FormatFault>().is_some());
    }
}
