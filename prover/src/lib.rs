//! Keys, structured reference strings and proofs for the tranche circuits, over halo2's KZG backend on BN254.
//!
//! | module | noun |
//! |---|---|
//! | [`transcript`] | the Keccak-256 Fiat-Shamir transcript and the proof's bytes |
//! | [`srs`] | the structured reference string: development set-up, file, identity, verifier part |
//! | [`keys`] | proving keys: generation, disk cache, digest, golden pin |
//! | [`prove`] | making a proof, with progress |
//! | [`verify`] | the strict native verifier |
//! | [`export`] | the portable verifying key that `tranche-verifier` reads |
//!
//! The byte formats are specified in `docs/transcript.md`.

mod encoding;
pub mod export;

mod file;
pub mod keys;
mod progress;
pub mod prove;
mod shape;
pub mod srs;
pub mod transcript;
pub mod verify;

pub use export::{ExportError, export_verifying_key};
pub use keys::{KeyError, KeyOrigin, KeyPair, KeyStore, pin, vk_digest};
pub use progress::Stage;
pub use prove::{ProveError, prove};
pub use shape::{ProofShape, ShapeError};
pub use srs::{Srs, SrsError, SrsFault, SrsIdentity, VerifierSrs};
pub use verify::{VerifyError, verify};
