//! A failure to make, read or write a string.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::ceremony::CeremonyFault;
use crate::fault::SrsFault;
use crate::import::ImportFault;
use crate::limits::MAX_K;

/// A failure to make, read or write a string.
#[derive(Debug, Error)]
pub enum SrsError {
    /// The size is not supported.
    #[error("an SRS of 2^{k} powers is not supported: choose k from 1 to {MAX_K}")]
    Size {
        /// The size asked for.
        k: u32,
    },
    /// A string can only be made smaller.
    #[error(
        "an SRS of 2^{from} powers cannot be cut to 2^{to}: choose k from 1 to {from}, or import a larger SRS"
    )]
    Downsize {
        /// Present k.
        from: u32,
        /// The k asked for.
        to: u32,
    },
    /// The file cannot be read.
    #[error("{path}: cannot read the SRS: {source}; check the path and its permissions", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("{path}: cannot write the SRS: {source}; check free space and permissions", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file was read and refused.
    #[error("{path}: {fault}", path = path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        fault: SrsFault,
    },
    /// A ceremony's file was read and not imported.
    #[error("{path}: {fault}", path = path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// Why.
        fault: Box<ImportFault>,
    },
    /// The file of a ceremony was read and refused.
    #[error("{path}: {fault}", path = path.display())]
    Ceremony {
        /// The file.
        path: PathBuf,
        /// Why.
        fault: Box<CeremonyFault>,
    },
}
