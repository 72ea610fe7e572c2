//! `tranche log import`: a trainer's log becomes the run's log.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tranche_protocol::log::LogOrder;

use super::catalog::Catalog;
use super::input::{About, InputOptions};
use super::order_words;
use super::recording::{RecordingOptions, RecordingSummary};
use crate::artefact::run_log::{LoggedDraw, RunLogWriter};
use crate::atomic::Existing;
use crate::error::{Error, Fault};
use crate::logfile::TokenCount;
use crate::logfile::olmo::OlmoReport;
use crate::output::{Report, Table};
use crate::progress::Progress;

/// Draws between two reports of progress.
const REPORT_EVERY: u64 = 4_096;

/// `tranche log import`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche log import draws.csv --consumed --map books=books --map mine=mine --out run.tlog
  tranche log import save/data-indices --run-file run.json --out run.tlog
  tranche log import global_indices_epoch1_seed0_size9000.npy --batch 64 --run-file run.json --out run.tlog
  tranche log import index-cache/ --format megatron --batch 256 --map gsm8k_train=gsm --out run.tlog
  tranche log import index-cache/ --batch 256 --documents touched --run-file run.json --out run.tlog
  tranche log import indices.arrow --batch 32 --map dataset=books --out run.tlog
  tranche log import recording/ --format recorder --map books=books --trace-out checkpoints.json --out run.tlog

A name is what the log calls the data; a folder is what `tranche commit` wrote. A folder of private data stands for
unregistered data: it is always counted, in its own bucket. More than one name may mean one folder.
docs/importing.md says for each training framework where its files are and what an import of them means.")]
pub struct ImportArgs {
    /// The log.
    #[command(flatten)]
    pub input: InputOptions,
    /// The run's log to write; readable by its owner only
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// What concerns recordings.
    #[command(flatten)]
    pub recording: RecordingOptions,
}

/// What a log came to.
#[derive(Clone, Debug, Serialize)]
pub struct ImportReport {
    out: PathBuf,
    order: LogOrder,
    draws: u64,
    steps: u64,
    sources: Vec<ImportedSource>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tokens: Vec<TokenReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ranks: Option<OlmoReport>,
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

/// Tokens of a name of the log.
#[derive(Clone, Debug, Serialize)]
struct TokenReport {
    name: String,
    #[serde(flatten)]
    tokens: TokenCount,
}

impl Report for ImportReport {
    fn table(&self) -> Table {
        let mut table = Table::new()
            .line(["log", &format!("{} (secret)", self.out.display())])
            .line(["order", order_words(self.order)])
            .line(["draws", &format!("{} in {} steps", self.draws, self.steps)])
            .line(["source", "draws", "of records", ""]);
        for source in &self.sources {
            let note = match source.registered {
                true => "",
                false => "unregistered",
            };
            table = table.line([
                &source.name,
                &source.draws.to_string(),
                &source.records.to_string(),
                note,
            ]);
        }
        if !self.tokens.is_empty() {
            table = table.line(["tokens", "covered", "counted", ""]);
        }
        for report in &self.tokens {
            let TokenCount { covered, counted } = report.tokens;
            table = table.line([&report.name, &covered.to_string(), &counted.to_string(), ""]);
        }
        if let Some(ranks) = &self.ranks {
            table = ranks_lines(table, ranks, self.draws);
        }
        match &self.recording {
            Some(recording) => recording.lines(table),
            None => table,
        }
    }
}

/// Adds what is told of the files of ranks.
fn ranks_lines(table: Table, ranks: &OlmoReport, draws: u64) -> Table {
    let span = match (ranks.first_step, ranks.last_step) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "none".to_owned(),
    };
    let left = ranks.recorded.saturating_sub(draws);
    table
        .line(["steps", &span])
        .line(["ranks", &ranks.ranks.to_string()])
        .line([
            "attempts",
            &ranks.attempts.to_string(),
            &format!("{left} draws superseded or after the last step"),
        ])
}

/// Runs `tranche log import`.
///
/// # Errors
/// [`Error`] of the log, a tranche or the disk; nothing is written then.
pub fn import(args: &ImportArgs, progress: Progress) -> Result<ImportReport, Error> {
    let stage = progress.stage("reading the log", None);
    let log = args.input.open(&args.recording)?;
    drop(stage);
    let placed = matches!(log.about, About::Recording(_));
    let (mut catalog, faults) = Catalog::open(&args.input, placed)?;
    if let Some(first) = log.faults.into_iter().chain(faults).next() {
        return Err(first);
    }
    if let About::Recording(recording) = &log.about {
        let mapped = |name: &str| catalog.find(name).map(|place| &catalog.sources[place]);
        args.recording.check(args.input.path(), recording, mapped)?;
    }
    let (order, mut reader) = (log.order, log.reader);
    let mut writer = RunLogWriter::create(&args.out, order, &catalog.sources)?;
    let stage = progress.stage("importing draws", None);
    let mut counts = vec![0u64; catalog.sources.len()];
    let mut steps = 0;
    let mut last = None;
    while let Some(draw) = reader.read()? {
        let resolved = catalog.resolve(draw.source, reader.label(draw.source), draw.record);
        let (place, record) =
            resolved.map_err(|fault| Error::row(reader.file(), draw.row, fault))?;
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
        return Err(Error::file(args.input.path(), Fault::Empty("draws")));
    }
    let recording = match reader.report() {
        Some(report) => Some(args.recording.summary(report)?),
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
        tokens,
        ranks: match log.about {
            About::Olmo(report) => Some(report),
            _ => None,
        },
        recording,
    })
}
