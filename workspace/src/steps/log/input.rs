//! What a log is read from: what import and check share.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use tranche_ingest::training_log::olmo::{Olmo, OlmoReport};
use tranche_ingest::training_log::recorder::Recording;
use tranche_ingest::training_log::{
    Count, DocumentOptions, LoaderState, LogFormat, LogReader, MAX_BATCH, Plan,
};
use tranche_protocol::log::LogOrder;

use super::recording::RecordingRequest;
use crate::error::Error;

/// Where a log is, and how it is to be understood.
#[derive(Clone, Debug, Default)]
pub struct LogInput {
    /// The trainer's log: a file, or a folder for [`InputFormat::Megatron`], [`InputFormat::Olmo`] and
    /// [`InputFormat::Recorder`]. More than one for OLMo's restarts or epochs.
    pub files: Vec<PathBuf>,
    /// The format; by the name of the first file where it is left out.
    pub format: Option<InputFormat>,
    /// Samples a step, of all ranks, where the log names no steps.
    pub batch: Option<NonZeroU64>,
    /// Data-parallel ranks: for a plan of OLMo's the order within a batch, 1 where it is left out; for OLMo's files how
    /// many there must be.
    pub ranks: Option<NonZeroU64>,
    /// For a plan of OLMo's: the loader's `state_dict()` as JSON, in place of `batch`.
    pub state: Option<PathBuf>,
    /// For Megatron: records are documents, counted like this, instead of samples.
    pub documents: Option<Count>,
    /// For documents: the `.idx` file of a data set by its name, where it is not beside the data set.
    pub indices: Vec<(String, PathBuf)>,
    /// Folders of tranches by what the log calls them.
    pub map: Vec<(String, PathBuf)>,
    /// A run file: names, paths and index ranges, and which tranche each of them is.
    pub run_file: Option<PathBuf>,
    /// What the log is said to be; needed where the format does not tell.
    pub order: Option<LogOrder>,
    /// The last step to read.
    pub through: Option<u64>,
}

/// Formats of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputFormat {
    /// Columns step, tranche, record.
    Csv,
    /// Objects with step, tranche, record.
    Jsonl,
    /// Columns step, tranche, record.
    Parquet,
    /// Megatron's index cache: a planned order.
    Megatron,
    /// OLMo's data-indices, `rank<R>.tsv.gz`: what each rank consumed.
    Olmo,
    /// OLMo's and OLMo-core's `global_indices….npy`, raw 32-bit indices: a planned order.
    OlmoPlan,
    /// A Hugging Face table of indices: a planned order unless it is said to be consumed.
    Arrow,
    /// What the training loop's recorder wrote; it says itself whether the order is planned or consumed.
    Recorder,
}

/// What a format says about the order by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nature {
    /// It is a plan and nothing else.
    Planned,
    /// It is this unless the user says otherwise.
    Usually(LogOrder),
    /// Only the user knows.
    Open,
}

impl InputFormat {
    fn nature(self) -> Nature {
        match self {
            Self::Megatron | Self::OlmoPlan => Nature::Planned,
            Self::Olmo => Nature::Usually(LogOrder::Consumed),
            Self::Arrow => Nature::Usually(LogOrder::Planned),
            Self::Csv | Self::Jsonl | Self::Parquet | Self::Recorder => Nature::Open,
        }
    }

    fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Jsonl | Self::Parquet)
    }

    fn takes_batch(self) -> bool {
        matches!(self, Self::Megatron | Self::OlmoPlan | Self::Arrow)
    }
}

/// What is told of the files of a log, where the format has more to tell than its draws.
pub(super) enum About {
    /// Nothing.
    Nothing,
    /// A recording, read once.
    Recording(Recording),
    /// OLMo's ranks.
    Olmo(OlmoReport),
}

/// An open log.
pub(super) struct OpenLog {
    pub(super) order: LogOrder,
    pub(super) reader: LogReader,
    pub(super) about: About,
    /// What is wrong with the files as a whole. An import refuses the first.
    pub(super) faults: Vec<Error>,
}

impl LogInput {
    /// The first file, by which errors name the log.
    pub(super) fn path(&self) -> &Path {
        self.files.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// The last step to read.
    pub(super) fn last(&self) -> u64 {
        self.through.unwrap_or(u64::MAX)
    }

    /// Opens the log.
    ///
    /// # Errors
    /// [`Error::Usage`] for options that do not fit the format; the errors of its reader.
    pub(super) fn open(&self, recording: &RecordingRequest) -> Result<OpenLog, Error> {
        let format = self.format()?;
        self.check(format)?;
        if format == InputFormat::Recorder {
            let found = Recording::open(self.path())?;
            return Ok(OpenLog {
                order: self.order_of_recording(&found)?,
                reader: LogReader::recording(&found, self.last())?,
                about: About::Recording(found),
                faults: Vec::new(),
            });
        }
        recording.unused()?;
        let order = self.order_of(format)?;
        let path = self.path();
        let (mut about, mut faults) = (About::Nothing, Vec::new());
        let reader = match (format, self.batch) {
            (InputFormat::Csv, _) => LogReader::open(path, LogFormat::Csv)?,
            (InputFormat::Jsonl, _) => LogReader::open(path, LogFormat::Jsonl)?,
            (InputFormat::Parquet, _) => LogReader::open(path, LogFormat::Parquet)?,
            (InputFormat::Arrow, Some(batch)) => LogReader::open(path, LogFormat::Arrow { batch })?,
            (InputFormat::Megatron, Some(batch)) => match self.documents {
                None => LogReader::open(path, LogFormat::Megatron { batch })?,
                Some(count) => {
                    let options = DocumentOptions {
                        count,
                        indices: self.indices.clone(),
                    };
                    LogReader::documents(path, batch, &options)?
                }
            },
            (InputFormat::OlmoPlan, batch) => LogReader::indices(&self.files, self.plan(batch)?)?,
            (InputFormat::Olmo, _) => {
                let mut olmo = Olmo::open(&self.files, self.last())?;
                faults = olmo.faults().into_iter().map(Error::from).collect();
                let report = olmo.report();
                if let Some(ranks) = self
                    .ranks
                    .filter(|ranks| ranks.get() != report.ranks as u64)
                {
                    faults.push(Error::usage(
                        format!(
                            "{} holds files of {} ranks, not {ranks}",
                            path.display(),
                            report.ranks
                        ),
                        "collect the files of all ranks",
                    ));
                }
                about = About::Olmo(report);
                LogReader::olmo(&olmo)?
            }
            (_, None) | (InputFormat::Recorder, _) => {
                return Err(Error::usage(
                    "the log names no steps",
                    "give the global batch size with --batch",
                ));
            }
        };
        Ok(OpenLog {
            order,
            reader: reader.through(self.last()),
            about,
            faults,
        })
    }

    fn format(&self) -> Result<InputFormat, Error> {
        let path = self.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        let extension = path.extension().and_then(|extension| extension.to_str());
        Ok(match (self.format, extension) {
            (Some(format), _) => format,
            (None, _) if path.is_dir() && Olmo::is_one(path) => InputFormat::Olmo,
            (None, _) if path.is_dir() => InputFormat::Megatron,
            (None, _) if Olmo::is_one(path) => InputFormat::Olmo,
            (None, Some("npy")) if name.starts_with("global_indices") => InputFormat::OlmoPlan,
            (None, Some("csv")) => InputFormat::Csv,
            (None, Some("jsonl" | "ndjson")) => InputFormat::Jsonl,
            (None, Some("parquet")) => InputFormat::Parquet,
            (None, Some("npy")) => InputFormat::Megatron,
            (None, Some("arrow")) => InputFormat::Arrow,
            (None, _) => {
                return Err(Error::usage(
                    format!("{} has no known format", path.display()),
                    "name it: --format csv, jsonl, parquet, megatron, olmo, olmo-plan, arrow or recorder",
                ));
            }
        })
    }

    /// Refuses options that the format does not have.
    fn check(&self, format: InputFormat) -> Result<(), Error> {
        let olmo = matches!(format, InputFormat::Olmo | InputFormat::OlmoPlan);
        let wrong = [
            (
                self.batch.is_some() && !format.takes_batch(),
                "--batch is for megatron, olmo-plan and arrow: the log names its steps",
            ),
            (
                self.ranks.is_some() && !olmo,
                "--ranks is for olmo and olmo-plan",
            ),
            (
                self.state.is_some() && format != InputFormat::OlmoPlan,
                "--state is for olmo-plan",
            ),
            (
                self.documents.is_some() && format != InputFormat::Megatron,
                "--documents is for megatron",
            ),
            (
                self.through.is_some() && format.is_table(),
                "--through is not for csv, jsonl and parquet: cut the file",
            ),
            (
                self.files.len() > 1 && !olmo,
                "only olmo and olmo-plan have more than one file",
            ),
        ];
        match wrong.iter().find(|(given, _)| *given) {
            None => Ok(()),
            Some((_, what)) => Err(Error::usage(*what, "leave it out")),
        }
    }

    /// Refuses options that a log has no use for that was imported already.
    pub(super) fn imported(&self) -> Result<(), Error> {
        let given = [
            self.format.is_some(),
            self.batch.is_some(),
            self.ranks.is_some(),
            self.state.is_some(),
            self.documents.is_some(),
            self.run_file.is_some(),
            self.through.is_some(),
            self.files.len() > 1,
        ];
        if given.contains(&true) {
            return Err(Error::usage(
                format!("{} is a run's log already", self.path().display()),
                "of the log's options give --map only, for tranches that were moved",
            ));
        }
        Ok(())
    }

    fn order_of(&self, format: InputFormat) -> Result<LogOrder, Error> {
        match (format.nature(), self.order) {
            (Nature::Planned, Some(LogOrder::Consumed)) => Err(Error::usage(
                "this format is what the trainer meant to read, not what it read",
                "say --planned, or import a log that training wrote",
            )),
            (Nature::Planned, _) => Ok(LogOrder::Planned),
            (_, Some(said)) => Ok(said),
            (Nature::Usually(order), None) => Ok(order),
            (Nature::Open, None) => Err(Error::usage(
                "nothing says whether the log is planned or consumed",
                "say --planned for what the trainer meant to read, --consumed for what training read",
            )),
        }
    }

    /// The order of a recording; an option that says another is refused.
    fn order_of_recording(&self, recording: &Recording) -> Result<LogOrder, Error> {
        let order = recording.order();
        match self.order.filter(|said| *said != order) {
            None => Ok(order),
            Some(said) => Err(Error::usage(
                format!("the recording is of {order:?} order, not {said:?}"),
                "leave --planned and --consumed out: the recording says it",
            )),
        }
    }

    fn plan(&self, batch: Option<NonZeroU64>) -> Result<Plan, Error> {
        let ranks = self.ranks.unwrap_or(NonZeroU64::MIN);
        let (batch, batches) = match (&self.state, batch) {
            (Some(path), given) => {
                let state = LoaderState::read(path)?;
                let batch = state.batch().map_err(|fault| Error::file(path, fault))?;
                if let Some(given) = given.filter(|given| *given != batch) {
                    return Err(Error::usage(
                        format!("--batch {given}, but {} says {batch}", path.display()),
                        "leave --batch out",
                    ));
                }
                (batch, Some(state.batches_processed))
            }
            (None, Some(batch)) => (batch, None),
            (None, None) => {
                return Err(Error::usage(
                    "the plan names no steps",
                    "give the global batch size in instances with --batch, or the loader's state with --state",
                ));
            }
        };
        if !batch.get().is_multiple_of(ranks.get()) {
            return Err(Error::usage(
                format!("{ranks} ranks do not divide a batch of {batch}"),
                "give the data-parallel ranks and the batch of all of them",
            ));
        }
        if ranks.get() > 1 && batch.get() > MAX_BATCH {
            return Err(Error::usage(
                format!("a batch of {batch}; the bound is {MAX_BATCH}"),
                "give the instances of a batch, not its tokens",
            ));
        }
        Ok(Plan {
            batch,
            ranks,
            batches,
        })
    }
}
