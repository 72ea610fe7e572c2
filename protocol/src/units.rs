//! Units of records: packs, chunks, and the units tree (encodings, section 3).

use crate::felt::{Felt, pack};
use crate::hash::poseidon2_t16::{ARITY, node, sponge_with_header};
use crate::hash::tree15::{Path15, Tree15, empties};
use crate::newtype::felt_newtype;
use crate::shape::Shape;
use crate::tag::Tag;
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;

felt_newtype! {
    /// Root of a tranche's units tree.
    UnitsRoot
}

felt_newtype! {
    /// W over the cells of one chunk: a leaf of the units tree.
    ChunkDigest
}

/// Units that a tranche cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitsError {
    /// A record weighs nothing, or too much for a cell.
    #[error("record {record} has {units} units, expected 1 to {max}")]
    OutOfRange {
        /// Index of the record.
        record: u64,
        /// Its units.
        units: u32,
        /// Largest number of units of one record.
        max: u32,
    },
    /// More records than the units tree holds.
    #[error("a tranche holds at most {max} records")]
    TooManyRecords {
        /// Largest number of records.
        max: u64,
    },
    /// A tranche has at least one record.
    #[error("a tranche has at least one record")]
    Empty,
}

/// The packs of a chunk: `shape.packs()` felts of the cells, missing cells being 0.
pub fn chunk_packs<'a>(shape: &Shape, cells: &'a [u32]) -> impl Iterator<Item = Felt> + 'a {
    let (size, stride) = (shape.units_per_pack, shape.unit_bits());
    (0..shape.packs()).map(move |i| {
        let start = (i * size).min(cells.len());
        let end = (start + size).min(cells.len());
        pack(&cells[start..end], stride)
    })
}

/// The digest of a chunk of at most `records_per_chunk` cells.
#[must_use]
pub fn chunk_digest(shape: &Shape, cells: &[u32]) -> ChunkDigest {
    let tag = Tag::UnitsChunk.felt();
    ChunkDigest(sponge_with_header(
        tag,
        Felt::ZERO,
        chunk_packs(shape, cells),
    ))
}

/// Builds a units tree from a stream of records, holding one chunk of cells and one felt a chunk.
#[derive(Clone, Debug)]
pub struct UnitsBuilder {
    shape: Shape,
    cells: Vec<u32>,
    digests: Vec<Felt>,
    records: u64,
    total: u64,
}

impl UnitsBuilder {
    /// A builder without records.
    #[must_use]
    pub fn new(shape: &Shape) -> Self {
        let cells = Vec::with_capacity(shape.records_per_chunk());
        Self {
            shape: *shape,
            cells,
            digests: Vec::new(),
            records: 0,
            total: 0,
        }
    }

    /// Adds the next record's units.
    ///
    /// # Errors
    /// [`UnitsError::OutOfRange`] outside `1 .. 2^unit_bits`, [`UnitsError::TooManyRecords`] when the tree is full.
    pub fn push(&mut self, units: u32) -> Result<(), UnitsError> {
        let bound = self.shape.unit_bound();
        if units == 0 || units >= bound {
            return Err(UnitsError::OutOfRange {
                record: self.records,
                units,
                max: bound - 1,
            });
        }
        let max = self.shape.max_records();
        if self.records == max {
            return Err(UnitsError::TooManyRecords { max });
        }
        self.cells.push(units);
        self.records += 1;
        self.total += u64::from(units);
        if self.cells.len() == self.shape.records_per_chunk() {
            self.close_chunk();
        }
        Ok(())
    }

    fn close_chunk(&mut self) {
        self.digests
            .push(chunk_digest(&self.shape, &self.cells).felt());
        self.cells.clear();
    }

    /// The tree over all records.
    ///
    /// # Errors
    /// [`UnitsError::Empty`] without records.
    pub fn finish(mut self) -> Result<UnitsTree, UnitsError> {
        if !self.cells.is_empty() {
            self.close_chunk();
        }
        if self.records == 0 {
            return Err(UnitsError::Empty);
        }
        let max = self.shape.max_records();
        let tree = Tree15::new(Tag::UnitsNode.felt(), self.shape.units_height, self.digests)
            .map_err(|_| UnitsError::TooManyRecords { max })?;
        Ok(UnitsTree {
            tree,
            records: self.records,
            total: self.total,
        })
    }
}

/// The units tree of a weighted tranche: chunk digests and nodes, no cells.
#[derive(Clone, Debug)]
pub struct UnitsTree {
    tree: Tree15,
    records: u64,
    total: u64,
}

impl UnitsTree {
    /// The tree of a column of units.
    ///
    /// # Errors
    /// Those of [`UnitsBuilder::push`] and [`UnitsBuilder::finish`].
    pub fn of_column(shape: &Shape, units: &[u32]) -> Result<Self, UnitsError> {
        let mut builder = UnitsBuilder::new(shape);
        units.iter().try_for_each(|u| builder.push(*u))?;
        builder.finish()
    }

    /// The units root.
    #[must_use]
    pub fn root(&self) -> UnitsRoot {
        UnitsRoot(self.tree.root())
    }

    /// Number of records.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.records
    }

    /// Sum of all cells.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// The digest of a chunk.
    #[must_use]
    pub fn chunk(&self, index: usize) -> ChunkDigest {
        ChunkDigest(self.tree.node(0, index))
    }

    /// The opening of a chunk, `index < shape.max_chunks()`.
    #[must_use]
    pub fn path(&self, index: usize) -> Path15 {
        self.tree.path(index)
    }
}

/// The units tree of a uniform tranche: `records` ones. A function of their number, found without hashing each chunk.
#[derive(Clone, Debug)]
pub struct OnesTree {
    shape: Shape,
    records: u64,
    /// `full[h]`: subtree of height h over full chunks only.
    full: Vec<Felt>,
    /// `edge[h]`: the subtree of height h that holds the last chunk.
    edge: Vec<Felt>,
    empty: Vec<Felt>,
}

impl OnesTree {
    /// The tree of `records` ones.
    ///
    /// # Errors
    /// [`UnitsError::Empty`] for none, [`UnitsError::TooManyRecords`] for more than the tree holds.
    pub fn new(shape: &Shape, records: u64) -> Result<Self, UnitsError> {
        let max = shape.max_records();
        match records {
            0 => return Err(UnitsError::Empty),
            n if n > max => return Err(UnitsError::TooManyRecords { max }),
            _ => {}
        }
        let tag = Tag::UnitsNode.felt();
        let ones = alloc::vec![1u32; shape.records_per_chunk()];
        let last = (records - 1) % ones.len() as u64 + 1;
        let mut tree = Self {
            shape: *shape,
            records,
            full: alloc::vec![chunk_digest(shape, &ones).felt()],
            edge: alloc::vec![chunk_digest(shape, &ones[..last as usize]).felt()],
            empty: empties(tag, shape.units_height),
        };
        for level in 0..shape.units_height {
            let digit = tree.last_chunk() / ARITY.pow(level as u32) % ARITY;
            let children = core::array::from_fn(|i| match i.cmp(&digit) {
                core::cmp::Ordering::Less => tree.full[level],
                core::cmp::Ordering::Equal => tree.edge[level],
                core::cmp::Ordering::Greater => tree.empty[level],
            });
            tree.edge.push(node(tag, &children));
            tree.full.push(node(tag, &[tree.full[level]; ARITY]));
        }
        Ok(tree)
    }

    fn last_chunk(&self) -> usize {
        ((self.records - 1) / self.shape.records_per_chunk() as u64) as usize
    }

    fn node(&self, level: usize, index: usize) -> Felt {
        match index.cmp(&(self.last_chunk() / ARITY.pow(level as u32))) {
            core::cmp::Ordering::Less => self.full[level],
            core::cmp::Ordering::Equal => self.edge[level],
            core::cmp::Ordering::Greater => self.empty[level],
        }
    }

    /// The units root.
    #[must_use]
    pub fn root(&self) -> UnitsRoot {
        UnitsRoot(self.edge[self.shape.units_height])
    }

    /// The cells of a chunk, `records_per_chunk` of them: ones, then zeros past the last record.
    #[must_use]
    pub fn cells(&self, index: usize) -> Vec<u32> {
        let size = self.shape.records_per_chunk() as u64;
        let first = index as u64 * size;
        (first..first + size)
            .map(|record| u32::from(record < self.records))
            .collect()
    }

    /// The opening of a chunk, `index < shape.max_chunks()`.
    #[must_use]
    pub fn path(&self, index: usize) -> Path15 {
        Path15::from_nodes(self.shape.units_height, index, |level, i| {
            self.node(level, i)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::TOY;

    #[test]
    fn ones_tree_equals_the_tree_of_a_column_of_ones() {
        let size = TOY.records_per_chunk() as u64;
        for records in [
            1,
            size - 1,
            size,
            size + 1,
            15 * size,
            15 * size + 3,
            40 * size + 7,
        ] {
            let column = alloc::vec![1u32; records as usize];
            let (ones, tree) = (
                OnesTree::new(&TOY, records).unwrap(),
                UnitsTree::of_column(&TOY, &column).unwrap(),
            );
            assert_eq!(ones.root(), tree.root(), "{records}");
            for chunk in [0, 1, 14, 15, 40, 224] {
                assert_eq!(ones.path(chunk), tree.path(chunk));
                if chunk as u64 * size < records {
                    assert_eq!(chunk_digest(&TOY, &ones.cells(chunk)), tree.chunk(chunk));
                }
            }
        }
    }

    #[test]
    fn units_out_of_range_are_named() {
        let max = TOY.unit_bound() - 1;
        assert_eq!(
            UnitsTree::of_column(&TOY, &[1, 0]).unwrap_err(),
            UnitsError::OutOfRange {
                record: 1,
                units: 0,
                max
            }
        );
        assert_eq!(
            UnitsTree::of_column(&TOY, &[max + 1]).unwrap_err(),
            UnitsError::OutOfRange {
                record: 0,
                units: max + 1,
                max
            }
        );
        assert_eq!(
            UnitsTree::of_column(&TOY, &[]).unwrap_err(),
            UnitsError::Empty
        );
        assert_eq!(OnesTree::new(&TOY, 0).unwrap_err(), UnitsError::Empty);
        assert!(OnesTree::new(&TOY, TOY.max_records()).is_ok());
        assert!(OnesTree::new(&TOY, TOY.max_records() + 1).is_err());
    }

    #[test]
    fn packs_are_weighted_sums() {
        let packs: Vec<Felt> = chunk_packs(&TOY, &[1, 2, 3, 4, 5]).collect();
        let stride = TOY.unit_bits();
        let per = TOY.units_per_pack;
        let first: u64 = (0..per)
            .map(|l| (l as u64 + 1) << (stride * l as u32))
            .sum();
        assert_eq!(packs[0], Felt::from(first));
        assert_eq!(packs.len(), TOY.packs());
    }

    #[test]
    fn roots_and_digests_have_one_encoding() {
        crate::newtype::assert_canonical_felt!(UnitsRoot);
        crate::newtype::assert_canonical_felt!(ChunkDigest);
    }
}
