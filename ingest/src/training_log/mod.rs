//! A training run's log as an ordered stream of draws.
//!
//! | format | holds | row in errors |
//! |---|---|---|
//! | CSV | columns `step`, `tranche`, `record` under a header line | row after the header |
//! | JSONL | objects with `step`, `tranche`, `record` | line |
//! | Parquet | columns `step`, `tranche`, `record` | row |
//! | recording | segments of a training loop's recorder, all ranks' | draw of its segment |
//! | Megatron blend | `…-dataset_index.npy`, `…-dataset_sample_index.npy`, `…-description.txt` | sample |
//! | Megatron documents | a blend or one data set with `…-document_index.npy`, `…-sample_index.npy`, `…-shuffle_index.npy`, `.idx` | sample |
//! | OLMo's ranks | `rank<R>.tsv.gz`: steps and the indices consumed | line of the rank's file |
//! | OLMo's plan | `global_indices….npy`, raw 32-bit integers | index |
//! | Arrow | one column `indices` | index |
//!
//! Other columns are ignored. `step` and `record` are integers from 0, steps never fall, and `tranche` is the source's
//! name or its number. A name of decimal digits without a leading zero, below 2^32, is a number in every format. A
//! Megatron blend and OLMo's plan are *planned* orders, OLMo's ranks a consumed one; of the other formats only the writer knows whether the order is consumed.

#[cfg(feature = "arrow")]
mod arrow;
mod column;
mod csv;
mod fault;
mod indices;
mod jsonl;
mod label;
mod megatron;
mod npy;
pub mod olmo;
#[cfg(feature = "parquet")]
mod parquet;
pub mod recorder;
pub mod run_file;

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

pub use fault::LogFault;
pub use indices::{LoaderState, MAX_BATCH, Plan};
pub use label::{Label, MAX_SOURCES, SourceId};
pub use megatron::{Count, DocumentOptions};

use serde::Serialize;

use crate::error::{Error, Fault};
use label::Labels;
use olmo::Olmo;
use recorder::{Merge, Recording, RecordingReport};

/// What a log is said to call its data if it calls them nothing: an index file of one data set.
pub const UNNAMED: &str = "dataset";

/// The file format of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line.
    Csv,
    /// A JSON object a line.
    Jsonl,
    /// A Parquet file.
    Parquet,
    /// The index arrays of a Megatron blended data set.
    Megatron {
        /// Samples a step: row i, from 0, belongs to step i / batch. Wrong for runs whose batch size ramps up.
        batch: NonZeroU64,
    },
    /// A Hugging Face table of indices.
    Arrow {
        /// Indices a step.
        batch: NonZeroU64,
    },
}

/// One draw of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The training step, from 0.
    pub step: u64,
    /// The source; [`LogReader::labels`] has its name.
    pub source: SourceId,
    /// The record's index in its source, from 0.
    pub record: u64,
    /// Where the draw stands in the file, from 1; see the module's table.
    pub row: u64,
}

/// What a format's reader gives.
trait Read {
    /// The next draw, or `None` at the end.
    fn read(&mut self, labels: &mut Labels) -> Result<Option<Draw>, Error>;

    /// The file that holds the draws, or the last one given.
    fn file(&self) -> &Path;

    /// Whether the row after a malformed one can be read.
    fn goes_on(&self) -> bool {
        false
    }

    /// Tokens of each source, where the format tells; complete at the end.
    fn tokens(&self) -> Vec<(SourceId, TokenCount)> {
        Vec::new()
    }

    /// What is told of a recording; complete at the end.
    fn recording(&self) -> Option<&RecordingReport> {
        None
    }
}

/// Tokens behind the draws of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TokenCount {
    /// Tokens of documents that samples covered.
    pub covered: u64,
    /// All tokens of the documents drawn, once for each draw.
    pub counted: u64,
}

/// An open log.
pub struct LogReader {
    reader: Box<dyn Read>,
    labels: Labels,
    step: u64,
    draws: u64,
    through: u64,
}

impl LogReader {
    /// Opens a log. A Megatron blend is given by its `…-dataset_index.npy`, or by the folder that holds one blend.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Usage`] for a folder without exactly one blend or a format this binary was built
    /// without; [`Error::Input`] if the file's head is not of the format.
    pub fn open(path: &Path, format: Format) -> Result<Self, Error> {
        let mut labels = Labels::default();
        let reader: Box<dyn Read> = match format {
            Format::Csv => Box::new(csv::Csv::open(path)?),
            Format::Jsonl => Box::new(jsonl::Jsonl::open(path)?),
            Format::Parquet => open_parquet(path)?,
            Format::Megatron { batch } => {
                Box::new(megatron::Megatron::open(path, batch, &mut labels)?)
            }
            Format::Arrow { batch } => open_arrow(path, batch, &mut labels)?,
        };
        Ok(Self::new(reader, labels))
    }

    fn new(reader: Box<dyn Read>, labels: Labels) -> Self {
        Self {
            reader,
            labels,
            step: 0,
            draws: 0,
            through: u64::MAX,
        }
    }

    /// Starts to read the draws of OLMo's ranks. Whether they are whole, [`Olmo::faults`] says.
    ///
    /// # Errors
    /// As [`LogReader::read`].
    pub fn olmo(olmo: &Olmo) -> Result<Self, Error> {
        let mut labels = Labels::default();
        let reader = Box::new(olmo::Merge::new(olmo, &mut labels)?);
        Ok(Self::new(reader, labels))
    }

    /// Opens planned orders of one data set, one file an epoch.
    ///
    /// # Errors
    /// [`Error::Io`]; [`LogFault::RawIndices`].
    pub fn indices(paths: &[PathBuf], plan: Plan) -> Result<Self, Error> {
        let mut labels = Labels::default();
        let reader = Box::new(indices::Indices::open(paths, plan, &mut labels)?);
        Ok(Self::new(reader, labels))
    }

    /// Opens a Megatron run document by document: a blend whose data sets have their index files in its folder, or one data set.
    ///
    /// # Errors
    /// As [`LogReader::open`]; [`Fault::Log`].
    pub fn documents(
        path: &Path,
        batch: NonZeroU64,
        options: &DocumentOptions,
    ) -> Result<Self, Error> {
        let mut labels = Labels::default();
        let reader = megatron::Documents::open(path, batch, options, &mut labels)?;
        Ok(Self::new(Box::new(reader), labels))
    }

    /// Leaves out the steps after this one.
    #[must_use]
    pub fn through(mut self, step: u64) -> Self {
        self.through = step;
        self
    }

    /// Starts to read the draws of a recording; steps after `through` are left out.
    ///
    /// # Errors
    /// As [`LogReader::read`].
    pub fn recording(recording: &Recording, through: u64) -> Result<Self, Error> {
        let reader = Box::new(Merge::new(recording, through)?);
        Ok(Self::new(reader, Labels::default()))
    }

    /// What is told of a recording, if this is one; complete once all draws are read.
    pub fn report(&self) -> Option<&RecordingReport> {
        self.reader.recording()
    }

    /// The file that holds the draw read last.
    pub fn file(&self) -> &Path {
        self.reader.file()
    }

    /// The next draw, or `None` at the end.
    ///
    /// # Errors
    /// [`Error::Input`] naming file and row if a draw is malformed, a step falls or there are more than
    /// [`MAX_SOURCES`] sources; [`Error::Io`]. After an error the stream must not be read on, unless [`LogReader::goes_on`].
    pub fn read(&mut self) -> Result<Option<Draw>, Error> {
        let Some(draw) = self.read_unordered()? else {
            return Ok(None);
        };
        if draw.step < self.step {
            let fault = Fault::StepWentBack {
                previous: self.step,
                got: draw.step,
            };
            return Err(Error::row(self.reader.file(), draw.row, fault));
        }
        self.step = draw.step;
        Ok(Some(draw))
    }

    /// As [`LogReader::read`], for a reader that judges the steps itself.
    ///
    /// # Errors
    /// As [`LogReader::read`], but for steps that fall.
    pub fn read_unordered(&mut self) -> Result<Option<Draw>, Error> {
        let draw = self.reader.read(&mut self.labels)?;
        let draw = draw.filter(|draw| draw.step <= self.through);
        self.draws += u64::from(draw.is_some());
        Ok(draw)
    }

    /// Whether the row after the one of an error can be read.
    pub fn goes_on(&self, error: &Error) -> bool {
        let row = match error {
            Error::Input(input) => input.row.is_some() && !input.fault.ends_reading(),
            _ => false,
        };
        row && self.reader.goes_on()
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
fn open_parquet(path: &Path) -> Result<Box<dyn Read>, Error> {
    Ok(Box::new(parquet::Parquet::open(path)?))
}

#[cfg(not(feature = "parquet"))]
fn open_parquet(path: &Path) -> Result<Box<dyn Read>, Error> {
    Err(Error::usage(
        format!("this binary cannot read {}", path.display()),
        "build it with the feature \"parquet\", which is on by default",
    ))
}

#[cfg(feature = "arrow")]
fn open_arrow(path: &Path, batch: NonZeroU64, labels: &mut Labels) -> Result<Box<dyn Read>, Error> {
    Ok(Box::new(arrow::Arrow::open(path, batch, labels)?))
}

#[cfg(not(feature = "arrow"))]
fn open_arrow(path: &Path, _: NonZeroU64, _: &mut Labels) -> Result<Box<dyn Read>, Error> {
    Err(Error::usage(
        format!("this binary cannot read {}", path.display()),
        "build it with the feature \"arrow\", which is on by default",
    ))
}

/// Reads a non-negative decimal integer; signs, spaces and empty text are refused.
fn count(field: &'static str, text: &str) -> Result<u64, Fault> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(count) if digits => Ok(count),
        _ => Err(not_count(field, text)),
    }
}

/// The fault of a value that is no count, the value cut to a readable length.
fn not_count(field: &'static str, got: &str) -> Fault {
    Fault::NotCount {
        field,
        got: got.chars().take(40).collect(),
    }
}

/// The fault of a value that labels no source.
fn odd_label(got: String) -> Fault {
    Fault::Shape {
        expected: "a name, or a number from 0 below 2^32, as \"tranche\"",
        got,
    }
}
