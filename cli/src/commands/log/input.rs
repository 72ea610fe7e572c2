//! What a log is read from: the options that import and check share.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tranche_ingest::training_log::Count;
use tranche_protocol::log::LogOrder;
use tranche_workspace::steps::log::{InputFormat, LogInput};

use crate::args::parse_mapping;

/// Where a log is, and how it is to be understood.
#[derive(Args, Clone, Debug)]
pub(super) struct InputOptions {
    /// The trainer's log: a file, or a folder for megatron, olmo and recorder. More than one for restarts (olmo) or epochs (olmo-plan)
    #[arg(value_name = "LOG", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The log's format [default: by the file's extension; olmo for a folder of rank<R>.tsv.gz, megatron for another]
    #[arg(long)]
    pub(super) format: Option<FormatName>,
    /// Samples a step, of all ranks, for megatron, olmo-plan and arrow
    #[arg(long, value_name = "N")]
    pub(super) batch: Option<NonZeroU64>,
    /// Data-parallel ranks: for olmo-plan, the order within a batch [default: 1]; for olmo, how many files there must be
    #[arg(long, value_name = "N")]
    pub(super) ranks: Option<NonZeroU64>,
    /// For olmo-plan: the loader's state_dict() as JSON, in place of --batch; the plan counts as far as it was served
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    /// For megatron: records are documents, not samples; how they are counted
    #[arg(long, value_name = "HOW")]
    pub(super) documents: Option<CountDocuments>,
    /// For --documents: the .idx file of a data set [default: the data set's path with .idx]
    #[arg(long, value_name = "NAME=FILE", value_parser = parse_mapping, requires = "documents")]
    pub(super) idx: Vec<(String, PathBuf)>,
    /// Which tranche a name of the log means; a log that names nothing calls its data "dataset"
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping)]
    pub(super) map: Vec<(String, PathBuf)>,
    /// A run file: names, paths and index ranges, and which tranche each of them is
    #[arg(long, value_name = "FILE")]
    pub(super) run_file: Option<PathBuf>,
    /// The log is what the trainer meant to read
    #[arg(long, conflicts_with = "consumed")]
    pub(super) planned: bool,
    /// The log is what training read
    #[arg(long)]
    pub(super) consumed: bool,
    /// Leave out all steps after this one; not for csv, jsonl and parquet
    #[arg(long, value_name = "STEP")]
    pub(super) through: Option<u64>,
}

/// Formats of logs by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatName {
    /// Columns step, tranche, record.
    Csv,
    /// Objects with step, tranche, record.
    Jsonl,
    /// Columns step, tranche, record.
    Parquet,
    /// Megatron's index cache: a planned order.
    Megatron,
    /// OLMo's data-indices, rank<R>.tsv.gz: what each rank consumed.
    Olmo,
    /// OLMo's and OLMo-core's global_indices….npy, raw 32-bit indices: a planned order.
    OlmoPlan,
    /// A Hugging Face table of indices: a planned order unless --consumed is said.
    Arrow,
    /// What the training loop's recorder wrote; it says itself whether the order is planned or consumed.
    Recorder,
}

/// Ways to count a document that a sample covers in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CountDocuments {
    /// A draw for every sample that covers a token of it: nothing that was read is left out, long documents count more than once
    Touched,
    /// A draw for the sample that covers its first token: once a pass
    Begun,
}

impl From<CountDocuments> for Count {
    fn from(count: CountDocuments) -> Self {
        match count {
            CountDocuments::Touched => Self::Touched,
            CountDocuments::Begun => Self::Begun,
        }
    }
}

impl From<FormatName> for InputFormat {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Csv => Self::Csv,
            FormatName::Jsonl => Self::Jsonl,
            FormatName::Parquet => Self::Parquet,
            FormatName::Megatron => Self::Megatron,
            FormatName::Olmo => Self::Olmo,
            FormatName::OlmoPlan => Self::OlmoPlan,
            FormatName::Arrow => Self::Arrow,
            FormatName::Recorder => Self::Recorder,
        }
    }
}

impl InputOptions {
    /// The log that the options mean.
    pub(super) fn request(&self) -> LogInput {
        LogInput {
            files: self.files.clone(),
            format: self.format.map(InputFormat::from),
            batch: self.batch,
            ranks: self.ranks,
            state: self.state.clone(),
            documents: self.documents.map(Count::from),
            indices: self.idx.clone(),
            map: self.map.clone(),
            run_file: self.run_file.clone(),
            order: self.order(),
            through: self.through,
        }
    }

    fn order(&self) -> Option<LogOrder> {
        if self.planned {
            Some(LogOrder::Planned)
        } else if self.consumed {
            Some(LogOrder::Consumed)
        } else {
            None
        }
    }
}
