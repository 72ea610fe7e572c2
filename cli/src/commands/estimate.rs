//! `tranche estimate`: what a usage proof would cost.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::error::Error;
use tranche_workspace::steps::estimate::{
    CircuitEstimates, EstimatedRun, PlannedSource, RunEstimate, SpeedSource, estimate_circuits,
    estimate_run,
};

use crate::args::{parse_mapping, parse_planned_tranche, parse_planned_unregistered};
use crate::exit::ExitClass;
use crate::output::{Format, Report, Table};
use crate::progress::Progress;

/// Estimates what a usage proof costs, before it is made.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche estimate --run run/
  tranche estimate --log run.tlog
  tranche estimate --tranche books=400000:20000 --tranche plays/:20000 --unregistered 150000:9000
  tranche estimate --ladder

The chunks of a planned run are those that a shuffled order is expected to draw from. A run that no proof holds ends with code 2: every limit that
it breaks is told, with --json as a list of limits.

Times come from some seconds of measurements on this machine as it is now: leave it alone meanwhile, as you would for the proof.")]
pub(crate) struct EstimateArgs {
    /// A run's folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["log", "tranche", "unregistered"])]
    run: Option<PathBuf>,
    /// A run's log
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tranche", "unregistered"])]
    log: Option<PathBuf>,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping, conflicts_with_all = ["tranche", "unregistered"])]
    map: Vec<(String, PathBuf)>,
    /// A registered tranche of a planned run, drawn from in shuffled order: its records, or its folder, and the draws; may be given again
    #[arg(long, value_name = "[NAME=]RECORDS|FOLDER:DRAWS", value_parser = parse_planned_tranche)]
    tranche: Vec<PlannedSource>,
    /// The unregistered data of a planned run: its records, or its folder, and the draws
    #[arg(long, value_name = "RECORDS|FOLDER:DRAWS", value_parser = parse_planned_unregistered)]
    unregistered: Option<PlannedSource>,
    /// Every tranche that is given by its number of records is uniform
    #[arg(long, conflicts_with_all = ["run", "log", "ladder"])]
    uniform: bool,
    /// All circuits, full
    #[arg(long, conflicts_with_all = ["run", "log", "tranche", "unregistered"])]
    ladder: bool,
    /// Measure nothing: use stored speeds of two cores of an AMD EPYC
    #[arg(long)]
    no_calibration: bool,
}

impl EstimateArgs {
    fn run(&self) -> Result<EstimatedRun, Error> {
        let map = self.map.clone();
        let sources: Vec<PlannedSource> = self
            .tranche
            .iter()
            .chain(&self.unregistered)
            .cloned()
            .collect();
        match (&self.run, &self.log) {
            (Some(path), _) => Ok(EstimatedRun::Folder {
                path: path.clone(),
                map,
            }),
            (None, Some(path)) => Ok(EstimatedRun::Log {
                path: path.clone(),
                map,
            }),
            (None, None) if !sources.is_empty() => Ok(EstimatedRun::Planned {
                sources,
                uniform: self.uniform,
            }),
            (None, None) => Err(Error::usage(
                "nothing to estimate",
                "give --run, --log, --ladder, or --tranche RECORDS:DRAWS",
            )),
        }
    }

    fn speeds(&self) -> SpeedSource {
        if self.no_calibration {
            SpeedSource::Stored
        } else {
            SpeedSource::Measured
        }
    }
}

impl Report for CircuitEstimates {
    fn table(&self) -> Table {
        let head = Table::new().line([
            "circuit", "cells", "degree", "proof", "gas", "time", "memory",
        ]);
        let table = self.circuits.iter().fold(head, |table, circuit| {
            let memory = circuit.expected_memory_bytes as f64 / f64::from(1 << 20);
            table.line([
                circuit.circuit.to_owned(),
                format!("{} x {}", circuit.advice_columns, circuit.rows),
                circuit.degree.to_string(),
                format!("{} bytes", circuit.proof_bytes),
                circuit.gas_estimate.to_string(),
                format!("{:.1} s", circuit.expected_seconds),
                format!("{memory:.0} MiB"),
            ])
        });
        table.line([&self.basis])
    }
}

impl Report for RunEstimate {
    fn table(&self) -> Table {
        let percent = |share: f64| format!("{:.0} %", 100.0 * share);
        let circuit = &self.circuit;
        Table::new()
            .line([
                "run",
                &format!(
                    "{} draws from {}{} chunks of records of {} registered tranches",
                    self.draws,
                    if self.chunks_expected { "about " } else { "" },
                    self.chunks,
                    self.tranches
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

/// Runs the command and prints its report.
///
/// # Errors
/// [`Error::Capacity`] with every limit that the run breaks; the errors of the run's folder or log.
pub(crate) fn run(
    args: &EstimateArgs,
    format: Format,
    progress: Progress,
) -> Result<ExitClass, Error> {
    let speeds = args.speeds();
    if args.ladder {
        return format.print(&estimate_circuits(speeds, &progress)?);
    }
    format.print(&estimate_run(&args.run()?, speeds, &progress)?)
}
