//! `tranche prove`: the usage proof of a run.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use tranche_circuits::usage::params::{Demand, Rung, choose_rung};
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::tranche::Kind;
use tranche_protocol::usage_relation::UsageWitness;
use tranche_prover::{KeyOrigin, Stage, prove_usage};

use super::log::parse_mapping;
use crate::artefact::run::RunFolder;
use crate::atomic::{self, Existing, Visibility};
use crate::error::Error;
use crate::output::{Report, Table};
use crate::progress::{self, Progress};
use crate::shipped::{Circuit, KeyOptions, KeyRing};

/// Proves what a run consumed.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche prove --run run/ --out usage.proof
  tranche prove --run run/ --out usage.proof --circuit usage-19 --srs ceremony.srs
  tranche prove --run run/ --out usage.proof --circuit usage-17-wide

The circuit's name is all that the proof tells of the run's size: choose a larger one to tell less. A circuit whose name
ends in \"wide\" is proven in less time and costs more where a contract verifies; it is taken only when it is named.")]
pub struct ProveArgs {
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
    /// The proof to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping)]
    pub map: Vec<(String, PathBuf)>,
    /// The circuit [default: the smallest that holds the run]
    #[arg(long, value_name = "NAME")]
    pub circuit: Option<String>,
    /// Where reference string and proving keys come from.
    #[command(flatten)]
    pub keys: KeyOptions,
}

/// A proof that was made.
#[derive(Clone, Debug, Serialize)]
pub struct ProveReport {
    proof: PathBuf,
    /// The circuit.
    pub circuit: &'static str,
    /// Bytes of the file.
    pub file_bytes: usize,
    proof_bytes: usize,
    srs_insecure: bool,
    key_from_cache: bool,
    evidence: String,
    /// Time for keys, in seconds.
    pub key_seconds: f64,
    /// Time for the proof, in seconds.
    pub prove_seconds: f64,
}

/// What is said of every proof under the development string.
pub const INSECURE: &str = "INSECURE: made with the development reference string, whose secret is public. Anyone can forge such a proof: for tests only";

impl Report for ProveReport {
    fn table(&self) -> Table {
        let table = Table::new()
            .line(["proof", &self.proof.display().to_string()])
            .line(["circuit", self.circuit])
            .line([
                "size",
                &format!(
                    "{} bytes, of which the proof proper {}",
                    self.file_bytes, self.proof_bytes
                ),
            ])
            .line(["evidence level", &self.evidence])
            .line([
                "time",
                &format!(
                    "{:.1} s, and {:.1} s for keys",
                    self.prove_seconds, self.key_seconds
                ),
            ]);
        match self.srs_insecure {
            true => table.line([INSECURE]),
            false => table,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error::Capacity`] when no circuit holds the run; the errors of its folder, of keys and of the disk.
pub fn run(args: &ProveArgs, ring: &KeyRing, progress: Progress) -> Result<ProveReport, Error> {
    atomic::check_place(&args.out)?;
    let folder = RunFolder::open_moved(&args.run, &args.map)?;
    let stage = progress.stage("reading the run", None);
    let (witness, artefacts) = folder.build()?;
    drop(stage);
    let rung = rung(&witness, args.circuit.as_deref())?;
    let start = Instant::now();
    let key = ring.get(Circuit::Usage(rung), progress)?;
    let (srs, key) = &*key;
    let key_seconds = start.elapsed().as_secs_f64();

    let context = folder.public().terms.context();
    let statement = artefacts.statement(&context);
    let start = Instant::now();
    let mut stages = Stages::new(progress);
    let mut proof: ProofFile = prove_usage(
        srs,
        key,
        &rung,
        &witness,
        &statement,
        &context,
        Some(&mut |stage| stages.enter(stage)),
    )?;
    drop(stages);
    proof.evidence = folder.evidence()?;
    let bytes = proof.to_bytes();
    atomic::write(&args.out, &bytes, Visibility::Public, Existing::Replace)?;
    let evidence = proof.evidence.as_ref().map_or_else(
        || "0 (self-declared by the builder)".to_owned(),
        |evidence| evidence.counted().to_string(),
    );
    Ok(ProveReport {
        proof: args.out.clone(),
        circuit: rung.name,
        file_bytes: bytes.len(),
        proof_bytes: proof.proof.len(),
        srs_insecure: proof.header.srs_insecure,
        key_from_cache: key.pair().origin() == KeyOrigin::Cache,
        evidence,
        key_seconds,
        prove_seconds: start.elapsed().as_secs_f64(),
    })
}

/// Whether a run may use a circuit for uniform tranches only. A private tranche without records has no kind.
fn is_uniform(witness: &UsageWitness) -> bool {
    let private = witness.private.contents();
    let slots = witness.slots.iter().map(|slot| slot.tranche.contents());
    slots
        .chain((private.records > 0).then_some(private))
        .all(|contents| contents.kind == Kind::Uniform)
}

fn rung(witness: &UsageWitness, name: Option<&str>) -> Result<Rung, Error> {
    let demand = Demand {
        draws: witness.draws.len(),
        chunks: witness.places.len(),
        tranches: witness.slots.len(),
        uniform: is_uniform(witness),
    };
    let smallest = choose_rung(demand)?;
    let Some(name) = name else {
        return Ok(smallest);
    };
    match Circuit::by_name(name)? {
        Circuit::Usage(rung)
            if rung.params.holds(&demand) && (demand.uniform || !rung.params.uniform) =>
        {
            Ok(rung)
        }
        _ => Err(Error::usage(
            format!("circuit {name} does not hold this run"),
            format!("choose {} or a larger usage circuit", smallest.name),
        )),
    }
}

/// Draws the prover's stages.
pub struct Stages {
    progress: Progress,
    running: Option<progress::Stage>,
}

impl Stages {
    /// No stage yet.
    pub fn new(progress: Progress) -> Self {
        Self {
            progress,
            running: None,
        }
    }

    /// Ends the stage that runs and begins the next.
    pub fn enter(&mut self, stage: Stage) {
        let name = match stage {
            Stage::Witness { phase: 0 } => "proof: counts and hashes",
            Stage::Witness { .. } => "proof: challenge sums",
            Stage::Commitments { .. } => "proof: commitments",
            Stage::Permutation => "proof: copies",
            Stage::Quotient => "proof: quotient",
            Stage::Evaluation => "proof: evaluations",
            Stage::Opening => "proof: opening",
        };
        self.running = None;
        self.running = Some(self.progress.stage(name, None));
    }
}
