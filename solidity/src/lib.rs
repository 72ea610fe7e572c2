//! The Solidity verifier of a circuit, generated from its portable verifying key.
//!
//! The contract computes what `docs/transcript.md` says, as `tranche_verifier::verify` does, for one key and one
//! reference string; `docs/solidity-verifier.md` explains its memory and its choices.
//!
//! | module | part of the contract |
//! |---|---|
//! | `layout` | the memory: names and addresses |
//! | `transcript` | reading the proof, challenges |
//! | `batch` | divisions, Lagrange values, public inputs |
//! | `value`, `gates`, `permutation` | the constraints at x |
//! | `opening` | SHPLONK |
//! | `contract`, `abi`, `notes` | the files around them |
//! | `description`, `literal`, `writer` | what these share |

mod abi;
mod batch;
mod contract;
mod description;
mod error;
mod gates;
mod layout;
mod literal;
mod notes;
mod opening;
mod permutation;
mod transcript;
mod value;
mod writer;

pub use contract::{Contract, Options, contract_name, render};
pub use error::Error;
pub use notes::{Estimate, estimate};
