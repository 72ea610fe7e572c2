//! What reads records, whatever the format.

use std::path::Path;

use crate::column_type::TypedColumn;
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

    /// Whether the last row has no line end, where a row may be cut within its last field and nothing tells; known at the end.
    fn ends_open(&self) -> bool {
        false
    }

    /// The names of all columns of the data, numbers where they have no names; none of a format without columns.
    fn names(&self) -> Vec<String> {
        let names = self.columns().into_iter().map(|column| column.name);
        names.collect()
    }

    /// The columns that make the record, where all rows have the same.
    fn columns(&self) -> Vec<TypedColumn> {
        Vec::new()
    }
}
