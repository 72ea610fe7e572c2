//! What proofs cost on this machine, measured point by point.

mod points_file;

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_cost::date;
use tranche_cost::machine::Machine;
use tranche_cost::measurement::Measurement;
use tranche_cost::plan::{Extent, sweep as all_points};
use tranche_cost::point::Point;
use tranche_cost::report::{self, DATA, Failed};
use tranche_cost::sweep::measure;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;

use crate::error::Error;
use crate::progress::Progress;

/// Name of the report in a sweep's folder.
const REPORT: &str = "report.html";

/// A sweep: points to measure one after another, and where their data go.
#[derive(Clone, Debug)]
pub struct SweepRequest {
    /// The folder to write; `benches/results/DATE-MACHINE` if none is named.
    pub out: Option<PathBuf>,
    /// The points.
    pub points: Vec<Point>,
    /// Whether what the folder has is kept and only the rest is measured. A folder that has data is refused otherwise.
    pub resume: bool,
}

/// A folder with raw data and report.
#[derive(Clone, Debug, Serialize)]
pub struct SweepFolder {
    /// The raw data.
    pub data: PathBuf,
    /// The report.
    pub report: PathBuf,
    /// Points measured now.
    pub measured: usize,
    /// Points that the file had already.
    pub kept: usize,
    /// Points that could not be measured.
    pub failed: Vec<Failed>,
    /// Measured points in short.
    pub points: Vec<Line>,
}

/// A measured point in short.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Its name.
    pub point: String,
    /// Time of the proof, in seconds.
    pub prove_seconds: f64,
    /// The same over that of a multi-scalar multiplication of 2^20 points.
    pub over_yardstick: f64,
    /// Peak memory while proving, in bytes, where the system tells.
    pub memory_bytes: Option<u64>,
    /// Bytes of the proof.
    pub proof_bytes: usize,
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

/// The points of a sweep whose names hold a text.
///
/// ```
/// use tranche_cost::plan::Extent;
/// use tranche_workspace::steps::bench::points;
///
/// assert!(!points(Extent::Quick, "")?.is_empty());
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Usage`] where there are none.
pub fn points(extent: Extent, only: &str) -> Result<Vec<Point>, Error> {
    let points: Vec<Point> = all_points(extent)
        .into_iter()
        .filter(|point| point.to_string().contains(only))
        .collect();
    if points.is_empty() {
        return Err(Error::usage(
            format!("no point's name holds \"{only}\""),
            "see `tranche bench --list`, with --quick if you give it",
        ));
    }
    Ok(points)
}

/// Measures a point in this process. Memory and threads are a process's: a sweep has one for each point. `keys` is a folder
/// that keeps proving keys.
///
/// # Errors
/// [`Error::Refused`] with what went wrong.
pub fn measure_point(point: &Point, keys: Option<PathBuf>) -> Result<Measurement, Error> {
    let command = format!("tranche bench --only '{point}'");
    let (measured, _) = measure(point, keys, &command).map_err(|error| Error::Refused {
        reason: error.to_string(),
    })?;
    Ok(measured)
}

/// Measures points one after another; every finished one is in the folder's data at once. `measure` measures one: what goes
/// wrong there is its inner error, and the sweep goes on without the point.
///
/// # Errors
/// [`Error::Usage`] for a folder that has data where the sweep does not resume; [`Error::Refused`] where no point could be
/// measured; the errors of the raw data, of the disk and of `measure`.
pub fn sweep(
    request: &SweepRequest,
    mut measure: impl FnMut(&Point) -> Result<Result<Measurement, String>, Error>,
    progress: &Progress,
) -> Result<SweepFolder, Error> {
    let folder = request.out.clone().unwrap_or_else(default_folder);
    let data = folder.join(DATA);
    let mut measured = match (data.exists(), request.resume) {
        (true, true) => points_file::read(&data)?,
        (true, false) => {
            return Err(Error::usage(
                format!("{} exists already", data.display()),
                "add --resume to measure what is missing, or choose another folder",
            ));
        }
        (false, _) => Vec::new(),
    };
    tranche_fs::temporary::make_folders(&folder)
        .map_err(|error| Error::io("make", &folder, error))?;
    let kept = measured.len();
    let known: Vec<Point> = measured.iter().map(Measurement::point).collect();
    let wanted: Vec<&Point> = request
        .points
        .iter()
        .filter(|point| !known.contains(point))
        .collect();
    let mut failed = Vec::new();
    let stage = progress.stage("measuring points", Some(wanted.len() as u64));
    for point in wanted {
        match measure(point)? {
            Ok(measurement) => {
                measured.push(measurement);
                points_file::write(&data, &measured)?;
            }
            Err(reason) => failed.push(Failed {
                point: point.to_string(),
                reason,
            }),
        }
        stage.advance(1)?;
    }
    drop(stage);
    if measured.is_empty() {
        let first = failed.first().map_or("", |failed| failed.reason.as_str());
        return Err(Error::Refused {
            reason: format!("no point could be measured; the first: {first}"),
        });
    }
    write_report(&folder, &measured, kept, failed)
}

/// Makes the report of a folder anew from its data. Nothing is measured.
///
/// # Errors
/// The errors of the raw data and of the disk.
pub fn report_again(folder: &Path) -> Result<SweepFolder, Error> {
    let measured = points_file::read(&folder.join(DATA))?;
    write_report(folder, &measured, measured.len(), Vec::new())
}

/// `benches/results/DATE-MACHINE`.
fn default_folder() -> PathBuf {
    let name = format!("{}-{}", date::today(), Machine::here().label());
    Path::new("benches").join("results").join(name)
}

fn write_report(
    folder: &Path,
    measured: &[Measurement],
    kept: usize,
    failed: Vec<Failed>,
) -> Result<SweepFolder, Error> {
    let path = folder.join(REPORT);
    let page = report::render(measured, &failed);
    atomic::write(
        &path,
        page.as_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(SweepFolder {
        data: folder.join(DATA),
        report: path,
        measured: measured.len() - kept,
        kept,
        failed,
        points: measured.iter().map(Line::from).collect(),
    })
}
