//! The explanation of a contract's error.

/// The error's name in the ABI, what it says, and the remedy.
pub(super) type Explanation = (&'static str, String, &'static str);
