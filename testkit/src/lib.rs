//! What the tests of several crates share. No crate that is shipped depends on this one, except to test.
//!
//! Everything here panics where a test should fail.
//!
//! | module | noun |
//! |---|---|
//! | [`files`] | a folder of files, arrays as numpy writes them |
//! | [`anvil`] | a real node |
//! | [`circuit`] | a small circuit with every feature that the circuits of tranche use |
//! | [`sample`] | valid proofs of small runs |
//! | [`contract`] | the code of the committed verifier contracts |
//! | [`evm`] | an EVM in memory that runs them and measures gas |

#[cfg(feature = "chain")]
pub mod anvil;
#[cfg(feature = "chain")]
pub mod circuit;
#[cfg(feature = "chain")]
pub mod contract;
#[cfg(feature = "chain")]
pub mod evm;
pub mod files;
#[cfg(feature = "chain")]
pub mod sample;
