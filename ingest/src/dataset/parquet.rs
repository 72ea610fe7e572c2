//! Parquet records.

use std::path::Path;

use super::read::ReadRecords;
use crate::column_type::TypedColumn;
use crate::error::Error;
use crate::input::Input;
use crate::table::Table;
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
            let cell = self.table.cell(place);
            cell.encode(record)
                .map_err(|fault| Error::row(self.table.path(), row, fault))?;
        }
        Ok(Some(row))
    }

    fn file(&self) -> &Path {
        self.table.path()
    }

    fn skipped(&self) -> u64 {
        0
    }

    fn columns(&self) -> Vec<TypedColumn> {
        self.table.types().to_vec()
    }
}
