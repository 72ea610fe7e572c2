//! `tranche bench`: what proofs cost on this machine, measured point by point.

mod chart;
mod child;
mod fit;
mod page;
mod raw;

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use tranche_cost::date;
use tranche_cost::machine::Machine;
use tranche_cost::measurement::Measurement;
use tranche_cost::plan::{Extent, sweep};
use tranche_cost::point::Point;
use tranche_cost::sweep::measure;

use crate::atomic::{self, Existing, Visibility};
use crate::error::{Error, ExitClass};
use crate::output::{Report, Table};
use crate::progress::Progress;
use crate::shipped::KeyOptions;
use raw::POINTS;

/// Name of the report in a sweep's folder.
const REPORT: &str = "report.html";

/// Measures what proofs cost, and writes raw data and a report with plots.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche bench --quick --out bench
  tranche bench
  tranche bench --out bench --resume
  tranche bench --out bench --only 'usage-17 '
  tranche bench --report bench

Each point is measured in a process of its own, one after another: leave the machine alone meanwhile. Every finished point is
in points.csv at once, so that a sweep that was stopped goes on with --resume. Times are also told over a multi-scalar
multiplication of 2^20 points right after each proof, which compares machines. docs/benchmarks.md says what the points are.")]
pub struct BenchArgs {
    /// The folder to write [default: benches/results/DATE-MACHINE]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Few points of the smallest circuit: under two minutes on two cores that do nothing else
    #[arg(long)]
    quick: bool,
    /// Only points whose name, as --list shows it, holds this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// List the points and measure nothing
    #[arg(long)]
    list: bool,
    /// Keep what points.csv in the folder has, and measure the rest
    #[arg(long)]
    resume: bool,
    /// Measure nothing: make the report of a folder anew from its points.csv
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "quick", "only", "list", "resume"])]
    report: Option<PathBuf>,
    /// Folder that keeps proving keys [default: the user's cache folder /tranche]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Keep no proving keys
    #[arg(long, conflicts_with = "cache")]
    no_cache: bool,
    /// Measure one point in this process and print its row
    #[arg(long, value_name = "JSON", hide = true)]
    point: Option<String>,
}

/// What a sweep came to.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum BenchReport {
    /// Points that would be measured.
    List {
        /// Their names.
        points: Vec<String>,
    },
    /// One point, measured in this process.
    Point(Box<Measurement>),
    /// A folder with raw data and report.
    Folder {
        /// The raw data.
        data: PathBuf,
        /// The report.
        report: PathBuf,
        /// Points measured now.
        measured: usize,
        /// Points that the file had already.
        kept: usize,
        /// Points that could not be measured.
        failed: Vec<Failed>,
        /// Measured points in short.
        points: Vec<Line>,
    },
}

/// A point that could not be measured.
#[derive(Clone, Debug, Serialize)]
pub struct Failed {
    /// Its name.
    pub point: String,
    /// Why.
    pub reason: String,
}

/// A measured point in short.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    point: String,
    prove_seconds: f64,
    over_yardstick: f64,
    memory_bytes: Option<u64>,
    proof_bytes: usize,
}

impl From<&Measurement> for Line {
    fn from(measured: &Measurement) -> Self {
        Self {
            point: measured.point().to_string(),
            prove_seconds: measured.prove_seconds,
            over_yardstick: measured.ratio(),
            memory_bytes: measured.memory_bytes,
            proof_bytes: measured.proof_bytes,
        }
    }
}

impl Report for BenchReport {
    fn table(&self) -> Table {
        match self {
            Self::List { points } => points
                .iter()
                .fold(Table::new(), |table, point| table.line([point.as_str()])),
            Self::Point(measured) => lines(Table::new(), &[Line::from(&**measured)]),
            Self::Folder {
                data,
                report,
                measured,
                kept,
                failed,
                points,
            } => {
                let table = lines(Table::new(), points)
                    .line([format!("{measured} points measured, {kept} kept")])
                    .line([format!("raw data  {}", data.display())])
                    .line([format!("report    {}", report.display())]);
                failed.iter().fold(table, |table, failed| {
                    table.line([format!("not measured: {}: {}", failed.point, failed.reason)])
                })
            }
        }
    }

    fn class(&self) -> ExitClass {
        match self {
            Self::Folder { failed, .. } if !failed.is_empty() => ExitClass::Refused,
            _ => ExitClass::Success,
        }
    }
}

fn lines(table: Table, points: &[Line]) -> Table {
    let head = table.line(["point", "time", "over yardstick", "memory", "proof"]);
    points.iter().fold(head, |table, line| {
        table.line([
            line.point.clone(),
            format!("{:.2} s", line.prove_seconds),
            format!("{:.2}", line.over_yardstick),
            line.memory_bytes.map_or_else(
                || "unknown".to_owned(),
                |bytes| format!("{:.0} MB", bytes as f64 / 1e6),
            ),
            format!("{} bytes", line.proof_bytes),
        ])
    })
}

/// Runs the command.
///
/// # Errors
/// [`Error::Usage`]; the errors of the raw data; [`Error::Io`]. A point that cannot be measured is no error of the sweep.
pub fn run(args: &BenchArgs, progress: Progress) -> Result<BenchReport, Error> {
    let keys = KeyOptions {
        srs: None,
        cache: args.cache.clone(),
        no_cache: args.no_cache,
    }
    .directory();
    if let Some(text) = &args.point {
        return one(text, keys);
    }
    if let Some(folder) = &args.report {
        let measured = raw::read(&folder.join(POINTS))?;
        let report = write_report(folder, &measured, &[])?;
        let kept = measured.len();
        return Ok(folder_report(folder, report, &measured, kept, Vec::new()));
    }
    let extent = match args.quick {
        true => Extent::Quick,
        false => Extent::Full,
    };
    let only = args.only.as_deref().unwrap_or_default();
    let points: Vec<Point> = sweep(extent)
        .into_iter()
        .filter(|point| point.to_string().contains(only))
        .collect();
    if points.is_empty() {
        return Err(Error::usage(
            format!("no point's name holds \"{only}\""),
            "see `tranche bench --list`, with --quick if you give it",
        ));
    }
    if args.list {
        let points = points.iter().map(ToString::to_string).collect();
        return Ok(BenchReport::List { points });
    }
    let folder = args.out.clone().unwrap_or_else(default_folder);
    measure_all(&folder, args.resume, points, keys.as_deref(), progress)
}

/// `benches/results/DATE-MACHINE`.
fn default_folder() -> PathBuf {
    let name = format!("{}-{}", date::today(), Machine::here().label());
    Path::new("benches").join("results").join(name)
}

/// The point of the child process.
fn one(text: &str, keys: Option<PathBuf>) -> Result<BenchReport, Error> {
    let point: Point = serde_json::from_str(text).map_err(|error| {
        Error::usage(
            format!("--point is no point: {error}"),
            "use --only with a name of --list",
        )
    })?;
    let command = format!("tranche bench --only '{point}'");
    let (measured, _) = measure(&point, keys, &command).map_err(|error| Error::Refused {
        reason: error.to_string(),
    })?;
    Ok(BenchReport::Point(Box::new(measured)))
}

fn measure_all(
    folder: &Path,
    resume: bool,
    points: Vec<Point>,
    keys: Option<&Path>,
    progress: Progress,
) -> Result<BenchReport, Error> {
    let data = folder.join(POINTS);
    let mut measured = match (data.exists(), resume) {
        (true, true) => raw::read(&data)?,
        (true, false) => {
            return Err(Error::usage(
                format!("{} exists already", data.display()),
                "add --resume to measure what is missing, or choose another folder",
            ));
        }
        (false, _) => Vec::new(),
    };
    tranche_srs::temporary::make_folders(folder)
        .map_err(|error| Error::io("make", folder, error))?;
    let kept = measured.len();
    let known: Vec<Point> = measured.iter().map(Measurement::point).collect();
    let wanted: Vec<&Point> = points
        .iter()
        .filter(|point| !known.contains(point))
        .collect();
    let mut failed = Vec::new();
    let stage = progress.stage("measuring points", Some(wanted.len() as u64));
    for point in wanted {
        match child::measure(point, keys)? {
            Ok(measurement) => {
                measured.push(measurement);
                raw::write(&data, &measured)?;
            }
            Err(reason) => failed.push(Failed {
                point: point.to_string(),
                reason,
            }),
        }
        stage.advance(1);
    }
    drop(stage);
    if measured.is_empty() {
        let first = failed.first().map_or("", |failed| failed.reason.as_str());
        return Err(Error::Refused {
            reason: format!("no point could be measured; the first: {first}"),
        });
    }
    let report = write_report(folder, &measured, &failed)?;
    Ok(folder_report(folder, report, &measured, kept, failed))
}

fn write_report(
    folder: &Path,
    measured: &[Measurement],
    failed: &[Failed],
) -> Result<PathBuf, Error> {
    let path = folder.join(REPORT);
    let page = page::render(measured, failed);
    atomic::write(
        &path,
        page.as_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(path)
}

fn folder_report(
    folder: &Path,
    report: PathBuf,
    measured: &[Measurement],
    kept: usize,
    failed: Vec<Failed>,
) -> BenchReport {
    BenchReport::Folder {
        data: folder.join(POINTS),
        report,
        measured: measured.len() - kept,
        kept,
        failed,
        points: measured.iter().map(Line::from).collect(),
    }
}
