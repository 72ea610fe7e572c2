//! Measures one point of the sweep in this process.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use tranche_circuits::disclosure::params as disclosure;
use tranche_circuits::field::to_halo;
use tranche_circuits::usage::params::{self as usage, CircuitSize};
use tranche_protocol::clause::ClauseViolation;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::shape::Shape;
use tranche_protocol::usage_relation::BuildError;
use tranche_prover::{CircuitKey, KeyStore, ProofError, prove_disclosure, prove_usage};
use tranche_srs::{Srs, SrsError};
use tranche_verifier::VerifyingKey;

use crate::date::today;
use crate::estimate::{Counts, Estimate};
use crate::idle::Idle;
use crate::machine::Machine;
use crate::measurement::{Measurement, Verified};
use crate::memory::{peak_memory, reset_peak_memory};
use crate::point::{Point, Relation};
use crate::speeds::Speeds;
use crate::stages::{StageClock, StageTimes};
use crate::workload::exact_shares;
use crate::yardstick::{self, YARDSTICK_K};

/// Verifications that a time is the mean of.
const VERIFICATIONS: u32 = 10;

/// Why a point was not measured.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The point names no circuit of its kind.
    #[error("there is no {kind:?} circuit \"{name}\": take a point of `tranche bench --list`")]
    Circuit {
        /// The kind.
        kind: Relation,
        /// The name.
        name: String,
    },
    /// The point's numbers make no run.
    #[error("{0}: take a point of `tranche bench --list`")]
    Numbers(&'static str),
    /// The run has no witness.
    #[error("{0}")]
    Build(#[from] BuildError),
    /// The claims are not true of the run.
    #[error("{0}")]
    Claim(#[from] ClauseViolation),
    /// The reference string.
    #[error("{0}")]
    Srs(#[from] SrsError),
    /// Key or proof.
    #[error("{0}")]
    Proof(#[from] ProofError),
    /// The exported key does not parse.
    #[error("the exported key does not parse: {0}")]
    Key(#[from] tranche_verifier::KeyError),
    /// A verifier refused the proof.
    #[error("the {0} verifier refuses the proof")]
    Rejected(&'static str),
}

/// What a proof of either kind came to.
struct Proven {
    key: CircuitKey,
    srs: Srs,
    file: ProofFile,
    chunks: usize,
    witness_seconds: f64,
    key_seconds: f64,
    prove_seconds: f64,
    stages: StageTimes,
    memory_bytes: Option<u64>,
    idle: Option<Idle>,
    estimate: Option<Estimate>,
}

/// Measures a point, and gives the estimate that was made before, where the run fills its circuit. Keys are under the development string and kept in `keys`, if
/// given; threads are those that the process has.
///
/// # Errors
/// [`SweepError`].
pub fn measure(
    point: &Point,
    keys: Option<PathBuf>,
    command: &str,
) -> Result<(Measurement, Option<Estimate>), SweepError> {
    check(point)?;
    let store = KeyStore::new(keys);
    let proven = match point.kind {
        Relation::Usage => prove_run(point, &store)?,
        Relation::Disclosure => prove_claims(point, &store)?,
    };
    let portable = VerifyingKey::from_bytes(proven.key.portable())?;
    let (native, quick) = verify(&proven, &portable)?;
    // Everything else is dropped first, so that the yardstick has the memory to itself.
    let Proven {
        file,
        chunks,
        witness_seconds,
        key_seconds,
        prove_seconds,
        stages,
        memory_bytes,
        idle,
        estimate,
        ..
    } = proven;
    let points = yardstick::points(YARDSTICK_K);
    let yardstick_seconds = yardstick::time(&points).as_secs_f64();
    let here = Machine::here();
    let measurement = Measurement {
        kind: point.kind,
        circuit: point.circuit.clone(),
        k: portable.k(),
        degree: portable.degree(),
        advice_columns: portable.advice_phases().len(),
        holds_draws: usage::size_by_name(&point.circuit).map_or(0, |size| size.params.draws()),
        draws: point.draws,
        records: point.records,
        chunks,
        tranches: point.tranches,
        registered: point.registered,
        untouched: point.untouched,
        claims: point.claims,
        threads: point.threads,
        witness_seconds,
        key_seconds,
        prove_seconds,
        first_fill_seconds: stages.fill[0],
        first_commit_seconds: stages.commit[0],
        second_fill_seconds: stages.fill[1],
        second_commit_seconds: stages.commit[1],
        permutation_seconds: stages.permutation,
        quotient_seconds: stages.quotient,
        opening_seconds: stages.opening,
        memory_bytes,
        proof_bytes: file.proof.len(),
        gas_estimate: tranche_solidity::estimate(&portable).total,
        native_verify_seconds: native,
        portable_verify_seconds: quick,
        yardstick_seconds,
        idle_share: idle.as_ref().map(|idle| idle.rows),
        zero_share: idle.map(|idle| idle.zeros),
        estimated_seconds: estimate.map(|estimate| estimate.seconds()),
        estimated_bytes: estimate.map(|estimate| estimate.memory_bytes),
        date: today(),
        processor: here.processor,
        cores: here.cores,
        machine_bytes: here.memory_bytes,
        system: here.system,
        commit: here.commit,
        compiler: here.compiler,
        libraries: here.libraries,
        command: command.to_owned(),
        verified: Verified::Yes,
    };
    Ok((measurement, estimate))
}

/// Refuses numbers that the workload would panic on.
fn check(point: &Point) -> Result<(), SweepError> {
    let shape = Shape::STANDARD;
    let chunks = point.records.div_ceil(shape.records_per_chunk());
    let of_a_tranche = (chunks.div_ceil(point.tranches.max(1)) * shape.records_per_chunk())
        .saturating_add(point.untouched);
    let fault = if point.draws == 0 || point.records == 0 || point.tranches == 0 {
        "draws, records and tranches are at least 1"
    } else if point.tranches > chunks || point.tranches > shape.slots() {
        "each tranche has a chunk, and there are at most 64"
    } else if point.registered < point.tranches || point.registered > shape.max_registrations() {
        "the registry holds the run's tranches and at most 2^20"
    } else if of_a_tranche as u64 > shape.max_records() {
        "a tranche has more records than its tree holds"
    } else if point.threads == 0 || point.claims > point.tranches.max(1) {
        "there is a thread, and at most one claim a tranche"
    } else {
        return Ok(());
    };
    Err(SweepError::Numbers(fault))
}

fn unknown(point: &Point) -> SweepError {
    SweepError::Circuit {
        kind: point.kind,
        name: point.circuit.clone(),
    }
}

fn prove_run(point: &Point, store: &KeyStore) -> Result<Proven, SweepError> {
    let size: CircuitSize = usage::size_by_name(&point.circuit).ok_or_else(|| unknown(point))?;
    let workload = point.workload(size.params.uniform);
    let start = Instant::now();
    let (witness, artefacts, statement, context) = workload.build()?;
    let witness_seconds = start.elapsed().as_secs_f64();
    drop((workload, artefacts));
    let srs = Srs::development(size.params.k)?;
    let start = Instant::now();
    let key = CircuitKey::usage(&srs, store, &size)?;
    let key_seconds = start.elapsed().as_secs_f64();
    let estimate = if point.is_full() {
        let portable = VerifyingKey::from_bytes(key.portable())?;
        let speeds = Speeds::measure(&portable);
        Some(Estimate::of(&Counts::of(&portable), &speeds))
    } else {
        None
    };
    reset_peak_memory();
    let mut clock = StageClock::default();
    let start = Instant::now();
    let file = prove_usage(
        &srs,
        &key,
        &size,
        &witness,
        &statement,
        &context,
        Some(&mut |stage| {
            clock.enter(stage);
            ControlFlow::Continue(())
        }),
    )?;
    let prove_seconds = start.elapsed().as_secs_f64();
    let stages = clock.end();
    let memory_bytes = peak_memory();
    let idle = point
        .is_full()
        .then(|| Idle::of(&size, &witness, &statement));
    Ok(Proven {
        chunks: witness.places.len(),
        key,
        srs,
        file,
        witness_seconds,
        key_seconds,
        prove_seconds,
        stages,
        memory_bytes,
        idle,
        estimate,
    })
}

fn prove_claims(point: &Point, store: &KeyStore) -> Result<Proven, SweepError> {
    let size = disclosure::size_by_name(&point.circuit).ok_or_else(|| unknown(point))?;
    let start = Instant::now();
    let (witness, artefacts, _, context) = point.workload(false).build()?;
    let opening = artefacts.usage;
    let statement = exact_shares(&opening, &context, point.claims)?;
    let witness_seconds = start.elapsed().as_secs_f64();
    let srs = Srs::development(size.params.k)?;
    let start = Instant::now();
    let key = CircuitKey::disclosure(&srs, store, &size)?;
    let key_seconds = start.elapsed().as_secs_f64();
    reset_peak_memory();
    let mut clock = StageClock::default();
    let start = Instant::now();
    let file = prove_disclosure(
        &srs,
        &key,
        &size,
        &opening,
        &statement,
        &context,
        Some(&mut |stage| {
            clock.enter(stage);
            ControlFlow::Continue(())
        }),
    )?;
    let prove_seconds = start.elapsed().as_secs_f64();
    let stages = clock.end();
    Ok(Proven {
        chunks: witness.places.len(),
        key,
        srs,
        file,
        witness_seconds,
        key_seconds,
        prove_seconds,
        stages,
        memory_bytes: peak_memory(),
        idle: None,
        estimate: None,
    })
}

/// Mean times of the native and the portable verifier.
fn verify(proven: &Proven, portable: &VerifyingKey) -> Result<(f64, f64), SweepError> {
    let file = &proven.file;
    let instances: Vec<_> = file.public_inputs.iter().map(to_halo).collect();
    let digest = file.statement_digest();
    let verifier = proven.srs.verifier();
    let mean = |what: &'static str, accepts: &dyn Fn() -> bool| {
        let start = Instant::now();
        for _ in 0..VERIFICATIONS {
            if !accepts() {
                return Err(SweepError::Rejected(what));
            }
        }
        Ok(start.elapsed().as_secs_f64() / f64::from(VERIFICATIONS))
    };
    let native = mean("native", &|| {
        tranche_prover::verify(
            &verifier,
            proven.key.pair().vk(),
            instances.len(),
            &instances,
            to_halo(&digest.felt()),
            &file.proof,
        )
        .is_ok()
    })?;
    let quick = mean("portable", &|| {
        tranche_verifier::verify(portable, &file.public_inputs, digest, &file.proof).is_ok()
    })?;
    Ok((native, quick))
}
