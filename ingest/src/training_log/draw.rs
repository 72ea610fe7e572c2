//! A draw as a log has it, and what reads draws.

use std::path::Path;

use serde::Serialize;

use super::label::{Labels, SourceId};
use super::report::LogReport;
use crate::error::Error;

/// One draw of the run, as the log has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogDraw {
    /// The training step, from 0.
    pub step: u64,
    /// The source; [`super::LogReader::labels`] has its name.
    pub source: SourceId,
    /// The record's index in its source, from 0.
    pub record: u64,
    /// Where the draw stands in the file, from 1; see the table of [`crate::training_log`].
    pub row: u64,
}

/// Tokens behind the draws of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TokenCount {
    /// Tokens of documents that samples covered.
    pub covered: u64,
    /// All tokens of the documents drawn, once for each draw.
    pub counted: u64,
}

/// What a format's reader gives.
pub(super) trait ReadDraws {
    /// The next draw, or `None` at the end.
    fn read(&mut self, labels: &mut Labels) -> Result<Option<LogDraw>, Error>;

    /// The file that holds the draws, or the last one given.
    fn file(&self) -> &Path;

    /// Checks what can be told at the end alone, where the log counts through this step.
    ///
    /// # Errors
    /// [`Error::Input`].
    fn end(&mut self, _through: u64) -> Result<(), Error> {
        Ok(())
    }

    /// Whether the row after a malformed one can be read.
    fn goes_on(&self) -> bool {
        false
    }

    /// Tokens of each source, where the format tells; complete at the end.
    fn tokens(&self) -> Vec<(SourceId, TokenCount)> {
        Vec::new()
    }

    /// The rank of the draw read last, where the row names it.
    fn rank(&self) -> Option<u32> {
        None
    }

    /// Columns or members of the log's rows that are not read, by name; of objects those of the first.
    fn unread(&self) -> &[String] {
        &[]
    }

    /// What is told of the log; complete at the end.
    fn report(&self) -> Option<LogReport> {
        None
    }
}
