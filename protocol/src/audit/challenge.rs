//! Which draws an audit looks at.

use super::{AuditError, limits};
use crate::json;
use crate::newtype::bytes_newtype;
use crate::run::RunCommitment;
use crate::salt::below;
use alloc::string::String;
use alloc::vec::Vec;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const CONTEXT: &str = "tranche v1 audit challenge";

bytes_newtype! {
    /// What names a challenge: the first 32 bytes of the stream that its picks are drawn from.
    ChallengeDigest
}

/// A public value: a block's hash, a randomness beacon's output. 16 to 256 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon(Vec<u8>);

impl Beacon {
    /// Fewest bytes.
    pub const MIN: usize = limits::BEACON_MIN;
    /// Most bytes.
    pub const MAX: usize = limits::BEACON_MAX;

    /// A beacon of these bytes.
    ///
    /// # Errors
    /// [`AuditError::Beacon`] for too few or too many.
    pub fn new(bytes: Vec<u8>) -> Result<Self, AuditError> {
        match bytes.len() {
            Self::MIN..=Self::MAX => Ok(Self(bytes)),
            got => Err(AuditError::Beacon { got }),
        }
    }

    /// Reads hexadecimal digits, with or without `0x`.
    ///
    /// # Errors
    /// [`AuditError::BeaconText`], [`AuditError::Beacon`].
    pub fn parse(text: &str) -> Result<Self, AuditError> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        Self::new(hex::decode(digits).map_err(|_| AuditError::BeaconText)?)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Beacon {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&json::to_hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Beacon {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// A challenge: what the picks are a function of, but for the number of draws, which is secret until the opening tells it to the auditor.
///
/// Nothing else enters the picks: no text, name, time or terms, whose wording somebody could try until the picks suit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The run commitment, public before the beacon's value was.
    pub run_commitment: RunCommitment,
    /// The public value.
    pub beacon: Beacon,
    /// Number of picks, 1 to [`Challenge::MAX_COUNT`]. More picks go on from fewer.
    pub count: u32,
}

impl Challenge {
    /// Most picks.
    pub const MAX_COUNT: u32 = limits::MAX_COUNT;

    /// Checks the number of picks.
    ///
    /// # Errors
    /// [`AuditError::Count`].
    pub const fn validate(&self) -> Result<(), AuditError> {
        match self.count {
            1..=Self::MAX_COUNT => Ok(()),
            got => Err(AuditError::Count { got }),
        }
    }

    /// `BLAKE3-derive("tranche v1 audit challenge", run commitment ‖ beacon)`, whose output stream gives the picks.
    fn stream(&self) -> blake3::OutputReader {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&self.run_commitment.to_bytes());
        hasher.update(self.beacon.bytes());
        hasher.finalize_xof()
    }

    /// What names the challenge.
    #[must_use]
    pub fn digest(&self) -> ChallengeDigest {
        let mut out = [0; 32];
        self.stream().fill(&mut out);
        ChallengeDigest(out)
    }

    /// The picked draws of a log of `draws` draws, numbered from 0: each uniform, independent of the others, repeats included.
    ///
    /// `draws` is at least 1.
    #[must_use]
    pub fn picks(&self, draws: u64) -> Vec<u64> {
        let mut stream = self.stream();
        (0..self.count)
            .map(|_| below(&mut stream, draws.max(1)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_one_encoding() {
        crate::newtype::assert_canonical_bytes!(ChallengeDigest);
    }
}
