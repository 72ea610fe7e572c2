//! What can be wrong with the files that steps hand to each other.

use std::borrow::Cow;

use tranche_ingest::error::{FaultKind, InputFault};
use tranche_protocol::manifest::ManifestError;
use tranche_protocol::proof_file::ProofFileError;
use tranche_protocol::receipt::ReceiptError;
use tranche_protocol::registry::RegistryError;
use tranche_protocol::trace::TraceError;
use tranche_protocol::tranche::TrancheError;
use tranche_protocol::units::UnitsError;

/// A fault of an artefact, or of two that should belong together.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArtefactFault {
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

impl InputFault for ArtefactFault {
    fn remedy(&self) -> Cow<'static, str> {
        let remedy = match self {
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
            Self::NotUniform { .. } => "drop --uniform",
            Self::Exposed { .. } => "take the rights away from others: chmod 600",
            Self::NotKey => "give a key file as --new-key writes it",
            Self::Mismatch(_) => "give files of the same thing",
        };
        remedy.into()
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}
