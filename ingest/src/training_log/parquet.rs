//! The canonical log in Parquet.

use std::path::Path;

use super::count::{not_count, odd_label};
use super::draw::{LogDraw, ReadDraws};
use super::label::{Label, Labels};
use crate::cell::Cell;
use crate::error::{Error, Fault, FormatFault};
use crate::input::Input;
use crate::table::Table;

/// A Parquet log.
pub(super) struct Parquet {
    table: Table,
}

impl Parquet {
    pub(super) fn new(input: Input) -> Result<Self, Error> {
        let columns = ["step", "tranche", "record"].map(str::to_owned);
        Ok(Self {
            table: Table::new(input, &columns)?,
        })
    }

    fn draw(&self, row: u64, labels: &mut Labels) -> Result<LogDraw, Fault> {
        let label = match self.table.cell(1) {
            Cell::Text(name) | Cell::Opaque(name) if !name.is_empty() => {
                Label::parse(std::str::from_utf8(name).map_err(|_| FormatFault::NotUtf8)?)
            }
            Cell::Integer(number) => match number.try_into() {
                Ok(number) => Label::Number(number),
                Err(_) => return Err(odd_label(format!("the number {number}")).into()),
            },
            Cell::Null => return Err(FormatFault::Null("tranche".to_owned()).into()),
            _ => return Err(odd_label("another value".to_owned()).into()),
        };
        Ok(LogDraw {
            step: count("step", self.table.cell(0))?,
            source: labels.intern(label)?,
            record: count("record", self.table.cell(2))?,
            row,
        })
    }
}

fn count(field: &'static str, cell: Cell<'_>) -> Result<u64, Fault> {
    match cell {
        Cell::Integer(value) => value
            .try_into()
            .map_err(|_| not_count(field, &value.to_string()).into()),
        Cell::Null => Err(FormatFault::Null(field.to_owned()).into()),
        _ => Err(not_count(field, "a value of another type").into()),
    }
}

impl ReadDraws for Parquet {
    fn read(&mut self, labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        let Some(row) = self.table.advance()? else {
            return Ok(None);
        };
        self.draw(row, labels)
            .map(Some)
            .map_err(|fault| Error::row(self.table.path(), row, fault))
    }

    fn file(&self) -> &Path {
        self.table.path()
    }

    fn goes_on(&self) -> bool {
        true
    }
}
