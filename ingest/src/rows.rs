//! Rows of a CSV file, one in memory at a time.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use serde::de::DeserializeOwned;

use crate::error::{Error, Fault};
use crate::lines::MAX_RECORD;

/// What the parser reads ahead of a row, at most, in bytes.
const READ_AHEAD: u64 = 1 << 16;

/// A CSV file with a header line. Every row has the header's number of fields; empty lines are not rows.
pub(crate) struct Rows {
    path: PathBuf,
    reader: Reader<Metered>,
    used: Rc<Cell<u64>>,
    header: StringRecord,
    record: StringRecord,
    row: u64,
}

/// A file that stops giving bytes when one row takes too many, as an open quote does.
struct Metered {
    file: File,
    used: Rc<Cell<u64>>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used.get() > MAX_RECORD + READ_AHEAD {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let read = self.file.read(buffer)?;
        self.used.set(self.used.get() + read as u64);
        Ok(read)
    }
}

impl Rows {
    /// Opens `path` and reads its header.
    pub(crate) fn open(path: &Path, delimiter: u8) -> Result<Self, Error> {
        let file = File::open(path).map_err(|error| Error::io("open", path, error))?;
        let used = Rc::new(Cell::new(0));
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .buffer_capacity(READ_AHEAD as usize)
            .from_reader(Metered {
                file,
                used: used.clone(),
            });
        let header = reader
            .headers()
            .map_err(|error| translate(path, None, error))?
            .clone();
        if header.is_empty() {
            return Err(Error::file(path, Fault::Empty("header line")));
        }
        Ok(Self {
            path: path.to_owned(),
            reader,
            used,
            header,
            record: StringRecord::new(),
            row: 0,
        })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The place of a column by its name in the header.
    pub(crate) fn column(&self, name: &str) -> Result<usize, Error> {
        let mut places = self
            .header
            .iter()
            .enumerate()
            .filter(|(_, header)| *header == name);
        let fault = match (places.next(), places.next()) {
            (Some((place, _)), None) => return Ok(place),
            (Some(_), Some(_)) => Fault::AmbiguousField(name.to_owned()),
            (None, _) => Fault::MissingField(name.to_owned()),
        };
        Err(Error::file(&self.path, fault))
    }

    /// Moves to the next row and returns its number from 1, the header not counted.
    pub(crate) fn advance(&mut self) -> Result<Option<u64>, Error> {
        self.row += 1;
        self.used.set(0);
        match self.reader.read_record(&mut self.record) {
            Ok(true) => Ok(Some(self.row)),
            Ok(false) => Ok(None),
            Err(error) => Err(translate(&self.path, Some(self.row), error)),
        }
    }

    /// The current row's field at a place that [`Self::column`] gave.
    pub(crate) fn field(&self, place: usize) -> &str {
        &self.record[place]
    }

    /// The current row as a record whose fields have the header's names.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.record
            .deserialize(Some(&self.header))
            .map_err(|error| translate(&self.path, Some(self.row), error))
    }

    /// The current row's fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.record.iter()
    }
}

fn translate(path: &Path, row: Option<u64>, error: csv::Error) -> Error {
    let text = error.to_string();
    let fault = match error.into_kind() {
        ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Fault::RecordTooLong { limit: MAX_RECORD }
        }
        ErrorKind::Io(error) => return Error::io("read", path, error),
        ErrorKind::Utf8 { .. } => Fault::NotUtf8,
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => Fault::BadCsv(format!("expected {expected_len} fields, got {len}")),
        _ => Fault::BadCsv(text),
    };
    match row {
        Some(row) => Error::row(path, row, fault),
        None => Error::file(path, fault),
    }
}
