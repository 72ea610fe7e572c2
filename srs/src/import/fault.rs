//! Why a file is not imported.

use thiserror::Error;

use super::file_hash::FileHash;
use super::section::Section;
use crate::fault::SrsFault;
use crate::limits::MAX_K;

/// Why a file was not imported.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ImportFault {
    /// Neither format.
    #[error(
        "neither a snarkjs .ptau file nor a halo2 .srs file, whose length would be 4 + 128·2^k + 256 bytes: \
         give the ceremony's file, whole and not compressed"
    )]
    Format,
    /// Another version of the format.
    #[error("ptau format version {got}, expected 1: export the file again with snarkjs")]
    Version {
        /// The file's.
        got: u32,
    },
    /// More sections than any ceremony file has.
    #[error("{got} sections, at most {max} are read: this is not a file that snarkjs wrote")]
    Sections {
        /// What is read.
        max: u32,
        /// The file's.
        got: u32,
    },
    /// The file ends within a section.
    #[error(
        "{section} needs {expected} bytes, {got} are left: the file is truncated, fetch it again"
    )]
    Truncated {
        /// Where.
        section: Section,
        /// What it claims.
        expected: u64,
        /// What is left of the file.
        got: u64,
    },
    /// Bytes after the last section.
    #[error("{got} bytes after the last section: the file is damaged, fetch it again")]
    Trailing {
        /// How many.
        got: u64,
    },
    /// A section twice.
    #[error("{section} is there twice: do not use this file")]
    Duplicate {
        /// Which.
        section: Section,
    },
    /// A section that is needed.
    #[error("{section} is missing: fetch the ceremony's file again")]
    Missing {
        /// Which.
        section: Section,
    },
    /// A section too short for the powers asked for.
    #[error(
        "{section} is {got} bytes, 2^{k} powers need {expected}: choose a smaller k or fetch the file again"
    )]
    Short {
        /// Which.
        section: Section,
        /// The k asked for.
        k: u32,
        /// What is needed.
        expected: u64,
        /// What there is.
        got: u64,
    },
    /// A section whose length its header excludes.
    #[error(
        "{section} is {got} bytes, which its header's 2^{power} powers exclude: the file is damaged, fetch it again"
    )]
    Length {
        /// Which.
        section: Section,
        /// The header's.
        power: u32,
        /// What there is.
        got: u64,
    },
    /// Another curve.
    #[error(
        "section 1 (header) is of another field than BN254's: take a ceremony on bn128, as snarkjs calls the curve"
    )]
    Prime,
    /// A power that no ceremony has.
    #[error(
        "section 1 (header) claims 2^{0} powers, expected 2^1 to 2^28: the file is damaged, fetch it again"
    )]
    Power(u32),
    /// A k that is not supported.
    #[error("2^{0} powers are not supported: choose k from 1 to {MAX_K}")]
    K(u32),
    /// More powers than the file has.
    #[error(
        "2^{asked} powers were asked for, the file has 2^{available}: choose k up to {available}, or a larger file"
    )]
    TooFew {
        /// The k asked for.
        asked: u32,
        /// The file's.
        available: u32,
    },
    /// The file is not the one that the user expects.
    #[error(
        "the file's BLAKE2b-512 is {got}, expected {expected}: fetch the file again, or correct the expected hash"
    )]
    Hash {
        /// The user's.
        expected: Box<FileHash>,
        /// The file's.
        got: Box<FileHash>,
    },
    /// Points that are not those of a string.
    #[error("{section}: {fault}")]
    Points {
        /// Where.
        section: Section,
        /// What is wrong.
        fault: SrsFault,
    },
}
