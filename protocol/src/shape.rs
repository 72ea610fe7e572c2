//! The sizes that formats and circuits depend on (encodings, section 1).

use crate::hash::poseidon2_t16::ARITY;

/// Bits of a position in the table; positions are `0 .. 2^21`, 0 being padding.
pub const POSITION_BITS: u32 = 21;
/// Places described by one leaf of the chunk-index tree: a salt and two felts a place fill the fifteen lanes of a block.
pub const PLACES_PER_LEAF: usize = 7;
/// Levels of the binary tree over a run's checkpoints.
pub const TRACE_DEPTH: usize = 16;

/// The sizes of one instance of the protocol.
///
/// [`Shape::STANDARD`] is what the published formats mean; tests use smaller shapes of the same code.
/// Heights and depths are at least 1, as are blocks and packing counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Permutations of the sponge over a chunk or a log leaf; the message has 15 · blocks felts, the first a header.
    pub blocks: usize,
    /// Units packed in one felt, [`Shape::unit_bits`] bits each, first lowest.
    pub units_per_pack: usize,
    /// Positions packed in one felt, [`POSITION_BITS`] bits each, first lowest.
    pub draws_per_pack: usize,
    /// Levels of the 15-ary units tree.
    pub units_height: usize,
    /// Levels of the 15-ary log tree.
    pub log_height: usize,
    /// Levels of the 15-ary chunk-index tree.
    pub chunk_index_height: usize,
    /// Levels of the binary registry tree.
    pub registry_depth: usize,
    /// Levels of the binary usage tree.
    pub usage_depth: usize,
    /// A unit cell is two limbs of this many bits.
    pub limb_bits: u32,
}

impl Shape {
    /// The shape of the published formats.
    pub const STANDARD: Self = Self {
        blocks: 10,
        units_per_pack: 10,
        draws_per_pack: 12,
        units_height: 4,
        log_height: 4,
        chunk_index_height: 3,
        registry_depth: 20,
        usage_depth: 6,
        limb_bits: 12,
    };

    /// Whether every size is at least 1, packs fit a felt, and no derived size leaves 32 bits.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.blocks >= 1
            && self.blocks <= 1024
            && self.units_per_pack >= 1
            && self.draws_per_pack >= 1
            && self.limb_bits >= 1
            && self.limb_bits <= 12
            && self.units_per_pack <= 253 / self.unit_bits() as usize
            && self.draws_per_pack <= 253 / POSITION_BITS as usize
            && in_range(self.units_height, 5)
            && in_range(self.log_height, 5)
            && in_range(self.chunk_index_height, 5)
            && in_range(self.registry_depth, 31)
            && in_range(self.usage_depth, 16)
    }

    /// Packs in a chunk or a log leaf: what the sponge's message holds beside its header.
    #[must_use]
    pub const fn packs(&self) -> usize {
        ARITY * self.blocks - 1
    }

    /// Records in a chunk of units.
    #[must_use]
    pub const fn records_per_chunk(&self) -> usize {
        self.packs() * self.units_per_pack
    }

    /// Draws in a leaf of the log.
    #[must_use]
    pub const fn draws_per_leaf(&self) -> usize {
        self.packs() * self.draws_per_pack
    }

    /// Chunks that a tranche may have.
    #[must_use]
    pub const fn max_chunks(&self) -> usize {
        ARITY.pow(self.units_height as u32)
    }

    /// Records that a tranche may have.
    #[must_use]
    pub const fn max_records(&self) -> u64 {
        self.max_chunks() as u64 * self.records_per_chunk() as u64
    }

    /// Leaves of the log tree.
    #[must_use]
    pub const fn max_log_leaves(&self) -> usize {
        ARITY.pow(self.log_height as u32)
    }

    /// Draws that a log may have.
    #[must_use]
    pub const fn max_draws(&self) -> u64 {
        self.max_log_leaves() as u64 * self.draws_per_leaf() as u64
    }

    /// Leaves of the chunk-index tree.
    #[must_use]
    pub const fn max_chunk_index_leaves(&self) -> usize {
        ARITY.pow(self.chunk_index_height as u32)
    }

    /// Places that a table may have: bounded by the chunk-index tree and by positions below 2^21.
    #[must_use]
    pub const fn max_places(&self) -> usize {
        let by_tree = self.max_chunk_index_leaves() * PLACES_PER_LEAF;
        let by_position = ((1usize << POSITION_BITS) - 1) / self.records_per_chunk();
        if by_tree < by_position {
            by_tree
        } else {
            by_position
        }
    }

    /// Registrations that the registry may hold.
    #[must_use]
    pub const fn max_registrations(&self) -> usize {
        1 << self.registry_depth
    }

    /// Registered tranches that one run may draw from: the leaves of the usage tree.
    #[must_use]
    pub const fn slots(&self) -> usize {
        1 << self.usage_depth
    }

    /// Bits of a unit cell, and the stride of units in a pack.
    #[must_use]
    pub const fn unit_bits(&self) -> u32 {
        2 * self.limb_bits
    }

    /// First value that is too large for a unit cell.
    #[must_use]
    pub const fn unit_bound(&self) -> u32 {
        1 << self.unit_bits()
    }

    /// Position of record `offset` of the chunk at place `place`; positions start at 1.
    ///
    /// `place < max_places()` and `offset < records_per_chunk()`, so the result is below 2^21.
    #[must_use]
    pub const fn position(&self, place: usize, offset: usize) -> u32 {
        (1 + place * self.records_per_chunk() + offset) as u32
    }

    /// Place and offset of a position; `None` for 0, which is padding.
    #[must_use]
    pub const fn locate(&self, position: u32) -> Option<(usize, usize)> {
        if position == 0 {
            return None;
        }
        let index = position as usize - 1;
        Some((
            index / self.records_per_chunk(),
            index % self.records_per_chunk(),
        ))
    }
}

const fn in_range(value: usize, max: usize) -> bool {
    value >= 1 && value <= max
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_sizes_are_those_of_the_specification() {
        let s = Shape::STANDARD;
        assert!(s.is_valid());
        assert_eq!(s.packs(), 149);
        assert_eq!(s.records_per_chunk(), 1_490);
        assert_eq!(s.draws_per_leaf(), 1_788);
        assert_eq!(s.max_chunks(), 50_625);
        assert_eq!(s.max_records(), 75_431_250);
        assert_eq!(s.max_draws(), 90_517_500);
        assert_eq!(s.slots(), 64);
        assert_eq!(s.unit_bound(), 1 << 24);
        assert_eq!(s.max_places(), 1_407);
    }

    #[test]
    fn positions_and_places_are_inverse() {
        let s = Shape::STANDARD;
        assert_eq!(s.locate(0), None);
        for (place, offset) in [(0, 0), (0, 1489), (1, 0), (1406, 1489)] {
            assert_eq!(s.locate(s.position(place, offset)), Some((place, offset)));
            assert!(s.position(place, offset) < 1 << POSITION_BITS);
        }
    }

    #[test]
    fn packs_that_overflow_a_felt_are_invalid() {
        assert!(
            !Shape {
                units_per_pack: 11,
                ..Shape::STANDARD
            }
            .is_valid()
        );
        assert!(
            !Shape {
                draws_per_pack: 13,
                ..Shape::STANDARD
            }
            .is_valid()
        );
        assert!(
            !Shape {
                blocks: 0,
                ..Shape::STANDARD
            }
            .is_valid()
        );
    }
}
