//! Structured reference strings: made in a ceremony, taken from one's files, stored, cut, and identified.
//!
//! | module | noun |
//! |---|---|
//! | [`Srs`] | powers of a secret in G1 with their Lagrange form: checked, stored in a file, cut to fewer powers |
//! | [`SrsIdentity`] | what identifies a string |
//! | [`VerifierSrs`] | the constant-size part that verification needs |
//! | [`import`] | taking a string from a snarkjs or halo2 file |
//! | [`ceremony`] | making a string together, so that nobody knows its secret |
//! | [`encoding`] | points and scalars as the EVM encodes them |
//! | [`temporary`], [`mod@replace`] | files and folders that are not whole yet, and a file replaced in one go |
//!
//! The development string ([`Srs::development`]) has a public secret: it is for tests and demonstrations.
//!
//! ```
//! use tranche_srs::Srs;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("powers.srs");
//! let srs = Srs::development(6)?;
//! srs.save(&path)?;
//! let smaller = Srs::load(&path)?.downsize(4)?;
//! assert_eq!(smaller.identity().digest(), srs.identity().digest());
//! assert!(smaller.identity().is_insecure());
//! # Ok(())
//! # }
//! ```
//!
//! Test strategy: the development string equals halo2's own set-up for the same secret; files are broken one property at
//! a time and each must be refused with its own fault (`tests/file.rs`, `tests/import.rs`; `tests/snarkjs.rs` with files
//! that snarkjs made; `tests/ceremony.rs`).

pub mod ceremony;
mod check;
mod development;
mod development_secret;
mod domain;
mod downsize;
pub mod encoding;
mod error;
mod fault;
mod file;
mod fixed_base;
mod identity;
pub mod import;
mod lagrange;
mod limits;
mod multiply;
mod raw_points;
pub mod replace;
mod string;
pub mod temporary;
mod verifier;

pub use error::SrsError;
pub use fault::SrsFault;
pub use identity::SrsIdentity;
pub use limits::MAX_K;
pub use string::Srs;
pub use verifier::VerifierSrs;
