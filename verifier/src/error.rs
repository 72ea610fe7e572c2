//! Why a key or a proof is refused.

use thiserror::Error;

/// Why the bytes of a verifying key are refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum KeyError {
    /// The file ends before the field.
    #[error("the key ends inside {0}: it is truncated, fetch it again")]
    Truncated(&'static str),
    /// Bytes follow the last field.
    #[error("{0} bytes follow the end of the key: it is damaged, fetch it again")]
    Trailing(usize),
    /// Not a file of this kind.
    #[error("not a tranche verifying key")]
    Magic,
    /// Another format version.
    #[error("key format version {got}, expected {expected}: use the verifier of that release")]
    Version {
        /// The version this release reads.
        expected: u16,
        /// The file's.
        got: u16,
    },
    /// A number outside its range.
    #[error("{field} is {got}, outside its range: the key is damaged or not to be trusted")]
    Range {
        /// Which field.
        field: &'static str,
        /// Its value.
        got: u64,
    },
    /// A scalar at or above r.
    #[error("a scalar of {0} is not canonical: the key is damaged or not to be trusted")]
    Scalar(&'static str),
    /// A coordinate at or above q, or a point off the curve, outside the subgroup, or the identity where none may be.
    #[error("a point of {0} is not valid: the key is damaged or not to be trusted")]
    Point(&'static str),
    /// The SRS is not built on the standard generators.
    #[error("{0} is not the group's generator: the key is not to be trusted")]
    Generator(&'static str),
    /// The circuit's name is not 1 to 64 characters of a-z, 0-9 and -.
    #[error("the circuit's name is malformed: the key is damaged")]
    Name,
    /// One column is queried twice at the same point.
    #[error("{0} hold the same column and point twice: the key is damaged or not to be trusted")]
    DuplicateQuery(&'static str),
}

/// Why a proof is not accepted. All but the last two are errors of shape.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum VerifyError {
    /// The number of public inputs is not the key's.
    #[error("{got} public inputs, expected {expected}")]
    Instances {
        /// The key's.
        expected: usize,
        /// What was given.
        got: usize,
    },
    /// The proof's length is not the key's.
    #[error("the proof has {got} bytes, expected {expected}")]
    ProofLength {
        /// The key's.
        expected: u64,
        /// What was given.
        got: u64,
    },
    /// A coordinate at or above q, or a point off the curve or the identity.
    #[error("the proof is malformed: the point at byte {offset} is not valid")]
    Point {
        /// Offset of its first byte in the proof.
        offset: usize,
    },
    /// A scalar at or above r.
    #[error("the proof is malformed: the scalar at byte {offset} is not below the field's order")]
    Scalar {
        /// Offset of its first byte in the proof.
        offset: usize,
    },
    /// A challenge fell on a root of unity or on another opening point; the chance is below 2^-225.
    #[error("a challenge is degenerate")]
    Degenerate,
    /// The proof is well-formed and wrong.
    #[error("the proof is not valid for this key, statement and public inputs")]
    Rejected,
}

impl KeyError {
    /// The variant's name: one word for programs that compare verdicts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Truncated(_) => "Truncated",
            Self::Trailing(_) => "Trailing",
            Self::Magic => "Magic",
            Self::Version { .. } => "Version",
            Self::Range { .. } => "Range",
            Self::Scalar(_) => "Scalar",
            Self::Point(_) => "Point",
            Self::Generator(_) => "Generator",
            Self::Name => "Name",
            Self::DuplicateQuery(_) => "DuplicateQuery",
        }
    }
}

impl VerifyError {
    /// The variant's name: one word for programs that compare verdicts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Instances { .. } => "Instances",
            Self::ProofLength { .. } => "ProofLength",
            Self::Point { .. } => "Point",
            Self::Scalar { .. } => "Scalar",
            Self::Degenerate => "Degenerate",
            Self::Rejected => "Rejected",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_code_is_the_name_of_its_variant() {
        let keys = [
            KeyError::Truncated("k"),
            KeyError::Trailing(1),
            KeyError::Magic,
            KeyError::Version {
                expected: 1,
                got: 2,
            },
            KeyError::Range { field: "k", got: 0 },
            KeyError::Scalar("k"),
            KeyError::Point("k"),
            KeyError::Generator("g1"),
            KeyError::Name,
            KeyError::DuplicateQuery("the advice queries"),
        ];
        let proofs = [
            VerifyError::Instances {
                expected: 1,
                got: 2,
            },
            VerifyError::ProofLength {
                expected: 1,
                got: 2,
            },
            VerifyError::Point { offset: 0 },
            VerifyError::Scalar { offset: 0 },
            VerifyError::Degenerate,
            VerifyError::Rejected,
        ];
        let named = keys
            .iter()
            .map(|error| (format!("{error:?}"), error.code()))
            .chain(
                proofs
                    .iter()
                    .map(|error| (format!("{error:?}"), error.code())),
            );
        for (debug, code) in named {
            let name = debug.split(|c: char| !c.is_alphanumeric()).next();
            assert_eq!(name, Some(code));
        }
    }
}
