//! The log of draws: packing, leaves, tree, openings (encodings, section 5).

use crate::felt::{Felt, pack};
use crate::hash::TreeFull;
use crate::hash::poseidon2_t16::sponge_with_header;
use crate::hash::tree15::{Path15, Tree15};
use crate::newtype::felt_newtype;
use crate::salt::Salt;
use crate::shape::{POSITION_BITS, Shape};
use crate::tag::Tag;
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;
use core::fmt;
use serde::{Deserialize, Serialize};

felt_newtype! {
    /// Root of the tree over a run's draws.
    LogRoot
}

/// Whether the log is what the trainer meant to read, or what it read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum LogOrder {
    /// Written before training, from the sampler's plan.
    Planned = 0,
    /// Written during training, from what was consumed.
    Consumed = 1,
}

impl LogOrder {
    /// The order of a flag, 0 or 1.
    #[must_use]
    pub const fn from_flag(flag: u8) -> Option<Self> {
        match flag {
            0 => Some(Self::Planned),
            1 => Some(Self::Consumed),
            _ => None,
        }
    }

    /// The flag as a felt.
    #[must_use]
    pub fn felt(self) -> Felt {
        Felt::from(self as u64)
    }

    /// What it says of the draws, for people.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Planned => "planned: what the trainer meant to read",
            Self::Consumed => "consumed: what training read",
        }
    }
}

/// The packs of a leaf: `shape.packs()` felts of the draws, missing draws being padding.
pub fn leaf_packs<'a>(shape: &Shape, draws: &'a [u32]) -> impl Iterator<Item = Felt> + 'a {
    let size = shape.draws_per_pack;
    (0..shape.packs()).map(move |j| {
        let start = (j * size).min(draws.len());
        let end = (start + size).min(draws.len());
        pack(&draws[start..end], POSITION_BITS)
    })
}

/// A leaf over at most `draws_per_leaf` positions; a leaf without draws is 0.
#[must_use]
pub fn leaf(shape: &Shape, salt: Salt, draws: &[u32]) -> Felt {
    if draws.is_empty() {
        return Felt::ZERO;
    }
    sponge_with_header(Tag::LogLeaf.felt(), salt.felt(), leaf_packs(shape, draws))
}

/// The tree over a run's draws.
///
/// `salts[i]` is leaf i's; there are as many as leaves with draws.
///
/// # Errors
/// [`TreeFull`] when there are more draws than the tree holds.
pub fn log_tree(shape: &Shape, draws: &[u32], salts: &[Salt]) -> Result<Tree15, TreeFull> {
    let leaves = draws
        .chunks(shape.draws_per_leaf())
        .zip(salts)
        .map(|(draws, salt)| leaf(shape, *salt, draws));
    Tree15::new(Tag::LogNode.felt(), shape.log_height, leaves.collect())
}

/// Number of leaves that hold `draws` draws.
#[must_use]
pub const fn leaf_count(shape: &Shape, draws: usize) -> usize {
    draws.div_ceil(shape.draws_per_leaf())
}

/// One leaf of the log, opened; for audits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogOpening {
    /// Which leaf.
    pub index: u32,
    /// Its salt.
    pub salt: Salt,
    /// Its real draws: positions, 1 or more of them, none 0.
    pub draws: Vec<u32>,
    /// The path to the log root.
    pub path: Path15,
}

impl fmt::Debug for LogOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogOpening(redacted)")
    }
}

impl LogOpening {
    /// Opens leaf `index` of a log; `None` when it holds no draws.
    #[must_use]
    pub fn new(
        shape: &Shape,
        tree: &Tree15,
        draws: &[u32],
        salts: &[Salt],
        index: u32,
    ) -> Option<Self> {
        let leaf = draws.chunks(shape.draws_per_leaf()).nth(index as usize)?;
        let salt = *salts.get(index as usize)?;
        Some(Self {
            index,
            salt,
            draws: leaf.to_vec(),
            path: tree.path(index as usize),
        })
    }

    /// Whether this is the leaf at its index under a log root of `draws` draws.
    #[must_use]
    pub fn check(&self, shape: &Shape, log_root: LogRoot, draws: u64) -> bool {
        let first = u64::from(self.index) * shape.draws_per_leaf() as u64;
        let expected = draws
            .saturating_sub(first)
            .min(shape.draws_per_leaf() as u64);
        let in_range = self
            .draws
            .iter()
            .all(|draw| *draw != 0 && *draw < 1 << POSITION_BITS);
        expected > 0
            && self.draws.len() as u64 == expected
            && in_range
            && self.path.check(
                Tag::LogNode.felt(),
                shape.log_height,
                self.index as usize,
                leaf(shape, self.salt, &self.draws),
                log_root.felt(),
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::TOY;

    #[test]
    fn openings_are_checked_field_by_field() {
        let size = TOY.draws_per_leaf();
        let draws: Vec<u32> = (0..2 * size as u32 + 5).map(|i| 1 + i % 90).collect();
        let salts: Vec<Salt> = (1..=3u64).map(Salt::from).collect();
        let tree = log_tree(&TOY, &draws, &salts).unwrap();
        let (root, total) = (LogRoot(tree.root()), draws.len() as u64);
        for index in 0..3 {
            let opening = LogOpening::new(&TOY, &tree, &draws, &salts, index).unwrap();
            assert!(opening.check(&TOY, root, total));
            assert!(!opening.check(&TOY, LogRoot(root.felt() + Felt::from(1u64)), total));
            assert!(
                !LogOpening {
                    salt: Salt::from(0u64),
                    ..opening.clone()
                }
                .check(&TOY, root, total)
            );
            assert!(
                !LogOpening {
                    index: index + 1,
                    ..opening.clone()
                }
                .check(&TOY, root, total)
            );
            let mut other = opening.clone();
            other.draws[0] += 1;
            assert!(!other.check(&TOY, root, total));
            // Padding spelt out gives the same leaf: only L tells, so it is refused by its length.
            let mut padded = opening.clone();
            padded.draws.push(0);
            assert!(!padded.check(&TOY, root, total));
        }
        assert_eq!(LogOpening::new(&TOY, &tree, &draws, &salts, 3), None);
    }

    #[test]
    fn the_root_has_one_encoding() {
        crate::newtype::assert_canonical_felt!(LogRoot);
    }

    #[test]
    fn an_empty_leaf_is_zero_and_a_long_log_is_refused() {
        assert_eq!(leaf(&TOY, Salt::from(1u64), &[]), Felt::ZERO);
        let count = TOY.max_log_leaves() + 1;
        let draws = alloc::vec![1u32; count * TOY.draws_per_leaf()];
        assert!(log_tree(&TOY, &draws, &alloc::vec![Salt::from(0u64); count]).is_err());
    }
}
