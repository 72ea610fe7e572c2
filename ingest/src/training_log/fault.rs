//! What can be wrong with the files of a training framework.

use std::borrow::Cow;

use crate::error::{FaultKind, InputFault};

/// A fault of a training framework's files, or of the run file that explains them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// A value where a non-negative integer is expected.
    #[error("\"{field}\" is not an integer of 0 to 2^64 - 1: {got}")]
    NotCount {
        /// The field.
        field: &'static str,
        /// The value found, shortened.
        got: String,
    },
    /// A draw from a source that the description does not name.
    #[error("source {got} does not exist; there are {sources}")]
    UnknownSource {
        /// The source found.
        got: i64,
        /// The number of sources.
        sources: usize,
    },
    /// Data sets of one path that are described differently, so that each numbers its own samples.
    #[error(
        "two data sets of the path \"{0}\" are described differently: each numbers its own samples"
    )]
    TwoNumberings(String),
    /// The same source twice, where a name must be one source.
    #[error("the source \"{0}\" is listed twice")]
    DuplicateSource(String),
    /// More different sources than a log may name.
    #[error("more than {limit} different sources")]
    TooManySources {
        /// The most accepted.
        limit: usize,
    },
    /// A column or member that a table of draws must have.
    #[error("it has no \"{0}\"")]
    MissingColumn(&'static str),
    /// A last row without a line end, which may have been cut.
    #[error("the last row has no line end")]
    OpenLine,
    /// A step smaller than the one before, in a stream that is read once.
    #[error("step {got} after step {previous}")]
    StepWentBack {
        /// The step of the row before.
        previous: u64,
        /// The step of this row.
        got: u64,
    },
    /// A table whose steps begin again at the first one, or before it.
    #[error("step {got} after step {previous}: the log begins again")]
    BeginsAgain {
        /// The step of the row before.
        previous: u64,
        /// The step of this row.
        got: u64,
    },
    /// A step that stands before a place where the steps fall, and is passed over after it.
    #[error(
        "the steps fell back to {from} and went past step {step}, which is before that place and not after it"
    )]
    StepLost {
        /// The step that is passed over.
        step: u64,
        /// Where the steps fell to.
        from: u64,
    },
    /// A log whose last attempt ends before steps that an earlier one had.
    #[error("it ends at step {last}, but an attempt before had step {behind} and later ones")]
    Unfinished {
        /// The last step that stands.
        last: u64,
        /// The first step behind it that was recorded.
        behind: u64,
    },
    /// An attempt without rows of a rank whose rows it supersedes.
    #[error(
        "the steps fall back to {from} here, and rank {rank}, which had steps from there on, has none again"
    )]
    RankLost {
        /// The rank.
        rank: u32,
        /// The step.
        from: u64,
    },
    /// An attempt without draws from a source whose draws it supersedes.
    #[error(
        "the steps fall back to {from} here, and \"{source_name}\", which had draws from there on, has none where these steps come again"
    )]
    SourceLost {
        /// The source.
        source_name: String,
        /// The step.
        from: u64,
    },
    /// Steps that fall, in a table with a column that may number ranks and is not read.
    #[error("the steps fall here, and the column \"{column}\" is not read")]
    OtherRank {
        /// The column.
        column: String,
    },
    /// Rows of which some name a rank and others do not.
    #[error("some rows name a rank and others do not")]
    SomeRanks,
    /// Rows of ranks that are not in the order of their steps.
    #[error("step {got} of rank {rank} after step {previous} of another rank")]
    RankOrder {
        /// The rank.
        rank: u32,
        /// The step of the row before.
        previous: u64,
        /// The step of this row.
        got: u64,
        /// Whether the steps of a rank itself fall somewhere in the log.
        restarted: bool,
    },
    /// A table whose steps fall too often.
    #[error("its steps fall more than {limit} times")]
    TooManyAttempts {
        /// The most attempts accepted.
        limit: usize,
    },
    /// Ranks may have the same draws, it was said, of rows that name no ranks.
    #[error("its rows name no ranks, which alone may be said to read the same data")]
    NoRanks,
    /// More different ranks than a log may name.
    #[error("more than {limit} different ranks")]
    TooManyRanks {
        /// The most accepted.
        limit: usize,
    },
    /// A log that ends before the last step that was asked for.
    #[error("it has no step {through}: {}", last.map_or("it has none at all".to_owned(), |last| format!("its last is {last}")))]
    EndsBefore {
        /// The step asked for.
        through: u64,
        /// The last step.
        last: Option<u64>,
    },
    /// A file that ends in the middle of a line or of its compressed data.
    #[error("it ends in the middle of a line or of its compressed data, after {lines} whole lines")]
    Torn {
        /// The whole lines before the end.
        lines: u64,
        /// The last step that all ranks have whole.
        whole: Option<u64>,
    },
    /// Compressed data that does not decompress.
    #[error("damaged gzip data ({what})")]
    Gzip {
        /// What the decoder says.
        what: String,
        /// The last step that all ranks have whole.
        whole: Option<u64>,
    },
    /// A line that is not a step and indices with tabs between.
    #[error("expected a step and indices with tabs between, got {0}")]
    Line(String),
    /// A file whose name does not say its rank.
    #[error("its name is not rank<R>.tsv.gz")]
    RankName,
    /// A rank in one folder twice.
    #[error("rank {rank} has two files here")]
    TwoFiles {
        /// The rank.
        rank: u32,
    },
    /// A rank without a file.
    #[error("there are files of {ranks} ranks, none of rank {rank}")]
    MissingRank {
        /// The rank.
        rank: u32,
        /// Ranks of the run.
        ranks: u32,
    },
    /// A step that is missing on a rank.
    #[error("step {got} after step {previous}: the steps between are missing")]
    StepGap {
        /// The last step before the gap.
        previous: u64,
        /// The first after it.
        got: u64,
    },
    /// Ranks that start at different steps.
    #[error("rank {rank} starts anew at the steps {got}, rank 0 at {expected}")]
    Attempts {
        /// The rank.
        rank: u32,
        /// First steps of rank 0's attempts.
        expected: String,
        /// First steps of this rank's attempts.
        got: String,
    },
    /// Ranks that end at different steps.
    #[error("rank {rank} ends at step {got}, others at step {expected}")]
    RankEnd {
        /// The rank.
        rank: u32,
        /// The last step needed of it.
        expected: u64,
        /// Its last step.
        got: u64,
        /// The last step that all ranks have.
        whole: u64,
    },
    /// Two ranks with the very same draws.
    #[error("ranks {first} and {second} have the same draws")]
    SameDraws {
        /// One rank.
        first: u32,
        /// The other.
        second: u32,
    },
    /// A file that was changed between two readings.
    #[error("it changed while it was read")]
    Changed,
    /// Index arrays or a token index that contradict each other.
    #[error("{0}")]
    Index(String),
    /// A token index that is none.
    #[error("not a token index ({0})")]
    TokenIndex(String),
    /// A description whose digest is not the one in its name.
    #[error("the description has the MD5 {got}, its name says otherwise")]
    DescriptionDigest {
        /// MD5 of the description.
        got: String,
    },
    /// A data set of a blend without index files.
    #[error("no index files of the data set \"{0}\" beside the blend")]
    NoIndexFiles(String),
    /// An Arrow table that cannot be read.
    #[error("not a readable Arrow table of indices ({0})")]
    Arrow(String),
    /// A run file.
    #[error("{0}")]
    RunFile(String),
    /// A name of the log that more than one source of the run file matches.
    #[error("\"{label}\" is matched by the sources \"{first}\" and \"{second}\"")]
    Ambiguous {
        /// The name.
        label: String,
        /// A source.
        first: String,
        /// Another.
        second: String,
    },
    /// Two names of a log that one source's patterns match.
    #[error(
        "\"{second}\" is matched by the source \"{source_name}\", as \"{first}\" is; each numbers its own records"
    )]
    TwoData {
        /// The source.
        source_name: String,
        /// The name met first.
        first: String,
        /// The other name.
        second: String,
    },
    /// An index past the end of a concatenated data set.
    #[error("index {index} of a concatenated data set of {records} records")]
    IndexPastEnd {
        /// The index.
        index: u64,
        /// The records of all parts.
        records: u64,
    },
    /// A record past the end of a source of the run file.
    #[error("record {record} of \"{source_name}\", which has {records} by the run file")]
    SourcePastEnd {
        /// The source.
        source_name: String,
        /// The record.
        record: u64,
        /// Its records.
        records: u64,
    },
    /// A checkpoint's metadata that contradict themselves.
    #[error("the checkpoint's metadata: {0}")]
    Metadata(String),
}

impl InputFault for LogFault {
    fn remedy(&self) -> Cow<'static, str> {
        let remedy = match self {
            Self::NotCount { .. } => "repair the row",
            Self::UnknownSource { .. } => "give the description of the same run",
            Self::DuplicateSource(_) => "give each source a name of its own",
            Self::TooManySources { .. } => {
                "check that the tranche column names tranches, not records"
            }
            Self::TwoNumberings(_) => {
                "import documents with --documents: their numbers are those of the path"
            }
            Self::MissingColumn(_) => {
                "a table of draws has \"step\", \"tranche\" and \"record\": rename what holds them, or say another --format"
            }
            Self::OpenLine => "copy the file again; if it is whole, add the line end",
            Self::StepWentBack { .. } => {
                "open the log by its path, which finds out where the run was started again"
            }
            Self::BeginsAgain { .. } => {
                "if the run was started again from its beginning, remove the rows before this one; if these are another rank's rows, sort all rows by step"
            }
            Self::StepLost { .. } => {
                "if the run was never started again, sort the rows by step; if it was, put the missing step's rows back"
            }
            Self::Unfinished { last, .. } => {
                return format!("add the rows of the attempt that goes on; if the run ended at step {last}, say --through {last}").into();
            }
            Self::RankLost { .. } => {
                "add the rank's rows; if the run went on with fewer ranks, take the column \"rank\" out"
            }
            Self::SourceLost { from, .. } => {
                return format!("if the rows are in groups, sort all of them by step; if the run was started again here and read other records, remove the rows before this one whose steps are {from} or later").into();
            }
            Self::OtherRank { column } => {
                return format!("if \"{column}\" numbers the ranks that read data of their own, call it \"rank\"; if not, take it out").into();
            }
            Self::SomeRanks => "give every row its rank, or none",
            Self::RankOrder {
                restarted: false, ..
            } => "sort the rows by step",
            Self::RankOrder {
                restarted: true, ..
            } => "keep each rank's last attempt at a step only, then sort the rows by step",
            Self::TooManyAttempts { .. } => {
                "if the run was never started again, sort the rows by step; if it was, keep the last attempt at each step only"
            }
            Self::NoRanks => "leave --same-data out, or add a column \"rank\"",
            Self::TooManyRanks { .. } => "check that the rank column numbers ranks, not records",
            Self::EndsBefore {
                last: Some(last), ..
            } => {
                return format!("copy the files again if they were cut; if they are whole, say --through {last} or leave it out").into();
            }
            Self::EndsBefore { last: None, .. } => "check the path and the format",
            Self::Torn { whole, .. } | Self::Gzip { whole, .. } => {
                return killed("copy it again", *whole).into();
            }
            Self::Line(_) => "give the file as the trainer wrote it",
            Self::RankName => "keep the names that the trainer gave",
            Self::TwoFiles { .. } => {
                "leave one of them, or put a restart's files in a folder of their own"
            }
            Self::MissingRank { .. } => "collect the files of all ranks",
            Self::StepGap { .. } => {
                "give the files of the attempt that has the missing steps, before the later ones"
            }
            Self::Attempts { .. } => {
                "copy both files again; if they are whole, write each attempt's lines to files in a folder of its own, and give the folders of the attempts that all ranks have in order"
            }
            Self::RankEnd { whole, .. } => {
                return killed("copy the shorter file again", Some(*whole)).into();
            }
            Self::SameDraws { .. } => {
                "if the ranks read the same data on purpose, say --same-data; if one is a copy of the other, leave it out and number the ranks from 0 again"
            }
            Self::Changed => "wait until training is over, then import again",
            Self::Index(_) => "give index files and token index of the same data set",
            Self::TokenIndex(_) => "give the .idx file that stands beside the data set's .bin file",
            Self::DescriptionDigest { .. } => "give the description as the trainer wrote it",
            Self::NoIndexFiles(_) => {
                "copy its document, sample and shuffle index and description to the blend's folder"
            }
            Self::Arrow(_) => {
                "give the indices_cache_file_name of shuffle or select: one column \"indices\" of integers"
            }
            Self::RunFile(_) => "correct the run file; docs/importing.md shows one",
            Self::Ambiguous { .. } => "make the patterns of the run file match one source each",
            Self::TwoData { .. } => {
                "give each data set a source of its own, with its place in the tranche as \"first\""
            }
            Self::IndexPastEnd { .. } => {
                "list all parts of the data set in the run file, in the trainer's order"
            }
            Self::SourcePastEnd { .. } => {
                "correct \"records\" in the run file, or map the name to what the run read"
            }
            Self::Metadata(_) => "give the checkpoint_metadata.json as the trainer wrote it",
        };
        remedy.into()
    }

    fn ends_reading(&self) -> bool {
        matches!(
            self,
            Self::TooManySources { .. } | Self::TooManyRanks { .. } | Self::Changed
        )
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}

/// What to do about files that end too early.
fn killed(copy: &str, whole: Option<u64>) -> String {
    match whole {
        Some(whole) => format!(
            "{copy}; if the loop was killed there, give the files of the start after it too, or import up to the last whole step with --through {whole}"
        ),
        None => format!("{copy}; if the loop was killed there, leave this start's files out"),
    }
}
