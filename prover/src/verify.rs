//! The strict native verifier: halo2's, with every check that it leaves to its caller.
//!
//! Never panics on any proof or instances. Inside halo2 two divisions would: by x^n − 1, and by the vanishing polynomial,
//! at u, of the points outside the first opening set. Both x and u are Keccak outputs fixed after everything they depend
//! on, so a proof that meets a zero costs about 2^225 hash evaluations to find.

use halo2_proofs::plonk::{VerifyingKey, verify_proof};
use halo2_proofs::poly::kzg::commitment::KZGCommitmentScheme;
use halo2_proofs::poly::kzg::multiopen::VerifierSHPLONK;
use halo2_proofs::poly::kzg::strategy::SingleStrategy;
use halo2_proofs::transcript::Transcript;
use halo2curves::bn256::{Bn256, Fr, G1Affine};
use thiserror::Error;
use tranche_srs::VerifierSrs;

use crate::shape::{ProofShape, UnsupportedSystem, usable_rows};
use crate::transcript::{Challenge, ProofReader};

/// Why a proof was not accepted. The first group are errors of shape, found before any curve operation.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum VerifyError {
    /// The key is of a kind that is never proven here.
    #[error("the verifying key is refused: {0}")]
    System(#[from] UnsupportedSystem),
    /// The key and the SRS are for different numbers of rows.
    #[error(
        "the SRS has k = {got}, the verifying key {expected}: use the SRS that the key was made with"
    )]
    K {
        /// The key's.
        expected: u32,
        /// The SRS's.
        got: u32,
    },
    /// The number of public inputs is not the statement's.
    #[error("{got} public inputs, expected {expected}")]
    Instances {
        /// The statement's.
        expected: usize,
        /// What was given.
        got: usize,
    },
    /// More public inputs than the circuit has usable rows.
    #[error("{got} public inputs, but the circuit has only {usable} usable rows")]
    TooManyInstances {
        /// Usable rows.
        usable: usize,
        /// What was given.
        got: usize,
    },
    /// The proof's length is not the key's.
    #[error("the proof has {got} bytes, expected {expected}")]
    ProofLength {
        /// What the key implies.
        expected: usize,
        /// What was given.
        got: usize,
    },
    /// A point or scalar of the proof is non-canonical, off the curve or the identity.
    #[error("the proof is malformed: {0}")]
    Encoding(&'static str),
    /// The proof is well-formed and wrong.
    #[error("the proof is not valid for this key, statement and public inputs")]
    Rejected,
}

/// Accepts exactly the valid proofs of `statement_digest` and `instances` under `vk`.
///
/// `instances` is the content of the one instance column, `expected_instances_len` the number of rows the statement
/// defines. The digest is absorbed before anything else.
///
/// # Errors
/// [`VerifyError`] with the first reason found.
///
/// # Examples
/// ```no_run
/// use tranche_circuits::field::to_halo;
/// use tranche_protocol::proof_file::ProofFile;
/// use tranche_prover::{CircuitKey, VerifyError, verify};
/// use tranche_srs::VerifierSrs;
///
/// /// Whether the proof in a file is valid for its own statement.
/// fn accepts(srs: &VerifierSrs, key: &CircuitKey, file: &ProofFile) -> Result<(), VerifyError> {
///     let inputs: Vec<_> = file.public_inputs.iter().map(to_halo).collect();
///     let digest = to_halo(&file.statement_digest().felt());
///     verify(srs, key.pair().vk(), inputs.len(), &inputs, digest, &file.proof)
/// }
/// ```
pub fn verify(
    srs: &VerifierSrs,
    vk: &VerifyingKey<G1Affine>,
    expected_instances_len: usize,
    instances: &[Fr],
    statement_digest: Fr,
    proof: &[u8],
) -> Result<(), VerifyError> {
    let shape = ProofShape::new(vk)?;
    let k = vk.get_domain().k();
    if srs.k() != k {
        return Err(VerifyError::K {
            expected: k,
            got: srs.k(),
        });
    }
    if instances.len() != expected_instances_len {
        return Err(VerifyError::Instances {
            expected: expected_instances_len,
            got: instances.len(),
        });
    }
    let usable = usable_rows(vk);
    if instances.len() > usable {
        return Err(VerifyError::TooManyInstances {
            usable,
            got: instances.len(),
        });
    }
    if proof.len() != shape.proof_bytes() {
        return Err(VerifyError::ProofLength {
            expected: shape.proof_bytes(),
            got: proof.len(),
        });
    }
    let mut transcript = ProofReader::new(proof);
    transcript
        .common_scalar(statement_digest)
        .map_err(|_| VerifyError::Rejected)?;
    let verdict =
        verify_proof::<KZGCommitmentScheme<Bn256>, VerifierSHPLONK<'_, Bn256>, Challenge, _, _>(
            srs.params(),
            vk,
            SingleStrategy::new(srs.params()),
            &[&[instances]],
            &mut transcript,
        );
    match (verdict, transcript.fault(), transcript.remaining()) {
        (_, Some(fault), _) => Err(VerifyError::Encoding(fault)),
        (Err(_), None, _) => Err(VerifyError::Rejected),
        (Ok(()), None, 0) => Ok(()),
        (Ok(()), None, rest) => Err(VerifyError::ProofLength {
            expected: proof.len() - rest,
            got: proof.len(),
        }),
    }
}
