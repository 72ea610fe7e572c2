//! The files that steps hand to each other.
//!
//! | module | file | who may read it |
//! |---|---|---|
//! | [`folder`] | a tranche's folder: `manifest.json`, `units.bin`, `digests.bin` | everybody; of private data the owner only |
//! | [`run_log`] | `.tlog`: a run's draws | the builder only |
//! | [`terms`] | a run's terms | everybody |
//! | [`run`] | a run's folder: `run.json`, `registry.json`, `evidence.json`, `secret/` | everybody but for `secret/` |
//! | [`ledger`] | `secret/ledger.json`: what was disclosed about a run | the builder only |
//! | [`secret`] | keys and seeds | the owner only |
//!
//! The binary ones are framed alike ([`frame`]): an 8-byte magic, a u16 version, the body, and the BLAKE3 of all that.
//! Integers are little-endian.

mod checkpoint_digest;
mod fault;
pub mod folder;
pub mod frame;
pub mod ledger;
mod read;
pub mod run;
pub mod run_log;
mod seal;
pub mod secret;
pub mod terms;
mod write;

pub use checkpoint_digest::CheckpointDigest;
pub(crate) use checkpoint_digest::length_sha256_blake3;
pub use fault::ArtefactFault;
pub use folder::read_manifest;
pub use read::{read_bytes, read_json, read_proof, read_registry, read_secret_json, read_text};
pub use seal::seal_segment;
pub use write::write_json;
