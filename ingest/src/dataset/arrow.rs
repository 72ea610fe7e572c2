//! Arrow records.

use std::path::Path;

use super::read::ReadRecords;
use crate::arrow::Table;
use crate::column_type::TypedColumn;
use crate::error::Error;
use crate::input::Input;
use crate::value::RecordBuf;

/// The rows of an Arrow file's or stream's chosen columns.
pub(super) struct Arrow {
    table: Table,
}

impl Arrow {
    pub(super) fn new(input: Input, columns: &[String]) -> Result<Self, Error> {
        Ok(Self {
            table: Table::new(input, columns)?,
        })
    }
}

impl ReadRecords for Arrow {
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error> {
        self.table.read(record)
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
