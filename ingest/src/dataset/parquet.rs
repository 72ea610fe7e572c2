//! Parquet records.

use std::path::Path;

use super::read::ReadRecords;
use crate::error::{Error, FormatFault};
use crate::input::Input;
use crate::table::{Cell, Table};
use crate::value::RecordBuf;

/// The rows of a Parquet file's chosen columns.
pub(super) struct Parquet {
    table: Table,
}

impl Parquet {
    pub(super) fn new(input: Input, columns: &[String]) -> Result<Self, Error> {
        Ok(Self {
            table: Table::new(input, columns)?,
        })
    }
}

impl ReadRecords for Parquet {
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error> {
        let Some(row) = self.table.advance()? else {
            return Ok(None);
        };
        for place in 0..self.table.width() {
            match self.table.cell(place) {
                Cell::Null => record.null(),
                Cell::Boolean(value) => record.boolean(value),
                Cell::Integer(value) => record.integer(value),
                Cell::Single(value) => record.single(value),
                Cell::Double(value) => record.double(value),
                Cell::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => record.text(text),
                    Err(_) => return Err(Error::row(self.table.path(), row, FormatFault::NotUtf8)),
                },
                Cell::Opaque(bytes) => record.opaque(bytes),
            }
        }
        Ok(Some(row))
    }

    fn file(&self) -> &Path {
        self.table.path()
    }

    fn skipped(&self) -> u64 {
        0
    }
}
