//! 20-byte account addresses.

use crate::felt::{Felt, reduce_be};
use crate::json;
use crate::keccak::{Word, keccak};
use alloc::string::String;
use core::fmt;
use k256::ecdsa::VerifyingKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An account: the last 20 bytes of the Keccak-256 of a public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Address([u8; 20]);

impl Address {
    /// The zero address: nobody.
    pub const ZERO: Self = Self([0; 20]);

    /// An address from its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The address of a secp256k1 key.
    #[must_use]
    pub fn of_key(key: &VerifyingKey) -> Self {
        let point = key.to_encoded_point(false);
        let digest = keccak(&[&point.as_bytes()[1..]]);
        let mut bytes = [0u8; 20];
        bytes.copy_from_slice(&digest[12..]);
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The address as an integer below 2^160.
    #[must_use]
    pub fn felt(&self) -> Felt {
        reduce_be(&self.0)
    }

    /// The address as a 32-byte word, zeros first.
    #[must_use]
    pub fn word(&self) -> Word {
        let mut out = [0u8; 32];
        out[12..].copy_from_slice(&self.0);
        out
    }

    /// The address of a word whose first twelve bytes are zero.
    #[must_use]
    pub fn from_word(word: &Word) -> Option<Self> {
        let (zeros, bytes) = word.split_at(12);
        zeros
            .iter()
            .all(|b| *b == 0)
            .then(|| bytes.try_into().ok().map(Self))
            .flatten()
    }

    /// Reads `0x` and 40 digits: in one case, or in mixed case with the checksum of EIP-55.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let address = Self(json::parse_hex(text)?);
        let digits = &text[2..];
        let mixed = digits.bytes().any(|b| b.is_ascii_lowercase())
            && digits.bytes().any(|b| b.is_ascii_uppercase());
        (!mixed || address.checksummed() == text).then_some(address)
    }

    /// `0x` and 40 digits in the mixed case of EIP-55.
    #[must_use]
    pub fn checksummed(&self) -> String {
        let lower = hex::encode(self.0);
        let digest = keccak(&[lower.as_bytes()]);
        let digits = lower.chars().enumerate().map(|(i, c)| {
            let nibble = digest[i / 2] >> (4 * (1 - i % 2)) & 0xf;
            if nibble >= 8 {
                c.to_ascii_uppercase()
            } else {
                c
            }
        });
        core::iter::once('0')
            .chain(core::iter::once('x'))
            .chain(digits)
            .collect()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.checksummed())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.checksummed())
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        json::parse_with(
            from,
            "an address: 0x and 40 digits, EIP-55 if of mixed case",
            Self::parse,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn checksum_is_that_of_eip_55() {
        for text in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
            assert_eq!(
                Address::parse(&text.to_lowercase()).unwrap().to_string(),
                text
            );
        }
        assert_eq!(
            Address::parse("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            None
        );
        assert_eq!(
            Address::parse("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae"),
            None
        );
    }

    #[test]
    fn words_are_strict() {
        let address = Address::new([9; 20]);
        assert_eq!(Address::from_word(&address.word()), Some(address));
        let mut word = address.word();
        word[11] = 1;
        assert_eq!(Address::from_word(&word), None);
    }
}
