//! Making a proof.

use halo2_proofs::plonk::{self, Circuit, ProvingKey};
use halo2_proofs::transcript::Transcript;
use halo2curves::bn256::{Fr, G1Affine};
use rand_core::OsRng;
use thiserror::Error;
use tranche_srs::Srs;

use crate::plonk::create_proof;
use crate::progress::{Cancelled, ObservedCircuit, Progress, StageTracker};
use crate::shape::{ProofShape, UnsupportedSystem, usable_rows};
use crate::transcript::{Event, ProofWriter};
use crate::verify::{VerifyError, verify};

/// Why no proof was made.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The key is of a kind that is never proven here.
    #[error("the proving key is refused: {0}")]
    System(#[from] UnsupportedSystem),
    /// The key and the SRS are for different numbers of rows.
    #[error(
        "the SRS has k = {got}, the proving key {expected}: downsize the SRS or generate the key anew"
    )]
    K {
        /// The key's.
        expected: u32,
        /// The SRS's.
        got: u32,
    },
    /// More public inputs than the circuit has usable rows.
    #[error("{got} public inputs, but the circuit has only {usable} usable rows: use a larger k")]
    TooManyInstances {
        /// Usable rows.
        usable: usize,
        /// What was given.
        got: usize,
    },
    /// Synthesis or the backend failed.
    #[error("proving failed: {0}")]
    Halo2(#[from] plonk::Error),
    /// The finished proof does not verify: the witness does not satisfy the circuit, or the public inputs are not its.
    #[error(
        "the witness does not satisfy the circuit with these public inputs: check it with the native clause checks"
    )]
    Unsatisfied(#[source] VerifyError),
    /// The caller's progress callback asked to stop. Nothing was made.
    #[error("the proof was cancelled: nothing was written, prove again")]
    Cancelled,
}

impl From<Cancelled> for ProveError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// Proves that `circuit` is satisfied with the one instance column `instances`, bound to `statement_digest`, which is
/// absorbed before anything else.
///
/// `progress`, if any, is called at the beginning of each [`Stage`](crate::Stage) on the calling thread, and may cancel the
/// proof there: `circuit` is then dropped and [`ProveError::Cancelled`] returned. The proof is verified before it is
/// returned. Two proofs of the same statement share no commitment: all blinding comes from the operating system.
///
/// # Errors
/// [`ProveError`]. Synthesis must not read back the value of a cell that it assigned: it is not known.
pub fn prove<C: Circuit<Fr>>(
    srs: &Srs,
    pk: &ProvingKey<G1Affine>,
    circuit: C,
    instances: &[Fr],
    statement_digest: Fr,
    progress: Option<Progress<'_>>,
) -> Result<Vec<u8>, ProveError> {
    let vk = pk.get_vk();
    let shape = ProofShape::new(vk)?;
    let k = vk.get_domain().k();
    if srs.k() != k {
        return Err(ProveError::K {
            expected: k,
            got: srs.k(),
        });
    }
    let usable = usable_rows(vk);
    if instances.len() > usable {
        return Err(ProveError::TooManyInstances {
            usable,
            got: instances.len(),
        });
    }
    let tracker = StageTracker::new(shape, progress);
    let mut observer = |event: Event| tracker.notice(event);
    let filled = || tracker.filled();
    let proof = tracker.track(|| {
        let circuit = ObservedCircuit {
            circuit,
            filled: &filled,
        };
        let mut transcript = ProofWriter::new(Some(&mut observer));
        transcript.common_scalar(statement_digest)?;
        create_proof(srs, pk, &circuit, &[instances], OsRng, &mut transcript)?;
        Ok::<_, plonk::Error>(transcript.into_proof())
    })??;
    verify(
        &srs.verifier(),
        vk,
        instances.len(),
        instances,
        statement_digest,
        &proof,
    )
    .map_err(ProveError::Unsatisfied)?;
    Ok(proof)
}
