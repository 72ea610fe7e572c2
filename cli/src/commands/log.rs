//! `tranche log`: a trainer's log becomes the run's log.

mod recording;
mod seal;

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use tranche_protocol::log::LogOrder;

use crate::artefact::folder::TrancheFolder;
use crate::artefact::run_log::{LogSource, LoggedDraw, RunLogWriter};
use crate::atomic::Existing;
use crate::error::{Error, Fault};
use crate::logfile::recorder::Recording;
use crate::logfile::{Format, Label, LogReader};
use crate::output::{Report, Table};
use crate::progress::Progress;

pub use recording::{RecordingOptions, RecordingSummary};
pub use seal::{SealArgs, SealReport};

/// Draws between two reports of progress.
const REPORT_EVERY: u64 = 4_096;

/// Works on logs of training runs.
#[derive(Args, Clone, Debug)]
pub struct LogArgs {
    #[command(subcommand)]
    action: LogAction,
}

#[derive(Clone, Debug, Subcommand)]
enum LogAction {
    /// Reads a trainer's log, checks every draw against the tranches, and writes the run's log (secret)
    Import(ImportArgs),
    /// Checks a recording's segments, and signs each as the loader that served it
    Seal(SealArgs),
}

/// `tranche log import`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche log import draws.csv --consumed --map books=books --map mine=mine --out run.tlog
  tranche log import index-cache/ --format megatron --batch 256 --planned --map gsm8k_train=gsm --out run.tlog
  tranche log import recording/ --format recorder --map books=books --trace-out checkpoints.json --out run.tlog

A name is what the log calls the data; a folder is what `tranche commit` wrote. A folder of private data stands for
unregistered data: it is always counted, in its own bucket. More than one name may mean one folder.")]
pub struct ImportArgs {
    /// The trainer's log; for megatron the folder or the file that ends with -dataset_index.npy, for recorder the folder
    pub file: PathBuf,
    /// The run's log to write; readable by its owner only
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The log's format [default: by the file's extension, megatron for a folder]
    #[arg(long)]
    pub format: Option<LogFormat>,
    /// Samples a step, for megatron
    #[arg(long, value_name = "N")]
    pub batch: Option<NonZeroU64>,
    /// Which tranche a name of the log means
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping, required = true)]
    pub map: Vec<(String, PathBuf)>,
    /// The log is what the trainer meant to read
    #[arg(long, conflicts_with = "consumed")]
    pub planned: bool,
    /// The log is what training read
    #[arg(long)]
    pub consumed: bool,
    /// What concerns recordings.
    #[command(flatten)]
    pub recording: RecordingOptions,
}

/// Formats of logs by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Columns step, tranche, record.
    Csv,
    /// Objects with step, tranche, record.
    Jsonl,
    /// Columns step, tranche, record.
    Parquet,
    /// The index arrays of a Megatron blended data set: a planned order.
    Megatron,
    /// What the training loop's recorder wrote; it says itself whether the order is planned or consumed.
    Recorder,
}

/// Reads `NAME=FOLDER`.
pub(super) fn parse_mapping(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, folder)) if !name.is_empty() && !folder.is_empty() => {
            Ok((name.to_owned(), folder.into()))
        }
        _ => Err("expected NAME=FOLDER".to_owned()),
    }
}

/// What a log came to.
#[derive(Clone, Debug, Serialize)]
pub struct ImportReport {
    out: PathBuf,
    order: LogOrder,
    draws: u64,
    steps: u64,
    sources: Vec<ImportedSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recording: Option<RecordingSummary>,
}

#[derive(Clone, Debug, Serialize)]
struct ImportedSource {
    name: String,
    registered: bool,
    draws: u64,
    records: u32,
}

impl Report for ImportReport {
    fn table(&self) -> Table {
        let table = Table::new()
            .line(["log", &format!("{} (secret)", self.out.display())])
            .line(["order", order_words(self.order)])
            .line(["draws", &format!("{} in {} steps", self.draws, self.steps)])
            .line(["source", "draws", "of records", ""]);
        let table = self.sources.iter().fold(table, |table, source| {
            let note = match source.registered {
                true => "",
                false => "unregistered",
            };
            table.line([
                &source.name,
                &source.draws.to_string(),
                &source.records.to_string(),
                note,
            ])
        });
        match &self.recording {
            Some(recording) => recording.lines(table),
            None => table,
        }
    }
}

/// What an order means.
pub fn order_words(order: LogOrder) -> &'static str {
    match order {
        LogOrder::Planned => "planned: what the trainer meant to read",
        LogOrder::Consumed => "consumed: what training read",
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the log, a tranche or the disk; nothing is written then.
pub fn run(args: &LogArgs, progress: Progress) -> Result<LogReport, Error> {
    match &args.action {
        LogAction::Import(args) => import(args, progress).map(LogReport::Imported),
        LogAction::Seal(args) => seal::run(args, progress).map(LogReport::Sealed),
    }
}

/// What an action came to.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum LogReport {
    /// A log was imported.
    Imported(ImportReport),
    /// A recording was checked, and sealed if there was a key.
    Sealed(SealReport),
}

impl Report for LogReport {
    fn table(&self) -> Table {
        match self {
            Self::Imported(report) => report.table(),
            Self::Sealed(report) => report.table(),
        }
    }
}

/// Runs `tranche log import`.
///
/// # Errors
/// As [`run`].
pub fn import(args: &ImportArgs, progress: Progress) -> Result<ImportReport, Error> {
    let input = input(args)?;
    let (sources, by_label) = sources(&args.map)?;
    let (order, mut reader) = match &input {
        Input::File(order, format) => (*order, LogReader::open(&args.file, *format)?),
        Input::Recording => {
            let recording = Recording::open(&args.file)?;
            args.recording.check(&args.file, &recording, |name| {
                let place = by_label.get(&Label::parse(name));
                place.map(|place| &sources[*place])
            })?;
            let order = recording::order(args, &recording)?;
            (
                order,
                LogReader::recording(&recording, args.recording.last())?,
            )
        }
    };
    let mut writer = RunLogWriter::create(&args.out, order, &sources)?;
    let stage = progress.stage("importing draws", None);
    let mut counts = vec![0u64; sources.len()];
    let mut steps = 0;
    let mut last = None;
    // By the reader's source id: the place in `sources`.
    let mut known: Vec<Option<usize>> = Vec::new();
    while let Some(draw) = reader.read()? {
        let id = draw.source.index();
        if known.len() <= id {
            known.resize(id + 1, None);
        }
        let fault = |fault| Error::row(reader.file(), draw.row, fault);
        let place = match known[id] {
            Some(place) => place,
            None => {
                let label = reader.label(draw.source);
                let place = by_label
                    .get(label)
                    .copied()
                    .ok_or_else(|| fault(Fault::UnmappedTranche(label.to_string())))?;
                known[id] = Some(place);
                place
            }
        };
        let records = sources[place].records;
        let record = u32::try_from(draw.record).ok().filter(|r| *r < records);
        let record = record.ok_or_else(|| {
            fault(Fault::RecordPastEnd {
                tranche: reader.label(draw.source).to_string(),
                record: draw.record,
                records,
            })
        })?;
        writer.push(LoggedDraw {
            step: draw.step,
            source: place as u32,
            record,
        })?;
        counts[place] += 1;
        if last != Some(draw.step) {
            steps += 1;
            last = Some(draw.step);
        }
        if reader.draws().is_multiple_of(REPORT_EVERY) {
            stage.advance(REPORT_EVERY);
        }
    }
    if reader.draws() == 0 {
        return Err(Error::file(&args.file, Fault::Empty("draws")));
    }
    let summary = match reader.report() {
        Some(report) => Some(args.recording.summary(report)?),
        None => None,
    };
    let draws = writer.finish(Existing::Replace)?;
    let sources = sources.into_iter().zip(counts);
    Ok(ImportReport {
        out: args.out.clone(),
        order,
        draws,
        steps,
        sources: sources
            .map(|(source, draws)| ImportedSource {
                name: source.names.join(", "),
                registered: !source.private,
                draws,
                records: source.records,
            })
            .collect(),
        recording: summary,
    })
}

/// How a log is read.
enum Input {
    File(LogOrder, Format),
    Recording,
}

fn input(args: &ImportArgs) -> Result<Input, Error> {
    let extension = args
        .file
        .extension()
        .and_then(|extension| extension.to_str());
    let name = match (args.format, extension) {
        (Some(name), _) => name,
        (None, Some("csv")) => LogFormat::Csv,
        (None, Some("jsonl" | "ndjson")) => LogFormat::Jsonl,
        (None, Some("parquet")) => LogFormat::Parquet,
        (None, Some("npy")) => LogFormat::Megatron,
        (None, _) if args.file.is_dir() => LogFormat::Megatron,
        (None, _) => {
            return Err(Error::usage(
                format!("{} has no known format", args.file.display()),
                "name it: --format csv, jsonl, parquet, megatron or recorder",
            ));
        }
    };
    if name == LogFormat::Recorder {
        return match args.batch {
            None => Ok(Input::Recording),
            Some(_) => Err(no_batch()),
        };
    }
    args.recording.unused()?;
    let order = match (args.planned, args.consumed) {
        (true, _) => LogOrder::Planned,
        (false, true) => LogOrder::Consumed,
        (false, false) => {
            return Err(Error::usage(
                "nothing says whether the log is planned or consumed",
                "say --planned for what the trainer meant to read, --consumed for what training read",
            ));
        }
    };
    let format = match (name, args.batch) {
        (LogFormat::Csv, None) => Format::Csv,
        (LogFormat::Jsonl, None) => Format::Jsonl,
        (LogFormat::Parquet, None) => Format::Parquet,
        (LogFormat::Megatron, Some(_)) if order == LogOrder::Consumed => {
            return Err(Error::usage(
                "a Megatron blend is what the trainer meant to read",
                "say --planned, or import a log that training wrote",
            ));
        }
        (LogFormat::Megatron, Some(batch)) => Format::Megatron { batch },
        (LogFormat::Megatron, None) => {
            return Err(Error::usage(
                "a Megatron blend names no steps",
                "give the global batch size with --batch",
            ));
        }
        _ => return Err(no_batch()),
    };
    Ok(Input::File(order, format))
}

fn no_batch() -> Error {
    Error::usage(
        "--batch is for Megatron blends only",
        "leave it out: the log names its steps",
    )
}

type Sources = (Vec<LogSource>, HashMap<Label, usize>);

/// The tranches that names are mapped to, each once, and the place of each name.
fn sources(map: &[(String, PathBuf)]) -> Result<Sources, Error> {
    let mut sources: Vec<LogSource> = Vec::new();
    let mut by_label = HashMap::new();
    for (name, path) in map {
        let folder = TrancheFolder::open(path)?;
        let id = folder.id();
        let private = folder.manifest().is_none();
        let place = sources.iter().position(|source| source.id == id);
        let place = match place {
            Some(place) => place,
            None => {
                if private && sources.iter().any(|source| source.private) {
                    return Err(Error::usage(
                        format!("\"{name}\" is a second private tranche"),
                        "commit all unregistered data of a run to one folder",
                    ));
                }
                sources.push(LogSource {
                    names: Vec::new(),
                    folder: absolute(path)?,
                    id,
                    private,
                    records: folder.contents().records,
                });
                sources.len() - 1
            }
        };
        sources[place].names.push(name.clone());
        if by_label.insert(Label::parse(name), place).is_some() {
            return Err(Error::usage(
                format!("\"{name}\" is mapped twice"),
                "map each name once",
            ));
        }
    }
    Ok((sources, by_label))
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    path.canonicalize()
        .map_err(|error| Error::io("open", path, error))
}
