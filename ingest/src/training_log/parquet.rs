//! The canonical log in Parquet.

use std::path::Path;

use super::cell::{COLUMNS, not_count, odd_label, unread};
use super::draw::{LogDraw, ReadDraws};
use super::fault::LogFault;
use super::label::{Label, Labels};
use crate::cell::Cell;
use crate::column_type::ColumnType;
use crate::error::{Error, Fault, FormatFault};
use crate::input::{Files, Input};
use crate::table::Table;

/// A Parquet log.
pub(super) struct Parquet {
    table: Table,
    with_ranks: bool,
    /// The rank that the row read last names.
    rank: Option<u32>,
    unread: Vec<String>,
}

impl Parquet {
    /// A log whose rows name no ranks.
    pub(super) fn new(input: Input) -> Result<Self, Error> {
        Self::with(input, false)
    }

    /// A log at a path; its rows may name ranks.
    pub(super) fn open(files: &dyn Files, path: &Path) -> Result<Self, Error> {
        match Self::with(Input::open(files, path)?, true) {
            Err(error) if error.fault() == Some(&LogFault::MissingColumn("rank")) => {
                Self::new(Input::open(files, path)?)
            }
            opened => opened,
        }
    }

    fn with(input: Input, ranks: bool) -> Result<Self, Error> {
        let named = COLUMNS.len() - usize::from(!ranks);
        let columns: Vec<String> = COLUMNS
            .iter()
            .take(named)
            .copied()
            .map(str::to_owned)
            .collect();
        let path = input.name().to_owned();
        let table = Table::new(input, &columns).map_err(|error| {
            let missing = match error.fault() {
                Some(FormatFault::MissingField(name)) => {
                    COLUMNS.iter().find(|column| *column == name)
                }
                _ => None,
            };
            missing.map_or(error, |name| {
                Error::file(&path, LogFault::MissingColumn(name))
            })
        })?;
        let counts = COLUMNS.iter().zip(table.types());
        let mut others = counts.filter(|(name, column)| {
            **name != "tranche" && column.kind != ColumnType::plain("integer")
        });
        if let Some((name, column)) = others.next() {
            let fault = not_count(name, &format!("a column of {}", column.kind));
            return Err(Error::file(&path, fault));
        }
        Ok(Self {
            unread: unread(table.names()),
            table,
            with_ranks: ranks,
            rank: None,
        })
    }

    fn draw(&mut self, row: u64, labels: &mut Labels) -> Result<LogDraw, Fault> {
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
        self.rank = None;
        if self.with_ranks {
            let rank = count("rank", self.table.cell(3))?;
            let small = rank.try_into();
            self.rank = Some(small.map_err(|_| not_count("rank", &rank.to_string()))?);
        }
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

    fn rank(&self) -> Option<u32> {
        self.rank
    }

    fn unread(&self) -> &[String] {
        &self.unread
    }
}
