//! The usage proof of a run.

use std::path::PathBuf;

use serde::Serialize;
use tranche_circuits::usage::params::{CircuitSize, RunSize};
use tranche_cost::limits::RunDemand;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::evidence::EvidenceLevel;
use tranche_protocol::tranche::TrancheKind;
use tranche_protocol::usage_relation::UsageWitness;
use tranche_prover::prove_usage;

use super::document;
use super::proving::prove_with;
use crate::artefact::run::RunFolder;
use crate::builtin_keys::{Circuit, KeyRing};
use crate::error::Error;
use crate::progress::Progress;

/// A run to prove the usage of.
#[derive(Clone, Debug)]
pub struct ProveRequest {
    /// The run's folder.
    pub run: PathBuf,
    /// The proof to write; a file that is there is replaced.
    pub out: PathBuf,
    /// Where tranches of the log are now, by their names in it, if they were moved since the import.
    pub moved: Vec<(String, PathBuf)>,
    /// The circuit; the smallest that holds the run if none is named. The circuit's name is all that the proof tells of the run's
    /// size.
    pub circuit: Option<Circuit>,
}

/// A usage proof that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Proved {
    /// The proof's file.
    pub proof: PathBuf,
    /// The circuit.
    pub circuit: &'static str,
    /// Bytes of the file.
    pub file_bytes: usize,
    /// Bytes of the proof proper.
    pub proof_bytes: usize,
    /// Whether anybody could have forged the proof.
    pub srs_insecure: bool,
    /// Whether the proving key was kept from an earlier proof.
    pub key_from_cache: bool,
    /// What stands behind the log.
    #[serde(rename = "evidence", serialize_with = "document::level_with_meaning")]
    pub evidence_level: EvidenceLevel,
    /// Time for keys, in seconds.
    pub key_seconds: f64,
    /// Time for the proof, in seconds.
    pub prove_seconds: f64,
}

/// Proves what a run consumed.
///
/// # Errors
/// [`Error::Capacity`] when no circuit holds the run; the errors of its folder, of keys and of the disk.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::builtin_keys::{KeyOptions, KeyRing};
/// use tranche_workspace::steps::prove::{ProveRequest, prove};
///
/// let request = ProveRequest {
///     run: "run".into(),
///     out: "usage.proof".into(),
///     moved: Vec::new(),
///     circuit: None,
/// };
/// let ring = KeyRing::new(KeyOptions::default());
/// let proved = prove(&request, &ring, &Progress::silent())?;
/// println!("{} in {:.1} s", proved.circuit, proved.prove_seconds);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn prove(request: &ProveRequest, ring: &KeyRing, progress: &Progress) -> Result<Proved, Error> {
    atomic::check_place(&request.out)?;
    let folder = RunFolder::open_moved(&request.run, &request.moved)?;
    let stage = progress.stage("reading the run", None);
    let (witness, artefacts) = folder.build()?;
    drop(stage);
    let size = circuit_size(&witness, request.circuit)?;
    let context = folder.public().terms.context();
    let statement = artefacts.statement(&context);
    let proven = prove_with(ring, Circuit::Usage(size), progress, |srs, key, stages| {
        prove_usage(
            srs,
            key,
            &size,
            &witness,
            &statement,
            &context,
            Some(stages),
        )
    })?;
    let mut proof = proven.proof;
    proof.evidence = folder.evidence()?;
    let bytes = proof.to_bytes();
    atomic::write(&request.out, &bytes, Visibility::Public, Existing::Replace)?;
    Ok(Proved {
        proof: request.out.clone(),
        circuit: size.name,
        file_bytes: bytes.len(),
        proof_bytes: proof.proof.len(),
        srs_insecure: proof.header.srs_insecure,
        key_from_cache: proven.key_from_cache,
        evidence_level: proof
            .evidence
            .as_ref()
            .map_or(EvidenceLevel::SelfDeclared, |evidence| evidence.counted()),
        key_seconds: proven.key_time.as_secs_f64(),
        prove_seconds: proven.proof_time.as_secs_f64(),
    })
}

/// Whether a run may use a circuit for uniform tranches only. A private tranche without records has no kind.
fn is_uniform(witness: &UsageWitness) -> bool {
    let private = witness.private.contents();
    let slots = witness.slots.iter().map(|slot| slot.tranche.contents());
    slots
        .chain((private.records > 0).then_some(private))
        .all(|contents| contents.kind == TrancheKind::Uniform)
}

/// The circuit that was named, if it holds the run, or else the smallest that does.
fn circuit_size(witness: &UsageWitness, named: Option<Circuit>) -> Result<CircuitSize, Error> {
    let demand = RunSize {
        draws: witness.draws.len(),
        chunks: witness.places.len(),
        tranches: witness.slots.len(),
        uniform: is_uniform(witness),
    };
    let smallest = RunDemand::of_size(demand).circuit()?;
    let Some(named) = named else {
        return Ok(smallest);
    };
    match named {
        Circuit::Usage(size)
            if size.params.holds(&demand) && (demand.uniform || !size.params.uniform) =>
        {
            Ok(size)
        }
        _ => Err(Error::usage(
            format!("circuit {} does not hold this run", named.name()),
            format!("choose {} or a larger usage circuit", smallest.name),
        )),
    }
}
