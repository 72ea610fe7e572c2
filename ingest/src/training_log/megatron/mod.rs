//! The index cache of a Megatron run: which data set and which of its samples makes each sample of the run, and which documents.
//!
//! A row in errors is a sample of the run, from 1. Sample i, from 0, belongs to step i / batch.

mod blend;
mod description;
mod documents;
mod find;
mod gpt;
mod samples;
mod sources;
mod split;
mod tokens;

pub(super) use documents::Documents;
pub use documents::{Count, DocumentOptions};
pub(super) use samples::Megatron;
pub use split::{BlendReport, Split};
