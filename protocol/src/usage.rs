//! The usage vector and the usage commitment (encodings, section 6).

use crate::address::Address;
use crate::felt::{Felt, power_of_two, to_u128};
use crate::hash::binary_tree::BinaryTree;
use crate::hash::poseidon_t3::{chain, hash2};
use crate::json;
use crate::newtype::felt_newtype;
use crate::salt::Salt;
use crate::shape::Shape;
use crate::tranche::{OwnerRate, TrancheId};
use crate::unit::UnitId;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// First sum of a run's units, over all slots and unregistered data, that is too large.
pub const UNITS_BOUND: u64 = 1 << 48;
/// First number of a run's draws that is too large.
pub const DRAWS_BOUND: u64 = 1 << 32;

felt_newtype! {
    /// Commitment to a run's usage vector: [`UsageOpening::commitment`].
    UsageCommitment
}

felt_newtype! {
    /// Salted commitment to the total of unregistered data: [`UsageOpening::unregistered_total`].
    UnregisteredTotal
}

felt_newtype! {
    /// Units and draws in one: `units + 2^64·draws`.
    PackedAmounts
}

impl PackedAmounts {
    /// Units and draws; `None` when the felt is not of any.
    #[must_use]
    pub fn unpack(self) -> Option<Amounts> {
        let value = to_u128(&self.0)?;
        Some(Amounts {
            units: value as u64,
            draws: (value >> 64) as u64,
        })
    }
}

/// Units and draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amounts {
    /// Units consumed.
    #[serde(with = "json::decimal")]
    pub units: u64,
    /// Draws made.
    #[serde(with = "json::decimal")]
    pub draws: u64,
}

impl Amounts {
    /// Both in one.
    #[must_use]
    pub fn pack(&self) -> PackedAmounts {
        PackedAmounts(Felt::from(
            u128::from(self.units) | u128::from(self.draws) << 64,
        ))
    }
}

/// What a run used of one registered tranche.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageEntry {
    /// The tranche id.
    pub tranche_id: TrancheId,
    /// Its owner.
    pub owner: Address,
    /// Price of one of its units.
    #[serde(with = "json::decimal")]
    pub rate: u64,
    /// Units and draws.
    pub amounts: Amounts,
}

/// A usage vector that cannot be committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// More tranches than the usage tree has leaves.
    #[error("a run uses at most {max} registered tranches, got {got}")]
    TooManySlots {
        /// Tranches given.
        got: usize,
        /// Leaves of the usage tree.
        max: usize,
    },
    /// Units or draws of the whole run are out of bounds.
    #[error("a run has less than 2^48 units and 2^32 draws")]
    TooMuch,
    /// The number of salts, or the order, does not fit the usage tree.
    #[error(
        "salts and order of the usage tree must have {expected} entries, the order each leaf once"
    )]
    BadLayout {
        /// Leaves of the usage tree.
        expected: usize,
    },
}

/// Units consumed per tranche and of unregistered data. Secret: redacted in `Debug`, wiped on drop.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageVector {
    /// Id of the unit definition.
    pub unit: UnitId,
    /// The active slots, by ascending registry index.
    pub slots: Vec<UsageEntry>,
    /// The total of unregistered data.
    pub unregistered: Amounts,
}

impl UsageVector {
    /// Units of the slots: the registered part.
    #[must_use]
    pub fn registered_units(&self) -> u128 {
        self.slots
            .iter()
            .map(|slot| u128::from(slot.amounts.units))
            .sum()
    }

    /// Units of the whole run.
    #[must_use]
    pub fn total_units(&self) -> u128 {
        self.registered_units() + u128::from(self.unregistered.units)
    }

    /// Draws of the whole run.
    #[must_use]
    pub fn total_draws(&self) -> u128 {
        let slots: u128 = self
            .slots
            .iter()
            .map(|slot| u128::from(slot.amounts.draws))
            .sum();
        slots + u128::from(self.unregistered.draws)
    }

    /// Units and draws of a tranche, over all slots of that id.
    #[must_use]
    pub fn of_tranche(&self, id: &TrancheId) -> (u128, u128) {
        let slots = self.slots.iter().filter(|slot| slot.tranche_id == *id);
        slots.fold((0, 0), |(units, draws), slot| {
            (
                units + u128::from(slot.amounts.units),
                draws + u128::from(slot.amounts.draws),
            )
        })
    }

    /// Checks the number of slots and the bounds of units and draws.
    ///
    /// # Errors
    /// [`UsageError`].
    pub fn validate(&self, shape: &Shape) -> Result<(), UsageError> {
        if self.slots.len() > shape.slots() {
            return Err(UsageError::TooManySlots {
                got: self.slots.len(),
                max: shape.slots(),
            });
        }
        if self.total_units() >= u128::from(UNITS_BOUND)
            || self.total_draws() >= u128::from(DRAWS_BOUND)
        {
            return Err(UsageError::TooMuch);
        }
        Ok(())
    }
}

impl Drop for UsageVector {
    fn drop(&mut self) {
        for slot in &mut self.slots {
            slot.tranche_id.zeroize();
            slot.owner = Address::ZERO;
            slot.rate.zeroize();
            slot.amounts.units.zeroize();
            slot.amounts.draws.zeroize();
        }
        zeroize::optimization_barrier(self.slots.as_slice());
        self.unregistered.units.zeroize();
        self.unregistered.draws.zeroize();
    }
}

impl fmt::Debug for UsageVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UsageVector(redacted)")
    }
}

/// The usage vector with what hides it: all that opens a usage commitment. Secret: redacted in `Debug`, wiped on drop.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageOpening {
    /// The vector.
    pub vector: UsageVector,
    /// Salt of each leaf of the usage tree, by leaf.
    pub salts: Vec<Salt>,
    /// Salt of the unregistered total.
    #[serde(rename = "unregistered_salt")]
    pub unregistered_salt: Salt,
    /// `order[k]` is the slot, active or not, that stands at leaf k.
    pub order: Vec<usize>,
}

impl UsageOpening {
    /// Checks bounds, and that salts and order fit the usage tree.
    ///
    /// # Errors
    /// [`UsageError`].
    pub fn validate(&self, shape: &Shape) -> Result<(), UsageError> {
        self.vector.validate(shape)?;
        let expected = shape.slots();
        let mut seen = alloc::vec![false; expected];
        for slot in &self.order {
            match seen.get_mut(*slot) {
                Some(seen) if !*seen => *seen = true,
                _ => return Err(UsageError::BadLayout { expected }),
            }
        }
        if self.order.len() != expected || self.salts.len() != expected {
            return Err(UsageError::BadLayout { expected });
        }
        Ok(())
    }

    /// The usage tree.
    ///
    /// # Errors
    /// Those of [`UsageOpening::validate`].
    pub fn tree(&self, shape: &Shape) -> Result<BinaryTree, UsageError> {
        self.validate(shape)?;
        let leaves = self
            .order
            .iter()
            .zip(&self.salts)
            .map(|(slot, salt)| leaf(self.vector.slots.get(*slot), *salt));
        BinaryTree::new(shape.usage_depth, leaves.collect()).map_err(|full| {
            UsageError::TooManySlots {
                got: full.leaves,
                max: full.capacity,
            }
        })
    }

    /// `P*(unit, amounts of unregistered data, salt)`.
    #[must_use]
    pub fn unregistered_total(&self) -> UnregisteredTotal {
        UnregisteredTotal(chain([
            self.vector.unit.felt(),
            self.vector.unregistered.pack().felt(),
            self.unregistered_salt.felt(),
        ]))
    }

    /// The usage commitment: `P(root of the usage tree, unregistered total)`.
    ///
    /// # Errors
    /// Those of [`UsageOpening::validate`].
    pub fn commitment(&self, shape: &Shape) -> Result<UsageCommitment, UsageError> {
        Ok(commit(self.tree(shape)?.root(), self.unregistered_total()))
    }
}

impl Drop for UsageOpening {
    fn drop(&mut self) {
        self.salts.zeroize();
        self.unregistered_salt.zeroize();
        self.order.zeroize();
    }
}

impl fmt::Debug for UsageOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UsageOpening(redacted)")
    }
}

/// `P(root of the usage tree, unregistered total)`.
pub(crate) fn commit(root: Felt, unregistered: UnregisteredTotal) -> UsageCommitment {
    UsageCommitment(hash2(root, unregistered.felt()))
}

/// `P*(id, owner_rate, amounts, salt)`; an inactive slot has zeros before the salt.
#[must_use]
pub fn leaf(entry: Option<&UsageEntry>, salt: Salt) -> Felt {
    let (id, owner_rate, amounts) = entry.map_or(
        (TrancheId::NONE, OwnerRate::NONE, Amounts::default()),
        |entry| {
            let owner_rate = OwnerRate::new(entry.owner, entry.rate);
            (entry.tranche_id, owner_rate, entry.amounts)
        },
    );
    chain([
        id.felt(),
        owner_rate.felt(),
        amounts.pack().felt(),
        salt.felt(),
    ])
}

/// `2^64`, the weight of draws in an amounts felt.
#[must_use]
pub fn draws_weight() -> Felt {
    power_of_two(64)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::sample::TOY;

    pub(crate) fn opening() -> UsageOpening {
        let entry = |n: u64| UsageEntry {
            tranche_id: n.into(),
            owner: Address::new([n as u8; 20]),
            rate: n,
            amounts: Amounts {
                units: 100 * n,
                draws: n,
            },
        };
        UsageOpening {
            vector: UsageVector {
                unit: 8u64.into(),
                slots: (1..=3).map(entry).collect(),
                unregistered: Amounts { units: 5, draws: 1 },
            },
            salts: (20..24u64).map(Salt::from).collect(),
            unregistered_salt: 30u64.into(),
            order: [2, 0, 3, 1].into(),
        }
    }

    #[test]
    fn layouts_that_do_not_fit_are_refused() {
        let bad = Err(UsageError::BadLayout { expected: 4 });
        let mut twice = opening();
        twice.order[0] = 0;
        assert_eq!(twice.commitment(&TOY), bad);
        let mut outside = opening();
        outside.order[0] = 4;
        assert_eq!(outside.commitment(&TOY), bad);
        let mut few = opening();
        few.salts.pop();
        assert_eq!(few.commitment(&TOY), bad);
        let mut many = opening();
        many.vector.slots.extend_from_slice(&opening().vector.slots);
        assert_eq!(
            many.commitment(&TOY),
            Err(UsageError::TooManySlots { got: 6, max: 4 })
        );
        let mut heavy = opening();
        heavy.vector.unregistered.units = UNITS_BOUND;
        assert_eq!(heavy.commitment(&TOY), Err(UsageError::TooMuch));
    }

    #[test]
    fn amounts_round_trip() {
        let amounts = Amounts { units: 7, draws: 9 };
        assert_eq!(amounts.pack().unpack(), Some(amounts));
        assert_eq!(
            amounts.pack().felt(),
            Felt::from(7u64) + Felt::from(9u64) * draws_weight()
        );
        assert_eq!(PackedAmounts(power_of_two(128)).unpack(), None);
    }

    #[test]
    fn commitments_and_packed_amounts_have_one_encoding() {
        crate::newtype::assert_canonical_felt!(UsageCommitment);
        crate::newtype::assert_canonical_felt!(UnregisteredTotal);
        crate::newtype::assert_canonical_felt!(PackedAmounts);
    }
}
