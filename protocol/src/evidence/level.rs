//! The levels of evidence.

use core::fmt;
use serde::{Deserialize, Serialize};

/// How much stands behind a log, by what was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum EvidenceLevel {
    /// Nobody but the builder says so; no signature.
    SelfDeclared = 0,
    /// Signed by the data loader's key, which derived the roots from what it served.
    SignedLoader = 1,
    /// The same inside a loader that has an attestation quote, whose digest the signer names.
    AttestedLoader = 2,
    /// Sampled replay by a named auditor.
    SampledReplay = 3,
    /// Proven training.
    ProvenTraining = 4,
}

impl EvidenceLevel {
    /// The level of a number; `None` past 4.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::SelfDeclared),
            1 => Some(Self::SignedLoader),
            2 => Some(Self::AttestedLoader),
            3 => Some(Self::SampledReplay),
            4 => Some(Self::ProvenTraining),
            _ => None,
        }
    }

    /// What the level means, in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::SelfDeclared => "self-declared by the builder",
            Self::SignedLoader => "signed by the data loader's key",
            Self::AttestedLoader => {
                "signed as an attested data loader; the attestation is NOT verified here"
            }
            Self::SampledReplay => "sampled replay by a named auditor",
            Self::ProvenTraining => "proven training",
        }
    }
}

impl fmt::Display for EvidenceLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", *self as u8, self.meaning())
    }
}
