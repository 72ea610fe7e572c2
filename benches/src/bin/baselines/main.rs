//! Proves what a reader of the benchmarks would compare with: the same statement with a Poseidon Merkle path per draw, the counting part with halo2's permuted lookup, and `tranche` itself.

mod counting;
mod extrapolate;
mod grid;
mod measurements;
mod merkle;
mod ours;
mod poseidon;
mod proof;
mod report;

use std::error::Error;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use tranche_prover::Srs;

use measurements::Measurements;

/// What is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Group {
    /// A Merkle path per draw.
    Merkle,
    /// The counting part, by lookup and by logarithmic derivative.
    Counting,
    /// The rungs of `tranche`.
    Tranche,
}

/// Proves baselines and `tranche` itself in one run, each proof verified, and prints what each costs per draw.
///
/// Lanes of the Merkle baseline are chosen from a sweep at the least height; the best of them is then proven at every height. Numbers that were not measured stand apart, with their formula and points.
#[derive(Debug, Parser)]
#[command(
    name = "baselines",
    after_help = "Examples:\n  baselines\n  baselines --csv baselines.csv --json\n  baselines --only merkle --from 15 --to 15 --lanes 4,8\n  baselines --rungs usage-13,usage-17,usage-20"
)]
struct Arguments {
    /// Binary logarithm of the rows of the first height, of paths and of counting.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(13..=18))]
    from: u32,
    /// The same of the last height.
    #[arg(long, default_value_t = 17, value_parser = clap::value_parser!(u32).range(13..=18))]
    to: u32,
    /// Lanes of paths to choose from.
    #[arg(long, value_delimiter = ',', default_value = "2,4,8,16", value_parser = clap::value_parser!(u32).range(1..=64))]
    lanes: Vec<u32>,
    /// Tranches of every run.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=24))]
    tranches: u32,
    /// Rungs of `tranche` to fill and prove.
    #[arg(long, value_delimiter = ',', default_value = "usage-13,usage-17")]
    rungs: Vec<String>,
    /// Proves these alone.
    #[arg(long, value_delimiter = ',', value_enum)]
    only: Vec<Group>,
    /// Prints JSON in place of the table.
    #[arg(long)]
    json: bool,
    /// Writes the report to a CSV file, too.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let wanted = |group| arguments.only.is_empty() || arguments.only.contains(&group);
    if arguments.from > arguments.to {
        return Err(format!(
            "--from {} is above --to {}: give the lower height first",
            arguments.from, arguments.to
        )
        .into());
    }
    let tranches = arguments.tranches as usize;
    let loads: Vec<ours::Load> = arguments
        .rungs
        .iter()
        .map(|name| ours::full(name, tranches))
        .collect::<Result<_, _>>()?;
    let mut measurements = Measurements::new(tranches)?;
    let heights: Vec<Srs> = (arguments.from..=arguments.to)
        .map(Srs::development)
        .collect::<Result<_, _>>()?;
    let mut paths = Vec::new();
    if wanted(Group::Merkle) {
        paths = measurements.paths(&heights, &arguments.lanes)?;
    }
    let mut rungs = Vec::new();
    if wanted(Group::Tranche) {
        if let Some(path) = paths.last() {
            measurements.tranche(&ours::of_draws(path.draws, tranches)?)?;
        }
        for load in &loads {
            rungs.push(measurements.tranche(load)?);
        }
    }
    let mut counting = Vec::new();
    if wanted(Group::Counting) {
        counting = measurements.counting(&heights, &rungs)?;
    }
    let report = measurements.report(|| {
        let mut numbers = extrapolate::paths(&paths, &rungs);
        numbers.extend(extrapolate::lookups(&counting, &rungs));
        numbers
    });
    if let Some(path) = &arguments.csv {
        report.write_csv(path).map_err(|error| {
            format!(
                "{}: cannot write the report: {error}; check the folder and its permissions",
                path.display()
            )
        })?;
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", report.text());
    }
    Ok(())
}
