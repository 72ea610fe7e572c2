//! Proves one run on layouts of different heights and prints what each costs the prover and a chain.

use std::error::Error;
use std::time::Instant;

use clap::Parser;
use halo2_proofs::poly::commitment::ParamsProver;
use serde::Serialize;
use tranche_benches::machine;
use tranche_benches::workload::{Size, Workload};
use tranche_circuits::usage::params::{Rung, UsageParams, rung_by_name};
use tranche_prover::{CircuitKey, KeyStore, Srs, prove_usage};

/// Proves one run of 2^17 draws of 8 tranches on layouts of different heights, and prints what each costs the prover and a chain.
#[derive(Debug, Parser)]
#[command(after_help = "Example: layouts --from 15 --to 18")]
struct Arguments {
    /// Binary logarithm of the rows of the first layout, 15 to 18.
    #[arg(long, default_value_t = 15)]
    from: u32,
    /// The same of the last layout.
    #[arg(long, default_value_t = 18)]
    to: u32,
}

#[derive(Debug, Serialize)]
struct Cost {
    k: u32,
    engines: usize,
    draw_lanes: usize,
    unit_lanes: usize,
    prove_seconds: f64,
    prove_over_yardstick: f64,
    peak_memory_bytes: Option<u64>,
    proof_bytes: usize,
    point_multiplications: u64,
    gas_estimate: u64,
}

/// The layout of the rung for 2^17 draws at a height: the fewest lanes, engines and arithmetic columns that fit its rows.
fn layout(base: UsageParams, k: u32) -> Option<Rung> {
    let (name, draw_lanes, unit_lanes, places, engines, arith) = match k {
        15 => ("usage-k15", 6, 5, 87, 22, 3),
        16 => ("usage-k16", 3, 2, 86, 9, 2),
        17 => ("usage-k17", 2, 1, 87, 5, 1),
        18 => ("usage-k18", 1, 1, 87, 3, 1),
        _ => return None,
    };
    let params = UsageParams {
        k,
        draw_lanes,
        unit_lanes,
        places,
        engines,
        arith: [arith, 1],
        ..base
    };
    Some(Rung { name, params })
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let base = rung_by_name("usage-17")
        .ok_or("there is no usage-17")?
        .params;
    let workload = Workload::new(Size {
        draws: 1 << 17,
        records: 118_000,
        tranches: 8,
        uniform: false,
    });
    let (witness, _, statement, context) = workload.build()?;
    let yardstick_srs = Srs::development(20)?;
    let mut costs = Vec::new();
    for rung in (arguments.from..=arguments.to).filter_map(|k| layout(base, k)) {
        let srs = Srs::development(rung.params.k)?;
        let key = CircuitKey::usage(&srs, &KeyStore::new(None), &rung)?;
        let portable = tranche_verifier::VerifyingKey::from_bytes(key.portable())?;
        let gas = tranche_solidity::estimate(&portable);
        let start = Instant::now();
        let file = prove_usage(&srs, &key, &rung, &witness, &statement, &context, None)?;
        let prove_seconds = start.elapsed().as_secs_f64();
        tranche_verifier::verify(
            &portable,
            &file.public_inputs,
            file.statement_digest(),
            &file.proof,
        )?;
        let yardstick = machine::yardstick(yardstick_srs.params().get_g()).as_secs_f64();
        let cost = Cost {
            k: rung.params.k,
            engines: rung.params.engines,
            draw_lanes: rung.params.draw_lanes,
            unit_lanes: rung.params.unit_lanes,
            prove_seconds,
            prove_over_yardstick: prove_seconds / yardstick,
            peak_memory_bytes: machine::peak_memory(),
            proof_bytes: file.proof.len(),
            point_multiplications: gas.multiplications,
            gas_estimate: gas.total,
        };
        eprintln!(
            "k {}: {prove_seconds:.1} s, {} gas",
            cost.k, cost.gas_estimate
        );
        costs.push(cost);
    }
    println!("{}", serde_json::to_string_pretty(&costs)?);
    Ok(())
}
