//! Errors, and the exit code each class maps to.

mod fault;

use std::io;
use std::path::{Path, PathBuf};

use tranche_circuits::usage::params::CapacityError;
use tranche_protocol::clause::ClauseViolation;
use tranche_protocol::usage_relation::BuildError;
use tranche_prover::{KeyError, ProofError};
use tranche_srs::SrsError;

pub use fault::Fault;

/// What the process reports to its caller.
///
/// | code | class |
/// |---|---|
/// | 0 | done, or the verdict is "valid" |
/// | 1 | the verdict is "invalid", or the request is refused |
/// | 2 | wrong usage or bad input |
/// | 3 | the system could not read or write |
/// | 4 | a defect of this program |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitClass {
    /// Done.
    Success,
    /// An invalid proof, a failed check, or a refusal by rule.
    Refused,
    /// A wrong option, or input that is not what it should be.
    Input,
    /// Reading or writing failed.
    Io,
    /// A defect of this program.
    Internal,
}

impl ExitClass {
    /// The process exit code, 0 to 4.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Refused => 1,
            Self::Input => 2,
            Self::Io => 3,
            Self::Internal => 4,
        }
    }

    /// A stable lower-case name for machine output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused => "refused",
            Self::Input => "input",
            Self::Io => "io",
            Self::Internal => "internal",
        }
    }
}

/// The error of every command.
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
    #[error("cannot {action} {}: {source}; {}", path.display(), io_remedy(source.kind()))]
    Io {
        /// What was tried, as a verb: "open", "read", "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A run that has no witness.
    #[error("{}: {source}", path.display())]
    Run {
        /// The log or run folder.
        path: PathBuf,
        /// Why.
        source: BuildError,
    },
    /// A run that no circuit holds.
    #[error(transparent)]
    Capacity(#[from] CapacityError),
    /// A structured reference string.
    #[error(transparent)]
    Srs(#[from] SrsError),
    /// A key or a proof that could not be made.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A chain, a node or a contract.
    #[error("{source}{}", done_words(done))]
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
}

impl Error {
    /// Wraps a system error with what was tried on which path.
    pub fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// Builds a [`Error::Usage`].
    pub fn usage(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Usage {
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// A fault of a whole file.
    pub fn file(file: &Path, fault: Fault) -> Self {
        Self::Input(Box::new(InputError {
            file: file.to_owned(),
            row: None,
            fault,
        }))
    }

    /// A fault at a row, counted from 1.
    pub fn row(file: &Path, row: u64, fault: Fault) -> Self {
        Self::Input(Box::new(InputError {
            file: file.to_owned(),
            row: Some(row),
            fault,
        }))
    }

    /// The class, which decides the exit code.
    pub fn class(&self) -> ExitClass {
        match self {
            Self::Input(_) | Self::Usage { .. } | Self::Run { .. } | Self::Capacity(_) => {
                ExitClass::Input
            }
            Self::Refused { .. } | Self::Claim(_) => ExitClass::Refused,
            Self::Srs(SrsError::Read { .. } | SrsError::Write { .. })
            | Self::Proof(ProofError::Key(KeyError::Store { .. }))
            | Self::Io { .. } => ExitClass::Io,
            Self::Settle { source, .. } => settle_class(source),
            Self::Srs(_)
            | Self::Proof(
                ProofError::TooLarge { .. }
                | ProofError::Statement(_)
                | ProofError::Key(KeyError::Environment { .. }),
            ) => ExitClass::Input,
            Self::Proof(_) | Self::Internal(_) => ExitClass::Internal,
        }
    }

    /// The fault inside an input error.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Input(input) => Some(&input.fault),
            _ => None,
        }
    }
}

impl From<tranche_settle::Error> for Error {
    fn from(source: tranche_settle::Error) -> Self {
        let done = Vec::new();
        Self::Settle { done, source }
    }
}

fn settle_class(error: &tranche_settle::Error) -> ExitClass {
    use tranche_settle::Error as Settle;
    match error {
        Settle::Unreachable { .. }
        | Settle::Node { .. }
        | Settle::Answer { .. }
        | Settle::Timeout { .. }
        | Settle::BlockTimeout { .. } => ExitClass::Io,
        Settle::InsufficientFunds { .. }
        | Settle::Reverted(_)
        | Settle::Halted { .. }
        | Settle::NoClock { .. }
        | Settle::InsecureVerifier { .. }
        | Settle::RootMismatch { .. }
        | Settle::NoVerifier { .. }
        | Settle::UnknownRun { .. } => ExitClass::Refused,
        Settle::WrongChain { .. }
        | Settle::Artifact { .. }
        | Settle::Deployment { .. }
        | Settle::Usage { .. }
        | Settle::State(_) => ExitClass::Input,
        Settle::Internal(_) => ExitClass::Internal,
    }
}

fn io_remedy(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind as Kind;
    match kind {
        Kind::StorageFull | Kind::QuotaExceeded => "free space there and run this again",
        Kind::FileTooLarge => "raise the limit of file sizes (ulimit -f) and run this again",
        Kind::PermissionDenied => "change the permissions or choose another path",
        Kind::ReadOnlyFilesystem => "choose a path that can be written",
        Kind::NotFound | Kind::NotADirectory | Kind::IsADirectory => "check the path",
        _ => "check the path and the device it is on, and run this again",
    }
}

fn done_words(done: &[String]) -> String {
    match done.is_empty() {
        true => String::new(),
        false => format!(" (done before that: {})", done.join(", ")),
    }
}

/// A fault of an input file: where, what, and the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {fault}; {}", file.display(), at(*row), fault.remedy())]
pub struct InputError {
    /// The file.
    pub file: PathBuf,
    /// The row, counted from 1, where the fault has one.
    pub row: Option<u64>,
    /// What is wrong.
    pub fault: Fault,
}

fn at(row: Option<u64>) -> String {
    row.map_or_else(String::new, |row| format!(", row {row}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_file_row_and_remedy() {
        let error = Error::row(
            Path::new("a.jsonl"),
            7,
            Fault::MissingField("answer".into()),
        );
        assert_eq!(
            error.to_string(),
            "a.jsonl, row 7: no field \"answer\"; choose fields that every row has"
        );
        assert_eq!(error.class().code(), 2);
        let error = Error::file(Path::new("a.npy"), Fault::Empty("draws"));
        assert_eq!(
            error.to_string(),
            "a.npy: holds no draws; check the path and the format"
        );
    }

    #[test]
    fn classes_map_to_distinct_codes() {
        let classes = [
            ExitClass::Success,
            ExitClass::Refused,
            ExitClass::Input,
            ExitClass::Io,
            ExitClass::Internal,
        ];
        let codes: Vec<u8> = classes.iter().map(|class| class.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4]);
    }
}
