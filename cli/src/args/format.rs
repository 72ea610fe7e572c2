//! A format of data, by name.

use clap::ValueEnum;
use tranche_workspace::steps::reading::FormatKind;

/// Formats by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// A JSON object a line.
    Jsonl,
    /// Text cut at blank lines or a separator.
    Text,
    /// Rows of fields: CSV and its relatives.
    Csv,
    /// A Parquet file.
    Parquet,
    /// A folder: each file is a record.
    Folder,
}

impl From<FormatName> for FormatKind {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Jsonl => Self::Jsonl,
            FormatName::Text => Self::Text,
            FormatName::Csv => Self::Csv,
            FormatName::Parquet => Self::Parquet,
            FormatName::Folder => Self::Folder,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_library() {
        for name in FormatName::value_variants() {
            let text = name.to_possible_value().unwrap();
            let kind = FormatKind::by_name(text.get_name());
            assert_eq!(kind, Some(FormatKind::from(*name)));
        }
    }
}
