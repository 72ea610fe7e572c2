//! Why the bytes of a string are refused.

use thiserror::Error;

use crate::limits::MAX_K;

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
