//! The usage relation: what a usage proof shows, clauses S1 to S8, natively.
//!
//! [`UsageWitness`] is the private side, [`crate::statement::UsageStatement`] the public one. [`UsageWitness::build`] makes a witness
//! from a run, [`check()`] says which clause a pair breaks. Circuits take their cells from the same witness.

mod artefacts;
mod build;
mod clauses;
mod error;
mod inputs;
#[cfg(test)]
mod tests;
mod witness;

pub use artefacts::RunArtefacts;
pub use clauses::{check, s1, s2, s3, s4, s5, s6, s7, s8};
pub use error::BuildError;
pub use inputs::{Column, Draw, RunInputs, Source, SourceTranche};
pub use witness::{ChunkOwner, Slot, TableChunk, UsageWitness};
