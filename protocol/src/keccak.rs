//! Keccak-256 over fixed words, as a contract computes it.

use sha3::{Digest, Keccak256};

/// A 32-byte big-endian word.
pub type Word = [u8; 32];

/// Keccak-256 of the concatenated parts.
#[must_use]
pub fn keccak(parts: &[&[u8]]) -> Word {
    let mut hasher = Keccak256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// An integer as a word.
#[must_use]
pub fn word(value: u128) -> Word {
    let mut out = [0u8; 32];
    out[16..].copy_from_slice(&value.to_be_bytes());
    out
}

/// Text of at most 32 ASCII bytes, padded on the right with zeros.
///
/// Longer text is cut; callers pass constants or names whose length they have checked.
#[must_use]
pub fn text_word(text: &str) -> Word {
    let mut out = [0u8; 32];
    for (to, from) in out.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keccak_of_nothing_is_ethereums() {
        assert_eq!(
            hex::encode(keccak(&[])),
            "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
        );
        assert_eq!(keccak(&[b"ab", b"c"]), keccak(&[b"abc"]));
    }
}
