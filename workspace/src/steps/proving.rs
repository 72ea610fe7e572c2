//! What every proof goes through: a key from the ring, the prover's stages, the time of both.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tranche_protocol::proof_file::ProofFile;
use tranche_prover::{CircuitKey, KeyOrigin, ProofError, Stage};
use tranche_srs::Srs;

use crate::builtin_keys::{Circuit, KeyRing};
use crate::error::Error;
use crate::progress::{self, Progress};

/// A proof, and what it took.
pub(super) struct Proven {
    pub(super) proof: ProofFile,
    pub(super) key_from_cache: bool,
    /// Time to find or make the key.
    pub(super) key_time: Duration,
    /// Time to make the proof.
    pub(super) proof_time: Duration,
}

/// Makes a proof with the ring's key of a circuit; `prove` is told whom to report its stages to.
///
/// # Errors
/// [`Error::Srs`], [`Error::Proof`]; [`Error::Cancelled`]; [`Error::Internal`].
pub(super) fn prove_with(
    ring: &KeyRing,
    circuit: Circuit,
    progress: &Progress,
    prove: impl FnOnce(
        &Srs,
        &CircuitKey,
        &mut dyn FnMut(Stage) -> ControlFlow<()>,
    ) -> Result<ProofFile, ProofError>,
) -> Result<Proven, Error> {
    progress.check()?;
    let start = Instant::now();
    let key = ring.get(circuit, *progress)?;
    let (srs, key) = &*key;
    let key_time = start.elapsed();
    let start = Instant::now();
    let mut running: Option<progress::Stage> = None;
    let proof = prove(srs, key, &mut |stage| {
        // The stage before ends first.
        drop(running.take());
        if progress.check().is_err() {
            return ControlFlow::Break(());
        }
        running = Some(progress.stage(stage_name(stage), None));
        ControlFlow::Continue(())
    })?;
    Ok(Proven {
        proof,
        key_from_cache: key.pair().origin() == KeyOrigin::Cache,
        key_time,
        proof_time: start.elapsed(),
    })
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Witness { phase: 0 } => "proof: counts and hashes",
        Stage::Witness { .. } => "proof: challenge sums",
        Stage::Commitments { .. } => "proof: commitments",
        Stage::Permutation => "proof: copies",
        Stage::Quotient => "proof: quotient",
        Stage::Evaluation => "proof: evaluations",
        Stage::Opening => "proof: opening",
    }
}
