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
//! CSV, JSONL and Parquet are tables. Their columns `step` and `record` are integers from 0, `tranche` is the source's name or its number; `rank`, if
//! there is one, is the data-parallel rank, and other columns are ignored. Where the steps of a table fall, the run was started again: the last
//! attempt at a step stands. A name of decimal digits without a leading zero, below 2^32, is a number in every format. A Megatron blend and OLMo's
//! plan are *planned* orders, OLMo's ranks a consumed one; of the other formats only the writer knows whether the order is consumed.

#[cfg(feature = "arrow")]
mod arrow;
mod attempts;
mod cell;
mod csv;
mod draw;
mod fault;
mod format;
mod jsonl;
mod kind;
mod label;
mod megatron;
pub mod olmo;
#[cfg(feature = "parquet")]
mod parquet;
mod plan;
mod reader;
pub mod recorder;
mod report;
pub mod run_file;
mod steps;
mod table;
mod twins;

pub use draw::{LogDraw, TokenCount};
pub use fault::LogFault;
pub use format::LogFormat;
pub use kind::{LogKind, SeenLog};
pub use label::{Label, MAX_SOURCES, SourceId, UNNAMED};
pub use megatron::{BlendReport, Count, DocumentOptions, Split};
pub use plan::{LastBatch, LoaderState, MAX_BATCH, Plan, PlanFault, PlanReport, ServedPlan};
pub use reader::LogReader;
pub use report::{LogReport, SupersededSource, TableReport};
pub use twins::{SameData, SameRanks};
