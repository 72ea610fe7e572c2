//! Record digests (encodings, section 3).

use crate::newtype::bytes_newtype;

const CONTEXT: &str = "tranche v1 record";

bytes_newtype! {
    /// The BLAKE3 digest of one record's bytes, domain separated.
    RecordDigest
}

/// The digest of a record held in memory.
#[must_use]
pub fn record_digest(bytes: &[u8]) -> RecordDigest {
    RecordDigest(blake3::derive_key(CONTEXT, bytes))
}

/// The digest of a record that arrives in pieces.
#[derive(Clone, Debug)]
pub struct RecordHasher(blake3::Hasher);

impl RecordHasher {
    /// A hasher of no bytes.
    #[must_use]
    pub fn new() -> Self {
        Self(blake3::Hasher::new_derive_key(CONTEXT))
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes given.
    #[must_use]
    pub fn finish(&self) -> RecordDigest {
        RecordDigest(*self.0.finalize().as_bytes())
    }
}

impl Default for RecordHasher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_and_whole_agree() {
        let mut hasher = RecordHasher::new();
        hasher.update(b"one ");
        hasher.update(b"record");
        assert_eq!(hasher.finish(), record_digest(b"one record"));
        assert_ne!(
            record_digest(b"one record").to_bytes(),
            *blake3::hash(b"one record").as_bytes()
        );
    }

    #[test]
    fn a_digest_has_one_encoding() {
        crate::newtype::assert_canonical_bytes!(RecordDigest);
    }
}
