//! `tranche log import`: a trainer's log becomes the run's log.

use std::path::PathBuf;

use clap::Args;
use tranche_ingest::training_log::TokenCount;
use tranche_workspace::steps::log::{ImportRequest, ImportedLog};

use super::input::InputOptions;
use super::recording::{self, RecordingOptions};
use super::told;
use crate::output::{Report, Table};

/// `tranche log import`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche log import draws.csv --consumed --map books=books --map mine=mine --out run.tlog
  tranche log import save/data-indices --run-file run.json --out run.tlog
  tranche log import global_indices_dataset_size1003_epoch1_seed0_v1.npy --batch 64 --run-file run.json --out run.tlog
  tranche log import index-cache/ --split train --batch 256 --map gsm8k_train=gsm --out run.tlog
  tranche log import index-cache/ --batch 256 --documents touched --run-file run.json --out run.tlog
  tranche log import indices.arrow --batch 32 --map dataset=books --out run.tlog
  tranche log import recording/ --map books=books --trace-out checkpoints.json --out run.tlog

A name is what the log calls the data; a folder is what `tranche commit` wrote. A folder of private data stands for
unregistered data: it is always counted, in its own bucket. More than one name may mean one folder.
Where the steps of a table fall, the run was started again, and the last attempt at a step counts. The report says what was
seen of the log, what was left out and why.
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
        let mut table = Table::new().line(["log", &format!("{} (secret)", self.out.display())]);
        table = told::format_line(&self.format, table)
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
        table = told::lines(&self.told, self.draws, table);
        match &self.recording {
            Some(recording) => recording::lines(recording, table),
            None => table,
        }
    }
}
