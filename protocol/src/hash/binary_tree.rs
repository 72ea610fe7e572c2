//! Fixed-depth binary trees of the narrow hash, and openings of their leaves (encodings, section 2).

use super::TreeFull;
use super::narrow::hash2;
use crate::felt::Felt;
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;

/// The root of an empty subtree: 0 at height 0, else `P(e, e)` of the one below.
#[must_use]
pub fn empty(height: usize) -> Felt {
    (0..height).fold(Felt::ZERO, |below, _| hash2(below, below))
}

/// A tree of fixed depth of which only the nodes over given leaves are kept.
#[derive(Clone, Debug)]
pub struct NarrowTree {
    /// `levels[0]` are the leaves, the last level is the root alone (or nothing, when there is no leaf).
    levels: Vec<Vec<Felt>>,
    /// The empty subtree of each height.
    empty: Vec<Felt>,
}

impl NarrowTree {
    /// The tree without leaves.
    #[must_use]
    pub fn empty(depth: usize) -> Self {
        let empty = core::iter::successors(Some(Felt::ZERO), |below| Some(hash2(*below, *below)));
        Self {
            levels: (0..=depth).map(|_| Vec::new()).collect(),
            empty: empty.take(depth + 1).collect(),
        }
    }

    /// Builds the tree over `leaves`; absent leaves to the right are 0.
    ///
    /// # Errors
    /// [`TreeFull`] when there are more than `2^depth` leaves.
    pub fn new(depth: usize, leaves: Vec<Felt>) -> Result<Self, TreeFull> {
        let capacity = 1usize.checked_shl(depth as u32).unwrap_or(usize::MAX);
        if leaves.len() > capacity {
            return Err(TreeFull {
                capacity,
                leaves: leaves.len(),
            });
        }
        let mut empty = Vec::with_capacity(depth + 1);
        empty.push(Felt::ZERO);
        let mut levels = Vec::with_capacity(depth + 1);
        levels.push(leaves);
        for level in 0..depth {
            let filler: Felt = empty[level];
            empty.push(hash2(filler, filler));
            let nodes = levels[level]
                .chunks(2)
                .map(|pair| hash2(pair[0], pair.get(1).copied().unwrap_or(filler)))
                .collect();
            levels.push(nodes);
        }
        Ok(Self { levels, empty })
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Felt {
        self.node(self.depth(), 0)
    }

    /// Levels of nodes above the leaves.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.levels.len() - 1
    }

    /// The given leaves.
    #[must_use]
    pub fn leaves(&self) -> &[Felt] {
        &self.levels[0]
    }

    /// The node at a level (0 = leaves) and index; an empty subtree where no leaf was given.
    #[must_use]
    pub fn node(&self, level: usize, index: usize) -> Felt {
        self.levels[level]
            .get(index)
            .copied()
            .unwrap_or(self.empty[level])
    }

    /// The siblings of leaf `index` from leaf to root, `index < 2^depth`.
    #[must_use]
    pub fn path(&self, index: usize) -> Vec<Felt> {
        (0..self.depth())
            .map(|level| self.node(level, (index >> level) ^ 1))
            .collect()
    }

    /// Appends a leaf and returns its index.
    ///
    /// # Errors
    /// [`TreeFull`] when the tree is full.
    pub fn append(&mut self, leaf: Felt) -> Result<usize, TreeFull> {
        let index = self.levels[0].len();
        let capacity = 1usize
            .checked_shl(self.depth() as u32)
            .unwrap_or(usize::MAX);
        if index >= capacity {
            return Err(TreeFull {
                capacity,
                leaves: index + 1,
            });
        }
        self.levels[0].push(leaf);
        for level in 0..self.depth() {
            let at = index >> (level + 1);
            let node = hash2(self.node(level, 2 * at), self.node(level, 2 * at + 1));
            match self.levels[level + 1].get_mut(at) {
                Some(present) => *present = node,
                None => self.levels[level + 1].push(node),
            }
        }
        Ok(index)
    }
}

/// The root that `leaf` at `index` leads to over `siblings` (leaf to root); the depth is their number.
#[must_use]
pub fn climb(index: usize, leaf: Felt, siblings: &[Felt]) -> Felt {
    siblings
        .iter()
        .enumerate()
        .fold(leaf, |current, (level, sibling)| {
            if index.checked_shr(level as u32).unwrap_or(0) & 1 == 0 {
                hash2(current, *sibling)
            } else {
                hash2(*sibling, current)
            }
        })
}

/// Whether `siblings` open `leaf` at `index` under `root` of a tree of `depth` levels.
#[must_use]
pub fn check(depth: usize, index: usize, leaf: Felt, siblings: &[Felt], root: Felt) -> bool {
    siblings.len() == depth
        && index.checked_shr(depth as u32).unwrap_or(0) == 0
        && climb(index, leaf, siblings) == root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u64) -> Vec<Felt> {
        (1..=count).map(Felt::from).collect()
    }

    #[test]
    fn appended_tree_equals_the_built_one() {
        let mut grown = NarrowTree::new(4, Vec::new()).unwrap();
        assert_eq!(grown.root(), empty(4));
        for count in 1..=16 {
            grown.append(Felt::from(count)).unwrap();
            assert_eq!(
                grown.root(),
                NarrowTree::new(4, leaves(count)).unwrap().root()
            );
        }
        assert_eq!(
            grown.append(Felt::from(17u64)),
            Err(TreeFull {
                capacity: 16,
                leaves: 17
            })
        );
    }

    #[test]
    fn paths_open_their_leaf_and_no_other() {
        let tree = NarrowTree::new(5, leaves(11)).unwrap();
        for index in [0, 7, 10, 11, 31] {
            let (leaf, path) = (tree.node(0, index), tree.path(index));
            assert!(check(5, index, leaf, &path, tree.root()));
            assert!(!check(5, index + 32, leaf, &path, tree.root()));
            assert!(!check(
                5,
                index,
                leaf + Felt::from(1u64),
                &path,
                tree.root()
            ));
            assert!(!check(5, index, leaf, &path[1..], tree.root()));
        }
    }
}
