//! The portable verifying key: all that `tranche-verifier` and the Solidity generator need, as data.
//!
//! The file's layout is specified in `docs/transcript.md`. Test strategy: on every proof, valid or broken, the portable
//! verifier with the exported key and the native one must agree (`tests/it/portable.rs`).

mod error;
mod gates;
mod portable;
mod writer;

pub use error::ExportError;
pub use portable::export_verifying_key;
