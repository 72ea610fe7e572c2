//! `tranche bench`: what proofs cost on this machine, measured point by point.

mod child;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tranche_cost::measurement::Measurement;
use tranche_cost::plan::Extent;
use tranche_cost::point::Point;
use tranche_workspace::error::Error;
use tranche_workspace::steps::bench::{
    Line, SweepFolder, SweepRequest, measure_point, points, report_again, sweep,
};

use crate::exit::ExitClass;
use crate::key_args::KeyArgs;
use crate::output::{Format, Report, Table};
use crate::progress::Progress;

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
pub(crate) struct BenchArgs {
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

/// Points that would be measured.
#[derive(Debug, Serialize)]
struct PointList {
    points: Vec<String>,
}

impl Report for PointList {
    fn table(&self) -> Table {
        self.points
            .iter()
            .fold(Table::new(), |table, point| table.line([point.as_str()]))
    }
}

impl Report for Measurement {
    fn table(&self) -> Table {
        lines(Table::new(), &[Line::from(self)])
    }
}

impl Report for SweepFolder {
    fn table(&self) -> Table {
        let table = lines(Table::new(), &self.points)
            .line([format!(
                "{} points measured, {} kept",
                self.measured, self.kept
            )])
            .line([format!("raw data  {}", self.data.display())])
            .line([format!("report    {}", self.report.display())]);
        self.failed.iter().fold(table, |table, failed| {
            table.line([format!("not measured: {}: {}", failed.point, failed.reason)])
        })
    }

    fn class(&self) -> ExitClass {
        if self.failed.is_empty() {
            ExitClass::Success
        } else {
            ExitClass::Refused
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

/// Runs the command and prints its report.
///
/// # Errors
/// [`Error::Usage`]; the errors of the raw data; [`Error::Io`]. A point that cannot be measured is no error of the sweep.
pub(crate) fn run(
    args: &BenchArgs,
    format: Format,
    progress: Progress,
) -> Result<ExitClass, Error> {
    let keys = KeyArgs {
        srs: None,
        cache: args.cache.clone(),
        no_cache: args.no_cache,
    }
    .directory();
    if let Some(text) = &args.point {
        return format.print(&measure_point(&parse_point(text)?, keys)?);
    }
    if let Some(folder) = &args.report {
        return format.print(&report_again(folder)?);
    }
    let extent = if args.quick {
        Extent::Quick
    } else {
        Extent::Full
    };
    let points = points(extent, args.only.as_deref().unwrap_or_default())?;
    if args.list {
        let points = points.iter().map(ToString::to_string).collect();
        return format.print(&PointList { points });
    }
    let request = SweepRequest {
        out: args.out.clone(),
        points,
        resume: args.resume,
    };
    let measure = |point: &Point| child::measure(point, keys.as_deref());
    format.print(&sweep(&request, measure, &progress)?)
}

/// The point of the child process.
fn parse_point(text: &str) -> Result<Point, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::usage(
            format!("--point is no point: {error}"),
            "use --only with a name of --list",
        )
    })
}
