//! A table of indices as Hugging Face `datasets` writes it: an Arrow stream or file with one column `indices` of integers. A row is an index of the
//! table.

use std::num::NonZeroU64;
use std::path::Path;

use super::cell::not_count;
use super::draw::{LogDraw, ReadDraws};
use super::fault::LogFault;
use super::label::{Label, Labels, SourceId, UNNAMED};
use crate::arrow::Table;
use crate::cell::Cell;
use crate::column_type::ColumnType;
use crate::error::{Error, FormatFault};
use crate::input::Input;

const COLUMN: &str = "indices";

/// An open table.
pub(super) struct Arrow {
    table: Table,
    source: SourceId,
    batch: NonZeroU64,
}

impl Arrow {
    pub(super) fn new(input: Input, batch: NonZeroU64, labels: &mut Labels) -> Result<Self, Error> {
        let table = Table::new(input, &[])?;
        let fault = |what: String| Error::file(table.path(), LogFault::Arrow(what));
        match table.types() {
            [column] if column.name != COLUMN => {
                let name: String = column.name.chars().take(40).collect();
                return Err(fault(format!("a column \"{name}\"")));
            }
            [column] if column.kind == ColumnType::plain("integer") => {}
            [_] => return Err(fault("indices of another type".to_owned())),
            columns => return Err(fault(format!("{} columns", columns.len()))),
        }
        let source = labels
            .intern(Label::parse(UNNAMED))
            .map_err(|fault| Error::file(table.path(), fault))?;
        Ok(Self {
            table,
            source,
            batch,
        })
    }
}

impl ReadDraws for Arrow {
    fn read(&mut self, _labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        let mut index = None;
        let row = self.table.next(&mut |cell| {
            if let Cell::Integer(value) = cell {
                index = Some(value);
            }
            Ok(())
        })?;
        let Some(row) = row else {
            return Ok(None);
        };
        let fault = |fault| Error::row(self.table.path(), row, fault);
        let index = index.ok_or_else(|| fault(FormatFault::Null(COLUMN.to_owned())))?;
        let record = u64::try_from(index).map_err(|_| {
            Error::row(
                self.table.path(),
                row,
                not_count(COLUMN, &index.to_string()),
            )
        })?;
        Ok(Some(LogDraw {
            step: (row - 1) / self.batch,
            source: self.source,
            record,
            row,
        }))
    }

    fn file(&self) -> &Path {
        self.table.path()
    }
}
