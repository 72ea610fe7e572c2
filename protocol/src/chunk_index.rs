//! The chunk index: which chunk stands at which place of the table (encodings, section 5).

use crate::felt::Felt;
use crate::hash::TreeFull;
use crate::hash::poseidon2_t16::{ARITY, node};
use crate::hash::tree15::{Path15, Tree15};
use crate::newtype::felt_newtype;
use crate::salt::Salt;
use crate::shape::{PLACES_PER_LEAF, Shape};
use crate::tag::Tag;
use crate::tranche::TrancheId;
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;
use core::fmt;
use serde::{Deserialize, Serialize};

felt_newtype! {
    /// Root of the tree over the places of a run's table.
    ChunkIndexRoot
}

/// What an active place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChunkIndexEntry {
    /// Id of the tranche, or of the private tranche.
    pub tranche_id: TrancheId,
    /// Whether it is the private tranche.
    pub private: bool,
    /// Which chunk of it.
    pub chunk: u32,
}

impl ChunkIndexEntry {
    /// `e0 = tranche id`, `e1 = 1 + 2·private + 4·chunk index`.
    #[must_use]
    pub fn felts(&self) -> [Felt; 2] {
        let flags = 1 + 2 * u64::from(self.private) + 4 * u64::from(self.chunk);
        [self.tranche_id.felt(), Felt::from(flags)]
    }
}

/// The leaf over at most seven active places; a leaf without any is 0.
#[must_use]
pub fn leaf(salt: Salt, places: &[ChunkIndexEntry]) -> Felt {
    if places.is_empty() {
        return Felt::ZERO;
    }
    let mut block = [Felt::ZERO; ARITY];
    block[0] = salt.felt();
    for (pair, place) in block[1..].chunks_exact_mut(2).zip(places) {
        pair.copy_from_slice(&place.felts());
    }
    node(Tag::ChunkIndexLeaf.felt(), &block)
}

/// The tree over the active places, in table order; `salts[i]` is leaf i's.
///
/// # Errors
/// [`TreeFull`] when there are more places than the tree holds.
pub fn chunk_index_tree(
    shape: &Shape,
    places: &[ChunkIndexEntry],
    salts: &[Salt],
) -> Result<Tree15, TreeFull> {
    let leaves = places
        .chunks(PLACES_PER_LEAF)
        .zip(salts)
        .map(|(places, salt)| leaf(*salt, places));
    Tree15::new(
        Tag::ChunkIndexNode.felt(),
        shape.chunk_index_height,
        leaves.collect(),
    )
}

/// Number of leaves that describe `places` active places.
#[must_use]
pub const fn leaf_count(places: usize) -> usize {
    places.div_ceil(PLACES_PER_LEAF)
}

/// One leaf of the chunk index, opened; for audits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChunkIndexOpening {
    /// Which leaf: it describes places `7·index …`.
    pub index: u32,
    /// Its salt.
    pub salt: Salt,
    /// Its active places, 1 to 7 of them.
    pub places: Vec<ChunkIndexEntry>,
    /// The path to the chunk-index root.
    pub path: Path15,
}

impl fmt::Debug for ChunkIndexOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChunkIndexOpening(redacted)")
    }
}

impl ChunkIndexOpening {
    /// Opens leaf `index`; `None` when it describes no active place.
    #[must_use]
    pub fn new(
        tree: &Tree15,
        places: &[ChunkIndexEntry],
        salts: &[Salt],
        index: u32,
    ) -> Option<Self> {
        let leaf = places.chunks(PLACES_PER_LEAF).nth(index as usize)?;
        let salt = *salts.get(index as usize)?;
        Some(Self {
            index,
            salt,
            places: leaf.to_vec(),
            path: tree.path(index as usize),
        })
    }

    /// Whether this is the leaf at its index under a chunk-index root.
    #[must_use]
    pub fn check(&self, shape: &Shape, chunk_index_root: ChunkIndexRoot) -> bool {
        (1..=PLACES_PER_LEAF).contains(&self.places.len())
            && self.path.check(
                Tag::ChunkIndexNode.felt(),
                shape.chunk_index_height,
                self.index as usize,
                leaf(self.salt, &self.places),
                chunk_index_root.felt(),
            )
    }

    /// The entry of a place of the table; `None` when this leaf does not describe it or it is inactive.
    #[must_use]
    pub fn place(&self, place: usize) -> Option<&ChunkIndexEntry> {
        let offset = place.checked_sub(self.index as usize * PLACES_PER_LEAF)?;
        self.places.get(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::TOY;

    #[test]
    fn openings_are_checked_field_by_field() {
        let places: Vec<ChunkIndexEntry> = (0..16u32)
            .map(|i| ChunkIndexEntry {
                tranche_id: TrancheId::from(u64::from(i % 3) + 9),
                private: i % 3 == 0,
                chunk: i,
            })
            .collect();
        let salts: Vec<Salt> = (1..=3u64).map(Salt::from).collect();
        let tree = chunk_index_tree(&TOY, &places, &salts).unwrap();
        let root = ChunkIndexRoot(tree.root());
        for index in 0..3 {
            let opening = ChunkIndexOpening::new(&tree, &places, &salts, index).unwrap();
            assert!(opening.check(&TOY, root));
            assert_eq!(
                opening.place(7 * index as usize),
                Some(&places[7 * index as usize])
            );
            assert_eq!(opening.place(7 * index as usize + 7), None);
            for change in 0..4 {
                let mut broken = opening.clone();
                match change {
                    0 => broken.places[0].chunk += 1,
                    1 => broken.places[0].private ^= true,
                    2 => broken.salt = Salt::from(9u64),
                    _ => broken.index ^= 1,
                }
                assert!(!broken.check(&TOY, root));
            }
        }
        assert_eq!(ChunkIndexOpening::new(&tree, &places, &salts, 3), None);
    }

    #[test]
    fn the_root_has_one_encoding() {
        crate::newtype::assert_canonical_felt!(ChunkIndexRoot);
    }
}
