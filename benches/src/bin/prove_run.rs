//! Proves and verifies one made-up run, and prints what it cost.

use std::error::Error;
use std::ops::ControlFlow;
use std::time::Instant;

use clap::Parser;
use halo2_proofs::poly::commitment::ParamsProver;
use serde::Serialize;
use tranche_circuits::usage::params::{self, RunSize};
use tranche_cost::workload::{Workload, WorkloadSize};
use tranche_cost::{machine, memory, yardstick};
use tranche_prover::{CircuitKey, KeyStore, Srs, Stage, prove_usage};

/// Proves and verifies one made-up run on the smallest circuit that fits, and prints what it cost.
#[derive(Debug, Parser)]
#[command(after_help = "Example: prove-run --draws 1048576 --records 1048576 --tranches 64")]
struct Arguments {
    /// Draws of the run.
    #[arg(long, default_value_t = 1 << 20)]
    draws: usize,
    /// Records of all tranches together.
    #[arg(long, default_value_t = 1 << 20)]
    records: usize,
    /// Tranches, at most 64.
    #[arg(long, default_value_t = 64)]
    tranches: usize,
    /// Every record weighs the same.
    #[arg(long)]
    uniform: bool,
}

#[derive(Debug, Serialize)]
struct Cost {
    circuit: &'static str,
    processor: Option<String>,
    draws: usize,
    records: usize,
    tranches: usize,
    uniform: bool,
    witness_seconds: f64,
    keys_seconds: f64,
    prove_seconds: f64,
    portable_verify_milliseconds: f64,
    proof_bytes: usize,
    peak_memory_bytes: Option<u64>,
    yardstick_seconds: f64,
    prove_over_yardstick: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let size = WorkloadSize {
        draws: arguments.draws,
        records: arguments.records,
        tranches: arguments.tranches,
        uniform: arguments.uniform,
    };
    let workload = Workload::new(size);
    let start = Instant::now();
    let (witness, _, statement, context) = workload.build()?;
    let witness_seconds = start.elapsed().as_secs_f64();
    let circuit_size = params::choose_size(RunSize {
        draws: size.draws,
        chunks: witness.places.len(),
        tranches: size.tranches,
        uniform: size.uniform,
    })
    .ok_or("no circuit holds so large a run")?;
    eprintln!(
        "circuit {}: {} places touched, {} draws",
        circuit_size.name,
        witness.places.len(),
        size.draws
    );

    let srs = Srs::development(circuit_size.params.k)?;
    let start = Instant::now();
    let key = CircuitKey::usage(&srs, &KeyStore::new(None), &circuit_size)?;
    let keys_seconds = start.elapsed().as_secs_f64();
    eprintln!("keys: {keys_seconds:.1} s");

    let start = Instant::now();
    let mut progress = |stage: Stage| {
        eprintln!("{:7.1} s  {stage:?}", start.elapsed().as_secs_f64());
        ControlFlow::Continue(())
    };
    let file = prove_usage(
        &srs,
        &key,
        &circuit_size,
        &witness,
        &statement,
        &context,
        Some(&mut progress),
    )?;
    let prove_seconds = start.elapsed().as_secs_f64();
    let peak_memory_bytes = memory::peak_memory();

    let portable = tranche_verifier::VerifyingKey::from_bytes(key.portable())?;
    let start = Instant::now();
    tranche_verifier::verify(
        &portable,
        &file.public_inputs,
        file.statement_digest(),
        &file.proof,
    )?;
    let portable_verify_milliseconds = start.elapsed().as_secs_f64() * 1e3;

    let yardstick_srs = Srs::development(20)?;
    let yardstick_seconds = yardstick::time(yardstick_srs.params().get_g()).as_secs_f64();
    let cost = Cost {
        circuit: circuit_size.name,
        processor: machine::processor(),
        draws: size.draws,
        records: size.records,
        tranches: size.tranches,
        uniform: size.uniform,
        witness_seconds,
        keys_seconds,
        prove_seconds,
        portable_verify_milliseconds,
        proof_bytes: file.proof.len(),
        peak_memory_bytes,
        yardstick_seconds,
        prove_over_yardstick: prove_seconds / yardstick_seconds,
    };
    println!("{}", serde_json::to_string_pretty(&cost)?);
    Ok(())
}
