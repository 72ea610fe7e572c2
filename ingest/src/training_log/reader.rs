//! An open log.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::draw::{LogDraw, ReadDraws, TokenCount};
use super::fault::LogFault;
use super::format::LogFormat;
use super::label::{Label, Labels, SourceId};
use super::megatron::{self, DocumentOptions};
use super::olmo::{Olmo, OlmoMerge};
use super::plan::{Indices, Plan};
use super::recorder::{Recording, RecordingMerge, RecordingOptions};
use super::report::LogReport;
use super::table::Table;
use super::twins::SameData;
use super::{csv, jsonl};
use crate::error::{Error, InputError};
use crate::input::{Disk, Files, Input, disk};

/// An open log.
///
/// ```
/// use tranche_ingest::Input;
/// use tranche_ingest::training_log::{LogFormat, LogReader};
///
/// # fn main() -> Result<(), tranche_ingest::Error> {
/// let text = "step,tranche,record\n0,songs,7\n1,poems,0\n";
/// let mut log = LogReader::new(Input::bytes("log.csv", text), LogFormat::Csv)?;
/// let draw = log.read()?.expect("a draw");
/// assert_eq!((draw.step, log.label(draw.source).to_string().as_str(), draw.record), (0, "songs", 7));
/// # Ok(())
/// # }
/// ```
pub struct LogReader {
    reader: Box<dyn ReadDraws>,
    labels: Labels,
    step: u64,
    draws: u64,
    through: u64,
    after_through: u64,
}

impl LogReader {
    /// Opens the log at a path of the file system.
    ///
    /// # Errors
    /// As [`LogReader::open_in`].
    pub fn open(path: &Path, format: LogFormat) -> Result<Self, Error> {
        Self::open_in(&Disk, path, format)
    }

    /// Opens the log at a path of `files`. A Megatron blend is given by its `…-dataset_index.npy`, or by the folder that holds one blend of the
    /// split. Of a table the last attempt at a step stands; it is read twice.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Usage`] for a folder without exactly one blend; and as [`LogReader::new`].
    pub fn open_in(files: &dyn Files, path: &Path, format: LogFormat) -> Result<Self, Error> {
        match format {
            LogFormat::Megatron { batch, split } => {
                let mut labels = Labels::default();
                let reader = megatron::Megatron::open(files, path, batch, split, &mut labels)?;
                Ok(Self::of(Box::new(reader), labels))
            }
            LogFormat::Csv | LogFormat::Jsonl | LogFormat::Parquet => {
                Self::table_in(files, path, format, SameData::default())
            }
            LogFormat::Arrow { .. } => Self::new(Input::open(files, path)?, format),
        }
    }

    /// Opens a table of draws at a path of `files`, as [`LogReader::open_in`]. Its rows may name ranks; whether two may have the very same
    /// draws, `same_data` says.
    ///
    /// # Errors
    /// As [`LogReader::open_in`]; [`Error::Usage`] for another format.
    pub fn table_in(
        files: &dyn Files,
        path: &Path,
        format: LogFormat,
        same_data: SameData,
    ) -> Result<Self, Error> {
        let open = || -> Result<Box<dyn ReadDraws>, Error> {
            Ok(match format {
                LogFormat::Csv => Box::new(csv::Csv::new(Input::open(files, path)?)?),
                LogFormat::Jsonl => Box::new(jsonl::Jsonl::new(Input::open(files, path)?)?),
                LogFormat::Parquet => open_parquet_in(files, path)?,
                LogFormat::Megatron { .. } | LogFormat::Arrow { .. } => {
                    return Err(Error::usage(
                        format!("{} is no table of draws", path.display()),
                        "open it as the format that it is",
                    ));
                }
            })
        };
        let table = Table::new(open()?, open()?, same_data);
        Ok(Self::of(Box::new(table), Labels::default()))
    }

    /// Reads a log that is one input, once: steps that fall are refused, since which rows stand is known at the end only.
    ///
    /// # Errors
    /// [`Error::Usage`] for a Megatron blend, which is several files, or a format that this program was built without; [`Error::Io`];
    /// [`Error::Input`] if the head is not of the format.
    pub fn new(input: Input, format: LogFormat) -> Result<Self, Error> {
        let mut labels = Labels::default();
        let reader: Box<dyn ReadDraws> = match format {
            LogFormat::Csv => Box::new(csv::Csv::new(input)?),
            LogFormat::Jsonl => Box::new(jsonl::Jsonl::new(input)?),
            LogFormat::Parquet => open_parquet(input)?,
            LogFormat::Arrow { batch } => open_arrow(input, batch, &mut labels)?,
            LogFormat::Megatron { .. } => {
                return Err(Error::usage(
                    format!("{} is one file, a blend is three", input.name().display()),
                    "open it by its path",
                ));
            }
        };
        Ok(Self::of(reader, labels))
    }

    fn of(reader: Box<dyn ReadDraws>, labels: Labels) -> Self {
        Self {
            reader,
            labels,
            step: 0,
            draws: 0,
            through: u64::MAX,
            after_through: 0,
        }
    }

    /// Starts to read the draws of OLMo's ranks. Whether they are whole, [`Olmo::faults`] says.
    ///
    /// # Errors
    /// As [`LogReader::read`].
    pub fn olmo(olmo: &Olmo, same_data: SameData) -> Result<Self, Error> {
        let mut labels = Labels::default();
        let reader = Box::new(OlmoMerge::new(olmo, same_data, &mut labels)?);
        Ok(Self::of(reader, labels))
    }

    /// Opens planned orders of one data set at paths of the file system, one file an epoch.
    ///
    /// # Errors
    /// [`Error::Io`]; [`super::PlanFault`].
    pub fn indices(paths: &[PathBuf], plan: Plan) -> Result<Self, Error> {
        Self::indices_in(&disk(), paths, plan)
    }

    /// As [`LogReader::indices`], the paths being some of `files`.
    ///
    /// # Errors
    /// As [`LogReader::indices`].
    pub fn indices_in(
        files: &Arc<dyn Files>,
        paths: &[PathBuf],
        plan: Plan,
    ) -> Result<Self, Error> {
        let mut labels = Labels::default();
        let reader = Box::new(Indices::open(files, paths, plan, &mut labels)?);
        Ok(Self::of(reader, labels))
    }

    /// Opens a Megatron run document by document: a blend whose data sets have their index files in its folder, or one data set.
    ///
    /// # Errors
    /// As [`LogReader::open`]; [`LogFault`].
    pub fn documents(
        path: &Path,
        batch: NonZeroU64,
        options: &DocumentOptions,
    ) -> Result<Self, Error> {
        Self::documents_in(&Disk, path, batch, options)
    }

    /// As [`LogReader::documents`], the path being one of `files`.
    ///
    /// # Errors
    /// As [`LogReader::documents`].
    pub fn documents_in(
        files: &dyn Files,
        path: &Path,
        batch: NonZeroU64,
        options: &DocumentOptions,
    ) -> Result<Self, Error> {
        let mut labels = Labels::default();
        let reader = megatron::Documents::open(files, path, batch, options, &mut labels)?;
        Ok(Self::of(Box::new(reader), labels))
    }

    /// Leaves out the steps after this one. They are read all the same, and what is wrong with them is told.
    #[must_use]
    pub fn through(mut self, step: u64) -> Self {
        self.through = step;
        self
    }

    /// Starts to read the draws of a recording.
    ///
    /// # Errors
    /// As [`LogReader::read`].
    pub fn recording(recording: &Recording, options: &RecordingOptions) -> Result<Self, Error> {
        let reader = Box::new(RecordingMerge::new(recording, options)?);
        Ok(Self::of(reader, Labels::default()))
    }

    /// What is told of the log besides its draws; complete once all draws are read.
    pub fn report(&self) -> Option<LogReport> {
        self.reader.report()
    }

    /// The file that holds the draw read last.
    pub fn file(&self) -> &Path {
        self.reader.file()
    }

    /// The next draw, or `None` at the end.
    ///
    /// # Errors
    /// [`Error::Input`] naming file and row if a draw is malformed, a step falls or there are more than
    /// [`MAX_SOURCES`](super::MAX_SOURCES) sources; [`Error::Io`]. After an error the stream must not be read on, unless [`LogReader::goes_on`].
    pub fn read(&mut self) -> Result<Option<LogDraw>, Error> {
        while let Some(draw) = self.next()? {
            if draw.step < self.step {
                let fault = LogFault::StepWentBack {
                    previous: self.step,
                    got: draw.step,
                };
                return Err(Error::row(self.reader.file(), draw.row, fault));
            }
            self.step = draw.step;
            if self.counts(&draw) {
                return Ok(Some(draw));
            }
        }
        Ok(None)
    }

    /// As [`LogReader::read`], for a reader that judges the steps itself.
    ///
    /// # Errors
    /// As [`LogReader::read`], but for steps that fall.
    pub fn read_unordered(&mut self) -> Result<Option<LogDraw>, Error> {
        while let Some(draw) = self.next()? {
            if self.counts(&draw) {
                return Ok(Some(draw));
            }
        }
        Ok(None)
    }

    fn next(&mut self) -> Result<Option<LogDraw>, Error> {
        let draw = self.reader.read(&mut self.labels)?;
        if draw.is_none() {
            self.reader.end(self.through)?;
        }
        Ok(draw)
    }

    /// Whether a draw is of a step that counts.
    fn counts(&mut self, draw: &LogDraw) -> bool {
        let counts = draw.step <= self.through;
        self.draws += u64::from(counts);
        self.after_through += u64::from(!counts);
        counts
    }

    /// Whether the row after the one of an error can be read.
    pub fn goes_on(&self, error: &InputError) -> bool {
        error.is_of_a_row() && self.reader.goes_on()
    }

    /// Tokens of each source, where the format tells; complete once all draws are read.
    pub fn tokens(&self) -> Vec<(SourceId, TokenCount)> {
        self.reader.tokens()
    }

    /// The sources met so far, by [`SourceId`]. A Megatron blend's are all known from the start.
    pub fn labels(&self) -> &[Label] {
        self.labels.as_slice()
    }

    /// The label of a source that a draw of this reader names.
    pub fn label(&self, source: SourceId) -> &Label {
        self.labels.get(source)
    }

    /// The draws read so far.
    pub fn draws(&self) -> u64 {
        self.draws
    }

    /// The draws left out so far because their steps are after the last one that counts.
    pub fn after_through(&self) -> u64 {
        self.after_through
    }
}

impl std::fmt::Debug for LogReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogReader")
            .field("file", &self.reader.file())
            .field("draws", &self.draws)
            .finish()
    }
}

#[cfg(feature = "parquet")]
fn open_parquet(input: Input) -> Result<Box<dyn ReadDraws>, Error> {
    Ok(Box::new(super::parquet::Parquet::new(input)?))
}

#[cfg(feature = "parquet")]
fn open_parquet_in(files: &dyn Files, path: &Path) -> Result<Box<dyn ReadDraws>, Error> {
    Ok(Box::new(super::parquet::Parquet::open(files, path)?))
}

#[cfg(not(feature = "parquet"))]
fn open_parquet_in(files: &dyn Files, path: &Path) -> Result<Box<dyn ReadDraws>, Error> {
    open_parquet(Input::open(files, path)?)
}

#[cfg(not(feature = "parquet"))]
fn open_parquet(input: Input) -> Result<Box<dyn ReadDraws>, Error> {
    Err(Error::usage(
        format!("this binary cannot read {}", input.name().display()),
        "build it with the feature \"parquet\", which is on by default",
    ))
}

#[cfg(feature = "arrow")]
fn open_arrow(
    input: Input,
    batch: NonZeroU64,
    labels: &mut Labels,
) -> Result<Box<dyn ReadDraws>, Error> {
    Ok(Box::new(super::arrow::Arrow::new(input, batch, labels)?))
}

#[cfg(not(feature = "arrow"))]
fn open_arrow(input: Input, _: NonZeroU64, _: &mut Labels) -> Result<Box<dyn ReadDraws>, Error> {
    Err(Error::usage(
        format!("this binary cannot read {}", input.name().display()),
        "build it with the feature \"arrow\", which is on by default",
    ))
}
