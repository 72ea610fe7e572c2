//! Fixed-height, 15-ary trees of W, and openings of their leaves (encodings, section 2).

use super::levels::{self, Levels, TreeFull};
use super::poseidon2_t16::{self, ARITY};
use crate::felt::Felt;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A tree of fixed height of which only the nodes over given leaves are kept; the rest are empty subtrees.
#[derive(Clone, Debug)]
pub struct Tree15(Levels<ARITY>);

impl Tree15 {
    /// Builds the tree over `leaves`; absent leaves to the right are 0.
    ///
    /// # Errors
    /// [`TreeFull`] when there are more than `15^height` leaves.
    pub fn new(tag: Felt, height: usize, leaves: Vec<Felt>) -> Result<Self, TreeFull> {
        Levels::new(height, leaves, |children| {
            poseidon2_t16::node(tag, children)
        })
        .map(Self)
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Felt {
        self.0.root()
    }

    /// Levels of nodes above the leaves.
    #[must_use]
    pub fn height(&self) -> usize {
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

    /// The opening of leaf `index`, `index < 15^height`.
    #[must_use]
    pub fn path(&self, index: usize) -> Path15 {
        Path15::from_nodes(self.height(), index, |level, i| self.node(level, i))
    }
}

/// The empty subtrees of heights `0 ..= height`.
pub(crate) fn empties(tag: Felt, height: usize) -> Vec<Felt> {
    levels::empties(height, |children| poseidon2_t16::node(tag, children))
}

/// An opening: at each level, leaf to root, the fifteen children and which of them the path goes through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path15 {
    /// Per level, which child the path goes through, 0 to 14.
    pub digits: Vec<u8>,
    /// Per level, all fifteen children, the path's own included.
    #[serde(with = "hex_levels")]
    pub children: Vec<[Felt; ARITY]>,
}

impl Path15 {
    /// Collects an opening of leaf `index` from a function giving the node at (level, index).
    pub(crate) fn from_nodes(
        height: usize,
        index: usize,
        node: impl Fn(usize, usize) -> Felt,
    ) -> Self {
        let mut position = index;
        let mut path = Self {
            digits: Vec::with_capacity(height),
            children: Vec::with_capacity(height),
        };
        for level in 0..height {
            let first = position - position % ARITY;
            path.digits.push((position % ARITY) as u8);
            path.children
                .push(core::array::from_fn(|i| node(level, first + i)));
            position /= ARITY;
        }
        path
    }

    /// The index of the opened leaf; `None` when digits are out of range or do not fit.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        self.digits.iter().rev().try_fold(0usize, |index, digit| {
            if usize::from(*digit) >= ARITY {
                return None;
            }
            index.checked_mul(ARITY)?.checked_add(usize::from(*digit))
        })
    }

    /// Whether this opens `leaf` at `index` under `root` of a tree of `height` levels.
    #[must_use]
    pub fn check(&self, tag: Felt, height: usize, index: usize, leaf: Felt, root: Felt) -> bool {
        self.digits.len() == height
            && self.children.len() == height
            && self.index() == Some(index)
            && self.climb(tag, leaf) == Some(root)
    }

    /// The root that `leaf` leads to; `None` when a level does not carry the node below it.
    #[must_use]
    pub fn climb(&self, tag: Felt, leaf: Felt) -> Option<Felt> {
        let mut current = leaf;
        for (digit, children) in self.digits.iter().zip(&self.children) {
            if children.get(usize::from(*digit)) != Some(&current) {
                return None;
            }
            current = poseidon2_t16::node(tag, children);
        }
        Some(current)
    }
}

/// Levels of children as lists of 0x-hex.
mod hex_levels {
    use super::ARITY;
    use crate::felt::{Felt, from_hex, to_hex};
    use alloc::string::String;
    use alloc::vec::Vec;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        levels: &[[Felt; ARITY]],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(
            levels
                .iter()
                .map(|children| children.iter().map(to_hex).collect::<Vec<_>>()),
        )
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<[Felt; ARITY]>, D::Error> {
        let texts = Vec::<[String; ARITY]>::deserialize(from)?;
        let level = |texts: &[String; ARITY]| {
            let mut children = [Felt::from(0u64); ARITY];
            for (child, text) in children.iter_mut().zip(texts) {
                *child = from_hex(text).map_err(D::Error::custom)?;
            }
            Ok(children)
        };
        texts.iter().map(level).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::AdditiveGroup;

    fn leaves(count: u64) -> Vec<Felt> {
        (1..=count).map(Felt::from).collect()
    }

    #[test]
    fn sparse_tree_equals_the_full_one() {
        let tag = Felt::from(9u64);
        let mut padded = leaves(17);
        padded.resize(225, Felt::ZERO);
        let sparse = Tree15::new(tag, 2, leaves(17)).unwrap();
        assert_eq!(sparse.root(), Tree15::new(tag, 2, padded).unwrap().root());
        assert_eq!(
            Tree15::new(tag, 2, Vec::new()).unwrap().root(),
            poseidon2_t16::empty(tag, 2)
        );
        assert_eq!(
            Tree15::new(tag, 1, leaves(16)).unwrap_err(),
            TreeFull {
                capacity: 15,
                leaves: 16
            }
        );
    }

    #[test]
    fn paths_open_their_leaf_and_no_other() {
        let tag = Felt::from(9u64);
        let tree = Tree15::new(tag, 2, leaves(40)).unwrap();
        for index in [0, 14, 15, 39, 40, 224] {
            let path = tree.path(index);
            let leaf = tree.node(0, index);
            assert!(path.check(tag, 2, index, leaf, tree.root()));
            assert!(!path.check(tag, 2, index ^ 1, leaf, tree.root()));
            assert!(!path.check(tag, 2, index, leaf + Felt::from(1u64), tree.root()));
            let mut broken = path.clone();
            broken.digits[1] = 15;
            assert!(!broken.check(tag, 2, index, leaf, tree.root()));
            let mut short = path.clone();
            short.digits.pop();
            short.children.pop();
            assert!(!short.check(tag, 2, index, leaf, tree.root()));
        }
    }
}
