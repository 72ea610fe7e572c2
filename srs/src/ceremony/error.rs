//! Why a ceremony's file is refused, or a step of it.

use thiserror::Error;

use super::bounds::{MAX_BEACON, MAX_EXPONENT, MAX_NAME, MAX_RECORDS, MIN_BEACON, MIN_EXPONENT};
use crate::fault::SrsFault;
use crate::limits::MAX_K;

/// Why a ceremony's file is refused, or a step of it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CeremonyFault {
    /// Not a ceremony's file.
    #[error(
        "not a file of a tranche ceremony: give one that `srs start`, `srs contribute` or `srs finalize` wrote"
    )]
    Magic,
    /// Another format version.
    #[error(
        "ceremony format version {got}, expected {expected}: use the release that wrote the file"
    )]
    Version {
        /// The version this release reads.
        expected: u16,
        /// The file's.
        got: u16,
    },
    /// The size is not supported.
    #[error("2^{0} powers are not supported: choose k from 1 to {MAX_K}")]
    K(u32),
    /// The length does not fit the header.
    #[error("{got} bytes, expected {expected}: the file is truncated or extended, fetch it again")]
    Length {
        /// What the header implies.
        expected: u64,
        /// What there is.
        got: u64,
    },
    /// The list of records is longer than any ceremony's, or does not end where it should.
    #[error(
        "the list of records ends within record {0} or goes on after the last: the file is damaged, fetch it again"
    )]
    Records(usize),
    /// No place for one more.
    #[error("the ceremony has {MAX_RECORDS} records, the most there can be: finalise it")]
    Full,
    /// A record that is wrong.
    #[error("record {number}: {fault}")]
    Record {
        /// Which, from 1.
        number: usize,
        /// What is wrong.
        fault: RecordFault,
    },
    /// The powers are not those of the last record's secret.
    #[error("the powers: {0}")]
    Powers(SrsFault),
    /// A file with a beacon is at its end.
    #[error("the ceremony is finalised: its file holds the chain and no powers; start another")]
    Finalised,
    /// Nobody has contributed, so the secret would be public.
    #[error("nobody has contributed: the secret would be the public beacon's; contribute first")]
    Empty,
    /// A name that cannot be recorded.
    #[error(
        "a contributor's name is letters, digits, spaces and ASCII punctuation, at most {MAX_NAME} bytes; choose another"
    )]
    Name,
    /// A beacon value of another length.
    #[error("a beacon is {MIN_BEACON} to {MAX_BEACON} bytes; give the value as it was published")]
    BeaconLength,
    /// An exponent out of range.
    #[error(
        "2^{0} hash iterations are not supported: choose an exponent from {MIN_EXPONENT} to {MAX_EXPONENT}"
    )]
    Exponent(u8),
    /// A file that does not begin with the one before it.
    #[error(
        "the chain does not go on from the file before it: record {number} differs or is missing, so history was replaced; compare the digests that the contributors published"
    )]
    History {
        /// The first that differs, from 1.
        number: usize,
    },
    /// Files of ceremonies of different sizes.
    #[error("2^{got} powers, the file before it has 2^{expected}: take the files of one ceremony")]
    OtherSize {
        /// The k of the file before.
        expected: u32,
        /// The file's.
        got: u32,
    },
    /// A digest that no record has.
    #[error("no contribution has the digest {}: it is not part of this ceremony, or was dropped from it", hex(.0))]
    Missing([u8; 32]),
    /// The string is not the one that the ceremony ended with.
    #[error(
        "the ceremony ended with another string: the secret's image differs, take the files of one ceremony"
    )]
    OtherString,
    /// The ceremony goes on, so no string came of it yet.
    #[error("the ceremony is not finalised: no string came of it yet")]
    Open,
}

/// What is wrong with one record.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RecordFault {
    /// A kind that is neither contribution nor beacon.
    #[error("its kind is {0}, expected 1 or 2: the file is damaged, fetch it again")]
    Kind(u8),
    /// Bound to another state.
    #[error(
        "it was made for another state than the one before it: history was replaced or a contribution replayed, do not go on from this file"
    )]
    Previous,
    /// Not a point.
    #[error("{0} is not a valid point: do not go on from this file")]
    Point(&'static str),
    /// A scalar at or above r.
    #[error("its response is not a scalar: do not go on from this file")]
    Scalar,
    /// tau·g2 is outside the order-r subgroup.
    #[error("tau·g2 is not in the subgroup of order r: do not go on from this file")]
    Subgroup,
    /// tau·g1 and tau·g2 are of two secrets.
    #[error("tau·g1 and tau·g2 hold different secrets: do not go on from this file")]
    Pair,
    /// The contributor did not know the scalar.
    #[error(
        "the proof that the contributor knew the scalar does not hold: do not go on from this file"
    )]
    Knowledge,
    /// The state is one that there was before.
    #[error(
        "it leads back to the state after record {earlier} (0 is the start): it cancels what came between, do not go on from this file"
    )]
    Repeated {
        /// Which, from 0.
        earlier: usize,
    },
    /// The points are not those that the beacon's value gives.
    #[error("the points are not those that the beacon gives: do not use what came of it")]
    Beacon,
    /// A record after the beacon.
    #[error("it comes after a beacon, which ends a ceremony: do not use what came of it")]
    AfterBeacon,
    /// A name that cannot be recorded.
    #[error(
        "its contributor's name is not of letters, digits, spaces and ASCII punctuation: the file is damaged, fetch it again"
    )]
    Name,
    /// A beacon of another length or delay than there can be.
    #[error(
        "its beacon has a length or a delay that cannot be: the file is damaged, fetch it again"
    )]
    BeaconSize,
}

/// A number of powers that is supported.
pub(super) fn check_k(k: u32) -> Result<u32, CeremonyFault> {
    (1..=MAX_K)
        .contains(&k)
        .then_some(k)
        .ok_or(CeremonyFault::K(k))
}

fn hex(digest: &[u8; 32]) -> String {
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}
