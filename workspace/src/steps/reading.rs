//! How a data set is cut into records, as far as somebody said.

use std::path::{Path, PathBuf};

use tranche_ingest::dataset::DataFormat;
use tranche_ingest::rows::Dialect;
use tranche_protocol::manifest::reading::{Cut, Delimiter, Separator, TextEncoding};

use crate::error::Error;

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatKind {
    /// A JSON object a line.
    Jsonl,
    /// Text cut at a separator.
    Text,
    /// Rows of fields.
    Csv,
    /// A Parquet file.
    Parquet,
    /// An Arrow file or stream.
    Arrow,
    /// A folder: each file is a record.
    Folder,
}

impl FormatKind {
    /// The kind of a name: `jsonl`, `text`, `csv`, `parquet`, `arrow` or `folder`.
    pub fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "jsonl" => Self::Jsonl,
            "text" => Self::Text,
            "csv" => Self::Csv,
            "parquet" => Self::Parquet,
            "arrow" => Self::Arrow,
            "folder" => Self::Folder,
            _ => return None,
        })
    }
}

/// What was chosen of how data is read; the rest follows from the data's path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The kind of data; by the file's ending if it is not chosen.
    pub kind: Option<FormatKind>,
    /// Fields of JSON objects, or columns, that make the record, in this order; empty for all.
    pub fields: Vec<String>,
    /// What stands between records of text; a blank line if it is not chosen. A line feed cuts at line ends of both kinds.
    pub separator: Option<Separator>,
    /// What stands between the fields of a row; by the file's ending if it is not chosen.
    pub delimiter: Option<Delimiter>,
    /// Whether the first row is a record like the others, and columns are called by their numbers from 1.
    pub no_header: bool,
    /// Whether quotes are characters like others.
    pub no_quotes: bool,
    /// How text is written in bytes; UTF-8 if it is not chosen.
    pub encoding: Option<TextEncoding>,
}

impl Reading {
    /// The format of data at several paths, which is one.
    ///
    /// # Errors
    /// As [`Reading::format`]; [`Error::Usage`] without a path, and for paths that suggest different formats.
    pub fn format_of(&self, inputs: &[PathBuf]) -> Result<DataFormat, Error> {
        let Some((first, others)) = inputs.split_first() else {
            return Err(Error::usage("no data is given", "give a file or a folder"));
        };
        let format = self.format(first)?;
        for other in others {
            let found = self.format(other)?;
            if found != format {
                return Err(Error::usage(
                    format!(
                        "{} is read as {}; {} as {}",
                        first.display(),
                        format.reading(),
                        other.display(),
                        found.reading()
                    ),
                    "commit them apart, or give the options by which all of them are read alike, as --format and --delimiter",
                ));
            }
        }
        Ok(format)
    }

    /// The format of the data at a path.
    ///
    /// # Errors
    /// [`Error::Usage`] for an ending that names no format, and for what was chosen and the format has no use for;
    /// [`Error::Io`] if the path cannot be read.
    ///
    /// ```
    /// use std::path::{Path, PathBuf};
    /// use tranche_ingest::dataset::DataFormat;
    /// use tranche_protocol::manifest::reading::{Cut, Separator, TextEncoding};
    /// use tranche_workspace::steps::reading::{FormatKind, Reading};
    ///
    /// let reading = Reading {
    ///     kind: Some(FormatKind::Text),
    ///     separator: Separator::parse("\\n").ok(),
    ///     ..Reading::default()
    /// };
    /// let format = reading.format(Path::new("poems.txt"))?;
    /// assert_eq!(format, DataFormat::Text { cut: Cut::Lines, encoding: TextEncoding::Utf8 });
    /// # Ok::<(), tranche_workspace::error::Error>(())
    /// ```
    pub fn format(&self, input: &Path) -> Result<DataFormat, Error> {
        let fields = || self.fields.clone();
        let encoding = TextEncoding::default();
        let text = || DataFormat::Text {
            cut: Cut::Paragraphs,
            encoding,
        };
        let format = match self.kind {
            None if self.separator.is_some() && input.is_file() => {
                match DataFormat::guess(input, fields()) {
                    Ok(other) if !matches!(other, DataFormat::Text { .. }) => other,
                    _ => text(),
                }
            }
            None => DataFormat::guess(input, fields())?,
            Some(FormatKind::Jsonl) => DataFormat::Jsonl {
                fields: fields(),
                encoding,
            },
            Some(FormatKind::Text) => text(),
            Some(FormatKind::Csv) => match DataFormat::guess(input, fields()) {
                Ok(rows @ DataFormat::Csv { .. }) => rows,
                _ => DataFormat::Csv {
                    dialect: Dialect::default(),
                    columns: fields(),
                },
            },
            Some(FormatKind::Parquet) => DataFormat::Parquet { columns: fields() },
            Some(FormatKind::Arrow) => DataFormat::Arrow { columns: fields() },
            Some(FormatKind::Folder) => DataFormat::Folder,
        };
        self.choose(format)
    }

    /// The format with what was chosen of it.
    fn choose(&self, mut format: DataFormat) -> Result<DataFormat, Error> {
        let rows = self.delimiter.is_some() || self.no_header || self.no_quotes;
        let fits = match &mut format {
            DataFormat::Jsonl { encoding, .. } => {
                *encoding = self.encoding.unwrap_or_default();
                self.separator.is_none() && !rows
            }
            DataFormat::Text { cut, encoding } => {
                *encoding = self.encoding.unwrap_or_default();
                if let Some(separator) = &self.separator {
                    *cut = match separator.as_bytes() {
                        b"\n" => Cut::Lines,
                        _ => Cut::Separator(separator.clone()),
                    };
                }
                self.fields.is_empty() && !rows
            }
            DataFormat::Csv { dialect, .. } => {
                if let Some(delimiter) = self.delimiter {
                    *dialect = dialect.delimited(delimiter);
                }
                dialect.header = !self.no_header;
                dialect.quotes = !self.no_quotes;
                dialect.encoding = self.encoding.unwrap_or_default();
                self.separator.is_none()
            }
            DataFormat::Parquet { .. } | DataFormat::Arrow { .. } => {
                self.separator.is_none() && !rows && self.encoding.is_none()
            }
            DataFormat::Folder => {
                let none = self.fields.is_empty() && self.separator.is_none();
                none && !rows && self.encoding.is_none()
            }
        };
        if fits {
            return Ok(format);
        }
        Err(Error::usage(
            "an option does not fit the format of the data",
            "choose --field of JSONL, --column of CSV, Parquet and Arrow, --separator of text, --delimiter, --no-header and --no-quotes of CSV, \
             --encoding of JSONL, text and CSV; or say --format",
        ))
    }
}
