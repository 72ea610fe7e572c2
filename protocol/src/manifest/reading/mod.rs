//! How data was cut into records: what somebody needs to cut the same file again and get the same records.
//!
//! | module | noun |
//! |---|---|
//! | `delimiter` | what stands between the fields of a row |
//! | `encoding` | how text is written in bytes |
//! | `separator` | what stands between the records of a text |

mod delimiter;
mod encoding;
mod separator;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

pub use delimiter::Delimiter;
pub use encoding::TextEncoding;
pub use separator::{Separator, SeparatorError};

/// Where a text is cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// At blank lines: a record is a run of lines that are not blank.
    Paragraphs,
    /// At line ends: a record is a line.
    Lines,
    /// At every occurrence of some bytes.
    Separator(Separator),
}

/// How data was cut into records. Compression is no part of it: the records are those of the data inside.
///
/// It is a note for whoever commits to the same data again, and neither signed nor part of the tranche's id: another
/// reading gives other records, and these another content root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "lowercase", deny_unknown_fields)]
pub enum Reading {
    /// A JSON object a line.
    Jsonl {
        /// The fields that make the record, in this order; none for the whole line.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<String>,
        /// How the text is written in bytes.
        encoding: TextEncoding,
    },
    /// Rows of fields.
    Csv {
        /// What stands between fields.
        delimiter: Delimiter,
        /// Whether the first row names the columns and is no record.
        header: bool,
        /// Whether quotes stand around fields.
        quotes: bool,
        /// The columns that make the record, in this order; none for the whole row.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
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
    /// A Parquet file.
    Parquet {
        /// The columns that make the record, in this order; none for all, in the file's order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        columns: Vec<String>,
    },
    /// A folder, read with the folders in it: each file is a record.
    Folder,
}

/// One line for people.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jsonl { fields, encoding } => {
                f.write_str("JSON lines")?;
                chosen(f, "fields", fields, "whole lines")?;
                write!(f, ", {encoding}")
            }
            Self::Csv {
                delimiter,
                header,
                quotes,
                columns,
                encoding,
            } => {
                let header = if *header { "header" } else { "no header" };
                let quotes = if *quotes { "" } else { ", no quotes" };
                write!(f, "CSV, delimiter {delimiter}, {header}{quotes}")?;
                chosen(f, "columns", columns, "whole rows")?;
                write!(f, ", {encoding}")
            }
            Self::Text { cut, encoding } => {
                match cut {
                    Cut::Paragraphs => f.write_str("text, cut at blank lines")?,
                    Cut::Lines => f.write_str("text, cut at line ends")?,
                    Cut::Separator(separator) => write!(f, "text, cut at \"{separator}\"")?,
                }
                write!(f, ", {encoding}")
            }
            Self::Parquet { columns } => {
                f.write_str("Parquet")?;
                chosen(f, "columns", columns, "all columns")
            }
            Self::Folder => f.write_str("a folder, a record each file"),
        }
    }
}

fn chosen(f: &mut fmt::Formatter<'_>, what: &str, names: &[String], all: &str) -> fmt::Result {
    match names {
        [] => write!(f, ", {all}"),
        names => write!(f, ", {what} {}", names.join(" | ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;
    use alloc::vec;

    #[test]
    fn every_reading_is_read_back_from_its_json() {
        let separator = Separator::parse("--\\n").unwrap();
        let encoding = TextEncoding::Windows1252;
        for (reading, json) in [
            (
                Reading::Jsonl {
                    fields: vec!["a".to_string()],
                    encoding: TextEncoding::Utf8,
                },
                "{\"format\":\"jsonl\",\"fields\":[\"a\"],\"encoding\":\"utf-8\"}",
            ),
            (
                Reading::Csv {
                    delimiter: Delimiter::Semicolon,
                    header: false,
                    quotes: true,
                    columns: Vec::new(),
                    encoding,
                },
                "{\"format\":\"csv\",\"delimiter\":\"semicolon\",\"header\":false,\"quotes\":true,\"encoding\":\"windows-1252\"}",
            ),
            (
                Reading::Text {
                    cut: Cut::Paragraphs,
                    encoding: TextEncoding::Utf16,
                },
                "{\"format\":\"text\",\"cut\":\"paragraphs\",\"encoding\":\"utf-16\"}",
            ),
            (
                Reading::Text {
                    cut: Cut::Separator(separator),
                    encoding: TextEncoding::Utf8,
                },
                "{\"format\":\"text\",\"cut\":{\"separator\":\"--\\\\n\"},\"encoding\":\"utf-8\"}",
            ),
            (Reading::Folder, "{\"format\":\"folder\"}"),
        ] {
            assert_eq!(serde_json::to_string(&reading).unwrap(), json);
            assert_eq!(serde_json::from_str::<Reading>(json).unwrap(), reading);
        }
    }

    #[test]
    fn unknown_fields_and_words_are_refused() {
        for json in [
            "{\"format\":\"xml\"}",
            "{\"format\":\"jsonl\",\"encoding\":\"utf-8\",\"header\":true}",
            "{\"format\":\"jsonl\",\"encoding\":\"latin-1\"}",
            "{\"format\":\"text\",\"cut\":{\"separator\":\"\"},\"encoding\":\"utf-8\"}",
        ] {
            assert!(serde_json::from_str::<Reading>(json).is_err(), "{json}");
        }
    }
}
