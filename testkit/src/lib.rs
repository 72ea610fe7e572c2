//! What the tests of several crates share. No crate that is shipped depends on this one, except to test.
//!
//! Everything here panics where a test should fail.
//!
//! | module | noun |
//! |---|---|
//! | [`circuit`] | a small circuit with every feature that the circuits of tranche use |
//! | [`sample`] | valid proofs of small runs |
//! | [`contract`] | the code of the committed verifier contracts |
//! | [`evm`] | an EVM in memory that runs them and measures gas |

pub mod circuit;
pub mod contract;
pub mod evm;
pub mod sample;
