//! `tranche log import`: a trainer's log becomes the run's log.

use std::path::PathBuf;

use clap::Args;
use tranche_ingest::training_log::TokenCount;
use tranche_ingest::training_log::olmo::OlmoReport;
use tranche_workspace::steps::log::{ImportRequest, ImportedLog};

use super::input::InputOptions;
use super::recording::{self, RecordingOptions};
use crate::output::{Report, Table};

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
pub(super) struct ImportArgs {
    /// The log.
    #[command(flatten)]
    pub(super) input: InputOptions,
    /// The run's log to write; readable by its owner only
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// What concerns recordings.
    #[command(flatten)]
    pub(super) recording: RecordingOptions,
}

impl ImportArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> ImportRequest {
        ImportRequest {
            input: self.input.request(),
            out: self.out.clone(),
            recording: self.recording.request(),
        }
    }
}

impl Report for ImportedLog {
    fn table(&self) -> Table {
        let mut table = Table::new()
            .line(["log", &format!("{} (secret)", self.out.display())])
            .line(["order", self.order.meaning()])
            .line(["draws", &format!("{} in {} steps", self.draws, self.steps)])
            .line(["source", "draws", "of records", ""]);
        for source in &self.sources {
            let note = if source.registered {
                ""
            } else {
                "unregistered"
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
            Some(recording) => recording::lines(recording, table),
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
