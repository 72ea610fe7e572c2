//! A contributor's data as an ordered stream of records, each with its bytes and its units.
//!
//! One record is in memory at a time, at most 256 MiB, whatever the size of the data.
//!
//! | format | a record is | row in errors | skipped |
//! |---|---|---|---|
//! | JSONL | the line's bytes without its line end, or the chosen fields encoded | line | blank lines |
//! | text | the bytes between separators | piece, blank ones counted | pieces of ASCII white space only |
//! | CSV | the row's fields re-quoted and joined by commas, or the chosen columns encoded | row after the header | none; empty lines are not rows |
//! | Parquet | the chosen columns, or all of them, encoded | row | none |
//! | folder | a file's bytes, files in byte order of their relative paths | file | symbolic links and special files |
//!
//! A line end is a line feed, with the carriage return before it if there is one. Re-quoting quotes a field exactly if it
//! holds a comma, a quote, a carriage return or a line feed, or if it is empty and alone. The encoding of chosen fields,
//! which keeps different values apart, writes for each field, in the order chosen, a kind byte, the payload's length as
//! eight bytes little-endian, and the payload:
//!
//! | kind | payload |
//! |---|---|
//! | `n` | null: empty |
//! | `t` | boolean: `true` or `false` |
//! | `i` | integer: decimal digits, `-` where negative; dates, times and decimals of Parquet by their stored integer |
//! | `f` | floating point: the shortest decimal that reads back the same, as `1.5e0`; `NaN`, `inf`, `-inf` |
//! | `s` | text: UTF-8, escapes resolved; every CSV field is text |
//! | `j` | JSON array or object: no white space, keys in byte order, numbers as `i` or `f`, strings with the escapes JSON requires |
//! | `x` | other bytes as they are |

mod csv;
mod folder;
mod jsonl;
#[cfg(feature = "parquet")]
mod parquet;
mod text;
#[cfg(feature = "tokens")]
mod tokens;
mod units;

use std::path::{Path, PathBuf};

#[cfg(feature = "tokens")]
pub use tokens::TokenCounter;
pub use units::{UnitRule, Units};

use crate::error::Error;
use crate::value::RecordBuf;

/// Where the records are and how to cut them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line.
    Jsonl {
        /// The fields that make the record; empty for the raw line.
        fields: Vec<String>,
    },
    /// Text cut at a separator.
    Text {
        /// Not empty; a blank line is `"\n\n"`.
        separator: String,
    },
    /// Comma-separated values with a header line.
    Csv {
        /// The byte between fields.
        delimiter: u8,
        /// The columns that make the record; empty for the whole row.
        columns: Vec<String>,
    },
    /// A Parquet file of flat columns.
    Parquet {
        /// The columns that make the record; empty for all, in the file's order.
        columns: Vec<String>,
    },
    /// A folder, read recursively: each file is a record.
    Folder,
}

impl Format {
    /// The separator of text when none is chosen: a blank line.
    pub const BLANK_LINE: &'static str = "\n\n";

    /// The format that a path suggests: a folder, or the extension `jsonl`, `txt`, `csv`, `parquet`. `fields` are its
    /// chosen fields or columns.
    ///
    /// # Errors
    /// [`Error::Io`] if the path cannot be read, [`Error::Usage`] for another extension or fields of a format without.
    pub fn guess(path: &Path, fields: Vec<String>) -> Result<Self, Error> {
        let metadata = path
            .metadata()
            .map_err(|error| Error::io("open", path, error))?;
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or("");
        let format = if metadata.is_dir() {
            Self::Folder
        } else {
            match extension {
                "jsonl" | "ndjson" => return Ok(Self::Jsonl { fields }),
                "csv" => {
                    return Ok(Self::Csv {
                        delimiter: b',',
                        columns: fields,
                    });
                }
                "parquet" => return Ok(Self::Parquet { columns: fields }),
                "txt" => Self::Text {
                    separator: Self::BLANK_LINE.to_owned(),
                },
                _ => {
                    return Err(Error::usage(
                        format!("{} has no known format", path.display()),
                        "say --format jsonl, text, csv or parquet",
                    ));
                }
            }
        };
        if fields.is_empty() {
            Ok(format)
        } else {
            Err(Error::usage(
                format!("{} has no fields to choose", path.display()),
                "choose none, or another format",
            ))
        }
    }
}

/// One record, borrowed from its [`Source`].
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    bytes: &'a [u8],
    units: Units,
    row: u64,
}

impl<'a> Record<'a> {
    /// The bytes that the content digest is over.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The weight.
    pub fn units(&self) -> Units {
        self.units
    }

    /// Where the record stands in its file, from 1; see the module's table. Skipped rows count, so this is not the
    /// record's index.
    pub fn row(&self) -> u64 {
        self.row
    }
}

/// What a format's reader gives.
trait Read {
    /// Writes the next record into an empty buffer and returns its row, or `None` at the end.
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error>;

    /// The file of the record read last.
    fn file(&self) -> &Path;

    /// The rows or files skipped so far.
    fn skipped(&self) -> u64;
}

/// An open stream of records.
pub struct Source {
    reader: Box<dyn Read>,
    units: UnitRule,
    record: RecordBuf,
    records: u64,
}

impl Source {
    /// Opens the data at `path`.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Usage`] for an empty separator or a format this binary was built without;
    /// [`Error::Input`] if the file's head is not of the format or a chosen column is absent.
    pub fn open(path: &Path, format: &Format, units: UnitRule) -> Result<Self, Error> {
        let reader: Box<dyn Read> = match format {
            Format::Jsonl { fields } => Box::new(jsonl::Jsonl::open(path, fields.clone())?),
            Format::Text { separator } => Box::new(text::Text::open(path, separator)?),
            Format::Csv { delimiter, columns } => {
                Box::new(csv::Csv::open(path, *delimiter, columns)?)
            }
            Format::Parquet { columns } => open_parquet(path, columns)?,
            Format::Folder => Box::new(folder::Folder::open(path)?),
        };
        Ok(Self {
            reader,
            units,
            record: RecordBuf::default(),
            records: 0,
        })
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
            bytes: self.record.bytes(),
            units,
            row,
        }))
    }

    /// The records read so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The rows or files skipped so far; see the module's table.
    pub fn skipped(&self) -> u64 {
        self.reader.skipped()
    }

    /// The rule that weighs the records.
    pub fn units(&self) -> &UnitRule {
        &self.units
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file: PathBuf = self.reader.file().to_owned();
        f.debug_struct("Source")
            .field("file", &file)
            .field("records", &self.records)
            .finish()
    }
}

#[cfg(feature = "parquet")]
fn open_parquet(path: &Path, columns: &[String]) -> Result<Box<dyn Read>, Error> {
    Ok(Box::new(parquet::Parquet::open(path, columns)?))
}

#[cfg(not(feature = "parquet"))]
fn open_parquet(path: &Path, _columns: &[String]) -> Result<Box<dyn Read>, Error> {
    Err(Error::usage(
        format!("this binary cannot read {}", path.display()),
        "build it with the feature \"parquet\", which is on by default",
    ))
}
