//! What a log is read from: what import and check share.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_ingest::input::{Disk, Files as _, PathKind};
use tranche_ingest::training_log::olmo::Olmo;
use tranche_ingest::training_log::recorder::{Recording, RecordingOptions, ShortRanks};
use tranche_ingest::training_log::{
    Count, DocumentOptions, LastBatch, LoaderState, LogFormat, LogKind, LogReader, MAX_BATCH, Plan,
    SameData, SeenLog, Split,
};
use tranche_protocol::log::LogOrder;

use super::recording::RecordingRequest;
use crate::error::Error;

/// Where a log is, and how it is to be understood.
#[derive(Clone, Debug, Default)]
pub struct LogInput {
    /// The trainer's log: a file, or a folder for [`LogKind::Megatron`], [`LogKind::Olmo`] and
    /// [`LogKind::Recorder`]. More than one for OLMo's restarts or epochs.
    pub files: Vec<PathBuf>,
    /// The format; by what is in the first file or folder where it is left out.
    pub format: Option<LogKind>,
    /// Samples a step, of all ranks, where the log names no steps.
    pub batch: Option<NonZeroU64>,
    /// Data-parallel ranks: for a plan of OLMo's the order within a batch, 1 where it is left out; for OLMo's files how
    /// many there must be.
    pub ranks: Option<NonZeroU64>,
    /// For a plan of OLMo's: the loader's `state_dict()` as JSON, in place of `batch`.
    pub state: Option<PathBuf>,
    /// For a plan of OLMo's: what becomes of a short last batch, where the file's name does not say it.
    pub last_batch: Option<LastBatch>,
    /// For Megatron: which of a folder's splits.
    pub split: Option<Split>,
    /// Whether ranks may have the very same draws.
    pub same_data: SameData,
    /// For recordings: which ranks may end before others.
    pub short_ranks: ShortRanks,
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

fn nature(format: LogKind) -> Nature {
    match format {
        LogKind::Megatron | LogKind::OlmoPlan => Nature::Planned,
        LogKind::Olmo => Nature::Usually(LogOrder::Consumed),
        LogKind::Arrow => Nature::Usually(LogOrder::Planned),
        LogKind::Csv | LogKind::Jsonl | LogKind::Parquet | LogKind::Recorder => Nature::Open,
    }
}

fn is_table(format: LogKind) -> bool {
    matches!(format, LogKind::Csv | LogKind::Jsonl | LogKind::Parquet)
}

fn takes_batch(format: LogKind) -> bool {
    matches!(
        format,
        LogKind::Megatron | LogKind::OlmoPlan | LogKind::Arrow
    )
}

/// The format of a log, and how it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChosenFormat {
    /// The format.
    pub name: LogKind,
    /// What was seen of the log that says so; nothing where the format was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

/// An open log.
pub(super) struct OpenLog {
    pub(super) format: ChosenFormat,
    pub(super) order: LogOrder,
    pub(super) reader: LogReader,
    /// The recording, read once, if the log is one.
    pub(super) recording: Option<Recording>,
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
        self.refuse_pipes()?;
        let chosen = self.format()?;
        let format = chosen.name;
        self.check(format)?;
        if format == LogKind::Recorder {
            let found = Recording::open(self.path())?;
            let options = RecordingOptions {
                through: self.last(),
                same_data: self.same_data,
                short_ranks: self.short_ranks,
            };
            return Ok(OpenLog {
                format: chosen,
                order: self.order_of_recording(&found)?,
                reader: LogReader::recording(&found, &options)?,
                recording: Some(found),
                faults: Vec::new(),
            });
        }
        recording.unused()?;
        let order = self.order_of(format)?;
        let path = self.path();
        let mut faults = Vec::new();
        let table = |format| LogReader::table_in(&Disk, path, format, self.same_data);
        let reader = match (format, self.batch) {
            (LogKind::Csv, _) => table(LogFormat::Csv)?,
            (LogKind::Jsonl, _) => table(LogFormat::Jsonl)?,
            (LogKind::Parquet, _) => table(LogFormat::Parquet)?,
            (LogKind::Arrow, Some(batch)) => LogReader::open(path, LogFormat::Arrow { batch })?,
            (LogKind::Megatron, Some(batch)) => self.megatron(batch)?,
            (LogKind::OlmoPlan, batch) => LogReader::indices(&self.files, self.plan(batch)?)?,
            (LogKind::Olmo, _) => {
                let mut olmo = Olmo::open(&self.files, self.last())?;
                faults = olmo.faults().into_iter().map(Error::from).collect();
                faults.extend(self.other_ranks(olmo.report().ranks));
                LogReader::olmo(&olmo, self.same_data)?
            }
            (_, None) | (LogKind::Recorder, _) => {
                return Err(Error::usage(
                    "the log names no steps",
                    "give the global batch size with --batch",
                ));
            }
        };
        Ok(OpenLog {
            format: chosen,
            order,
            reader: reader.through(self.last()),
            recording: None,
            faults,
        })
    }

    /// Refuses pipes and devices: a log is looked at first, and a table is read twice.
    ///
    /// # Errors
    /// [`Error::Usage`].
    pub(super) fn refuse_pipes(&self) -> Result<(), Error> {
        let pipe = |path: &&PathBuf| Disk.kind(path).is_ok_and(|kind| kind == PathKind::Other);
        match self.files.iter().find(pipe) {
            None => Ok(()),
            Some(pipe) => Err(Error::usage(
                format!(
                    "{} is no file, and a log is read more than once",
                    pipe.display()
                ),
                "write it to a file first, and give that",
            )),
        }
    }

    fn megatron(&self, batch: NonZeroU64) -> Result<LogReader, Error> {
        let split = self.split;
        Ok(match self.documents {
            None => LogReader::open(self.path(), LogFormat::Megatron { batch, split })?,
            Some(count) => {
                let options = DocumentOptions {
                    count,
                    indices: self.indices.clone(),
                    split,
                };
                LogReader::documents(self.path(), batch, &options)?
            }
        })
    }

    /// The fault of another number of ranks than is said.
    fn other_ranks(&self, found: usize) -> Option<Error> {
        let said = self.ranks.filter(|said| said.get() != found as u64)?;
        Some(Error::usage(
            format!(
                "{} holds files of {found} ranks, not {said}",
                self.path().display()
            ),
            if said.get() > found as u64 {
                "collect the files of all ranks"
            } else {
                "keep the run's own files only, or correct --ranks"
            },
        ))
    }

    fn format(&self) -> Result<ChosenFormat, Error> {
        if let Some(name) = self.format {
            return Ok(ChosenFormat { name, seen: None });
        }
        let found = SeenLog::at(&Disk, self.path())?;
        Ok(ChosenFormat {
            name: found.kind,
            seen: Some(found.seen),
        })
    }

    /// Refuses options that the format does not have.
    fn check(&self, format: LogKind) -> Result<(), Error> {
        let olmo = matches!(format, LogKind::Olmo | LogKind::OlmoPlan);
        let ranks = is_table(format) || matches!(format, LogKind::Olmo | LogKind::Recorder);
        if self.files.len() > 1 && !olmo {
            return Err(Error::usage(
                format!("a log of the format {format} is one file or folder, and more are given"),
                "put the rows of all in one file, one start of the run after the other and with one header, or give the log's own folder",
            ));
        }
        let file = is_table(format) || matches!(format, LogKind::Arrow | LogKind::OlmoPlan);
        if file && self.path().is_dir() {
            return Err(Error::usage(
                format!(
                    "{} is a folder, and a log of the format {format} is a file",
                    self.path().display()
                ),
                "give the file, or leave --format out, so that the folder is looked at",
            ));
        }
        let wrong = [
            (
                self.batch.is_some() && !takes_batch(format),
                "--batch is for megatron, olmo-plan and arrow: the log names its steps",
            ),
            (
                self.ranks.is_some() && !olmo,
                "--ranks is for olmo and olmo-plan",
            ),
            (
                self.state.is_some() && format != LogKind::OlmoPlan,
                "--state is for olmo-plan",
            ),
            (
                self.last_batch.is_some() && format != LogKind::OlmoPlan,
                "--last-batch is for olmo-plan",
            ),
            (
                self.documents.is_some() && format != LogKind::Megatron,
                "--documents is for megatron",
            ),
            (
                self.split.is_some() && format != LogKind::Megatron,
                "--split is for megatron",
            ),
            (
                self.same_data == SameData::Accepted && !ranks,
                "--same-data is for logs that name ranks: olmo, recorder, and tables with a column rank",
            ),
            (
                self.short_ranks == ShortRanks::All && format != LogKind::Recorder,
                "--uneven-ranks is for recorder",
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
            self.last_batch.is_some(),
            self.split.is_some(),
            self.same_data == SameData::Accepted,
            self.short_ranks == ShortRanks::All,
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

    fn order_of(&self, format: LogKind) -> Result<LogOrder, Error> {
        match (nature(format), self.order) {
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
        let (batch, state) = match (&self.state, batch) {
            (Some(path), given) => {
                let state = LoaderState::read(path)?;
                let batch = state.batch().map_err(|fault| Error::file(path, fault))?;
                if let Some(given) = given.filter(|given| *given != batch) {
                    return Err(Error::usage(
                        format!("--batch {given}, but {} says {batch}", path.display()),
                        "leave --batch out: the plan is cut by the batch at the time of the state",
                    ));
                }
                (batch, Some(state))
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
            state,
            last_batch: self.last_batch,
        })
    }
}
