//! Sizes of a challenge.

/// Fewest bytes of a beacon's value.
pub(super) const BEACON_MIN: usize = 16;
/// Most bytes of a beacon's value.
pub(super) const BEACON_MAX: usize = 256;
/// Most picks of a challenge.
pub(super) const MAX_COUNT: u32 = 65_536;
