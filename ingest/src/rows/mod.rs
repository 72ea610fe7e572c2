//! Rows of a CSV file, one in memory at a time.
//!
//! | module | noun |
//! |---|---|
//! | `dialect` | how the rows of a file are written |
//! | `fault` | what can be wrong with a file of rows |
//! | `scan` | fields of rows, from the bytes |

mod dialect;
mod fault;
mod scan;

use std::path::Path;

use csv::{ByteRecord, StringRecord};
use serde::de::DeserializeOwned;
use tranche_protocol::manifest::reading::Delimiter;

use crate::error::{Error, FormatFault};
use crate::input::{Disk, Input};
use crate::plain::{PlainText, TextFault};
use scan::Scanner;

pub use dialect::Dialect;
pub use fault::RowFault;

/// The rows of a CSV file. Every row has the first one's number of fields; empty lines are not rows.
///
/// ```
/// use tranche_ingest::input::Input;
/// use tranche_ingest::rows::{Dialect, Rows};
///
/// # fn main() -> Result<(), tranche_ingest::Error> {
/// let mut rows = Rows::new(Input::bytes("a.csv", "step,record\n0,7\n"), Dialect::default())?;
/// let record = rows.column("record")?;
/// assert_eq!(rows.advance()?, Some(1));
/// assert_eq!(rows.field(record), "7");
/// # Ok(())
/// # }
/// ```
pub struct Rows {
    scanner: Scanner,
    dialect: Dialect,
    /// The names of the columns; their numbers where there is no header.
    names: StringRecord,
    record: StringRecord,
    /// Whether `record` is a first row that was read to know the number of columns, and not given yet.
    ahead: bool,
    row: u64,
}

impl Rows {
    /// Opens the file at `path` and reads its header.
    ///
    /// # Errors
    /// As [`Rows::new`].
    pub fn open(path: &Path, dialect: Dialect) -> Result<Self, Error> {
        Self::new(Input::open(&Disk, path)?, dialect)
    }

    /// Reads the first row.
    ///
    /// # Errors
    /// [`Error::Io`]; [`FormatFault::Empty`] without any row; [`RowFault::OtherDelimiter`], [`RowFault::SeparatorNote`], and as [`Rows::advance`].
    pub fn new(input: Input, dialect: Dialect) -> Result<Self, Error> {
        let text = PlainText::new(input, dialect.encoding)?;
        let mut rows = Self {
            scanner: Scanner::new(text, &dialect),
            dialect,
            names: StringRecord::new(),
            record: StringRecord::new(),
            ahead: !dialect.header,
            row: 0,
        };
        let row = rows.ahead.then_some(1);
        if !rows.scan(row)? {
            let what = if dialect.header {
                "header line"
            } else {
                "rows"
            };
            return Err(Error::file(rows.path(), FormatFault::Empty(what)));
        }
        rows.check_first()?;
        if rows.ahead {
            rows.names = (1..=rows.record.len())
                .map(|number| number.to_string())
                .collect();
        } else {
            rows.names = std::mem::take(&mut rows.record);
        }
        Ok(rows)
    }

    /// Whether the first row looks as if it were written so.
    fn check_first(&self) -> Result<(), Error> {
        let first = self.record.get(0).unwrap_or("");
        if first.len() <= 5 && first.starts_with("sep=") {
            return Err(Error::file(self.path(), RowFault::SeparatorNote));
        }
        let assumed = self.dialect.delimiter;
        let found = Delimiter::ALL
            .into_iter()
            .find(|other| *other != assumed && first.contains(char::from(other.byte())));
        match found {
            Some(found) if self.record.len() == 1 && !self.dialect.chosen => {
                let fault = RowFault::OtherDelimiter { assumed, found };
                Err(Error::file(self.path(), fault))
            }
            _ => Ok(()),
        }
    }

    /// The input's name.
    pub fn path(&self) -> &Path {
        self.scanner.text().path()
    }

    /// The names of the columns; their numbers where there is no header.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter()
    }

    /// The place of a column by its name in the header, or by its number where there is none.
    ///
    /// # Errors
    /// [`FormatFault::MissingField`], [`FormatFault::AmbiguousField`].
    pub fn column(&self, name: &str) -> Result<usize, Error> {
        let places = self.names.iter().enumerate();
        let found = places.filter(|(_, header)| *header == name);
        let place = FormatFault::the_one(name, found.map(|(place, _)| place));
        place.map_err(|fault| Error::file(self.path(), fault))
    }

    /// Moves to the next row and returns its number from 1, the header not counted; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Io`]; [`RowFault`], [`TextFault`]; [`FormatFault::BadCsv`], [`FormatFault::NotUtf8`],
    /// [`FormatFault::RecordTooLong`].
    pub fn advance(&mut self) -> Result<Option<u64>, Error> {
        self.row += 1;
        if std::mem::take(&mut self.ahead) {
            return Ok(Some(self.row));
        }
        if !self.scan(Some(self.row))? {
            return Ok(None);
        }
        let (expected, got) = (self.names.len(), self.record.len());
        if got != expected {
            let fault = FormatFault::BadCsv(format!("expected {expected} fields, got {got}"));
            return Err(Error::row(self.path(), self.row, fault));
        }
        if self.is_header() {
            return Err(Error::row(self.path(), self.row, RowFault::HeaderAgain));
        }
        Ok(Some(self.row))
    }

    /// Whether the current row is the header again, with or without a byte order mark. A lone word may well be the name of its column.
    fn is_header(&self) -> bool {
        let (mut names, mut fields) = (self.names.iter(), self.record.iter());
        let first = fields.next().unwrap_or_default();
        self.dialect.header
            && self.names.len() > 1
            && names.next() == Some(first.trim_start_matches('\u{feff}'))
            && names.eq(fields)
    }

    /// The current row's field at a place that [`Self::column`] gave.
    pub fn field(&self, place: usize) -> &str {
        &self.record[place]
    }

    /// The current row as a record whose fields have the header's names.
    ///
    /// # Errors
    /// [`FormatFault::BadCsv`].
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.record.deserialize(Some(&self.names)).map_err(|error| {
            let fault = FormatFault::BadCsv(error.to_string());
            Error::row(self.path(), self.row, fault)
        })
    }

    /// The current row's fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.record.iter()
    }

    /// Empty lines so far.
    pub fn empty_lines(&self) -> u64 {
        self.scanner.empty()
    }

    /// Reads a row, whatever its number of fields; whether there was one.
    fn scan(&mut self, row: Option<u64>) -> Result<bool, Error> {
        let mut bytes: ByteRecord = std::mem::take(&mut self.record).into_byte_record();
        bytes.clear();
        let found = self.scanner.read(row, &mut bytes)?;
        let fault = match StringRecord::from_byte_record(bytes) {
            Ok(record) => {
                self.record = record;
                if !self.record.as_slice().contains('\0') {
                    return Ok(found);
                }
                TextFault::Nul.into()
            }
            Err(_) => crate::error::Fault::from(FormatFault::NotUtf8),
        };
        Err(match row {
            Some(row) => Error::row(self.path(), row, fault),
            None => Error::file(self.path(), fault),
        })
    }
}

#[cfg(test)]
mod tests;
