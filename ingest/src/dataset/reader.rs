//! An open stream of records.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::format::DataFormat;
use super::read::ReadRecords;
use super::units::{UnitRule, Units};
use super::{csv, folder, jsonl, text};
use crate::error::Error;
use crate::input::{Files, Input, disk};
use crate::value::RecordBuf;

/// One record, borrowed from its [`RecordReader`].
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    record: &'a RecordBuf,
    units: Units,
    row: u64,
}

impl<'a> Record<'a> {
    /// The bytes that the content digest is over.
    pub fn bytes(&self) -> &'a [u8] {
        self.record.bytes()
    }

    /// The texts that units count: one, or one a chosen field.
    pub fn texts(&self) -> impl Iterator<Item = &'a [u8]> {
        self.record.texts()
    }

    /// The weight.
    pub fn units(&self) -> Units {
        self.units
    }

    /// Where the record stands in its file, from 1; see the table of [`crate::dataset`]. Skipped rows count, so this is not the
    /// record's index.
    pub fn row(&self) -> u64 {
        self.row
    }
}

/// An open stream of records.
///
/// ```
/// use std::path::Path;
/// use std::sync::Arc;
/// use tranche_ingest::dataset::{DataFormat, RecordReader, UnitRule};
/// use tranche_ingest::input::{Files, Memory};
///
/// # fn main() -> Result<(), tranche_ingest::Error> {
/// let files: Arc<dyn Files> = Arc::new(Memory::new().with("songs/a.txt", "la").with("songs/b.txt", "la la"));
/// let mut records = RecordReader::open_in(&files, Path::new("songs"), &DataFormat::Folder, UnitRule::Byte)?;
/// let first = records.read()?.expect("a record");
/// assert_eq!((first.bytes(), first.units().get()), (&b"la"[..], 2));
/// # Ok(())
/// # }
/// ```
pub struct RecordReader {
    reader: Box<dyn ReadRecords>,
    units: UnitRule,
    record: RecordBuf,
    records: u64,
}

impl RecordReader {
    /// Opens the data at a path of the file system.
    ///
    /// # Errors
    /// [`Error::Io`], and as [`RecordReader::new`].
    pub fn open(path: &Path, format: &DataFormat, units: UnitRule) -> Result<Self, Error> {
        Self::open_in(&disk(), path, format, units)
    }

    /// Opens the data at a path of `files`.
    ///
    /// # Errors
    /// [`Error::Io`], and as [`RecordReader::new`].
    pub fn open_in(
        files: &Arc<dyn Files>,
        path: &Path,
        format: &DataFormat,
        units: UnitRule,
    ) -> Result<Self, Error> {
        if let DataFormat::Folder = format {
            let reader = Box::new(folder::Folder::open(files, path)?);
            return Ok(Self::of(reader, units));
        }
        Self::new(Input::open(&**files, path)?, format, units)
    }

    /// Reads the data of an input.
    ///
    /// # Errors
    /// [`Error::Usage`] for a folder, or a format that this program was built without; [`Error::Io`];
    /// [`Error::Input`] if the head is not of the format or a chosen column is absent.
    pub fn new(input: Input, format: &DataFormat, units: UnitRule) -> Result<Self, Error> {
        let reader: Box<dyn ReadRecords> = match format {
            DataFormat::Jsonl { fields, encoding } => {
                Box::new(jsonl::Jsonl::new(input, fields.clone(), *encoding)?)
            }
            DataFormat::Text { cut, encoding } => Box::new(text::Text::new(input, cut, *encoding)?),
            DataFormat::Csv { dialect, columns } => {
                Box::new(csv::Csv::new(input, *dialect, columns)?)
            }
            DataFormat::Parquet { columns } => open_parquet(input, columns)?,
            DataFormat::Folder => {
                return Err(Error::usage(
                    format!("{} is not a folder", input.name().display()),
                    "open a folder by its path",
                ));
            }
        };
        Ok(Self::of(reader, units))
    }

    fn of(reader: Box<dyn ReadRecords>, units: UnitRule) -> Self {
        Self {
            reader,
            units,
            record: RecordBuf::default(),
            records: 0,
        }
    }

    /// The next record, or `None` at the end.
    ///
    /// # Errors
    /// [`Error::Input`] naming file and row if the record is malformed or its units are out of bounds; [`Error::Io`].
    /// After an error the stream must not be read on.
    pub fn read(&mut self) -> Result<Option<Record<'_>>, Error> {
        self.record.clear();
        let Some(row) = self.reader.read(&mut self.record)? else {
            return Ok(None);
        };
        let units = self
            .units
            .weigh(&self.record)
            .map_err(|fault| Error::row(self.reader.file(), row, fault))?;
        self.records += 1;
        Ok(Some(Record {
            record: &self.record,
            units,
            row,
        }))
    }

    /// The records read so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The rows or files skipped so far; see the table of [`crate::dataset`].
    pub fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    /// The names of the data's columns, numbers where they have no names; none of a format without columns.
    pub fn columns(&self) -> Vec<String> {
        self.reader.columns()
    }

    /// The rule that weighs the records.
    pub fn units(&self) -> &UnitRule {
        &self.units
    }
}

impl std::fmt::Debug for RecordReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file: PathBuf = self.reader.file().to_owned();
        f.debug_struct("RecordReader")
            .field("file", &file)
            .field("records", &self.records)
            .finish()
    }
}

#[cfg(feature = "parquet")]
fn open_parquet(input: Input, columns: &[String]) -> Result<Box<dyn ReadRecords>, Error> {
    Ok(Box::new(super::parquet::Parquet::new(input, columns)?))
}

#[cfg(not(feature = "parquet"))]
fn open_parquet(input: Input, _columns: &[String]) -> Result<Box<dyn ReadRecords>, Error> {
    Err(Error::usage(
        format!("this binary cannot read {}", input.name().display()),
        "build it with the feature \"parquet\", which is on by default",
    ))
}
