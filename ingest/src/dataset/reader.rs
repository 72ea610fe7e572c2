//! An open stream of records.

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::format::DataFormat;
use super::read::ReadRecords;
use super::shards::{Ignored, ShardFault, find};
use super::units::{UnitRule, Units};
use super::{csv, folder, jsonl, text};
use crate::column_type::{TypedColumn, agree};
use crate::error::Error;
use crate::input::{Files, Input, disk};
use crate::value::RecordBuf;

/// One record, borrowed from its [`RecordReader`].
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    record: &'a RecordBuf,
    file: &'a Path,
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

    /// The file that it is in.
    pub fn file(&self) -> &'a Path {
        self.file
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
    /// Rows passed over before the input that is read.
    skipped: u64,
    ignored: Ignored,
    open_ended: Vec<PathBuf>,
    shards: Shards,
}

/// An input whose records were read, or a part of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path.
    pub path: PathBuf,
    /// The folder that was given, where the input was found in one.
    pub folder: Option<PathBuf>,
    /// The records read of it so far.
    pub records: u64,
}

/// The inputs, one after the other.
struct Shards {
    /// Where the inputs are that were not opened yet, with what they are read as.
    rest: Option<(Arc<dyn Files>, DataFormat)>,
    next: VecDeque<(PathBuf, Option<PathBuf>)>,
    sources: Vec<Source>,
    /// The columns of the first input that has some.
    columns: Vec<TypedColumn>,
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
    /// As [`RecordReader::open_all`].
    pub fn open_in(
        files: &Arc<dyn Files>,
        path: &Path,
        format: &DataFormat,
        units: UnitRule,
    ) -> Result<Self, Error> {
        Self::open_all(files, &[path.to_owned()], format, units)
    }

    /// Opens the data at several paths of `files`, one after the other. A folder stands for the shards in it, unless each of its files is
    /// a record.
    ///
    /// # Errors
    /// [`Error::Usage`] without a path; [`ShardFault`] of shards that are missing or given twice; [`Error::Io`], and as
    /// [`RecordReader::new`]. Of a later input when it is reached.
    pub fn open_all(
        files: &Arc<dyn Files>,
        paths: &[PathBuf],
        format: &DataFormat,
        units: UnitRule,
    ) -> Result<Self, Error> {
        let mut ignored = Ignored::default();
        let mut next = VecDeque::new();
        for path in paths {
            if *format != DataFormat::Folder && files.is_folder(path) {
                let found = find(&**files, path, format.name())?;
                ignored.extend(found.ignored);
                next.extend(
                    found
                        .shards
                        .into_iter()
                        .map(|shard| (shard, Some(path.clone()))),
                );
            } else {
                next.push_back((path.clone(), None));
            }
        }
        let mut given = HashSet::new();
        let mut again = |path: &Path| !given.insert(files.identity(path));
        if let Some((twice, _)) = next.iter().find(|(path, _)| again(path)) {
            return Err(Error::file(twice, ShardFault::GivenTwice));
        }
        let Some((path, folder)) = next.pop_front() else {
            return Err(Error::usage("no data is given", "give a file or a folder"));
        };
        let reader = open(files, &path, format)?;
        let mut reader = Self::of(reader, path, folder, units);
        reader.ignored = ignored;
        reader.shards.rest = Some((Arc::clone(files), format.clone()));
        reader.shards.next = next;
        Ok(reader)
    }

    /// Reads the data of an input.
    ///
    /// # Errors
    /// [`Error::Usage`] for a folder, or a format that this program was built without; [`Error::Io`];
    /// [`Error::Input`] if the head is not of the format or a chosen column is absent.
    pub fn new(input: Input, format: &DataFormat, units: UnitRule) -> Result<Self, Error> {
        let path = input.name().to_owned();
        Ok(Self::of(read_as(input, format)?, path, None, units))
    }

    fn of(
        reader: Box<dyn ReadRecords>,
        path: PathBuf,
        folder: Option<PathBuf>,
        units: UnitRule,
    ) -> Self {
        Self {
            shards: Shards {
                rest: None,
                next: VecDeque::new(),
                columns: reader.columns(),
                sources: vec![Source {
                    path,
                    folder,
                    records: 0,
                }],
            },
            reader,
            units,
            record: RecordBuf::default(),
            records: 0,
            skipped: 0,
            ignored: Ignored::default(),
            open_ended: Vec::new(),
        }
    }

    /// The next record, or `None` at the end.
    ///
    /// # Errors
    /// [`Error::Input`] naming file and row if the record is malformed or its units are out of bounds; [`ShardFault::Columns`] of a shard
    /// that differs from the first; [`Error::Io`]. After an error the stream must not be read on.
    pub fn read(&mut self) -> Result<Option<Record<'_>>, Error> {
        let row = loop {
            self.record.clear();
            match self.reader.read(&mut self.record)? {
                Some(row) => break row,
                None => {
                    self.note_end();
                    if !self.advance()? {
                        return Ok(None);
                    }
                }
            }
        };
        let units = self
            .units
            .weigh(&self.record)
            .map_err(|fault| Error::row(self.reader.file(), row, fault))?;
        self.records += 1;
        if let Some(source) = self.shards.sources.last_mut() {
            source.records += 1;
        }
        Ok(Some(Record {
            record: &self.record,
            file: self.reader.file(),
            units,
            row,
        }))
    }

    /// Notes how the input that was read to its end ends.
    fn note_end(&mut self) {
        let file = self.reader.file();
        if self.reader.ends_open() && self.open_ended.last().is_none_or(|last| last != file) {
            self.open_ended.push(file.to_owned());
        }
    }

    /// Opens the next input; false where there is none.
    fn advance(&mut self) -> Result<bool, Error> {
        let Some((files, format)) = &self.shards.rest else {
            return Ok(false);
        };
        let Some((path, folder)) = self.shards.next.pop_front() else {
            return Ok(false);
        };
        let reader = open(files, &path, format)?;
        let (columns, first) = (reader.columns(), &mut self.shards.columns);
        if first.is_empty() {
            *first = columns;
        } else if !agree(first, &columns) {
            let fault = ShardFault::Columns {
                first: self.shards.sources[0].path.display().to_string(),
                expected: listed(first),
                got: listed(&columns),
            };
            return Err(Error::file(&path, fault));
        } else {
            first
                .iter_mut()
                .zip(columns)
                .for_each(|(known, column)| known.kind.learn(column.kind));
        }
        self.skipped += self.reader.skipped();
        self.reader = reader;
        self.shards.sources.push(Source {
            path,
            folder,
            records: 0,
        });
        Ok(true)
    }

    /// The records read so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The rows skipped so far; see the table of [`crate::dataset`].
    pub fn skipped(&self) -> u64 {
        self.skipped + self.reader.skipped()
    }

    /// Files and folders passed over: what is no shard.
    pub fn ignored(&self) -> &Ignored {
        &self.ignored
    }

    /// Inputs, of those read to their ends, whose last row has no line end: it is whole, or cut within its last field.
    pub fn open_ended(&self) -> &[PathBuf] {
        &self.open_ended
    }

    /// The inputs read so far, in order.
    pub fn sources(&self) -> &[Source] {
        &self.shards.sources
    }

    /// The names of the data's columns, numbers where they have no names; none of a format without columns.
    pub fn columns(&self) -> Vec<String> {
        self.reader.names()
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

/// Columns as an error names them.
fn listed(columns: &[TypedColumn]) -> String {
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    format!("({})", columns.join(", "))
}

/// Opens one input of `files`.
fn open(
    files: &Arc<dyn Files>,
    path: &Path,
    format: &DataFormat,
) -> Result<Box<dyn ReadRecords>, Error> {
    match format {
        DataFormat::Folder => Ok(Box::new(folder::Folder::open(files, path)?)),
        _ => read_as(Input::open(&**files, path)?, format),
    }
}

/// Reads one input.
fn read_as(input: Input, format: &DataFormat) -> Result<Box<dyn ReadRecords>, Error> {
    Ok(match format {
        DataFormat::Jsonl { fields, encoding } => {
            Box::new(jsonl::Jsonl::new(input, fields.clone(), *encoding)?)
        }
        DataFormat::Text { cut, encoding } => Box::new(text::Text::new(input, cut, *encoding)?),
        DataFormat::Csv { dialect, columns } => Box::new(csv::Csv::new(input, *dialect, columns)?),
        DataFormat::Parquet { columns } => open_parquet(input, columns)?,
        DataFormat::Arrow { columns } => open_arrow(input, columns)?,
        DataFormat::Folder => {
            return Err(Error::usage(
                format!("{} is not a folder", input.name().display()),
                "open a folder by its path",
            ));
        }
    })
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

#[cfg(feature = "arrow")]
fn open_arrow(input: Input, columns: &[String]) -> Result<Box<dyn ReadRecords>, Error> {
    Ok(Box::new(super::arrow::Arrow::new(input, columns)?))
}

#[cfg(not(feature = "arrow"))]
fn open_arrow(input: Input, _columns: &[String]) -> Result<Box<dyn ReadRecords>, Error> {
    Err(Error::usage(
        format!("this binary cannot read {}", input.name().display()),
        "build it with the feature \"arrow\", which is on by default",
    ))
}
