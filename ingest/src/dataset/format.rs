//! Formats of data sets.

use std::path::Path;

use tranche_protocol::manifest::reading::{Cut, Delimiter, Reading, TextEncoding};

use crate::error::Error;
use crate::input::{Disk, Files, PathKind};
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
    /// A Parquet file of flat columns.
    Parquet {
        /// The columns that make the record; empty for all, in the file's order.
        columns: Vec<String>,
    },
    /// A folder, read recursively: each file is a record.
    Folder,
}

impl DataFormat {
    /// The format that a path suggests: a folder, or the name's ending, that of a compression left out. `fields` are its
    /// chosen fields or columns.
    ///
    /// # Errors
    /// [`Error::Io`] if the path cannot be read, [`Error::Usage`] for another ending or fields of a format without.
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
            PathKind::Folder => Self::Folder,
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
        let inner = [".gz", ".zst"]
            .into_iter()
            .find_map(|ending| name.strip_suffix(ending));
        let encoding = TextEncoding::default();
        let rows = |delimiter| Self::Csv {
            dialect: Dialect::assumed(delimiter),
            columns: fields.to_vec(),
        };
        let ending = inner
            .unwrap_or(&name)
            .rsplit_once('.')
            .map(|(_, ending)| ending);
        let unknown = |remedy: &str| {
            let what = format!("{} has no known format", path.display());
            Err(Error::usage(what, remedy))
        };
        Ok(match ending {
            Some("jsonl" | "ndjson" | "json") => Self::Jsonl {
                fields: fields.to_vec(),
                encoding,
            },
            Some("csv") => rows(Delimiter::Comma),
            Some("tsv" | "tab") => rows(Delimiter::Tab),
            Some("txt" | "text") => Self::Text {
                cut: Cut::Paragraphs,
                encoding,
            },
            Some("parquet") if inner.is_some() => {
                return unknown(
                    "decompress it and give the file inside: Parquet has a compression of its own",
                );
            }
            Some("parquet") => Self::Parquet {
                columns: fields.to_vec(),
            },
            Some("xlsx" | "xls" | "ods" | "numbers") => {
                return unknown("save it as \"CSV UTF-8\" in the spreadsheet program");
            }
            _ => return unknown("say --format jsonl, text, csv or parquet"),
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
            Self::Folder => Reading::Folder,
        }
    }
}
