//! `tranche estimate`: what a usage proof would cost.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::error::Error;
use tranche_workspace::steps::estimate::{
    CircuitEstimates, EstimatedRun, RunEstimate, SpeedSource, estimate_circuits, estimate_run,
};

use crate::args::parse_mapping;
use crate::exit::ExitClass;
use crate::output::{Format, Report, Table};
use crate::progress::Progress;

/// Estimates what a usage proof costs, before it is made.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche estimate --run run/
  tranche estimate --log run.tlog
  tranche estimate --draws 500000 --records 300000 --tranches 12
  tranche estimate --ladder

Times come from some seconds of measurements on this machine as it is now: leave it alone meanwhile, as you would for the proof.")]
pub(crate) struct EstimateArgs {
    /// A run's folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["log", "draws"])]
    run: Option<PathBuf>,
    /// A run's log
    #[arg(long, value_name = "FILE", conflicts_with = "draws")]
    log: Option<PathBuf>,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping, conflicts_with = "draws")]
    map: Vec<(String, PathBuf)>,
    /// Draws of the run
    #[arg(long, requires = "records")]
    draws: Option<u64>,
    /// Different records that it draws
    #[arg(long, requires = "draws")]
    records: Option<u64>,
    /// Registered tranches that it draws from
    #[arg(long, default_value_t = 1, requires = "draws")]
    tranches: u64,
    /// Every tranche is uniform
    #[arg(long, requires = "draws")]
    uniform: bool,
    /// All circuits, full
    #[arg(long, conflicts_with_all = ["run", "log", "draws"])]
    ladder: bool,
    /// Measure nothing: use stored speeds of two cores of an AMD EPYC
    #[arg(long)]
    no_calibration: bool,
}

impl EstimateArgs {
    fn run(&self) -> Result<EstimatedRun, Error> {
        let map = self.map.clone();
        match (&self.run, &self.log, self.draws, self.records) {
            (Some(path), ..) => Ok(EstimatedRun::Folder {
                path: path.clone(),
                map,
            }),
            (None, Some(path), ..) => Ok(EstimatedRun::Log {
                path: path.clone(),
                map,
            }),
            (None, None, Some(draws), Some(records)) => Ok(EstimatedRun::Planned {
                draws,
                records,
                tranches: self.tranches,
                uniform: self.uniform,
            }),
            _ => Err(Error::usage(
                "nothing to estimate",
                "give --run, --log, --ladder, or --draws with --records",
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

/// Runs the command and prints its report.
///
/// # Errors
/// [`Error::Capacity`] when no circuit holds the run; the errors of the run's folder or log.
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
