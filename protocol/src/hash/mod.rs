//! The two algebraic hashes and their trees (encodings, section 2).
//!
//! [`poseidon2_t16`] (W) hashes bulk data that only provers and auditors touch, [`poseidon_t3`] (P) whatever a contract or a wallet may
//! recompute. [`tree15`] and [`binary_tree`] are their trees.

pub mod binary_tree;
mod levels;
pub mod poseidon2_t16;
pub mod poseidon2_t16_constants;
pub mod poseidon_t3;
pub mod poseidon_t3_constants;
pub mod tree15;

pub use levels::TreeFull;
