//! What could not be read or written, and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The system could not do something to a file or a folder.
#[derive(Debug)]
pub struct IoError {
    /// What was tried, as a verb: "open", "read", "write".
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// The system's answer.
    pub source: io::Error,
}

impl IoError {
    /// Wraps a system error with what was tried on which path.
    pub fn new(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// What the user can do about it.
    pub fn remedy(&self) -> &'static str {
        use io::ErrorKind;
        match self.source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                "free space there and run this again"
            }
            ErrorKind::FileTooLarge => {
                "raise the limit of file sizes (ulimit -f) and run this again"
            }
            ErrorKind::PermissionDenied => "change the permissions or choose another path",
            ErrorKind::ReadOnlyFilesystem => "choose a path that can be written",
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory => {
                "check the path"
            }
            _ => "check the path and the device it is on, and run this again",
        }
    }
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            action,
            path,
            source,
        } = self;
        write!(
            f,
            "cannot {action} {}: {source}; {}",
            path.display(),
            self.remedy()
        )
    }
}

impl std::error::Error for IoError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Why something was not written.
#[derive(Debug)]
pub enum Error {
    /// The system could not.
    Io(IoError),
    /// The destination is not one that may be written to.
    Destination {
        /// What is wrong.
        what: String,
        /// What to do instead.
        remedy: &'static str,
    },
}

impl Error {
    /// Wraps a system error with what was tried on which path.
    pub fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io(IoError::new(action, path, source))
    }
}

impl From<IoError> for Error {
    fn from(error: IoError) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Destination { what, remedy } => write!(f, "{what}; {remedy}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => error.source(),
            Self::Destination { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_action_path_and_remedy() {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(
            Error::io("open", Path::new("a.csv"), missing).to_string(),
            "cannot open a.csv: entity not found; check the path"
        );
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(
            IoError::new("write", Path::new("a"), full)
                .to_string()
                .ends_with("free space there and run this again")
        );
    }
}
