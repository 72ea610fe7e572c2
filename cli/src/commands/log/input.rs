//! What a log is read from: the options that import and check share.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tranche_ingest::training_log::recorder::ShortRanks;
use tranche_ingest::training_log::{Count, LastBatch, LogKind, SameData, Split};
use tranche_protocol::log::LogOrder;
use tranche_workspace::steps::log::LogInput;

use crate::args::parse_mapping;

/// Where a log is, and how it is to be understood.
#[derive(Args, Clone, Debug)]
pub(super) struct InputOptions {
    /// The trainer's log: a file, or a folder for megatron, olmo and recorder. More than one for restarts (olmo) or epochs (olmo-plan)
    #[arg(value_name = "LOG", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The log's format [default: by what is in the file or folder; the report says what was seen]
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
    /// For olmo-plan: what becomes of a short last batch, where the file's name does not say it: the trainer's drop_last
    #[arg(long, value_name = "HOW")]
    pub(super) last_batch: Option<LastBatchName>,
    /// For megatron: which blend or data set of a folder that holds those of several splits
    #[arg(long, value_name = "SPLIT")]
    pub(super) split: Option<SplitName>,
    /// Ranks read the very same data on purpose: all their draws count. For logs that name ranks
    #[arg(long)]
    pub(super) same_data: bool,
    /// For recordings: a rank may end before others without having closed its recording
    #[arg(long)]
    pub(super) uneven_ranks: bool,
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
    /// Leave out all steps after this one, which the log must have
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

/// What becomes of a short last batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LastBatchName {
    /// It is served: drop_last is false
    Served,
    /// It is left out: drop_last is true
    Dropped,
}

impl From<LastBatchName> for LastBatch {
    fn from(name: LastBatchName) -> Self {
        match name {
            LastBatchName::Served => Self::Served,
            LastBatchName::Dropped => Self::Dropped,
        }
    }
}

/// Splits by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SplitName {
    /// What the model is trained on
    Train,
    /// What it is validated on in training
    Valid,
    /// What it is tested on at the end
    Test,
}

impl From<SplitName> for Split {
    fn from(name: SplitName) -> Self {
        match name {
            SplitName::Train => Self::Train,
            SplitName::Valid => Self::Valid,
            SplitName::Test => Self::Test,
        }
    }
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

impl From<FormatName> for LogKind {
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
            format: self.format.map(LogKind::from),
            batch: self.batch,
            ranks: self.ranks,
            state: self.state.clone(),
            last_batch: self.last_batch.map(LastBatch::from),
            split: self.split.map(Split::from),
            same_data: if self.same_data {
                SameData::Accepted
            } else {
                SameData::Refused
            },
            short_ranks: if self.uneven_ranks {
                ShortRanks::All
            } else {
                ShortRanks::Closed
            },
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
