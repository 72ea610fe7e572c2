//! Formats of data sets.

use std::path::Path;

use tranche_protocol::manifest::reading::{Cut, Delimiter, Reading, TextEncoding};

use super::shards::{FileKind, refuse_data};
use crate::error::Error;
use crate::input::{Disk, Files, PathKind};
use crate::plain::uncompressed_name;
use crate::rows::Dialect;

/// Where the records are and how to cut them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataFormat {
    /// A JSON object a line.
    Jsonl {
        /// The fields that make the record; empty for the raw line.
        fields: Vec<String>,
        /// How the text is written in bytes.
        encoding: TextEncoding,
    },
    /// Text.
    Text {
        /// Where it is cut.
        cut: Cut,
        /// How it is written in bytes.
        encoding: TextEncoding,
    },
    /// Rows of fields.
    Csv {
        /// How the rows are written.
        dialect: Dialect,
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

    /// The format that a path suggests: a folder, or the name's ending, that of a compression left out. `fields` are its
    /// chosen fields or columns.
    ///
    /// # Errors
    /// [`Error::Io`] if the path cannot be read, [`Error::Usage`] for another ending or fields of a format without;
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
        let format = match kind {
            PathKind::Folder => {
                refuse_data(files, path)?;
                Self::Folder
            }
            _ => Self::of_name(path, &fields)?,
        };
        let without = matches!(format, Self::Folder | Self::Text { .. });
        if without && !fields.is_empty() {
            return Err(Error::usage(
                format!("{} has no fields to choose", path.display()),
                "choose none, or another format",
            ));
        }
        Ok(format)
    }

    /// The format that a file's name ends with.
    fn of_name(path: &Path, fields: &[String]) -> Result<Self, Error> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_lowercase();
        let inner = uncompressed_name(&name);
        let encoding = TextEncoding::default();
        let ending = inner
            .unwrap_or(&name)
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending);
        let unknown = |remedy: &str| {
            let what = format!("{} has no known format", path.display());
            Err(Error::usage(what, remedy))
        };
        let Some(kind) = FileKind::of_ending(ending) else {
            return match ending {
                "xlsx" | "xls" | "ods" | "numbers" => {
                    unknown("save it as \"CSV UTF-8\" in the spreadsheet program")
                }
                _ => unknown("say --format jsonl, text, csv, parquet or arrow"),
            };
        };
        if kind.packs_itself() && inner.is_some() {
            return unknown(
                "decompress it and give the file inside: Parquet and Arrow have compressions of their own",
            );
        }
        let columns = fields.to_vec();
        Ok(match kind {
            FileKind::Jsonl | FileKind::Json => Self::Jsonl {
                fields: columns,
                encoding,
            },
            FileKind::Csv => Self::Csv {
                dialect: Dialect::assumed(match ending {
                    "csv" => Delimiter::Comma,
                    _ => Delimiter::Tab,
                }),
                columns,
            },
            FileKind::Text => Self::Text {
                cut: Cut::Paragraphs,
                encoding,
            },
            FileKind::Parquet => Self::Parquet { columns },
            FileKind::Arrow => Self::Arrow { columns },
        })
    }

    /// What a manifest says of the format, for whoever cuts the same data again.
    pub fn reading(&self) -> Reading {
        match self.clone() {
            Self::Jsonl { fields, encoding } => Reading::Jsonl { fields, encoding },
            Self::Text { cut, encoding } => Reading::Text { cut, encoding },
            Self::Csv { dialect, columns } => Reading::Csv {
                delimiter: dialect.delimiter,
                header: dialect.header,
                quotes: dialect.quotes,
                columns,
                encoding: dialect.encoding,
            },
            Self::Parquet { columns } => Reading::Parquet { columns },
            Self::Arrow { columns } => Reading::Arrow { columns },
            Self::Folder => Reading::Folder,
        }
    }
}
