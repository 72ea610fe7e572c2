//! Bounds of a ceremony's records.

/// Records that a chain holds at most.
pub(super) const MAX_RECORDS: usize = 1024;
/// Bytes of a contributor's name.
pub(super) const MAX_NAME: usize = 64;
/// Bytes of a beacon's value.
pub(super) const MIN_BEACON: usize = 16;
pub(super) const MAX_BEACON: usize = 64;
/// Least and greatest binary logarithm of the beacon's iterations; 2^32 take about a quarter of an hour where the processor hashes.
pub(super) const MIN_EXPONENT: u8 = 10;
pub(super) const MAX_EXPONENT: u8 = 32;
