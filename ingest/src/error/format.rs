//! What can be wrong with the form of a file, whatever it holds.

use std::borrow::Cow;

use super::fault::{FaultKind, InputFault};

/// A fault of a file's form: text, JSON, CSV, Parquet, heads and counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatFault {
    /// Bytes that should be UTF-8 are not.
    #[error("not valid UTF-8")]
    NotUtf8,
    /// A record longer than the reader holds in memory.
    #[error("a record longer than {limit} bytes")]
    RecordTooLong {
        /// The longest record accepted.
        limit: u64,
    },
    /// Text that should be JSON is not.
    #[error("not valid JSON ({0})")]
    BadJson(String),
    /// JSON of another shape than expected.
    #[error("expected {expected}, got {got}")]
    Shape {
        /// The shape expected.
        expected: &'static str,
        /// The shape found.
        got: String,
    },
    /// A chosen field or column is absent.
    #[error("no field \"{0}\"")]
    MissingField(String),
    /// A chosen column's name occurs more than once.
    #[error("more than one column \"{0}\"")]
    AmbiguousField(String),
    /// A column whose type has no canonical encoding.
    #[error("column \"{column}\" has the unsupported type {got}")]
    ColumnType {
        /// The column.
        column: String,
        /// Its type.
        got: String,
    },
    /// A null where a value is needed.
    #[error("\"{0}\" is null")]
    Null(String),
    /// CSV that does not parse, or a row of another length.
    #[error("malformed CSV ({0})")]
    BadCsv(String),
    /// Parquet that does not parse.
    #[error("malformed Parquet ({0})")]
    BadParquet(String),
    /// Arrow that does not parse.
    #[error("malformed Arrow ({0})")]
    BadArrow(String),
    /// A file shorter or longer than its header declares.
    #[error("the header declares {declared} bytes, the file has {got}")]
    Length {
        /// Whole length by the header, in bytes.
        declared: u128,
        /// Length of the file, in bytes.
        got: u64,
    },
    /// Two parts of one input disagree on a count.
    #[error("{what}: expected {expected}, got {got}")]
    Count {
        /// What is counted.
        what: &'static str,
        /// The count by the first part.
        expected: u64,
        /// The count by the second.
        got: u64,
    },
    /// Nothing to read.
    #[error("holds no {0}")]
    Empty(&'static str),
    /// A file of another kind.
    #[error("not a {expected}: it does not begin as one")]
    Magic {
        /// The kind expected.
        expected: &'static str,
    },
    /// What Git LFS leaves in place of a file that was not fetched.
    #[error("it is a pointer of Git LFS, and the data are not here")]
    LfsPointer,
    /// A file of another version.
    #[error("format version {got}, expected {expected}")]
    Version {
        /// The version this program reads.
        expected: u16,
        /// The version found.
        got: u16,
    },
    /// A file whose checksum does not fit.
    #[error("its checksum does not fit")]
    Checksum,
    /// A file with a field that means nothing, its checksum notwithstanding.
    #[error("{0} is malformed")]
    Malformed(&'static str),
}

impl FormatFault {
    /// The one that was found under a name.
    ///
    /// # Errors
    /// [`Self::MissingField`], [`Self::AmbiguousField`].
    pub(crate) fn the_one<T>(name: &str, mut found: impl Iterator<Item = T>) -> Result<T, Self> {
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(Self::MissingField(name.to_owned())),
            (Some(_), Some(_)) => Err(Self::AmbiguousField(name.to_owned())),
        }
    }
}

impl InputFault for FormatFault {
    fn remedy(&self) -> Cow<'static, str> {
        let remedy = match self {
            Self::NotUtf8 => {
                "convert it to UTF-8, for example with `iconv -f WINDOWS-1252 -t UTF-8`; `commit` reads data of other encodings with --encoding windows-1252 or utf-16"
            }
            Self::RecordTooLong { .. } => {
                "check the separator, quotes and line ends, or split the record"
            }
            Self::BadJson(_) => {
                "correct the value at that place; in JSONL each line is one object, as `jq -c . FILE` writes it"
            }
            Self::Shape { .. } => "write it in the expected shape",
            Self::MissingField(_) => "choose fields that every row has",
            Self::AmbiguousField(_) => "rename one of the columns",
            Self::ColumnType { .. } => {
                "choose other columns, or write it in a type that docs/tables.md lists"
            }
            Self::Null(_) => "repair the row",
            Self::BadCsv(_) => {
                "give every row the first one's number of columns, with quotes around fields that hold the delimiter"
            }
            Self::BadParquet(_) | Self::BadArrow(_) => {
                "copy the file again, or write it again from its source"
            }
            Self::Length { .. } => "copy the file again, it is truncated or has trailing bytes",
            Self::Count { .. } => "give files of the same run",
            Self::Empty(_) => "check the path and the format",
            Self::Magic { .. } => "give the right file",
            Self::LfsPointer => "fetch the data with `git lfs pull`, then give the file again",
            Self::Version { .. } => "make it again with this release, or use the release it is of",
            Self::Checksum | Self::Malformed(_) => "it is damaged: copy or make it again",
        };
        remedy.into()
    }

    fn ends_reading(&self) -> bool {
        matches!(
            self,
            Self::RecordTooLong { .. } | Self::BadParquet(_) | Self::BadArrow(_)
        )
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}
