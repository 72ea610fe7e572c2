//! What can be wrong with shards.

use std::borrow::Cow;

use crate::error::{FaultKind, InputFault};

/// A fault of a data set of several files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShardFault {
    /// A folder without files of the format.
    #[error("holds no file of the format {format}")]
    NoShards {
        /// The format, as `--format` takes it.
        format: &'static str,
    },
    /// A folder whose files hold records, where each file would be taken as one record.
    #[error("holds {count} files with records in them, as {example}")]
    HoldsData {
        /// One of the files.
        example: String,
        /// How many there are.
        count: u64,
        /// The formats that read them, as `--format` takes them.
        formats: Vec<&'static str>,
    },
    /// Shards that are not there, by the numbers in the names of the others.
    #[error("{missing} of {of} shards are missing, as {example}")]
    Missing {
        /// The name of one.
        example: String,
        /// How many are missing.
        missing: u64,
        /// How many there are to be.
        of: u64,
    },
    /// Two shards of one number.
    #[error("{first} and {second} are the same shard by their names")]
    Twice {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// A shard with other columns than the first.
    #[error("its columns are {got}; those of {first} are {expected}")]
    Columns {
        /// The first shard.
        first: String,
        /// Its columns.
        expected: String,
        /// The columns found.
        got: String,
    },
    /// A symbolic link to a folder.
    #[error("a symbolic link to a folder, which is not followed")]
    LinkedFolder,
    /// A folder of several splits.
    #[error("holds the splits {}", .0.join(", "))]
    Splits(Vec<String>),
    /// A data set whose rows are chosen by a table of indices.
    #[error("its rows are chosen by a table of indices")]
    Indices,
    /// A name in a list of files that leads out of the folder.
    #[error("lists the file \"{0}\", which is not in its folder")]
    Outside(String),
    /// The same path given twice.
    #[error("is given twice")]
    GivenTwice,
}

impl InputFault for ShardFault {
    fn remedy(&self) -> Cow<'static, str> {
        match self {
            Self::NoShards { .. } => {
                "give the folder that the data files are in, or their format with --format".into()
            }
            Self::HoldsData { formats, .. } => format!(
                "say that the format is {} to read the records in them, or --format folder to take each file as one record",
                formats
                    .iter()
                    .map(|format| format!("{format} (--format {format})"))
                    .collect::<Vec<_>>()
                    .join(" or ")
            )
            .into(),
            Self::Missing { .. } => {
                "get the missing ones; to commit without them, give the files one by one, in order"
                    .into()
            }
            Self::Twice { .. } => {
                "remove the one that is of another version, or give the files one by one, in order"
                    .into()
            }
            Self::Columns { .. } => {
                "choose columns that all shards have alike with --column, or commit it on its own".into()
            }
            Self::LinkedFolder => {
                "give the folder that it leads to as an input of its own, or remove the link".into()
            }
            Self::Splits(_) => "give the folder of the split that is meant".into(),
            Self::Indices => {
                "write it again in Python: load_from_disk(...).flatten_indices().save_to_disk(...)"
                    .into()
            }
            Self::Outside(_) => "save the data set again with save_to_disk".into(),
            Self::GivenTwice => "give each file once".into(),
        }
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}
