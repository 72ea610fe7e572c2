//! The two algebraic hashes and their trees (encodings, section 2).
//!
//! [`wide`] hashes bulk data that only provers and auditors touch, [`narrow`] whatever a contract or a wallet may recompute.

pub mod narrow;
pub mod narrow_constants;
pub mod narrow_tree;
pub mod wide;
pub mod wide_constants;
pub mod wide_tree;

/// More leaves than a tree of fixed size holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tree holds at most {capacity} leaves, got {leaves}")]
pub struct TreeFull {
    /// Leaves that the tree can hold.
    pub capacity: usize,
    /// Leaves that were given.
    pub leaves: usize,
}
