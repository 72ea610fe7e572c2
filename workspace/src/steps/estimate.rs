//! What a usage proof would cost.

use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;
use tranche_circuits::usage::params::RunSize;
use tranche_cost::estimate::{Counts, Estimate};
use tranche_cost::limits::RunDemand;
use tranche_cost::speeds::{Calibration, Speeds};
use tranche_cost::spread::touched_chunks;
use tranche_protocol::Shape;
use tranche_protocol::tranche::TrancheKind;
use tranche_verifier::VerifyingKey;

use crate::artefact::folder::TrancheFolder;
use crate::artefact::run::RunFolder;
use crate::artefact::run_log::RunLog;
use crate::builtin_keys::{Circuit, verifying_key};
use crate::error::Error;
use crate::progress::Progress;
use crate::steps::demand;

/// A run whose proof is estimated.
#[derive(Clone, Debug)]
pub enum EstimatedRun {
    /// The run of a folder.
    Folder {
        /// The run's folder, secrets included.
        path: PathBuf,
        /// Where tranches of the log are now, by name, if they were moved since the import.
        map: Vec<(String, PathBuf)>,
    },
    /// The run of a log.
    Log {
        /// The log, as an import wrote it.
        path: PathBuf,
        /// Where its tranches are now, by name, if they were moved since the import.
        map: Vec<(String, PathBuf)>,
    },
    /// A run that is not there yet.
    Planned {
        /// What it draws from.
        sources: Vec<PlannedSource>,
        /// Whether every tranche whose folder is not given is uniform.
        uniform: bool,
    },
}

/// Data that a run will draw from, in an order shuffled by chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSource {
    /// Its records.
    pub data: PlannedData,
    /// Draws from them.
    pub draws: u64,
}

/// Records that a run will draw from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedData {
    /// A tranche's folder.
    Folder(PathBuf),
    /// A registered tranche of so many records.
    Registered(u64),
    /// Unregistered data of so many records.
    Unregistered(u64),
}

/// Where the speeds of an estimate come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeedSource {
    /// Measurements on this machine as it is now, some seconds long.
    Measured,
    /// Stored speeds of two cores of an AMD EPYC.
    Stored,
}

/// What a run's proof is expected to cost.
#[derive(Clone, Debug, Serialize)]
pub struct RunEstimate {
    /// Draws of the run.
    pub draws: u64,
    /// Chunks of records that it draws from.
    pub chunks: u64,
    /// Whether these are what is expected of an order shuffled by chance, not counted.
    pub chunks_expected: bool,
    /// Registered tranches that it draws from.
    pub tranches: u64,
    /// Draws that the circuit holds.
    pub holds_draws: usize,
    /// Records that it holds.
    pub holds_records: usize,
    /// Chunks that it holds.
    pub holds_chunks: usize,
    /// Tranches that it holds.
    pub holds_tranches: usize,
    /// Part of its draws that the run fills, 0 to 1.
    pub filled_draws: f64,
    /// Part of its chunks.
    pub filled_chunks: f64,
    /// Part of its tranches.
    pub filled_tranches: f64,
    /// Advice cells a draw that the circuit holds.
    pub cells_per_draw: f64,
    /// Advice cells a record that it holds.
    pub cells_per_record: f64,
    /// Peak memory while proving, in MiB.
    pub expected_memory_mib: f64,
    /// The circuit.
    #[serde(flatten)]
    pub circuit: CircuitEstimate,
    /// Where the speeds come from.
    pub basis: String,
}

/// What a proof on a circuit is expected to cost.
#[derive(Clone, Debug, Serialize)]
pub struct CircuitEstimate {
    /// Its name.
    pub circuit: &'static str,
    /// Its rows.
    pub rows: u64,
    /// Its advice columns.
    pub advice_columns: usize,
    /// Its advice cells.
    pub cells: u64,
    /// The greatest degree of a constraint.
    pub degree: u32,
    /// Bytes of a proof.
    pub proof_bytes: u64,
    /// Gas of a verification on a chain.
    pub gas_estimate: u64,
    /// Time of a proof, in seconds.
    pub expected_seconds: f64,
    /// Peak memory while proving, in bytes.
    pub expected_memory_bytes: u64,
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

/// What proofs of full circuits are expected to cost.
#[derive(Clone, Debug, Serialize)]
pub struct CircuitEstimates {
    /// The circuits, smallest first, disclosures last.
    pub circuits: Vec<CircuitEstimate>,
    /// Where the speeds come from.
    pub basis: String,
}

/// Estimates what a run's proof costs, before it is made.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::estimate::{EstimatedRun, PlannedData, PlannedSource, SpeedSource, estimate_run};
///
/// let books = PlannedSource { data: PlannedData::Registered(300_000), draws: 500_000 };
/// let run = EstimatedRun::Planned { sources: vec![books], uniform: false };
/// let estimate = estimate_run(&run, SpeedSource::Stored, &Progress::silent())?;
/// println!("{}: {} s", estimate.circuit.circuit, estimate.circuit.expected_seconds);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Capacity`] with every limit that the run breaks; the errors of the run's folder or log; [`Error::Usage`] for a planned source that no tranche
/// can be.
pub fn estimate_run(
    run: &EstimatedRun,
    speeds: SpeedSource,
    progress: &Progress,
) -> Result<RunEstimate, Error> {
    let demand = demand_of(run)?;
    let size = demand.circuit()?;
    let RunSize {
        draws,
        chunks,
        tranches,
        ..
    } = demand.size;
    let key = key(size.name)?;
    let stage = progress.stage("measuring speeds", None);
    let mut clock = Clock::new(speeds);
    let circuit = CircuitEstimate::of(size.name, &key, &clock.speeds(&key));
    drop(stage);
    let params = &size.params;
    let cells = circuit.cells as f64;
    Ok(RunEstimate {
        draws: draws as u64,
        chunks: chunks as u64,
        chunks_expected: matches!(run, EstimatedRun::Planned { .. }),
        tranches: tranches as u64,
        holds_draws: params.draws(),
        holds_records: params.positions(),
        holds_chunks: params.table_chunks,
        holds_tranches: params.slots,
        filled_draws: draws as f64 / params.draws() as f64,
        filled_chunks: chunks as f64 / params.table_chunks as f64,
        filled_tranches: tranches as f64 / params.slots as f64,
        cells_per_draw: cells / params.draws() as f64,
        cells_per_record: cells / params.positions() as f64,
        expected_memory_mib: circuit.expected_memory_bytes as f64 / f64::from(1 << 20),
        circuit,
        basis: clock.basis(),
    })
}

/// Estimates what proofs of all circuits cost, full ones.
///
/// # Errors
/// [`Error::Internal`] for a key that does not read.
pub fn estimate_circuits(
    speeds: SpeedSource,
    progress: &Progress,
) -> Result<CircuitEstimates, Error> {
    let mut clock = Clock::new(speeds);
    let stage = progress.stage("measuring speeds", None);
    let circuits = Circuit::all()
        .map(|circuit| {
            let key = key(circuit.name())?;
            let estimate = CircuitEstimate::of(circuit.name(), &key, &clock.speeds(&key));
            stage.advance(1)?;
            Ok(estimate)
        })
        .collect::<Result<_, Error>>()?;
    let basis = clock.basis();
    Ok(CircuitEstimates { circuits, basis })
}

/// Speeds, and how long it took to measure them.
struct Clock {
    source: SpeedSource,
    calibration: Calibration,
    start: Instant,
}

impl Clock {
    fn new(source: SpeedSource) -> Self {
        Self {
            source,
            calibration: Calibration::default(),
            start: Instant::now(),
        }
    }

    fn speeds(&mut self, key: &VerifyingKey) -> Speeds {
        match self.source {
            SpeedSource::Measured => self.calibration.speeds(key),
            SpeedSource::Stored => Speeds::stored(key),
        }
    }

    fn basis(&self) -> String {
        match self.source {
            SpeedSource::Measured => format!(
                "speeds of this machine, measured in {:.1} s on {} threads; counts of the verifying key",
                self.start.elapsed().as_secs_f64(),
                tranche_cost::machine::threads()
            ),
            SpeedSource::Stored => "stored speeds of two cores of an AMD EPYC, not of this machine: expect another machine to differ by a factor of two either way"
                .to_owned(),
        }
    }
}

fn key(circuit: &str) -> Result<VerifyingKey, Error> {
    verifying_key(circuit).unwrap_or_else(|| Err(Error::Internal(format!("no key of {circuit}"))))
}

fn demand_of(run: &EstimatedRun) -> Result<RunDemand, Error> {
    match run {
        EstimatedRun::Folder { path, map } => {
            let folder = RunFolder::open_moved(path, map)?;
            let parts = folder.parts()?;
            let terms = &folder.public().terms;
            demand::of_log(&parts.log, Some(terms), parts.checkpoints.len())
        }
        EstimatedRun::Log { path, map } => {
            let mut log = RunLog::open(path)?;
            log.relocate(map)?;
            demand::of_log(&log, None, 0)
        }
        EstimatedRun::Planned { sources, uniform } => planned(sources, *uniform),
    }
}

fn planned(sources: &[PlannedSource], uniform: bool) -> Result<RunDemand, Error> {
    let mut size = RunSize {
        draws: 0,
        chunks: 0,
        tranches: 0,
        uniform: true,
    };
    let mut units = 0u64;
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    for source in sources {
        let (records, registered) = match &source.data {
            PlannedData::Folder(path) => {
                let folder = TrancheFolder::open(path)?;
                let contents = folder.contents();
                size.uniform &= contents.kind == TrancheKind::Uniform;
                let expected = (u128::from(contents.total_units) * u128::from(source.draws))
                    .div_ceil(u128::from(contents.records.max(1)));
                units = units.saturating_add(u64::try_from(expected).unwrap_or(u64::MAX));
                (u64::from(contents.records), folder.manifest().is_some())
            }
            PlannedData::Registered(records) => {
                size.uniform &= uniform;
                (*records, true)
            }
            PlannedData::Unregistered(records) => {
                size.uniform &= uniform;
                (*records, false)
            }
        };
        let most = Shape::STANDARD.max_records();
        if records == 0 || records > most || source.draws == 0 {
            return Err(Error::usage(
                format!("{} draws from a tranche of {records} records", source.draws),
                format!(
                    "give 1 to {most} records, as many as a tranche holds, and at least one draw; commit larger data as several tranches"
                ),
            ));
        }
        size.draws = size.draws.saturating_add(whole(source.draws));
        size.chunks = size
            .chunks
            .saturating_add(whole(touched_chunks(records, source.draws)));
        size.tranches += usize::from(registered);
    }
    Ok(RunDemand {
        units: Some(units),
        ..RunDemand::of_size(size)
    })
}
