//! `tranche estimate`: what a usage proof would cost.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use tranche_circuits::usage::params::{CircuitSize, RunSize, choose_size};
use tranche_cost::estimate::{Counts, Estimate};
use tranche_cost::speeds::{Calibration, Speeds};
use tranche_protocol::Shape;
use tranche_protocol::tranche::TrancheKind;
use tranche_verifier::VerifyingKey;

use super::log::parse_mapping;
use crate::artefact::folder::TrancheFolder;
use crate::artefact::run::RunFolder;
use crate::artefact::run_log::RunLog;
use crate::error::Error;
use crate::output::{Report, Table};
use crate::progress::Progress;
use crate::shipped::{Circuit, verifying_key};

/// Estimates what a usage proof costs, before it is made.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche estimate --run run/
  tranche estimate --log run.tlog
  tranche estimate --draws 500000 --records 300000 --tranches 12
  tranche estimate --ladder

Times come from some seconds of measurements on this machine as it is now: leave it alone meanwhile, as you would for the proof.")]
pub struct EstimateArgs {
    /// A run's folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["log", "draws"])]
    pub run: Option<PathBuf>,
    /// A run's log
    #[arg(long, value_name = "FILE", conflicts_with = "draws")]
    pub log: Option<PathBuf>,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping, conflicts_with = "draws")]
    pub map: Vec<(String, PathBuf)>,
    /// Draws of the run
    #[arg(long, requires = "records")]
    pub draws: Option<u64>,
    /// Different records that it draws
    #[arg(long, requires = "draws")]
    pub records: Option<u64>,
    /// Registered tranches that it draws from
    #[arg(long, default_value_t = 1, requires = "draws")]
    pub tranches: u64,
    /// Every tranche is uniform
    #[arg(long, requires = "draws")]
    pub uniform: bool,
    /// All circuits, full
    #[arg(long, conflicts_with_all = ["run", "log", "draws"])]
    pub ladder: bool,
    /// Measure nothing: use stored speeds of two cores of an AMD EPYC
    #[arg(long)]
    pub no_calibration: bool,
}

/// What the command found.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum EstimateReport {
    /// For one run.
    Run(Box<RunEstimate>),
    /// For every circuit.
    Ladder {
        /// The circuits, smallest first, disclosures last.
        circuits: Vec<CircuitEstimate>,
        /// Where the speeds come from.
        basis: String,
    },
}

/// What a run's proof is expected to cost.
#[derive(Clone, Debug, Serialize)]
pub struct RunEstimate {
    draws: u64,
    chunks: u64,
    tranches: u64,
    holds_draws: usize,
    holds_records: usize,
    holds_chunks: usize,
    holds_tranches: usize,
    filled_draws: f64,
    filled_chunks: f64,
    filled_tranches: f64,
    cells_per_draw: f64,
    cells_per_record: f64,
    expected_memory_mib: f64,
    #[serde(flatten)]
    circuit: CircuitEstimate,
    basis: String,
}

/// What a proof on a circuit is expected to cost.
#[derive(Clone, Debug, Serialize)]
pub struct CircuitEstimate {
    circuit: &'static str,
    rows: u64,
    advice_columns: usize,
    cells: u64,
    degree: u32,
    proof_bytes: u64,
    gas_estimate: u64,
    expected_seconds: f64,
    expected_memory_bytes: u64,
}

impl CircuitEstimate {
    fn of(circuit: &'static str, key: &VerifyingKey, speeds: &Speeds) -> Self {
        let estimate = Estimate::of(&Counts::of(key), speeds);
        let (rows, advice_columns) = (1u64 << key.k(), key.advice_phases().len());
        Self {
            circuit,
            rows,
            advice_columns,
            cells: rows * advice_columns as u64,
            degree: key.degree(),
            proof_bytes: key.proof_bytes(),
            gas_estimate: tranche_solidity::estimate(key).total,
            expected_seconds: estimate.seconds(),
            expected_memory_bytes: estimate.memory_bytes,
        }
    }
}

impl Report for EstimateReport {
    fn table(&self) -> Table {
        match self {
            Self::Run(run) => run.table(),
            Self::Ladder { circuits, basis } => {
                let head = Table::new().line([
                    "circuit", "cells", "degree", "proof", "gas", "time", "memory",
                ]);
                circuits
                    .iter()
                    .fold(head, |table, circuit| {
                        table.line([
                            circuit.circuit.to_owned(),
                            format!("{} x {}", circuit.advice_columns, circuit.rows),
                            circuit.degree.to_string(),
                            format!("{} bytes", circuit.proof_bytes),
                            circuit.gas_estimate.to_string(),
                            format!("{:.1} s", circuit.expected_seconds),
                            format!("{:.0} MiB", mebibytes(circuit.expected_memory_bytes)),
                        ])
                    })
                    .line([basis])
            }
        }
    }
}

impl RunEstimate {
    fn table(&self) -> Table {
        let percent = |share: f64| format!("{:.0} %", 100.0 * share);
        let circuit = &self.circuit;
        Table::new()
            .line([
                "run",
                &format!(
                    "{} draws from {} chunks of records of {} tranches",
                    self.draws, self.chunks, self.tranches
                ),
            ])
            .line([
                "circuit",
                &format!(
                    "{}: holds {} draws and {} records",
                    circuit.circuit, self.holds_draws, self.holds_records
                ),
            ])
            .line([
                "filled",
                &format!(
                    "draws {}, chunks {}, tranches {}",
                    percent(self.filled_draws),
                    percent(self.filled_chunks),
                    percent(self.filled_tranches)
                ),
            ])
            .line([
                "cells",
                &format!(
                    "{} = {} advice columns x {} rows; {:.1} a draw and {:.1} a record of the full circuit together",
                    circuit.cells,
                    circuit.advice_columns,
                    circuit.rows,
                    self.cells_per_draw,
                    self.cells_per_record
                ),
            ])
            .line(["time", &format!("about {:.0} s", circuit.expected_seconds)])
            .line([
                "memory",
                &format!("about {:.0} MiB", self.expected_memory_mib),
            ])
            .line(["proof", &format!("{} bytes", circuit.proof_bytes)])
            .line([
                "gas",
                &format!("about {} for a verification on a chain", circuit.gas_estimate),
            ])
            .line(["basis", &self.basis])
    }
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// What is known of a run before it is proven.
struct Sizes {
    draws: u64,
    chunks: u64,
    tranches: u64,
    uniform: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Error::Capacity`] when no circuit holds the run; the errors of the run's folder or log.
pub fn run(args: &EstimateArgs, progress: Progress) -> Result<EstimateReport, Error> {
    let mut calibration = Calibration::default();
    let mut speeds = |key: &VerifyingKey| match args.no_calibration {
        true => Speeds::stored(key),
        false => calibration.speeds(key),
    };
    let start = Instant::now();
    if args.ladder {
        let stage = progress.stage("measuring speeds", None);
        let circuits = Circuit::all()
            .map(|circuit| {
                let key = key(circuit.name())?;
                let estimate = CircuitEstimate::of(circuit.name(), &key, &speeds(&key));
                stage.advance(1);
                Ok(estimate)
            })
            .collect::<Result<_, Error>>()?;
        let basis = basis(args, start);
        return Ok(EstimateReport::Ladder { circuits, basis });
    }
    let Sizes {
        draws,
        chunks,
        tranches,
        uniform,
    } = sizes(args)?;
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let rung: CircuitSize = choose_size(RunSize {
        draws: whole(draws),
        chunks: whole(chunks),
        tranches: whole(tranches),
        uniform,
    })?;
    let key = key(rung.name)?;
    let start = Instant::now();
    let stage = progress.stage("measuring speeds", None);
    let circuit = CircuitEstimate::of(rung.name, &key, &speeds(&key));
    drop(stage);
    let params = &rung.params;
    let cells = circuit.cells as f64;
    Ok(EstimateReport::Run(Box::new(RunEstimate {
        draws,
        chunks,
        tranches,
        holds_draws: params.draws(),
        holds_records: params.positions(),
        holds_chunks: params.table_chunks,
        holds_tranches: params.slots,
        filled_draws: draws as f64 / params.draws() as f64,
        filled_chunks: chunks as f64 / params.table_chunks as f64,
        filled_tranches: tranches as f64 / params.slots as f64,
        cells_per_draw: cells / params.draws() as f64,
        cells_per_record: cells / params.positions() as f64,
        expected_memory_mib: mebibytes(circuit.expected_memory_bytes),
        circuit,
        basis: basis(args, start),
    })))
}

fn basis(args: &EstimateArgs, start: Instant) -> String {
    match args.no_calibration {
        true => "stored speeds of two cores of an AMD EPYC, not of this machine: expect another machine to differ by a factor of two either way"
            .to_owned(),
        false => format!(
            "speeds of this machine, measured in {:.1} s on {} threads; counts of the verifying key",
            start.elapsed().as_secs_f64(),
            tranche_cost::machine::threads()
        ),
    }
}

fn key(circuit: &str) -> Result<VerifyingKey, Error> {
    verifying_key(circuit).unwrap_or_else(|| Err(Error::Internal(format!("no key of {circuit}"))))
}

fn sizes(args: &EstimateArgs) -> Result<Sizes, Error> {
    match (&args.run, &args.log, args.draws, args.records) {
        (Some(path), ..) => of_log(&RunFolder::open_moved(path, &args.map)?.log()?),
        (None, Some(path), ..) => {
            let mut log = RunLog::open(path)?;
            log.relocate(&args.map)?;
            of_log(&log)
        }
        (None, None, Some(draws), Some(records)) => {
            let size = Shape::STANDARD.records_per_chunk() as u64;
            Ok(Sizes {
                draws,
                // Each tranche, a private one too, ends within a chunk of its own.
                chunks: records.div_ceil(size).saturating_add(args.tranches),
                tranches: args.tranches,
                uniform: args.uniform,
            })
        }
        _ => Err(Error::usage(
            "nothing to estimate",
            "give --run, --log, --ladder, or --draws with --records",
        )),
    }
}

fn of_log(log: &RunLog) -> Result<Sizes, Error> {
    let size = Shape::STANDARD.records_per_chunk() as u32;
    let touched: HashSet<(u32, u32)> = log
        .draws()
        .map(|draw| (draw.source, draw.record / size))
        .collect();
    let mut uniform = true;
    let mut tranches = 0;
    for (index, source) in log.sources().iter().enumerate() {
        let drawn = touched.iter().any(|(source, _)| *source as usize == index);
        tranches += u64::from(drawn && !source.private);
        if drawn || source.private {
            let folder = TrancheFolder::open(&source.folder)?;
            uniform &= folder.contents().kind == TrancheKind::Uniform;
        }
    }
    Ok(Sizes {
        draws: log.count(),
        chunks: touched.len() as u64,
        tranches,
        uniform,
    })
}
