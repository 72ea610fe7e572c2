//! Formats of data sets.

use std::path::Path;

use crate::error::Error;
use crate::input::{Disk, Files, PathKind};

/// Where the records are and how to cut them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataFormat {
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

impl DataFormat {
    /// The separator of text when none is chosen: a blank line.
    pub const BLANK_LINE: &'static str = "\n\n";

    /// The format that a path suggests: a folder, or the extension `jsonl`, `txt`, `csv`, `parquet`. `fields` are its
    /// chosen fields or columns.
    ///
    /// # Errors
    /// [`Error::Io`] if the path cannot be read, [`Error::Usage`] for another extension or fields of a format without.
    pub fn guess(path: &Path, fields: Vec<String>) -> Result<Self, Error> {
        Self::guess_in(&Disk, path, fields)
    }

    /// As [`DataFormat::guess`], the path being one of `files`.
    ///
    /// # Errors
    /// As [`DataFormat::guess`].
    pub fn guess_in(files: &dyn Files, path: &Path, fields: Vec<String>) -> Result<Self, Error> {
        let kind = files
            .kind(path)
            .map_err(|error| Error::io("open", path, error))?;
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or("");
        let format = if kind == PathKind::Folder {
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
