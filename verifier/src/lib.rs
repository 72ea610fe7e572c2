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
//! | [`expression`] | the gates, a flat list of operations |
//! | [`opening`] | which commitments are opened where |
//! | `transcript`, `proof` | the challenges, and the proof's elements in their order |
//! | `domain`, `constraints`, `shplonk` | the equations |

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
mod shplonk;
mod transcript;

pub use ark_bn254::Fr;
pub use encoding::{scalar_from_be_bytes, scalar_to_be_bytes};
pub use error::{KeyError, VerifyError};
pub use file::verify_file;
pub use key::VerifyingKey;

use constraints::Point;
use proof::Proof;
use tranche_protocol::statement::StatementDigest;

/// Accepts exactly the valid proofs of `statement_digest` and `instances` under `key`.
///
/// `instances` is the content of the one instance column, as many scalars as the key says.
///
/// # Errors
/// [`VerifyError`]: first the number of instances, then the proof's length, then its elements in their order, then the
/// pairing equation.
pub fn verify(
    key: &VerifyingKey,
    instances: &[Fr],
    statement_digest: StatementDigest,
    proof: &[u8],
) -> Result<(), VerifyError> {
    if instances.len() != key.instances() {
        return Err(VerifyError::Instances {
            expected: key.instances(),
            got: instances.len(),
        });
    }
    if proof.len() as u64 != key.proof_bytes() {
        return Err(VerifyError::ProofLength {
            expected: key.proof_bytes(),
            got: proof.len() as u64,
        });
    }
    let proof = Proof::read(key, instances, statement_digest.felt(), proof)?;
    let point = Point::new(key, proof.challenges.x)?;
    let quotient = constraints::quotient_evaluation(key, instances, &proof, &point)?;
    shplonk::check(key, &proof, &point, quotient)
}
