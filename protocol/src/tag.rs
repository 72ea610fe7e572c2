//! Domain tags (encodings, section 2).

use crate::felt::{Felt, from_words};

/// `int("tranche", ASCII big-endian) · 2^16`.
const BASE: u128 = 0x0074_7261_6e63_6865_u128 << 16;

/// Where a hash stands; its felt keeps hashes of different places apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Tag {
    /// Digest of a chunk of units (W).
    UnitsChunk = 1,
    /// Node of a units tree (W).
    UnitsNode = 2,
    /// Leaf of the log (W).
    LogLeaf = 3,
    /// Node of the log tree (W).
    LogNode = 4,
    /// Leaf of the chunk index (W).
    ChunkIndexLeaf = 5,
    /// Node of the chunk-index tree (W).
    ChunkIndexNode = 6,
    /// Run commitment (W).
    Run = 7,
    /// Tranche id (first felt of a chain of P).
    TrancheId = 8,
    /// Checkpoint of a trace (first felt of a chain of P).
    Checkpoint = 9,
}

impl Tag {
    /// The tag as a felt: `int("tranche") · 2^16 + n`.
    #[must_use]
    pub const fn felt(self) -> Felt {
        let value = BASE + self as u128;
        from_words([value as u64, (value >> 64) as u64, 0, 0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_is_the_name_and_the_number() {
        let name = b"tranche"
            .iter()
            .fold(0u128, |acc, byte| acc << 8 | u128::from(*byte));
        assert_eq!(Tag::UnitsChunk.felt(), Felt::from((name << 16) + 1));
        assert_eq!(Tag::Checkpoint.felt(), Felt::from((name << 16) + 9));
    }
}
