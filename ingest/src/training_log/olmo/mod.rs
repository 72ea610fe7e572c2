//! The indices that OLMo's trainer consumed, a file a rank: `data-indices/rank<R>.tsv.gz`.
//!
//! A line is a step and the indices of the rank's batch, tabs between. The files are read twice: once for the steps of all ranks, once
//! for the draws. Memory holds no line. Draws come by step, then by rank, then as recorded. Where a step comes again, in the same files or
//! in those of a later start of the loop, the last attempt at it stands. A draw's row is its line.

mod lines;
mod merge;
mod part;
mod ranks;
mod scan;

pub(super) use merge::OlmoMerge;
pub use ranks::{Olmo, OlmoReport};
