//! Rows of a CSV file with a header line, one in memory at a time.

use std::cell::Cell;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use serde::de::DeserializeOwned;

use crate::error::{Error, FormatFault};
use crate::input::{Disk, Input, Stream};
use crate::lines::MAX_RECORD;

/// What the parser reads ahead of a row, at most, in bytes.
const READ_AHEAD: u64 = 1 << 16;

/// The rows of a CSV file. Every row has the header's number of fields; empty lines are not rows.
///
/// ```
/// use tranche_ingest::input::Input;
/// use tranche_ingest::rows::Rows;
///
/// # fn main() -> Result<(), tranche_ingest::Error> {
/// let mut rows = Rows::new(Input::bytes("a.csv", "step,record\n0,7\n"), b',')?;
/// let record = rows.column("record")?;
/// assert_eq!(rows.advance()?, Some(1));
/// assert_eq!(rows.field(record), "7");
/// # Ok(())
/// # }
/// ```
pub struct Rows {
    path: PathBuf,
    reader: Reader<Metered>,
    used: Rc<Cell<u64>>,
    header: StringRecord,
    record: StringRecord,
    row: u64,
}

/// A stream that stops giving bytes when one row takes too many, as an open quote does.
struct Metered {
    stream: Box<dyn Stream>,
    used: Rc<Cell<u64>>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used.get() > MAX_RECORD + READ_AHEAD {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let read = self.stream.read(buffer)?;
        self.used.set(self.used.get() + read as u64);
        Ok(read)
    }
}

impl Rows {
    /// Opens the file at `path` and reads its header.
    ///
    /// # Errors
    /// As [`Rows::new`].
    pub fn open(path: &Path, delimiter: u8) -> Result<Self, Error> {
        Self::new(Input::open(&Disk, path)?, delimiter)
    }

    /// Reads the header; `delimiter` is the byte between fields.
    ///
    /// # Errors
    /// [`Error::Io`]; [`FormatFault::Empty`] without a header line, and as [`Rows::advance`].
    pub fn new(input: Input, delimiter: u8) -> Result<Self, Error> {
        let (path, stream) = input.into_parts();
        let used = Rc::new(Cell::new(0));
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .buffer_capacity(READ_AHEAD as usize)
            .from_reader(Metered {
                stream,
                used: used.clone(),
            });
        let header = reader
            .headers()
            .map_err(|error| translate(&path, None, error))?
            .clone();
        if header.is_empty() {
            return Err(Error::file(&path, FormatFault::Empty("header line")));
        }
        Ok(Self {
            path,
            reader,
            used,
            header,
            record: StringRecord::new(),
            row: 0,
        })
    }

    /// The input's name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of the columns.
    pub fn header(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    /// The place of a column by its name in the header.
    ///
    /// # Errors
    /// [`FormatFault::MissingField`], [`FormatFault::AmbiguousField`].
    pub fn column(&self, name: &str) -> Result<usize, Error> {
        let mut places = self
            .header
            .iter()
            .enumerate()
            .filter(|(_, header)| *header == name);
        let fault = match (places.next(), places.next()) {
            (Some((place, _)), None) => return Ok(place),
            (Some(_), Some(_)) => FormatFault::AmbiguousField(name.to_owned()),
            (None, _) => FormatFault::MissingField(name.to_owned()),
        };
        Err(Error::file(&self.path, fault))
    }

    /// Moves to the next row and returns its number from 1, the header not counted; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Io`]; [`FormatFault::BadCsv`], [`FormatFault::NotUtf8`], [`FormatFault::RecordTooLong`].
    pub fn advance(&mut self) -> Result<Option<u64>, Error> {
        self.row += 1;
        self.used.set(0);
        match self.reader.read_record(&mut self.record) {
            Ok(true) => Ok(Some(self.row)),
            Ok(false) => Ok(None),
            Err(error) => Err(translate(&self.path, Some(self.row), error)),
        }
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
        self.record
            .deserialize(Some(&self.header))
            .map_err(|error| translate(&self.path, Some(self.row), error))
    }

    /// The current row's fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.record.iter()
    }
}

fn translate(path: &Path, row: Option<u64>, error: csv::Error) -> Error {
    let text = error.to_string();
    let fault = match error.into_kind() {
        ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            FormatFault::RecordTooLong { limit: MAX_RECORD }
        }
        ErrorKind::Io(error) => return Error::io("read", path, error),
        ErrorKind::Utf8 { .. } => FormatFault::NotUtf8,
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => FormatFault::BadCsv(format!("expected {expected_len} fields, got {len}")),
        _ => FormatFault::BadCsv(text),
    };
    match row {
        Some(row) => Error::row(path, row, fault),
        None => Error::file(path, fault),
    }
}
