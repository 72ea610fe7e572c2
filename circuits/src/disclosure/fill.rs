//! The first phase of the disclosure circuit, clause by clause.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};

use super::config::DisclosureConfig;
use super::inputs::{ClaimPublic, DisclosureInputs, DisclosurePublic, LeafInputs};
use super::params::{DisclosureParams, PAY_SCALE, SHARE_SCALE};
use crate::assignment::{Assignment, CellRef};
use crate::builder::{CircuitBuilder, ONE, ZERO};
use crate::cells::{Bit, Digest, Ranged};
use crate::chips::arith::{ArithChip, Operand};
use crate::chips::machine::steps::MachineChip;
use crate::field::power_of_two;

/// Bits of a tranche's units in a run.
pub const UNITS_BITS: u32 = 48;
/// Bits of a tranche's draws in a run.
pub const DRAWS_BITS: u32 = 32;
/// Bits of an owner's address.
pub const OWNER_BITS: u32 = 160;
/// Bits of a rate.
pub const RATE_BITS: u32 = 64;
/// Bits of a payee's amount.
pub const AMOUNT_BITS: u32 = 88;
/// Bits of a bound in parts per million.
const BOUND_BITS: u32 = 24;
/// Bits of a sum of units: 65 summands of `UNITS_BITS` bits.
const SUM_BITS: u32 = 56;
/// Bits of share products: scale or bound (24) times a sum.
const PRODUCT_BITS: u32 = 96;

/// What the first phase leaves for the second.
#[derive(Clone, Debug)]
pub struct FirstPhase<'c> {
    pub(crate) end: usize,
    pub(crate) range_rows: usize,
    pub(crate) leaves: Vec<OwnerCells>,
    pub(crate) payees: Vec<OwnerCells>,
    pub(crate) machine: MachineChip<'c>,
    /// The arithmetic chip, kept for its clause labels.
    pub arith: ArithChip<'c>,
}

struct LeafCells {
    id: CellRef,
    owner: Ranged<OWNER_BITS>,
    rate: Ranged<RATE_BITS>,
    units: Ranged<UNITS_BITS>,
    draws: Ranged<DRAWS_BITS>,
}

/// A leaf or a payee in the owner identities: the owner, the weight, and the number of leaves in use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnerCells {
    pub(crate) owner: Ranged<OWNER_BITS>,
    pub(crate) weight: CellRef,
    pub(crate) leaves: CellRef,
}

struct Fill<'a, 'c> {
    config: &'c DisclosureConfig,
    inputs: &'a DisclosureInputs,
    public: &'a DisclosurePublic,
    cs: CircuitBuilder<'a, 'c>,
    next_public: usize,
}

/// Fills the first phase.
pub(crate) fn first_phase<'c>(
    config: &'c DisclosureConfig,
    params: &DisclosureParams,
    inputs: &DisclosureInputs,
    public: &DisclosurePublic,
    assignment: &mut Assignment,
) -> FirstPhase<'c> {
    let end = config.active_rows.assign(assignment);
    config.mask.assign(assignment, inputs.mask_seed);
    let (arith, machine) = (&config.arith, &config.machine);
    let mut fill = Fill {
        config,
        inputs,
        public,
        cs: CircuitBuilder::new(assignment, arith, machine, &config.range, 0),
        next_public: 0,
    };
    fill.cs.clause(labels::PUBLIC_INPUTS_ARE_BOUND);
    fill.input(public.context);
    let commitment = fill.input(public.usage_commitment);
    let unit = fill.input(public.unit);
    let (leaves, unregistered_total) = fill.usage(commitment, unit);
    let registered = fill.cs.sum(leaves.iter().map(|leaf| leaf.units));
    let whole = fill.cs.add(registered, unregistered_total);
    for claim in &public.claims {
        fill.claim(claim, &leaves, registered, whole);
    }
    let (leaves, payees) = fill.pay(&leaves, registered, params.payees);
    let (arith, machine, range_rows) = fill.cs.finish();
    config.range.assign(assignment, range_rows);
    FirstPhase {
        end,
        range_rows,
        leaves,
        payees,
        machine,
        arith,
    }
}

impl Fill<'_, '_> {
    /// A cell that equals the next public input.
    fn input(&mut self, value: Fr) -> CellRef {
        let cell_ref = self.cs.free(value);
        self.cs.copy(
            cell_ref,
            CellRef::instance(self.config.instance, self.next_public),
            labels::PUBLIC_INPUTS_ARE_BOUND,
        );
        self.next_public += 1;
        cell_ref
    }

    /// S7 again: opens the usage commitment to range-checked leaves and unregistered total; returns them and the unregistered total's units.
    fn usage(
        &mut self,
        commitment: CellRef,
        unit: CellRef,
    ) -> (Vec<LeafCells>, Ranged<UNITS_BITS>) {
        const LABEL: ClauseLabel = labels::USAGE_COMMITMENT_IS_THE_TREE;
        let inputs = self.inputs;
        let mut level = Vec::with_capacity(inputs.leaves.len());
        let leaves: Vec<LeafCells> = inputs
            .leaves
            .iter()
            .map(|leaf| {
                let (cells, digest) = self.leaf(leaf);
                level.push(digest);
                cells
            })
            .collect();
        while level.len() > 1 {
            level = level
                .chunks(2)
                .map(|pair| self.cs.hash_copied(pair[0], pair[1], LABEL).digest)
                .collect();
        }
        self.cs.clause(labels::UNREGISTERED_TOTAL);
        let units: Ranged<UNITS_BITS> = self.cs.ranged(
            Fr::from(inputs.unregistered_units),
            labels::UNREGISTERED_TOTAL,
        );
        let draws: Ranged<DRAWS_BITS> = self.cs.ranged(
            Fr::from(inputs.unregistered_draws),
            labels::UNREGISTERED_TOTAL,
        );
        let amounts = self.amounts(units, draws);
        let unregistered_total =
            self.cs
                .hash_copied(unit, amounts, labels::UNREGISTERED_TOTAL_HOLDS_AMOUNTS);
        let digest = self.cs.value(unregistered_total.digest);
        let salted = self.cs.hash(digest, inputs.unregistered_salt);
        self.cs.copy(
            salted.left,
            unregistered_total.digest,
            labels::UNREGISTERED_TOTAL_IS_SALTED,
        );
        let root = self.cs.hash_copied(level[0], salted.digest, LABEL);
        self.cs.copy(root.digest, commitment, LABEL);
        (leaves, units)
    }

    fn amounts(&mut self, units: Ranged<UNITS_BITS>, draws: Ranged<DRAWS_BITS>) -> CellRef {
        self.cs
            .mul_add(units, draws, Operand::Constant(power_of_two(64)))
    }

    fn leaf(&mut self, leaf: &LeafInputs) -> (LeafCells, Digest) {
        const LABEL: ClauseLabel = labels::LEAF_VALUES_ARE_IN_RANGE;
        self.cs.clause(LABEL);
        let units: Ranged<UNITS_BITS> = self.cs.ranged(Fr::from(leaf.units), LABEL);
        let draws: Ranged<DRAWS_BITS> = self.cs.ranged(Fr::from(leaf.draws), LABEL);
        let owner: Ranged<OWNER_BITS> = self.cs.ranged(leaf.owner, LABEL);
        let rate: Ranged<RATE_BITS> = self.cs.ranged(Fr::from(leaf.rate), LABEL);
        let amounts = self.amounts(units, draws);
        let owner_rate = self
            .cs
            .mul_add(owner, rate, Operand::Constant(power_of_two(OWNER_BITS)));
        let owner_rate_value = self.cs.value(owner_rate);
        let first = self.cs.hash(leaf.id, owner_rate_value);
        self.cs.copy(first.right, owner_rate, labels::USAGE_LEAF);
        let second = self
            .cs
            .hash_copied(first.digest, amounts, labels::USAGE_LEAF);
        let digest = self.cs.value(second.digest);
        let third = self.cs.hash(digest, leaf.salt);
        self.cs.copy(third.left, second.digest, labels::USAGE_LEAF);
        let cells = LeafCells {
            id: first.left,
            owner,
            rate,
            units,
            draws,
        };
        (cells, third.digest)
    }

    /// D1, D2, D3, D6, D7: one claim.
    fn claim(
        &mut self,
        claim: &ClaimPublic,
        leaves: &[LeafCells],
        registered: CellRef,
        whole: CellRef,
    ) {
        self.cs.clause(labels::PUBLIC_INPUTS_ARE_BOUND);
        let code = self.input(Fr::from(claim.code));
        let subject = self.input(claim.subject);
        let lo = self.input(Fr::from(claim.lo));
        let hi = self.input(Fr::from(claim.hi));
        self.cs.clause(labels::CLAIM_CODE_IS_ONE_OF_FIVE);
        let kinds: [Bit; 4] = std::array::from_fn(|i| self.cs.bit(claim.code == i as u64 + 1));
        let some = self.cs.sum(kinds);
        self.cs.require_bit(some);
        let mut sum = self.cs.constant(Fr::ZERO);
        for (i, kind) in kinds.into_iter().enumerate() {
            let weight = Operand::Constant(Fr::from(i as u64 + 1));
            sum = self.cs.mul_add(sum, kind, weight);
        }
        self.cs.copy(sum, code, labels::CLAIM_CODE_IS_ONE_OF_FIVE);
        let [of_registered, of_whole, excluded, registered_share] = kinds;
        let [units, draws] = self.subject_usage(subject, leaves);

        self.cs.clause(labels::EXCLUDED_TRANCHE_HAS_NO_DRAWS);
        self.cs.require_product(excluded, draws, ZERO);

        self.cs.clause(labels::BASIS);
        let basis = self.cs.mul(of_registered, registered);
        let basis = self.cs.mul_add(basis, of_whole, whole);
        let basis = self.cs.mul_add(basis, registered_share, whole);
        let share = self.cs.add(of_registered, of_whole);
        let part = self.cs.mul(share, units);
        self.cs.clause(labels::REGISTERED_UNITS);
        let part = self.cs.mul_add(part, registered_share, registered);

        self.cs.clause(labels::BOUNDS);
        self.cs.require_range::<BOUND_BITS>(lo, labels::BOUNDS);
        self.cs.require_range::<BOUND_BITS>(hi, labels::BOUNDS);
        self.cs.clause(labels::SHARE_IS_AT_LEAST_LO);
        let scaled = self.cs.mul(part, Operand::Constant(Fr::from(SHARE_SCALE)));
        let least = self.cs.mul(lo, basis);
        let above = self.cs.sub(scaled, least);
        self.cs
            .require_range::<PRODUCT_BITS>(above, labels::SHARE_IS_AT_LEAST_LO);
        self.cs.clause(labels::SHARE_IS_AT_MOST_HI);
        let most = self.cs.mul_add(basis, hi, basis);
        let below = self.cs.sub(most, scaled);
        let below = self.cs.sub(below, ONE);
        let band = self.cs.add(share, registered_share);
        let below = self.cs.mul(band, below);
        self.cs
            .require_range::<PRODUCT_BITS>(below, labels::SHARE_IS_AT_MOST_HI);
    }

    /// Units and draws of all leaves that carry the subject's id.
    fn subject_usage(&mut self, subject: CellRef, leaves: &[LeafCells]) -> [CellRef; 2] {
        self.cs.clause(labels::SUBJECT_LEAVES);
        let zero = self.cs.constant(Fr::ZERO);
        let mut totals = [zero; 2];
        for leaf in leaves {
            let difference = self.cs.sub(leaf.id, subject);
            let same = self.cs.is_zero(difference);
            totals[0] = self.cs.mul_add(totals[0], same, leaf.units);
            totals[1] = self.cs.mul_add(totals[1], same, leaf.draws);
        }
        totals
    }

    /// D4, D5: the pay list. Returns leaves and payees.
    fn pay(
        &mut self,
        leaves: &[LeafCells],
        registered: CellRef,
        payees: usize,
    ) -> (Vec<OwnerCells>, Vec<OwnerCells>) {
        let public = self.public;
        self.cs.clause(labels::PUBLIC_INPUTS_ARE_BOUND);
        let kind = self.input(Fr::from(public.pay_kind));
        let rule = self.input(Fr::from(public.remainder_rule));
        let total = self.input(public.total);
        self.cs.clause(labels::PAY_KIND_IS_ONE_OF_THREE);
        let shares = self.cs.bit(public.pay_kind == 1);
        let metered = self.cs.bit(public.pay_kind == 2);
        self.cs.require_product(shares, metered, ZERO);
        let sum = self
            .cs
            .mul_add(shares, metered, Operand::Constant(Fr::from(2)));
        self.cs.copy(sum, kind, labels::PAY_KIND_IS_ONE_OF_THREE);
        self.cs.clause(labels::REMAINDER_RULE_IS_ONE_OF_TWO);
        let rule = self.cs.require_bit(rule);
        let some = self.cs.add(shares, metered);
        let leaves: Vec<OwnerCells> = leaves
            .iter()
            .map(|leaf| {
                self.cs.clause(labels::LEAF_WEIGHT);
                let factor = self.cs.mul_add(shares, metered, leaf.rate);
                let weight = self.cs.mul(leaf.units, factor);
                self.cs.clause(labels::LEAVES_IN_USE);
                let empty = self.cs.is_zero(leaf.id);
                let used = self.cs.not(empty);
                let used = self.cs.mul(some, used);
                OwnerCells {
                    owner: leaf.owner,
                    weight,
                    leaves: used,
                }
            })
            .collect();
        let mut rows: Vec<PayeeCells> = Vec::with_capacity(payees);
        for i in 0..payees {
            let values = self.payee_values(&leaves, i);
            let last = rows.last().map(|row| (row.owner, row.present));
            rows.push(self.payee(values, last, [shares, metered], registered));
        }
        self.amounts_and_total(&rows, [shares, rule], total);
        let payees = rows.iter().map(|row| OwnerCells {
            owner: row.owner,
            weight: row.weight,
            leaves: row.leaves,
        });
        let payees = payees.collect();
        (leaves, payees)
    }

    /// A payee of the public list: the owner, and weight and number of the owner's leaves in use. All zero for an absent one.
    fn payee_values(&self, leaves: &[OwnerCells], index: usize) -> Option<[Fr; 3]> {
        let packed = self.public.payees.get(index).copied()?;
        if packed == Fr::ZERO {
            return None;
        }
        let owner = low_bits(packed, OWNER_BITS);
        let mut values = [owner, Fr::ZERO, Fr::ZERO];
        for leaf in leaves {
            if self.cs.value(leaf.owner) == owner {
                values[1] += self.cs.value(leaf.weight);
                values[2] += self.cs.value(leaf.leaves);
            }
        }
        Some(values)
    }

    fn payee(
        &mut self,
        values: Option<[Fr; 3]>,
        before: Option<(Ranged<OWNER_BITS>, Bit)>,
        [shares, metered]: [Bit; 2],
        registered: CellRef,
    ) -> PayeeCells {
        self.cs.clause(labels::ABSENT_PAYEES_ARE_ZERO);
        let present = self.cs.bit(values.is_some());
        let [owner, weight, leaves] = values.unwrap_or([Fr::ZERO; 3]);
        let absent = self.cs.not(present);
        let owner: Ranged<OWNER_BITS> = self.cs.ranged(owner, labels::PAYEE_OWNER_IS_AN_ADDRESS);
        self.cs.require_product(absent, owner, ZERO);
        // Both are bound to the owner's leaves by the owner identities of the second phase.
        let [weight, leaves] = [weight, leaves].map(|value| {
            self.cs
                .gate([ZERO, absent.into(), Operand::Free(value), ZERO])[2]
        });
        self.cs.clause(labels::PAYEE_HAS_A_LEAF_IN_USE);
        let inverse = self.cs.value(leaves).invert().unwrap_or(Fr::ZERO);
        self.cs
            .require_product(leaves, Operand::Free(inverse), present);
        if let Some((owner_before, present_before)) = before {
            const LABEL: ClauseLabel = labels::OWNERS_ASCEND;
            self.cs.clause(LABEL);
            let missing = self.cs.not(present_before);
            self.cs.require_product(present, missing, ZERO);
            let step = self.cs.sub(owner, owner_before);
            let gap = self.cs.sub(step, ONE);
            let gap = self.cs.mul(present, gap);
            self.cs.require_range::<OWNER_BITS>(gap, LABEL);
        }
        let share = self.floor_share(shares, weight, registered);
        self.cs.clause(labels::AMOUNT_IS_UNITS_TIMES_RATE);
        let amount = self.cs.mul_add(share, metered, weight);
        PayeeCells {
            owner,
            present,
            leaves,
            weight,
            share: amount,
        }
    }

    /// D4: ⌊10^9 · weight / registered⌋ under the shares rule, zero otherwise.
    fn floor_share(&mut self, shares: Bit, weight: CellRef, registered: CellRef) -> CellRef {
        const LABEL: ClauseLabel = labels::SHARE_IS_ROUNDED_DOWN;
        self.cs.clause(LABEL);
        let scaled = self.cs.mul(weight, Operand::Constant(Fr::from(PAY_SCALE)));
        let scaled = self.cs.mul(shares, scaled);
        let (quotient, remainder) = divide(self.cs.value(scaled), self.cs.value(registered));
        let quotient: Ranged<32> = self.cs.ranged(quotient, LABEL);
        let remainder: Ranged<SUM_BITS> = self.cs.ranged(remainder, LABEL);
        let product = self.cs.mul_add(remainder, quotient, registered);
        self.cs.copy(product, scaled, LABEL);
        let room = self.cs.sub(registered, remainder);
        let room = self.cs.sub(room, ONE);
        let room = self.cs.mul(shares, room);
        self.cs.require_range::<SUM_BITS>(room, LABEL);
        self.cs.mul(shares, quotient)
    }

    /// D4, D5: the public amounts, their range, the remainder and the total.
    fn amounts_and_total(&mut self, rows: &[PayeeCells], [shares, rule]: [Bit; 2], total: CellRef) {
        let floors = self.cs.sum(rows.iter().map(|row| row.share));
        self.cs.clause(labels::REMAINDER_GOES_BY_THE_RULE);
        let rest = self.cs.sub(Operand::Constant(Fr::from(PAY_SCALE)), floors);
        let rest = self.cs.mul(shares, rest);
        let rest = self.cs.mul(rule, rest);
        // Without payees there is no first payee to take the remainder.
        if let Some(first) = rows.first() {
            let absent = self.cs.not(first.present);
            self.cs.require_product(absent, rest, ZERO);
        }
        let mut amounts = Vec::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            const LABEL: ClauseLabel = labels::PUBLIC_PAYEE_IS_OWNER_AND_AMOUNT;
            self.cs.clause(LABEL);
            let amount = if i == 0 {
                self.cs.add(row.share, rest)
            } else {
                row.share
            };
            self.cs.require_range::<AMOUNT_BITS>(amount, LABEL);
            let packed = self.cs.mul_add(
                row.owner,
                amount,
                Operand::Constant(power_of_two(OWNER_BITS)),
            );
            let value = self.public.payees.get(i).copied().unwrap_or(Fr::ZERO);
            let public = self.input(value);
            self.cs.copy(packed, public, LABEL);
            amounts.push(amount);
        }
        self.cs.clause(labels::PAY_TOTAL);
        let sum = self.cs.sum(amounts);
        self.cs.copy(sum, total, labels::PAY_TOTAL);
    }
}

struct PayeeCells {
    owner: Ranged<OWNER_BITS>,
    present: Bit,
    leaves: CellRef,
    weight: CellRef,
    share: CellRef,
}

/// The low bits of a felt as a felt.
fn low_bits(value: Fr, bits: u32) -> Fr {
    let mut repr = value.to_repr();
    let bytes: &mut [u8] = repr.as_mut();
    bytes[bits as usize / 8..].fill(0);
    Option::from(Fr::from_repr(repr)).unwrap_or(Fr::ZERO)
}

/// Quotient and remainder of integers below 2^127; zero for a zero divisor.
fn divide(value: Fr, divisor: Fr) -> (Fr, Fr) {
    let [value, divisor] = [value, divisor].map(low_u128);
    match (value.checked_div(divisor), value.checked_rem(divisor)) {
        (Some(quotient), Some(remainder)) => (Fr::from_u128(quotient), Fr::from_u128(remainder)),
        _ => (Fr::ZERO, Fr::ZERO),
    }
}

fn low_u128(value: Fr) -> u128 {
    let repr = value.to_repr();
    let bytes: &[u8] = repr.as_ref();
    bytes
        .iter()
        .take(16)
        .rev()
        .fold(0u128, |sum, byte| sum << 8 | u128::from(*byte))
}
