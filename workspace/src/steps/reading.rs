//! How a data set is cut into records, as far as somebody said.

use std::path::{Path, PathBuf};

use tranche_ingest::dataset::DataFormat;

use crate::error::Error;

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatKind {
    /// A JSON object a line.
    Jsonl,
    /// Text cut at a separator.
    Text,
    /// Comma-separated values with a header line.
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
    /// The kind of data; by the file's extension if it is not chosen.
    pub kind: Option<FormatKind>,
    /// Fields of JSON objects, or columns, that make the record, in this order; empty for all.
    pub fields: Vec<String>,
    /// What stands between records of text; a blank line if it is not chosen.
    pub separator: Option<String>,
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
                        "{} is read as {}, {} as {}",
                        first.display(),
                        format.name(),
                        other.display(),
                        found.name()
                    ),
                    "give --format, or commit them apart",
                ));
            }
        }
        Ok(format)
    }

    /// The format of the data at a path.
    ///
    /// # Errors
    /// [`Error::Usage`] for an extension that names no format, and for fields or a separator that the format has no use for;
    /// [`Error::Io`] if the path cannot be read.
    ///
    /// ```
    /// use std::path::{Path, PathBuf};
    /// use tranche_ingest::dataset::DataFormat;
    /// use tranche_workspace::steps::reading::{FormatKind, Reading};
    ///
    /// let reading = Reading {
    ///     kind: Some(FormatKind::Text),
    ///     separator: Some("\n".to_owned()),
    ///     ..Reading::default()
    /// };
    /// let format = reading.format(Path::new("poems.txt"))?;
    /// assert_eq!(format, DataFormat::Text { separator: "\n".to_owned() });
    /// # Ok::<(), tranche_workspace::error::Error>(())
    /// ```
    pub fn format(&self, input: &Path) -> Result<DataFormat, Error> {
        let fields = || self.fields.clone();
        let text = || DataFormat::Text {
            separator: self
                .separator
                .clone()
                .unwrap_or_else(|| DataFormat::BLANK_LINE.to_owned()),
        };
        let format = match self.kind {
            None if self.separator.is_some() && input.is_file() => {
                match DataFormat::guess(input, fields()) {
                    Ok(other) if !matches!(other, DataFormat::Text { .. }) => other,
                    _ => text(),
                }
            }
            None => DataFormat::guess(input, fields())?,
            Some(FormatKind::Jsonl) => DataFormat::Jsonl { fields: fields() },
            Some(FormatKind::Text) => text(),
            Some(FormatKind::Csv) => DataFormat::Csv {
                delimiter: b',',
                columns: fields(),
            },
            Some(FormatKind::Parquet) => DataFormat::Parquet { columns: fields() },
            Some(FormatKind::Arrow) => DataFormat::Arrow { columns: fields() },
            Some(FormatKind::Folder) => DataFormat::Folder,
        };
        let has_fields = matches!(
            format,
            DataFormat::Jsonl { .. }
                | DataFormat::Csv { .. }
                | DataFormat::Parquet { .. }
                | DataFormat::Arrow { .. }
        );
        let is_text = matches!(format, DataFormat::Text { .. });
        if (!has_fields && !self.fields.is_empty()) || (!is_text && self.separator.is_some()) {
            return Err(Error::usage(
                "--field, --column or --separator does not fit the format",
                "choose fields of JSONL, columns of CSV, Parquet and Arrow, a separator of text; or say --format",
            ));
        }
        Ok(format)
    }
}

/// A separator as people write it on one line: `\n` and `\t` stand for a line feed and a tab.
pub fn separator(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t")
}
