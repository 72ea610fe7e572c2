//! A trainer's log becomes the run's log.

use std::path::PathBuf;

use serde::Serialize;
use tranche_fs::Existing;
use tranche_ingest::FormatFault;
use tranche_ingest::training_log::{LogFault, TokenCount};
use tranche_protocol::log::LogOrder;

use super::catalog::Catalog;
use super::input::{ChosenFormat, LogInput};
use super::recording::{RecordingRequest, RecordingSummary};
use super::told::LogTold;
use crate::artefact::run_log::{RunDraw, RunLogWriter};
use crate::error::Error;
use crate::progress::Progress;

/// Draws between two reports of progress.
const REPORT_EVERY: u64 = 4_096;

/// What is imported, and where to.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The log.
    pub input: LogInput,
    /// The run's log to write, readable by its owner only.
    pub out: PathBuf,
    /// What concerns recordings.
    pub recording: RecordingRequest,
}

/// What a log came to.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedLog {
    /// The run's log that was written.
    pub out: PathBuf,
    /// What the log was read as.
    pub format: ChosenFormat,
    /// Planned or consumed.
    pub order: LogOrder,
    /// Draws of all sources.
    pub draws: u64,
    /// Steps: runs of draws with the same number.
    pub steps: u64,
    /// The tranches.
    pub sources: Vec<ImportedSource>,
    /// Tokens, where the log's format tells of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<TokenReport>,
    /// What the files told besides.
    #[serde(flatten)]
    pub told: LogTold,
    /// What a recording told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingSummary>,
}

/// A tranche that the log draws from.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedSource {
    /// The names that the log has for it.
    pub name: String,
    /// Whether it is a registered tranche.
    pub registered: bool,
    /// Its draws.
    pub draws: u64,
    /// Its records, drawn or not.
    pub records: u32,
}

/// Tokens of a name of the log.
#[derive(Clone, Debug, Serialize)]
pub struct TokenReport {
    /// The name.
    pub name: String,
    /// Its tokens.
    #[serde(flatten)]
    pub tokens: TokenCount,
}

/// Reads a trainer's log, checks every draw against the tranches, and writes the run's log.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::log::{ImportRequest, LogInput, RecordingRequest, import};
/// use tranche_protocol::log::LogOrder;
///
/// let request = ImportRequest {
///     input: LogInput {
///         files: vec!["draws.csv".into()],
///         map: vec![("books".to_owned(), "books".into())],
///         order: Some(LogOrder::Consumed),
///         ..LogInput::default()
///     },
///     out: "run.tlog".into(),
///     recording: RecordingRequest::default(),
/// };
/// let imported = import(&request, &Progress::silent())?;
/// println!("{} draws", imported.draws);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error`] of the log, a tranche or the disk; nothing is written then.
pub fn import(request: &ImportRequest, progress: &Progress) -> Result<ImportedLog, Error> {
    let stage = progress.stage("reading the log", None);
    let log = request.input.open(&request.recording)?;
    drop(stage);
    let placed = log.recording.is_some();
    let (mut catalog, faults) = Catalog::open(
        &request.input.map,
        request.input.run_file.as_deref(),
        placed,
    )?;
    if let Some(first) = log.faults.into_iter().chain(faults).next() {
        return Err(first);
    }
    if let Some(recording) = &log.recording {
        let mapped = |name: &str| catalog.find(name).map(|place| &catalog.sources[place]);
        request
            .recording
            .check(request.input.path(), recording, mapped)?;
    }
    let (order, mut reader) = (log.order, log.reader);
    let mut writer = RunLogWriter::create(&request.out, order, &catalog.sources)?;
    let stage = progress.stage("importing draws", None);
    let mut counts = vec![0u64; catalog.sources.len()];
    let mut steps = 0;
    let mut last = None;
    while let Some(draw) = reader.read()? {
        let resolved = catalog.resolve(draw.source, reader.label(draw.source), draw.record);
        let (place, record) =
            resolved.map_err(|fault| Error::row(reader.file(), draw.row, fault))?;
        writer.push(RunDraw {
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
            stage.advance(REPORT_EVERY)?;
        }
    }
    if reader.draws() == 0 {
        return Err(Error::file(
            request.input.path(),
            FormatFault::Empty("draws"),
        ));
    }
    let through = request.input.through;
    if let Some(through) = through.filter(|through| last.is_some_and(|last| last < *through)) {
        let fault = LogFault::EndsBefore { through, last };
        return Err(Error::file(request.input.path(), fault));
    }
    let (told, recording) = LogTold::of(&reader);
    let recording = match &recording {
        Some(report) => Some(request.recording.summary(request.input.path(), report)?),
        None => None,
    };
    let tokens = reader.tokens().into_iter();
    let tokens = tokens.map(|(source, tokens)| TokenReport {
        name: reader.label(source).to_string(),
        tokens,
    });
    let tokens = tokens.collect();
    let draws = writer.finish(Existing::Replace)?;
    let sources = catalog.sources.into_iter().zip(counts);
    Ok(ImportedLog {
        out: request.out.clone(),
        format: log.format,
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
        tokens,
        told,
        recording,
    })
}
