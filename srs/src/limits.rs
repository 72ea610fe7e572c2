//! How large a string may be.

/// Largest supported k: 2^24 powers, 2 GiB of points.
pub const MAX_K: u32 = 24;
