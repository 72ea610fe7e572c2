//! Proves what a reader of the benchmarks would compare with: the same statement with a Poseidon Merkle path per draw, the counting part with halo2's permuted lookup, and `tranche` itself.

mod clock;
mod counting;
mod extrapolate;
mod grid;
mod merkle;
mod ours;
mod poseidon;
mod proof;
mod report;

use std::error::Error;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use halo2_proofs::poly::commitment::ParamsProver;
use tranche_benches::machine;
use tranche_prover::Srs;

use counting::{Argument, CountingCircuit};
use merkle::MerkleCircuit;
use ours::RUNG_DEGREE;
use poseidon::Layout;
use report::{Measured, Part, Place, Report};

/// Levels of the units trees: 2^20 records a tranche.
const HEIGHT: usize = 20;
/// The degree that two lanes of counting need.
const LEAST_DEGREE: usize = 5;

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

/// Proves, measures the yardstick after each proof and collects.
struct Bench {
    yardstick: Srs,
    tranches: usize,
    report: Report,
}

impl Bench {
    fn note(&mut self, place: Place, proved: &proof::Proved) -> Measured {
        let points = self.yardstick.params().get_g();
        let (_, yardstick) = clock::timed(|| machine::yardstick(points));
        let measured = Measured::new(place, proved, yardstick);
        eprintln!(
            "{:?} {} k = {}, {} lanes: {} draws in {:.2} s, {:.2} processor seconds",
            measured.part,
            measured.layout,
            measured.k,
            measured.lanes,
            measured.draws,
            measured.seconds,
            measured.processor_seconds
        );
        self.report.measured.push(measured.clone());
        measured
    }

    fn path(
        &mut self,
        srs: &Srs,
        layout: Layout,
        lanes: usize,
    ) -> Result<Option<Measured>, Box<dyn Error>> {
        let k = srs.k();
        let Some(size) = merkle::Size::fullest(k, lanes, layout, HEIGHT, self.tranches) else {
            return Ok(None);
        };
        let run = merkle::Run::new(&size);
        let instances = run.instances(&size);
        let proved = proof::prove(srs, MerkleCircuit::new(size, run), &instances)?;
        let name = match layout {
            Layout::Rounds => "rounds",
            Layout::Boxes => "boxes",
            Layout::Squares => "squares",
        };
        let place = Place {
            part: Part::Merkle,
            layout: name.to_owned(),
            k,
            lanes,
            draws: size.draws(),
            records: self.tranches << HEIGHT,
        };
        Ok(Some(self.note(place, &proved)))
    }

    /// The sweep at the first height, then its best at the others; returns the best at all heights.
    fn paths(&mut self, heights: &[Srs], lanes: &[u32]) -> Result<Vec<Measured>, Box<dyn Error>> {
        let [lowest, higher @ ..] = heights else {
            return Ok(Vec::new());
        };
        let mut best: Option<(Layout, Measured)> = None;
        for layout in [Layout::Rounds, Layout::Boxes, Layout::Squares] {
            for lanes in lanes {
                let Some(measured) = self.path(lowest, layout, *lanes as usize)? else {
                    continue;
                };
                let cost = measured.processor_seconds_per_draw;
                if best
                    .as_ref()
                    .is_none_or(|(_, best)| cost < best.processor_seconds_per_draw)
                {
                    best = Some((layout, measured));
                }
            }
        }
        let Some((layout, measured)) = best else {
            return Ok(Vec::new());
        };
        let lanes = measured.lanes;
        let mut points = vec![measured];
        for srs in higher {
            points.extend(self.path(srs, layout, lanes)?);
        }
        Ok(points)
    }

    /// Both arguments with one lane and with two; at a rung's rows and lanes also of its degree.
    fn counting(
        &mut self,
        heights: &[Srs],
        loads: &[ours::Load],
    ) -> Result<Vec<Measured>, Box<dyn Error>> {
        let mut points = Vec::new();
        for srs in heights {
            for lanes in [1, 2] {
                let of_rung = loads.iter().find(|load| load.layout() == (srs.k(), lanes));
                let degrees = [Some(LEAST_DEGREE), of_rung.map(|_| RUNG_DEGREE)];
                for (degree, argument) in degrees.into_iter().flatten().flat_map(|degree| {
                    [Argument::Permuted, Argument::Logarithmic].map(|argument| (degree, argument))
                }) {
                    let size = counting::Size {
                        k: srs.k(),
                        argument,
                        lanes,
                        degree,
                        slots: self.tranches,
                    };
                    let run = counting::Run::new(&size);
                    let instances = run.instances();
                    let proved = proof::prove(srs, CountingCircuit::new(size, run), &instances)?;
                    let place = Place {
                        part: match argument {
                            Argument::Permuted => Part::CountingPermuted,
                            Argument::Logarithmic => Part::CountingLogarithmic,
                        },
                        layout: format!("degree {degree}"),
                        k: srs.k(),
                        lanes,
                        draws: size.draws(),
                        records: size.rows(),
                    };
                    points.push(self.note(place, &proved));
                }
            }
        }
        Ok(points)
    }

    fn ours(&mut self, load: ours::Load) -> Result<Measured, Box<dyn Error>> {
        let proved = ours::prove(&load)?;
        let rung = load.rung;
        let place = Place {
            part: Part::Tranche,
            layout: rung.name.to_owned(),
            k: rung.params.k,
            lanes: rung.params.draw_lanes,
            draws: load.size.draws,
            records: load.size.records,
        };
        Ok(self.note(place, &proved))
    }
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
    let report = Report::begin();
    let heights: Vec<Srs> = (arguments.from..=arguments.to)
        .map(Srs::development)
        .collect::<Result<_, _>>()?;
    let mut bench = Bench {
        yardstick: Srs::development(20)?,
        tranches,
        report,
    };
    let mut paths = Vec::new();
    if wanted(Group::Merkle) {
        paths = bench.paths(&heights, &arguments.lanes)?;
    }
    let mut counting = Vec::new();
    if wanted(Group::Counting) {
        counting = bench.counting(&heights, &loads)?;
    }
    let mut rungs = Vec::new();
    if wanted(Group::Tranche) {
        if let Some(path) = paths.last() {
            bench.ours(ours::of_draws(path.draws, tranches)?)?;
        }
        for load in loads {
            rungs.push(bench.ours(load)?);
        }
    }
    let [paths, counting, rungs] =
        [&paths, &counting, &rungs].map(|points| points.iter().collect::<Vec<&Measured>>());
    let mut report = bench.report;
    report.end();
    report.extrapolated = extrapolate::paths(&paths, &rungs);
    report
        .extrapolated
        .extend(extrapolate::lookups(&counting, &rungs));
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
