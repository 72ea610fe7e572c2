//! What reads records, whatever the format.

use std::path::Path;

use super::shards::Ignored;
use crate::column_type::TypedColumn;
use crate::error::Error;
use crate::value::RecordBuf;

/// What a format's reader gives.
pub(super) trait ReadRecords {
    /// Writes the next record into an empty buffer and returns its row, or `None` at the end.
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error>;

    /// The file of the record read last.
    fn file(&self) -> &Path;

    /// The rows skipped so far.
    fn skipped(&self) -> u64;

    /// The columns that make the record, where all rows have the same.
    fn columns(&self) -> Vec<TypedColumn> {
        Vec::new()
    }

    /// Entries of folders passed over so far.
    fn ignored(&self) -> Ignored {
        Ignored::default()
    }
}
