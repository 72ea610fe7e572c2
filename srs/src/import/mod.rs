//! Taking a string from a ceremony's file.
//!
//! | format | recognised by | module |
//! |---|---|---|
//! | snarkjs `.ptau` | the magic `ptau` | `ptau` |
//! | halo2 `.srs` | its length, which its k implies | `halo2_file` |
//!
//! Nothing in a file is trusted: every length is compared with the file's before anything is allocated, and the points
//! go through [`Srs::from_powers`](crate::Srs::from_powers). No check finds out whether somebody knows the secret; for that the file's hash
//! is compared with those of the public ceremony, or with one that the user brings.
//!
//! Test strategy: files made from a known secret, broken one property at a time (`tests/import.rs`).

mod fault;
mod file_hash;
mod halo2_file;
mod imported;
mod points;
mod ptau;
mod section;

pub use fault::ImportFault;
pub use file_hash::{FileHash, FileHashError};
pub use imported::{Format, Imported, Origin, SourceFile};
pub use section::Section;
