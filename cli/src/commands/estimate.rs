//! `tranche estimate`: what a usage proof would cost.

use std::collections::HashSet;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tranche_circuits::usage::params::{Demand, Rung, choose_rung};
use tranche_protocol::Shape;
use tranche_protocol::tranche::Kind;

use super::log::parse_mapping;
use crate::artefact::folder::TrancheFolder;
use crate::artefact::run::RunFolder;
use crate::artefact::run_log::RunLog;
use crate::error::Error;
use crate::output::{Report, Table};
use crate::shipped::verifying_key;

/// Estimates what a usage proof costs, before it is made.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche estimate --run run/
  tranche estimate --log run.tlog
  tranche estimate --draws 500000 --records 300000 --tranches 12")]
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
}

/// One measured usage proof, from which times and memory are scaled.
struct Measured {
    circuit: &'static str,
    seconds: f64,
    bytes: f64,
    machine: &'static str,
}

/// A middle circuit, whole prover, development string, keys already made.
const MEASURED: Measured = Measured {
    circuit: "usage-17",
    seconds: 18.0,
    bytes: 600.0 * 1_048_576.0,
    machine: "2 virtual cores of an AMD EPYC",
};

/// What a proof is expected to cost.
#[derive(Clone, Debug, Serialize)]
pub struct EstimateReport {
    draws: u64,
    chunks: u64,
    circuit: &'static str,
    holds_draws: usize,
    holds_records: usize,
    rows: u64,
    advice_columns: usize,
    cells: u64,
    cells_per_draw: f64,
    cells_per_record: f64,
    proof_bytes: u64,
    expected_seconds: f64,
    expected_memory_mib: f64,
    basis: String,
}

impl Report for EstimateReport {
    fn table(&self) -> Table {
        Table::new()
            .line([
                "run",
                &format!("{} draws from {} chunks of records", self.draws, self.chunks),
            ])
            .line([
                "circuit",
                &format!(
                    "{}: holds {} draws and {} records",
                    self.circuit, self.holds_draws, self.holds_records
                ),
            ])
            .line([
                "cells",
                &format!(
                    "{} = {} advice columns x {} rows; {:.1} a draw and {:.1} a record of the full circuit together",
                    self.cells,
                    self.advice_columns,
                    self.rows,
                    self.cells_per_draw,
                    self.cells_per_record
                ),
            ])
            .line(["proof", &format!("{} bytes", self.proof_bytes)])
            .line(["time", &format!("about {:.0} s", self.expected_seconds)])
            .line([
                "memory",
                &format!("about {:.0} MiB", self.expected_memory_mib),
            ])
            .line(["basis", &self.basis])
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error::Capacity`] when no circuit holds the run; the errors of the run's folder or log.
pub fn run(args: &EstimateArgs) -> Result<EstimateReport, Error> {
    let (draws, chunks, tranches, uniform) = match (&args.run, &args.log, args.draws, args.records)
    {
        (Some(path), ..) => of_log(&RunFolder::open_moved(path, &args.map)?.log()?)?,
        (None, Some(path), ..) => {
            let mut log = RunLog::open(path)?;
            log.relocate(&args.map)?;
            of_log(&log)?
        }
        (None, None, Some(draws), Some(records)) => {
            let size = Shape::STANDARD.records_per_chunk() as u64;
            // Each tranche, a private one too, ends within a chunk of its own.
            let chunks = records.div_ceil(size).saturating_add(args.tranches);
            (draws, chunks, args.tranches, args.uniform)
        }
        _ => {
            return Err(Error::usage(
                "nothing to estimate",
                "give --run, --log, or --draws with --records",
            ));
        }
    };
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let rung = choose_rung(Demand {
        draws: whole(draws),
        chunks: whole(chunks),
        tranches: whole(tranches),
        uniform,
    })?;
    let (columns, rows, proof_bytes) = size(&rung)?;
    let cells = columns as u64 * rows;
    let (measured_columns, measured_rows, _) = size(
        &tranche_circuits::usage::params::rung_by_name(MEASURED.circuit)
            .ok_or_else(|| Error::Internal("the measured circuit is gone".to_owned()))?,
    )?;
    let scale = cells as f64 / (measured_columns as u64 * measured_rows) as f64;
    let params = &rung.params;
    Ok(EstimateReport {
        draws,
        chunks,
        circuit: rung.name,
        holds_draws: params.draws(),
        holds_records: params.positions(),
        rows,
        advice_columns: columns,
        cells,
        cells_per_draw: cells as f64 / params.draws() as f64,
        cells_per_record: cells as f64 / params.positions() as f64,
        proof_bytes,
        expected_seconds: MEASURED.seconds * scale,
        expected_memory_mib: MEASURED.bytes * scale / f64::from(1 << 20),
        basis: format!(
            "scaled by cells from one proof on {}, measured at {:.1} s and {:.0} MiB on {}, not on this machine; \
             expect another machine or a larger circuit to differ by a factor of two either way",
            MEASURED.circuit,
            MEASURED.seconds,
            MEASURED.bytes / f64::from(1 << 20),
            MEASURED.machine
        ),
    })
}

fn size(rung: &Rung) -> Result<(usize, u64, u64), Error> {
    let key = verifying_key(rung.name)
        .ok_or_else(|| Error::Internal(format!("no key of {}", rung.name)))??;
    Ok((key.advice_phases().len(), 1 << key.k(), key.proof_bytes()))
}

/// Draws, touched chunks, registered tranches drawn from, and whether all tranches are uniform.
fn of_log(log: &RunLog) -> Result<(u64, u64, u64, bool), Error> {
    let size = Shape::STANDARD.records_per_chunk() as u32;
    let chunks: HashSet<(u32, u32)> = log
        .draws()
        .map(|draw| (draw.source, draw.record / size))
        .collect();
    let mut uniform = true;
    let mut tranches = 0;
    for (index, source) in log.sources().iter().enumerate() {
        let drawn = chunks.iter().any(|(source, _)| *source as usize == index);
        tranches += u64::from(drawn && !source.private);
        if drawn || source.private {
            let folder = TrancheFolder::open(&source.folder)?;
            uniform &= folder.contents().kind == Kind::Uniform;
        }
    }
    Ok((log.count(), chunks.len() as u64, tranches, uniform))
}
