//! Proves one run on layouts of different heights and prints what each costs the prover and a chain.

use std::error::Error;

use clap::Parser;
use halo2_proofs::poly::commitment::ParamsProver;
use serde::Serialize;
use tranche_circuits::usage::params::{CircuitSize, UsageParams};
use tranche_cost::clock::timed;
use tranche_cost::workload::{Workload, WorkloadSize};
use tranche_cost::{memory, yardstick};
use tranche_protocol::shape::Shape;
use tranche_prover::{CircuitKey, KeyStore, Srs, prove_usage};

/// Proves one run on layouts of different heights and degrees, and prints what each costs the prover and a chain.
///
/// The run has 2^17 draws of 8 tranches, or 2^20 of 64.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  layouts --draws 17
  layouts --draws 20 --only usage-20-k17-d5 --only usage-20-k18-d9")]
struct Arguments {
    /// Binary logarithm of the run's draws: 17 or 20.
    #[arg(long, default_value_t = 17)]
    draws: u32,
    /// A layout by name; may be given again. All of them without.
    #[arg(long)]
    only: Vec<String>,
    /// Every record weighs the same.
    #[arg(long)]
    uniform: bool,
    /// Prints gas and columns, and proves nothing.
    #[arg(long)]
    gas: bool,
}

#[derive(Debug, Serialize)]
struct Cost {
    layout: &'static str,
    k: u32,
    degree: usize,
    engines: usize,
    draw_lanes: usize,
    unit_lanes: usize,
    advice_columns: usize,
    proof_bytes: u64,
    point_multiplications: u64,
    gas_estimate: u64,
    proving: Option<Proving>,
}

#[derive(Debug, Serialize)]
struct Proving {
    seconds: f64,
    processor_seconds: f64,
    over_yardstick: f64,
    peak_memory_bytes: Option<u64>,
}

/// Name, log2 of the draws, k, degree, lanes of draws and units, places, engines, arithmetic columns of both phases: the fewest that fit.
type Row = (
    &'static str,
    u32,
    u32,
    usize,
    [usize; 2],
    usize,
    usize,
    [usize; 2],
);

const WEIGHTED: [Row; 12] = [
    ("usage-17-k15-d9", 17, 15, 9, [6, 5], 87, 22, [3, 1]),
    ("usage-17-k15-d5", 17, 15, 5, [6, 5], 87, 22, [3, 1]),
    ("usage-17-k16-d9", 17, 16, 9, [3, 2], 86, 9, [2, 1]),
    ("usage-17-k16-d5", 17, 16, 5, [3, 2], 86, 9, [2, 1]),
    ("usage-17-k17-d9", 17, 17, 9, [2, 1], 87, 5, [1, 1]),
    ("usage-17-k17-d5", 17, 17, 5, [2, 1], 87, 5, [1, 1]),
    ("usage-20-k17-d9", 20, 17, 9, [12, 10], 704, 33, [4, 1]),
    ("usage-20-k17-d5", 20, 17, 5, [12, 10], 704, 33, [4, 1]),
    ("usage-20-k18-d9", 20, 18, 9, [6, 5], 704, 12, [2, 1]),
    ("usage-20-k18-d5", 20, 18, 5, [6, 5], 704, 12, [2, 1]),
    ("usage-20-k19-d9", 20, 19, 9, [3, 5], 704, 6, [1, 1]),
    ("usage-20-k19-d5", 20, 19, 5, [3, 5], 704, 6, [1, 1]),
];

const UNIFORM: [Row; 8] = [
    ("uniform-17-k16-d9", 17, 16, 9, [3, 2], 86, 6, [1, 1]),
    ("uniform-17-k16-d5", 17, 16, 5, [3, 2], 86, 6, [1, 1]),
    ("uniform-17-k17-d9", 17, 17, 9, [2, 1], 87, 3, [1, 1]),
    ("uniform-17-k17-d5", 17, 17, 5, [2, 1], 87, 3, [1, 1]),
    ("uniform-20-k17-d9", 20, 17, 9, [12, 10], 704, 10, [2, 1]),
    ("uniform-20-k17-d5", 20, 17, 5, [12, 10], 704, 10, [2, 1]),
    ("uniform-20-k18-d9", 20, 18, 9, [6, 5], 704, 5, [1, 1]),
    ("uniform-20-k18-d5", 20, 18, 5, [6, 5], 704, 5, [1, 1]),
];

fn size(row: &Row, uniform: bool) -> CircuitSize {
    let (name, draws, k, degree, [draw_lanes, unit_lanes], places, engines, arith) = *row;
    let shape = Shape::STANDARD;
    let params = UsageParams {
        k,
        degree,
        shape,
        draw_lanes,
        unit_lanes,
        table_chunks: places,
        log_leaves: (1usize << draws).div_ceil(shape.draws_per_leaf()),
        slots: 1 << shape.usage_depth,
        parallel_permutations: engines,
        arith,
        uniform,
    };
    CircuitSize { name, params }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let uniform = arguments.uniform;
    let (records, tranches) = match arguments.draws {
        20 => (1 << 20, 64),
        _ => (118_000, 8),
    };
    let workload = Workload::new(WorkloadSize {
        draws: 1 << arguments.draws,
        records,
        tranches,
        uniform,
    });
    let (witness, _, statement, context) = workload.build()?;
    let rows: &[Row] = if uniform { &UNIFORM } else { &WEIGHTED };
    let asked = |row: &&Row| {
        row.1 == arguments.draws
            && (arguments.only.is_empty() || arguments.only.iter().any(|name| name == row.0))
    };
    let mut costs = Vec::new();
    for size in rows.iter().filter(asked).map(|row| size(row, uniform)) {
        let srs = Srs::development(size.params.k)?;
        let key = CircuitKey::usage(&srs, &KeyStore::new(None), &size)?;
        let portable = tranche_verifier::VerifyingKey::from_bytes(key.portable())?;
        let gas = tranche_solidity::estimate(&portable);
        let proving = if arguments.gas {
            None
        } else {
            let (file, time) =
                timed(|| prove_usage(&srs, &key, &size, &witness, &statement, &context, None));
            let file = file?;
            tranche_verifier::verify(
                &portable,
                &file.public_inputs,
                file.statement_digest(),
                &file.proof,
            )?;
            let points = Srs::development(20)?;
            let yardstick = yardstick::time(points.params().get_g()).as_secs_f64();
            Some(Proving {
                seconds: time.wall,
                processor_seconds: time.processor,
                over_yardstick: time.wall / yardstick,
                peak_memory_bytes: memory::peak_memory(),
            })
        };
        let cost = Cost {
            layout: size.name,
            k: size.params.k,
            degree: size.params.degree,
            engines: size.params.parallel_permutations,
            draw_lanes: size.params.draw_lanes,
            unit_lanes: size.params.unit_lanes,
            advice_columns: portable.advice_phases().len(),
            proof_bytes: portable.proof_bytes(),
            point_multiplications: gas.multiplications,
            gas_estimate: gas.total,
            proving,
        };
        let seconds = cost.proving.as_ref().map_or(0.0, |proving| proving.seconds);
        eprintln!(
            "{}: {seconds:.1} s, {} gas, {} advice columns",
            cost.layout, cost.gas_estimate, cost.advice_columns
        );
        costs.push(cost);
    }
    println!("{}", serde_json::to_string_pretty(&costs)?);
    Ok(())
}
