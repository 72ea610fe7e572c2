//! How values stand in JSON: digests and felts as 0x-hex, wide integers as decimal strings (encodings, section 9).
//!
//! Modules for serde's `with` attribute. Reading is strict: lower or upper case digits, exact length, canonical felts.

use alloc::string::String;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

/// Reads `0x` and exactly `2·N` hexadecimal digits.
pub(crate) fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0u8; N];
    hex::decode_to_slice(text.strip_prefix("0x")?, &mut bytes).ok()?;
    Some(bytes)
}

/// Writes `0x` and lower-case digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    alloc::format!("0x{}", hex::encode(bytes))
}

/// Reads a decimal integer without sign, spaces or leading zeros.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()));
    plain.then(|| text.parse().ok()).flatten()
}

/// A felt as 0x-hex of its canonical big-endian bytes.
pub mod felt {
    use super::{Deserialize, Deserializer, Serializer, String};
    use crate::felt::{Felt, from_hex, to_hex};
    use serde::de::Error as _;

    /// Writes the felt.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(felt: &Felt, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&to_hex(felt))
    }

    /// Reads a felt.
    ///
    /// # Errors
    /// When the text is not 0x-hex of a canonical felt.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Felt, D::Error> {
        from_hex(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// A list of felts.
pub mod felts {
    use super::{Deserialize, Deserializer, Serializer, String};
    use crate::felt::{Felt, from_hex, to_hex};
    use alloc::vec::Vec;
    use serde::de::Error as _;

    /// Writes the felts.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(felts: &[Felt], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(felts.iter().map(to_hex))
    }

    /// Reads felts.
    ///
    /// # Errors
    /// When a text is not 0x-hex of a canonical felt.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Felt>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        texts
            .iter()
            .map(|text| from_hex(text).map_err(D::Error::custom))
            .collect()
    }
}

/// Bytes of fixed length as 0x-hex.
pub mod bytes {
    use super::{Deserialize, Deserializer, Serializer, String, parse_hex, to_hex};
    use serde::de::Error as _;

    /// Writes the bytes.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer, const N: usize>(
        bytes: &[u8; N],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&to_hex(bytes))
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// When the text is not 0x-hex of exactly `N` bytes.
    pub fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
        from: D,
    ) -> Result<[u8; N], D::Error> {
        let text = String::deserialize(from)?;
        parse_hex(&text).ok_or_else(|| {
            D::Error::custom(format_args!("expected 0x and {} hexadecimal digits", 2 * N))
        })
    }
}

/// A 64-bit integer as a decimal string.
pub mod decimal {
    use super::{Deserialize, Deserializer, Serializer, String, parse_decimal};
    use serde::de::Error as _;

    /// Writes the integer.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    /// Reads the integer.
    ///
    /// # Errors
    /// When the text is not a plain decimal integer below 2^64.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = String::deserialize(from)?;
        parse_decimal(&text)
            .ok_or_else(|| D::Error::custom("expected a decimal integer below 2^64 as a string"))
    }
}

/// Reads a string and parses it, naming what was expected.
pub(crate) fn parse_with<'de, D: Deserializer<'de>, T>(
    from: D,
    expected: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let text = String::deserialize(from)?;
    parse(&text).ok_or_else(|| D::Error::custom(format_args!("expected {expected}")))
}
