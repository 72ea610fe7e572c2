//! What can be wrong with a structured reference string.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::{CeremonyFault, ImportFault, MAX_K};

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

/// Why the bytes of a string were refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SrsFault {
    /// Not a file of this kind.
    #[error("not a tranche SRS file: import it first")]
    Magic,
    /// Another format version.
    #[error(
        "SRS format version {got}, expected {expected}: import the SRS again with this release"
    )]
    Version {
        /// The version this release reads.
        expected: u16,
        /// The file's.
        got: u16,
    },
    /// A flag byte that is neither 0 nor 1.
    #[error("the insecure flag is {0}, expected 0 or 1: the file is damaged, fetch it again")]
    Flag(u8),
    /// The size is not supported.
    #[error(
        "the SRS claims 2^{0} powers, supported are 2^1 to 2^{MAX_K}: the file is damaged, fetch it again"
    )]
    Size(u32),
    /// The length does not fit the size.
    #[error("{got} bytes, expected {expected}: the file is truncated or extended, fetch it again")]
    Length {
        /// What the header implies.
        expected: u64,
        /// What there is.
        got: u64,
    },
    /// The payload is not what was written.
    #[error("the checksum does not match: the file is damaged, fetch it again")]
    Checksum,
    /// A coordinate is not canonical, or the point is off the curve or the identity.
    #[error("point {index} of {part} is not a valid point: do not use this SRS")]
    Point {
        /// Which list.
        part: &'static str,
        /// Position in it.
        index: usize,
    },
    /// The first power or g2 is not the group's generator.
    #[error("{0} is not the generator: do not use this SRS")]
    Generator(&'static str),
    /// s·g2 is outside the order-r subgroup.
    #[error("s·g2 is not in the subgroup of order r: do not use this SRS")]
    Subgroup,
    /// The powers are not those of the secret in s·g2.
    #[error("the points are not consecutive powers of the secret in s·g2: do not use this SRS")]
    Powers,
    /// The secret is a root of unity of the domain, such as 1: there are few of them, so everybody can find it.
    #[error("the secret is a root of unity, which anyone can find: do not use this SRS")]
    RootOfUnity,
    /// The Lagrange form does not belong to the powers; used in key generation it would forge verifying keys.
    #[error("the Lagrange form does not belong to the powers: do not use this SRS")]
    Lagrange,
    /// The identity digest is not that of the points and flag.
    #[error(
        "the identity digest does not match the points: the header is damaged, fetch the file again"
    )]
    Digest,
    /// The secret is the public development one but the header says it is not.
    #[error("this is the development SRS marked as secure: do not use this file")]
    DevelopmentMarkedSecure,
}
