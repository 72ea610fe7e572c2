//! The portable verifier: checks a tranche proof from three pieces of data, a verifying key, public inputs and a proof.
//!
//! It is written against `docs/transcript.md` and arkworks, and knows nothing of the prover's library: a second
//! implementation whose verdict must be the native one on every input. It needs no standard library, never panics, and
//! allocates no more than a constant times the bytes it is given.
//!
//! | module | noun |
//! |---|---|
//! | [`file`](mod@file) | a proof file against a key |
//! | [`key`] | the verifying key and its file |
//! | `query` | a column at a rotation |
//! | [`expression`] | the gates, a flat list of operations |
//! | [`opening`] | which commitments are opened where |
//! | `transcript`, `proof` | the challenges, and the proof's elements in their order |
//! | `domain`, `constraints`, `shplonk` | the equations |
//! | [`verify()`] | a proof's scalars and bytes against a key |

#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::unreachable
)]

extern crate alloc;

mod constraints;
mod domain;
mod encoding;
mod error;
pub mod expression;
pub mod file;
pub mod key;
pub mod opening;
mod proof;
mod query;
mod shplonk;
mod transcript;
mod verify;

pub use ark_bn254::Fr;
pub use encoding::{scalar_from_be_bytes, scalar_to_be_bytes};
pub use error::{KeyError, VerifyError};
pub use file::verify_file;
pub use key::VerifyingKey;
pub use verify::verify;
