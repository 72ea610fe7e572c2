//! Why a key cannot be exported.

use thiserror::Error;

use crate::shape::UnsupportedSystem;

/// Why a key cannot be exported.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ExportError {
    /// The constraint system has a feature the portable verifier does not implement.
    #[error("the key cannot be exported: {0}")]
    System(#[from] UnsupportedSystem),
    /// The key and the SRS are for different numbers of rows.
    #[error(
        "the SRS has k = {got}, the verifying key {expected}: use the SRS that the key was made with"
    )]
    K {
        /// The key's.
        expected: u32,
        /// The SRS's.
        got: u32,
    },
    /// More public inputs than the circuit has usable rows.
    #[error("{got} public inputs, but the circuit has only {usable} usable rows")]
    TooManyInstances {
        /// Usable rows.
        usable: usize,
        /// What was given.
        got: usize,
    },
    /// A gate or the permutation refers to something that is not among the key's queries.
    #[error(
        "the verifying key refers to {0} that it does not query: it was not made by this release, generate it anew"
    )]
    Unqueried(&'static str),
    /// A list is longer than the format's 32-bit lengths.
    #[error("{0} are too many for the key format")]
    TooLong(&'static str),
}
