//! What reads records, whatever the format.

use std::path::Path;

use crate::error::Error;
use crate::value::RecordBuf;

/// What a format's reader gives.
pub(super) trait ReadRecords {
    /// Writes the next record into an empty buffer and returns its row, or `None` at the end.
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error>;

    /// The file of the record read last.
    fn file(&self) -> &Path;

    /// The rows or lines skipped so far.
    fn skipped(&self) -> u64;

    /// The names of the data's columns, where it has columns.
    fn columns(&self) -> Vec<String> {
        Vec::new()
    }
}
