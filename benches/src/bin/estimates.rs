//! Compares what is estimated with what then happens, circuit size by circuit size.

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use serde::Serialize;
use tranche_circuits::usage::params::SIZES;
use tranche_cost::point::Point;
use tranche_cost::stages::StageTimes;
use tranche_cost::sweep;

/// Estimates and then proves full runs of the ladder, and prints measured over estimated.
#[derive(Debug, Parser)]
#[command(after_help = "Example: estimates --circuit usage-13 --circuit usage-17")]
struct Arguments {
    /// A circuit of the usage ladder; may be given again [default: all]
    #[arg(long, value_name = "NAME")]
    circuit: Vec<String>,
    /// Folder that keeps proving keys [default: none is kept]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Compared {
    circuit: String,
    estimated_seconds: f64,
    measured_seconds: f64,
    measured_over_estimated_seconds: f64,
    estimated_bytes: u64,
    measured_bytes: u64,
    measured_over_estimated_bytes: f64,
    estimated_stages: StageTimes,
    measured_stages: StageTimes,
    idle_share: f64,
    zero_share: f64,
    yardstick_seconds: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let chosen = |name: &str| {
        arguments.circuit.is_empty() || arguments.circuit.iter().any(|circuit| circuit == name)
    };
    let mut compared = Vec::new();
    for size in SIZES.iter().filter(|size| chosen(size.name)) {
        let (measured, estimate) =
            sweep::measure(&Point::full(size), arguments.cache.clone(), "estimates")?;
        let estimate = estimate.ok_or("a full run has an estimate")?;
        let memory = measured.memory_bytes.unwrap_or_default();
        let row = Compared {
            circuit: measured.circuit.clone(),
            estimated_seconds: estimate.seconds(),
            measured_seconds: measured.prove_seconds,
            measured_over_estimated_seconds: measured.prove_seconds / estimate.seconds(),
            estimated_bytes: estimate.memory_bytes,
            measured_bytes: memory,
            measured_over_estimated_bytes: memory as f64 / estimate.memory_bytes as f64,
            estimated_stages: estimate.stages,
            measured_stages: measured.stages(),
            idle_share: measured.idle_share.unwrap_or_default(),
            zero_share: measured.zero_share.unwrap_or_default(),
            yardstick_seconds: measured.yardstick_seconds,
        };
        eprintln!(
            "{}: {:.1} s estimated, {:.1} s measured; idle {:.1} %, zeros {:.1} %",
            row.circuit,
            row.estimated_seconds,
            row.measured_seconds,
            100.0 * row.idle_share,
            100.0 * row.zero_share
        );
        println!("{}", serde_json::to_string(&row)?);
        compared.push(row);
    }
    let worst = compared
        .iter()
        .map(|row| row.measured_over_estimated_seconds.ln().abs())
        .fold(0.0, f64::max);
    eprintln!("farthest off by a factor of {:.2}", worst.exp());
    Ok(())
}
