//! Formats of data sets.

use std::path::Path;

use super::shards::refuse_data;
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
    /// A Parquet file.
    Parquet {
        /// The columns that make the record; empty for all, in the file's order.
        columns: Vec<String>,
    },
    /// An Arrow file or stream.
    Arrow {
        /// The columns that make the record; empty for all, in the file's order.
        columns: Vec<String>,
    },
    /// A folder, read recursively: each file is a record.
    Folder,
}

impl DataFormat {
    /// The separator of text when none is chosen: a blank line.
    pub const BLANK_LINE: &'static str = "\n\n";

    /// The name of the format, as `--format` takes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Jsonl { .. } => "jsonl",
            Self::Text { .. } => "text",
            Self::Csv { .. } => "csv",
            Self::Parquet { .. } => "parquet",
            Self::Arrow { .. } => "arrow",
            Self::Folder => "folder",
        }
    }

    /// The format that a path suggests: a folder, or the extension `jsonl`, `txt`, `csv`, `parquet`, `arrow`. `fields` are its
    /// chosen fields or columns.
    ///
    /// # Errors
    /// [`Error::Io`] if the path cannot be read, [`Error::Usage`] for another extension or fields of a format without;
    /// [`ShardFault::HoldsData`](super::ShardFault::HoldsData) for a folder of files with records in them.
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
            refuse_data(files, path)?;
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
                "arrow" | "feather" => return Ok(Self::Arrow { columns: fields }),
                "txt" => Self::Text {
                    separator: Self::BLANK_LINE.to_owned(),
                },
                _ => {
                    return Err(Error::usage(
                        format!("{} has no known format", path.display()),
                        "say --format jsonl, text, csv, parquet or arrow",
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
