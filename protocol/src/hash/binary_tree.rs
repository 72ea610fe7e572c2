//! Fixed-depth binary trees of P, and openings of their leaves (encodings, section 2).

use super::levels::{Levels, TreeFull};
use super::poseidon_t3::hash2;
use crate::felt::Felt;
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;

/// The root of an empty subtree: 0 at height 0, else `P(e, e)` of the one below.
#[must_use]
pub fn empty(height: usize) -> Felt {
    (0..height).fold(Felt::ZERO, |below, _| hash2(below, below))
}

fn node([left, right]: &[Felt; 2]) -> Felt {
    hash2(*left, *right)
}

/// A tree of fixed depth of which only the nodes over given leaves are kept.
#[derive(Clone, Debug)]
pub struct BinaryTree(Levels<2>);

impl BinaryTree {
    /// The tree without leaves.
    #[must_use]
    pub fn empty(depth: usize) -> Self {
        Self(Levels::empty(depth, node))
    }

    /// Builds the tree over `leaves`; absent leaves to the right are 0.
    ///
    /// # Errors
    /// [`TreeFull`] when there are more than `2^depth` leaves.
    pub fn new(depth: usize, leaves: Vec<Felt>) -> Result<Self, TreeFull> {
        Levels::new(depth, leaves, node).map(Self)
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Felt {
        self.0.root()
    }

    /// Levels of nodes above the leaves.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.height()
    }

    /// The given leaves.
    #[must_use]
    pub fn leaves(&self) -> &[Felt] {
        self.0.leaves()
    }

    /// The node at a level (0 = leaves) and index; an empty subtree where no leaf was given.
    #[must_use]
    pub fn node(&self, level: usize, index: usize) -> Felt {
        self.0.node(level, index)
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
        self.0.append(leaf, node)
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
        let mut grown = BinaryTree::new(4, Vec::new()).unwrap();
        assert_eq!(grown.root(), empty(4));
        for count in 1..=16 {
            grown.append(Felt::from(count)).unwrap();
            assert_eq!(
                grown.root(),
                BinaryTree::new(4, leaves(count)).unwrap().root()
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
        let tree = BinaryTree::new(5, leaves(11)).unwrap();
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
