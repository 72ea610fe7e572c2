//! Why no contract is generated for a key.

use thiserror::Error;

/// Why no contract is generated for a key.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// The statement that the contract would check is of no known kind.
    #[error(
        "circuit \"{name}\" proves neither usage nor disclosure statements: its name starts with neither usage- nor disclosure-"
    )]
    Kind {
        /// The circuit's name.
        name: String,
    },
    /// The name does not fit the statement's word.
    #[error("circuit name \"{name}\" has {got} bytes, a statement has room for {limit}")]
    Name {
        /// The circuit's name.
        name: String,
        /// Its length.
        got: usize,
        /// The longest.
        limit: usize,
    },
    /// The proof or the public inputs would not fit the memory that a call can afford.
    #[error(
        "the {what} of circuit \"{name}\" are {got}, a contract handles {limit}: choose a smaller circuit"
    )]
    Size {
        /// The circuit's name.
        name: String,
        /// What is too large.
        what: &'static str,
        /// The key's.
        got: u64,
        /// The largest.
        limit: u64,
    },
}
