//! The nodes of a tree of fixed height, of which only those over given leaves are kept.

use crate::felt::Felt;
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;

/// More leaves than a tree of fixed size holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tree holds at most {capacity} leaves, got {leaves}")]
pub struct TreeFull {
    /// Leaves that the tree can hold.
    pub capacity: usize,
    /// Leaves that were given.
    pub leaves: usize,
}

/// Levels of nodes of `ARITY` children each; where no leaf was given stand empty subtrees. An absent leaf is 0.
#[derive(Clone, Debug)]
pub(super) struct Levels<const ARITY: usize> {
    /// `nodes[0]` are the leaves, the last level is the root alone (or nothing, when there is no leaf).
    nodes: Vec<Vec<Felt>>,
    /// The empty subtree of each height.
    empty: Vec<Felt>,
}

/// The empty subtrees of heights `0 ..= height`: 0, then the node over empty subtrees one lower.
pub(super) fn empties<const ARITY: usize>(
    height: usize,
    node: impl Fn(&[Felt; ARITY]) -> Felt,
) -> Vec<Felt> {
    let below = core::iter::successors(Some(Felt::ZERO), |below| Some(node(&[*below; ARITY])));
    below.take(height + 1).collect()
}

impl<const ARITY: usize> Levels<ARITY> {
    /// The levels without leaves.
    pub(super) fn empty(height: usize, node: impl Fn(&[Felt; ARITY]) -> Felt) -> Self {
        Self {
            nodes: alloc::vec![Vec::new(); height + 1],
            empty: empties(height, node),
        }
    }

    /// The levels over `leaves`.
    pub(super) fn new(
        height: usize,
        leaves: Vec<Felt>,
        node: impl Fn(&[Felt; ARITY]) -> Felt,
    ) -> Result<Self, TreeFull> {
        let capacity = ARITY.saturating_pow(height as u32);
        if leaves.len() > capacity {
            return Err(TreeFull {
                capacity,
                leaves: leaves.len(),
            });
        }
        let empty = empties(height, &node);
        let mut nodes = Vec::with_capacity(height + 1);
        nodes.push(leaves);
        for level in 0..height {
            let above = nodes[level].chunks(ARITY).map(|present| {
                let mut children = [empty[level]; ARITY];
                children[..present.len()].copy_from_slice(present);
                node(&children)
            });
            let above = above.collect();
            nodes.push(above);
        }
        Ok(Self { nodes, empty })
    }

    /// Appends a leaf and returns its index.
    pub(super) fn append(
        &mut self,
        leaf: Felt,
        node: impl Fn(&[Felt; ARITY]) -> Felt,
    ) -> Result<usize, TreeFull> {
        let index = self.leaves().len();
        let capacity = ARITY.saturating_pow(self.height() as u32);
        if index >= capacity {
            return Err(TreeFull {
                capacity,
                leaves: index + 1,
            });
        }
        self.nodes[0].push(leaf);
        let mut at = index;
        for level in 0..self.height() {
            at /= ARITY;
            let changed = node(&core::array::from_fn(|i| self.node(level, at * ARITY + i)));
            match self.nodes[level + 1].get_mut(at) {
                Some(present) => *present = changed,
                None => self.nodes[level + 1].push(changed),
            }
        }
        Ok(index)
    }

    /// Levels of nodes above the leaves.
    pub(super) fn height(&self) -> usize {
        self.nodes.len() - 1
    }

    /// The given leaves.
    pub(super) fn leaves(&self) -> &[Felt] {
        &self.nodes[0]
    }

    /// The root.
    pub(super) fn root(&self) -> Felt {
        self.node(self.height(), 0)
    }

    /// The node at a level (0 = leaves) and index.
    pub(super) fn node(&self, level: usize, index: usize) -> Felt {
        let present = self.nodes[level].get(index).copied();
        present.unwrap_or(self.empty[level])
    }
}
