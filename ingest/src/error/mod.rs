//! Errors of reading, with the file, the row and a remedy.
//!
//! | module | noun |
//! |---|---|
//! | `fault` | what may be wrong with an input, as a trait, and where it is |
//! | `format` | what may be wrong with the form of a file, whatever it holds |

mod fault;
mod format;

use std::io;
use std::path::Path;

use tranche_fs::IoError;

pub use fault::{Fault, FaultKind, InputError, InputFault};
pub use format::FormatFault;

/// Why something was not read.
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
    /// The system could not read.
    #[error(transparent)]
    Io(#[from] IoError),
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

    /// The fault inside an input error, if it is one of this enumeration.
    pub fn fault<F: InputFault>(&self) -> Option<&F> {
        match self {
            Self::Input(input) => input.fault.get(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_file_row_and_remedy() {
        let fault = FormatFault::MissingField("answer".into());
        let error = Error::row(Path::new("a.jsonl"), 7, fault);
        assert_eq!(
            error.to_string(),
            "a.jsonl, row 7: no field \"answer\"; choose fields that every row has"
        );
        let error = Error::file(Path::new("a.npy"), FormatFault::Empty("draws"));
        assert_eq!(
            error.to_string(),
            "a.npy: holds no draws; check the path and the format"
        );
    }
}
