//! What can be wrong with an input, and what to do about it.

use tranche_protocol::manifest::ManifestError;
use tranche_protocol::proof_file::ProofFileError;
use tranche_protocol::receipt::ReceiptError;
use tranche_protocol::registry::RegistryError;
use tranche_protocol::trace::TraceError;
use tranche_protocol::tranche::TrancheError;
use tranche_protocol::units::UnitsError;

use crate::logfile::LogFault;
use crate::logfile::recorder::RecordingFault;
use crate::source::Units;

/// What can be wrong with an input.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
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
    /// A value where a non-negative integer is expected.
    #[error("\"{field}\" is not an integer of 0 to 2^64 - 1: {got}")]
    NotCount {
        /// The field.
        field: &'static str,
        /// The value found, shortened.
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
    /// A record of zero units.
    #[error("the record weighs zero units")]
    ZeroUnits,
    /// A record of too many units.
    #[error("the record weighs {got} units; the bound is {}", Units::MAX)]
    UnitsOverBound {
        /// The weight found.
        got: u64,
    },
    /// A tokenizer that does not load or fails on a record.
    #[error("tokenizer: {0}")]
    Tokenizer(String),
    /// Not an `.npy` file, or a header that does not parse.
    #[error("not a readable .npy file ({0})")]
    BadNpy(String),
    /// An `.npy` array of another element type.
    #[error("expected dtype {expected}, got {got}")]
    Dtype {
        /// numpy's descriptor of the type expected.
        expected: &'static str,
        /// The descriptor found.
        got: String,
    },
    /// An `.npy` array of another shape.
    #[error("expected a one-dimensional C-order array, got {0}")]
    NpyShape(String),
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
    /// A draw from a source that the description does not name.
    #[error("source {got} does not exist; there are {sources}")]
    UnknownSource {
        /// The source found.
        got: i64,
        /// The number of sources.
        sources: usize,
    },
    /// The same source twice, where a name must be one source.
    #[error("the source \"{0}\" is listed twice")]
    DuplicateSource(String),
    /// More different sources than a log may name.
    #[error("more than {limit} different sources")]
    TooManySources {
        /// The most accepted.
        limit: usize,
    },
    /// A step smaller than the one before.
    #[error("step {got} after step {previous}")]
    StepWentBack {
        /// The step of the row before.
        previous: u64,
        /// The step of this row.
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
    /// A manifest.
    #[error("{0}")]
    Manifest(ManifestError),
    /// A registry snapshot.
    #[error("{0}")]
    Registry(RegistryError),
    /// A proof file.
    #[error("{0}")]
    ProofFile(ProofFileError),
    /// A verifying key.
    #[error("{0}")]
    VerifyingKey(tranche_verifier::KeyError),
    /// A receipt.
    #[error("{0}")]
    Receipt(ReceiptError),
    /// A training trace.
    #[error("{0}")]
    Trace(TraceError),
    /// Fields that are not those of a tranche.
    #[error("{0}")]
    Tranche(TrancheError),
    /// Units that are not those of a tranche.
    #[error("{0}")]
    Units(UnitsError),
    /// A log names a source that no `--map` names.
    #[error("the tranche \"{0}\" is not mapped")]
    UnmappedTranche(String),
    /// A draw of a record that the tranche does not have.
    #[error("record {record} of \"{tranche}\", which has {records} records, numbered from 0")]
    RecordPastEnd {
        /// The source, as the log names it.
        tranche: String,
        /// The record.
        record: u64,
        /// Records of the tranche.
        records: u32,
    },
    /// The files of a training framework.
    #[error("{0}")]
    Log(LogFault),
    /// A training loop's recording.
    #[error("{0}")]
    Recording(RecordingFault),
    /// A record of other units in a tranche that was to be uniform.
    #[error("the record weighs {got} units, the ones before it {expected}: not uniform")]
    NotUniform {
        /// Units of the first record.
        expected: u32,
        /// Units of this one.
        got: u32,
    },
    /// A secret that others may read.
    #[error("others may read this secret: its mode is {mode:03o}")]
    Exposed {
        /// The permission bits.
        mode: u32,
    },
    /// Not a secret key.
    #[error("not a secret key: expected 0x and 64 hexadecimal digits of a secp256k1 key")]
    NotKey,
    /// Two files that should be of one thing are not.
    #[error("{0}")]
    Mismatch(String),
}

impl Fault {
    /// Whether a reader of rows has lost its place by it.
    pub fn ends_reading(&self) -> bool {
        matches!(
            self,
            Self::RecordTooLong { .. } | Self::BadParquet(_) | Self::TooManySources { .. }
        )
    }

    /// What the user can do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotUtf8 => "convert it to UTF-8",
            Self::RecordTooLong { .. } => "check the separator or line ends, or split the record",
            Self::BadJson(_) => "correct the value at that place; in JSONL each line is one object",
            Self::Shape { .. } => "write it in the expected shape",
            Self::MissingField(_) => "choose fields that every row has",
            Self::AmbiguousField(_) => "rename one of the columns",
            Self::ColumnType { .. } => "choose flat columns of numbers, booleans, text or bytes",
            Self::NotCount { .. } | Self::Null(_) => "repair the row",
            Self::BadCsv(_) => "give every row the header's number of columns and close all quotes",
            Self::BadParquet(_) => "write the file again, with snappy, gzip or no compression",
            Self::ZeroUnits => "drop the record or weigh by record",
            Self::UnitsOverBound { .. } => "split the record or use a coarser unit",
            Self::Tokenizer(_) => "use the tokenizer.json that the training run used",
            Self::BadNpy(_) => "save the array again with numpy.save",
            Self::Dtype { .. } => "give the file that the trainer wrote, or convert with astype",
            Self::NpyShape(_) => "save a flat array in C order",
            Self::Length { .. } => "copy the file again, it is truncated or has trailing bytes",
            Self::Count { .. } => "give files of the same run",
            Self::UnknownSource { .. } => "give the description of the same run",
            Self::DuplicateSource(_) => "give each source a name of its own",
            Self::TooManySources { .. } => {
                "check that the tranche column names tranches, not records"
            }
            Self::StepWentBack { .. } => "write the log in the order of its steps",
            Self::Empty(_) => "check the path and the format",
            Self::Magic { .. } => "give the right file",
            Self::Version { .. } => "make it again with this release, or use the release it is of",
            Self::Checksum | Self::Malformed(_) => "it is damaged: copy or make it again",
            Self::Manifest(ManifestError::Unsigned) => {
                "sign it with `tranche sign`, or register with --allow-unsigned"
            }
            Self::Manifest(ManifestError::NotTheOwner { .. } | ManifestError::Signature(_)) => {
                "have the owner sign this very manifest: `tranche sign --typed-data` prints what a wallet signs"
            }
            Self::Manifest(_) => "use the manifest as its owner published it",
            Self::Registry(RegistryError::Full { .. }) => "start another registry",
            Self::Registry(RegistryError::Registered { .. }) => "a tranche is registered once",
            Self::Registry(_) => "it was altered: use the snapshot as it was published",
            Self::ProofFile(_) => "ask the prover for the file again",
            Self::VerifyingKey(_) => "take the key from a release",
            Self::Receipt(_) => "ask the builder for the receipt again",
            Self::Trace(_) => "list checkpoints in training order, each step once",
            Self::Tranche(_) | Self::Units(_) => "correct the data or the options",
            Self::UnmappedTranche(_) => "add --map NAME=FOLDER for it, or a folder in the run file",
            Self::RecordPastEnd { .. } => "map the name to the tranche that the run really read",
            Self::Log(fault) => fault.remedy(),
            Self::Recording(fault) => fault.remedy(),
            Self::NotUniform { .. } => "drop --uniform",
            Self::Exposed { .. } => "take the rights away from others: chmod 600",
            Self::NotKey => "give a key file as --new-key writes it",
            Self::Mismatch(_) => "give files of the same thing",
        }
    }
}
