//! A ceremony of one's own: parties multiply scalars into the secret one after the other, and nobody knows the product unless
//! all of them work together.
//!
//! | module | noun |
//! |---|---|
//! | `state` | a ceremony that goes on: its chain and the powers of the product so far |
//! | `record` | one step: the new tau·g1 and tau·g2, with a proof that whoever made it knew the scalar |
//! | `chain` | all steps from the start, checked |
//! | `beacon` | the public value at the end |
//! | `hidden` | a contribution's scalar, wiped |
//! | `file` | the file of a state or of a finished chain |
//!
//! A state is a chain and the powers of the product so far. The powers follow from tau and k, so a chain that binds tau binds
//! them; they are compared with it whenever a state is read.
//!
//! Test strategy: each check is broken alone, and a dishonest contributor's and coordinator's ways are tried one by one
//! (`tests/ceremony.rs` from outside, `attack.rs` with forged records).

#[cfg(test)]
mod attack;
mod beacon;
mod bounds;
mod chain;
mod error;
mod file;
mod hidden;
mod record;
mod state;

pub use beacon::Beacon;
pub use chain::{Chain, Contribution};
pub use error::{CeremonyFault, RecordFault};
pub use state::Ceremony;
