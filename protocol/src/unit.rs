//! What one unit is: a record, a byte, or a token of a named tokenizer (encodings, section 3).

use crate::felt::from_prefix;
use crate::json;
use crate::newtype::{bytes_newtype, felt_newtype};
use alloc::string::{String, ToString};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const CONTEXT: &str = "tranche v1 unit";

felt_newtype! {
    /// What stands for a unit definition in ids, commitments and statements: 31 bytes of a BLAKE3 over its text.
    UnitId
}

bytes_newtype! {
    /// The BLAKE3 of a tokenizer's file.
    TokenizerDigest
}

/// The definition of a unit; all tranches of a run share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitDefinition {
    /// Every record is one unit.
    Record,
    /// A unit is a byte of a record.
    Byte,
    /// A unit is a token of the tokenizer whose file has this BLAKE3.
    Token(TokenizerDigest),
}

impl UnitDefinition {
    /// The id of the definition.
    #[must_use]
    pub fn id(&self) -> UnitId {
        UnitId(from_prefix(&blake3::derive_key(
            CONTEXT,
            self.to_string().as_bytes(),
        )))
    }

    /// Reads the text: `record`, `byte`, or `token:` and 64 lower-case digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "record" => Some(Self::Record),
            "byte" => Some(Self::Byte),
            _ => {
                let digits = text.strip_prefix("token:")?;
                let mut digest = [0u8; 32];
                hex::decode_to_slice(digits, &mut digest).ok()?;
                let unit = Self::Token(TokenizerDigest(digest));
                // One text for one definition: upper-case digits would hash to another felt.
                (unit.to_string() == text).then_some(unit)
            }
        }
    }
}

impl fmt::Display for UnitDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = match self {
            Self::Record => "record".into(),
            Self::Byte => "byte".into(),
            Self::Token(digest) => alloc::format!("token:{}", hex::encode(digest.as_bytes())),
        };
        f.write_str(&text)
    }
}

impl Serialize for UnitDefinition {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UnitDefinition {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        json::parse_with(
            from,
            "`record`, `byte`, or `token:` and 64 lower-case digits",
            Self::parse,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_to_one() {
        for unit in [
            UnitDefinition::Record,
            UnitDefinition::Byte,
            UnitDefinition::Token(TokenizerDigest([0xab; 32])),
        ] {
            assert_eq!(UnitDefinition::parse(&unit.to_string()), Some(unit));
        }
        let upper = UnitDefinition::Token(TokenizerDigest([0xab; 32]))
            .to_string()
            .replace('a', "A");
        for bad in ["", "Record", "token:", "token:00", &upper] {
            assert_eq!(UnitDefinition::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn ids_and_digests_have_one_encoding() {
        crate::newtype::assert_canonical_felt!(UnitId);
        crate::newtype::assert_canonical_bytes!(TokenizerDigest);
    }
}
