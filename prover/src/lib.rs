//! Keys and proofs for the tranche circuits, over halo2's KZG backend on BN254. Reference strings are `tranche_srs`'s.
//!
//! | module | noun |
//! |---|---|
//! | [`transcript`] | the Keccak-256 Fiat-Shamir transcript and the proof's bytes |
//! | [`keys`] | proving keys: generation, disk cache, digest, golden pin |
//! | [`mod@prove`] | making a proof, with progress and cancellation |
//! | [`plonk`] | the protocol: rounds, transforms, the quotient, the opening |
//! | [`mod@verify`] | the strict native verifier |
//! | [`circuit_key`] | a circuit's proving key with its portable verifying key |
//! | [`usage`] | proofs of the usage relation, S1 to S8 |
//! | [`disclosure`] | proofs of the disclosure relation, D1 to D7 |
//! | [`export`] | the portable verifying key that `tranche-verifier` reads |
//!
//! The byte formats are specified in `docs/transcript.md`.

pub mod circuit_key;
pub mod disclosure;
mod error;
pub mod export;
pub mod keys;
pub mod plonk;
mod progress;
pub mod prove;
mod shape;
mod statement;
mod statement_circuit;
pub mod transcript;
pub mod usage;
pub mod verify;

pub use circuit_key::CircuitKey;
pub use disclosure::prove_disclosure;
pub use error::ProofError;
pub use export::{ExportError, export_verifying_key};
pub use keys::{KeyError, KeyOrigin, KeyPair, KeyStore, pin, vk_digest};
pub use progress::{Progress, Stage};
pub use prove::{ProveError, prove};
pub use shape::{ProofShape, UnsupportedSystem};
pub use tranche_srs::{Srs, VerifierSrs};
pub use usage::prove_usage;
pub use verify::{VerifyError, verify};
