//! The first phase of the disclosure circuit, clause by clause.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};

use super::config::DisclosureConfig;
use super::inputs::{ClaimPublic, DisclosureInputs, DisclosurePublic, LeafInputs};
use super::params::{DisclosureParams, PAY_SCALE, SHARE_SCALE};
use crate::assignment::{Assignment, CellRef};
use crate::chips::arith::{ArithChip, Operand};
use crate::chips::machine::steps::MachineChip;
use crate::chips::range::RangeQueue;
use crate::field::power_of_two;
use crate::gadgets::{ranged, require_range};

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

/// What the first phase leaves for the second: leaves and payees as (owner, weight, number of leaves in use).
#[derive(Clone, Debug)]
pub struct FirstPhase<'c> {
    pub(crate) end: usize,
    pub(crate) range_rows: usize,
    pub(crate) leaves: Vec<[CellRef; 3]>,
    pub(crate) payees: Vec<[CellRef; 3]>,
    pub(crate) machine: MachineChip<'c>,
    /// The arithmetic chip, kept for its clause labels.
    pub arith: ArithChip<'c>,
}

struct LeafCells {
    id: CellRef,
    owner: CellRef,
    rate: CellRef,
    units: CellRef,
    draws: CellRef,
}

struct Fill<'a, 'c> {
    config: &'c DisclosureConfig,
    inputs: &'a DisclosureInputs,
    public: &'a DisclosurePublic,
    assignment: &'a mut Assignment,
    arith: ArithChip<'c>,
    machine: MachineChip<'c>,
    queue: RangeQueue,
    next_public: usize,
}

const ZERO: Operand = Operand::Constant(Fr::ZERO);
const ONE: Operand = Operand::Constant(Fr::ONE);

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
    let mut fill = Fill {
        config,
        inputs,
        public,
        assignment,
        arith: ArithChip::new(&config.arith),
        machine: MachineChip::new(&config.machine),
        queue: RangeQueue::new(&config.range, 0),
        next_public: 0,
    };
    fill.arith.clause(labels::PUBLIC_INPUTS_ARE_BOUND);
    fill.input(public.context);
    let commitment = fill.input(public.usage_commitment);
    let unit = fill.input(public.unit);
    let (leaves, unregistered_total) = fill.usage(commitment, unit);
    let registered = fill.sum(leaves.iter().map(|leaf| leaf.units));
    let whole = fill
        .arith
        .add(fill.assignment, registered, unregistered_total);
    for claim in &public.claims {
        fill.claim(claim, &leaves, registered, whole);
    }
    let (leaves, payees) = fill.pay(&leaves, registered, params.payees);
    fill.machine.finish(fill.assignment);
    let range_rows = fill.queue.rows();
    config.range.assign(fill.assignment, range_rows);
    FirstPhase {
        end,
        range_rows,
        leaves,
        payees,
        machine: fill.machine,
        arith: fill.arith,
    }
}

impl Fill<'_, '_> {
    /// A cell that equals the next public input.
    fn input(&mut self, value: Fr) -> CellRef {
        let cell_ref = self.arith.free(self.assignment, value);
        self.assignment.copy(
            cell_ref,
            CellRef::instance(self.config.instance, self.next_public),
            labels::PUBLIC_INPUTS_ARE_BOUND,
        );
        self.next_public += 1;
        cell_ref
    }

    fn ranged(&mut self, value: Fr, bits: u32, label: ClauseLabel) -> CellRef {
        ranged(
            self.assignment,
            &mut self.arith,
            &mut self.queue,
            value,
            bits,
            label,
        )
    }

    fn require_range(&mut self, cell: CellRef, bits: u32, label: ClauseLabel) {
        require_range(
            self.assignment,
            &mut self.arith,
            &mut self.queue,
            cell,
            bits,
            label,
        );
    }

    fn sum(&mut self, cells: impl Iterator<Item = CellRef>) -> CellRef {
        let mut total = self.assignment.constant(Fr::ZERO);
        for cell in cells {
            total = self.arith.add(self.assignment, total, cell);
        }
        total
    }

    /// S7 again: opens the usage commitment to range-checked leaves and unregistered total; returns them and the unregistered total's units.
    fn usage(&mut self, commitment: CellRef, unit: CellRef) -> (Vec<LeafCells>, CellRef) {
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
                .map(|pair| {
                    self.machine
                        .hash_copied(self.assignment, pair[0], pair[1], LABEL)
                        .digest
                })
                .collect();
        }
        self.arith.clause(labels::UNREGISTERED_TOTAL);
        let units = self.ranged(
            Fr::from(inputs.unregistered_units),
            UNITS_BITS,
            labels::UNREGISTERED_TOTAL,
        );
        let draws = self.ranged(
            Fr::from(inputs.unregistered_draws),
            DRAWS_BITS,
            labels::UNREGISTERED_TOTAL,
        );
        let amounts = self.amounts(units, draws);
        let unregistered_total = self.machine.hash_copied(
            self.assignment,
            unit,
            amounts,
            labels::UNREGISTERED_TOTAL_HOLDS_AMOUNTS,
        );
        let digest = self.assignment.value(unregistered_total.digest);
        let salted = self
            .machine
            .hash(self.assignment, digest, inputs.unregistered_salt);
        self.assignment.copy(
            salted.left,
            unregistered_total.digest,
            labels::UNREGISTERED_TOTAL_IS_SALTED,
        );
        let root = self
            .machine
            .hash_copied(self.assignment, level[0], salted.digest, LABEL);
        self.assignment.copy(root.digest, commitment, LABEL);
        (leaves, units)
    }

    fn amounts(&mut self, units: CellRef, draws: CellRef) -> CellRef {
        self.arith.mul_add(
            self.assignment,
            units,
            draws,
            Operand::Constant(power_of_two(64)),
        )
    }

    fn leaf(&mut self, leaf: &LeafInputs) -> (LeafCells, CellRef) {
        const LABEL: ClauseLabel = labels::LEAF_VALUES_ARE_IN_RANGE;
        self.arith.clause(LABEL);
        let units = self.ranged(Fr::from(leaf.units), UNITS_BITS, LABEL);
        let draws = self.ranged(Fr::from(leaf.draws), DRAWS_BITS, LABEL);
        let owner = self.ranged(leaf.owner, OWNER_BITS, LABEL);
        let rate = self.ranged(Fr::from(leaf.rate), RATE_BITS, LABEL);
        let amounts = self.amounts(units, draws);
        let owner_rate = self.arith.mul_add(
            self.assignment,
            owner,
            rate,
            Operand::Constant(power_of_two(OWNER_BITS)),
        );
        let owner_rate_value = self.assignment.value(owner_rate);
        let first = self
            .machine
            .hash(self.assignment, leaf.id, owner_rate_value);
        self.assignment
            .copy(first.right, owner_rate, labels::USAGE_LEAF);
        let second =
            self.machine
                .hash_copied(self.assignment, first.digest, amounts, labels::USAGE_LEAF);
        let digest = self.assignment.value(second.digest);
        let third = self.machine.hash(self.assignment, digest, leaf.salt);
        self.assignment
            .copy(third.left, second.digest, labels::USAGE_LEAF);
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
        self.arith.clause(labels::PUBLIC_INPUTS_ARE_BOUND);
        let code = self.input(Fr::from(claim.code));
        let subject = self.input(claim.subject);
        let lo = self.input(Fr::from(claim.lo));
        let hi = self.input(Fr::from(claim.hi));
        self.arith.clause(labels::CLAIM_CODE_IS_ONE_OF_FIVE);
        let kinds: [CellRef; 4] =
            std::array::from_fn(|i| self.arith.bit(self.assignment, claim.code == i as u64 + 1));
        let some = self.sum(kinds.into_iter());
        self.arith
            .require_product(self.assignment, some, some, some);
        let mut sum = self.assignment.constant(Fr::ZERO);
        for (i, kind) in kinds.into_iter().enumerate() {
            let weight = Operand::Constant(Fr::from(i as u64 + 1));
            sum = self.arith.mul_add(self.assignment, sum, kind, weight);
        }
        self.assignment
            .copy(sum, code, labels::CLAIM_CODE_IS_ONE_OF_FIVE);
        let [of_registered, of_whole, excluded, registered_share] = kinds;
        let [units, draws] = self.subject_usage(subject, leaves);

        self.arith.clause(labels::EXCLUDED_TRANCHE_HAS_NO_DRAWS);
        self.arith
            .require_product(self.assignment, excluded, draws, ZERO);

        self.arith.clause(labels::BASIS);
        let basis = self.arith.mul(self.assignment, of_registered, registered);
        let basis = self.arith.mul_add(self.assignment, basis, of_whole, whole);
        let basis = self
            .arith
            .mul_add(self.assignment, basis, registered_share, whole);
        let share = self.arith.add(self.assignment, of_registered, of_whole);
        let part = self.arith.mul(self.assignment, share, units);
        self.arith.clause(labels::REGISTERED_UNITS);
        let part = self
            .arith
            .mul_add(self.assignment, part, registered_share, registered);

        self.arith.clause(labels::BOUNDS);
        self.require_range(lo, BOUND_BITS, labels::BOUNDS);
        self.require_range(hi, BOUND_BITS, labels::BOUNDS);
        self.arith.clause(labels::SHARE_IS_AT_LEAST_LO);
        let scaled = self.arith.mul(
            self.assignment,
            part,
            Operand::Constant(Fr::from(SHARE_SCALE)),
        );
        let least = self.arith.mul(self.assignment, lo, basis);
        let above = self.arith.sub(self.assignment, scaled, least);
        self.require_range(above, PRODUCT_BITS, labels::SHARE_IS_AT_LEAST_LO);
        self.arith.clause(labels::SHARE_IS_AT_MOST_HI);
        let most = self.arith.mul_add(self.assignment, basis, hi, basis);
        let below = self.arith.sub(self.assignment, most, scaled);
        let below = self.arith.sub(self.assignment, below, ONE);
        let band = self.arith.add(self.assignment, share, registered_share);
        let below = self.arith.mul(self.assignment, band, below);
        self.require_range(below, PRODUCT_BITS, labels::SHARE_IS_AT_MOST_HI);
    }

    /// Units and draws of all leaves that carry the subject's id.
    fn subject_usage(&mut self, subject: CellRef, leaves: &[LeafCells]) -> [CellRef; 2] {
        self.arith.clause(labels::SUBJECT_LEAVES);
        let zero = self.assignment.constant(Fr::ZERO);
        let mut totals = [zero; 2];
        for leaf in leaves {
            let difference = self.arith.sub(self.assignment, leaf.id, subject);
            let same = self.arith.is_zero(self.assignment, difference);
            totals[0] = self
                .arith
                .mul_add(self.assignment, totals[0], same, leaf.units);
            totals[1] = self
                .arith
                .mul_add(self.assignment, totals[1], same, leaf.draws);
        }
        totals
    }

    /// D4, D5: the pay list. Returns leaves and payees as (owner, weight, number of leaves in use).
    fn pay(
        &mut self,
        leaves: &[LeafCells],
        registered: CellRef,
        payees: usize,
    ) -> (Vec<[CellRef; 3]>, Vec<[CellRef; 3]>) {
        let public = self.public;
        self.arith.clause(labels::PUBLIC_INPUTS_ARE_BOUND);
        let kind = self.input(Fr::from(public.pay_kind));
        let rule = self.input(Fr::from(public.remainder_rule));
        let total = self.input(public.total);
        self.arith.clause(labels::PAY_KIND_IS_ONE_OF_THREE);
        let shares = self.arith.bit(self.assignment, public.pay_kind == 1);
        let metered = self.arith.bit(self.assignment, public.pay_kind == 2);
        self.arith
            .require_product(self.assignment, shares, metered, ZERO);
        let sum = self.arith.mul_add(
            self.assignment,
            shares,
            metered,
            Operand::Constant(Fr::from(2)),
        );
        self.assignment
            .copy(sum, kind, labels::PAY_KIND_IS_ONE_OF_THREE);
        self.arith.clause(labels::REMAINDER_RULE_IS_ONE_OF_TWO);
        self.arith
            .require_product(self.assignment, rule, rule, rule);
        let some = self.arith.add(self.assignment, shares, metered);
        let leaves: Vec<[CellRef; 3]> = leaves
            .iter()
            .map(|leaf| {
                self.arith.clause(labels::LEAF_WEIGHT);
                let factor = self
                    .arith
                    .mul_add(self.assignment, shares, metered, leaf.rate);
                let weight = self.arith.mul(self.assignment, leaf.units, factor);
                self.arith.clause(labels::LEAVES_IN_USE);
                let empty = self.arith.is_zero(self.assignment, leaf.id);
                let used = self.arith.sub(self.assignment, ONE, empty);
                let used = self.arith.mul(self.assignment, some, used);
                [leaf.owner, weight, used]
            })
            .collect();
        let mut rows: Vec<PayeeCells> = Vec::with_capacity(payees);
        for i in 0..payees {
            let values = self.payee_values(&leaves, i);
            let last = rows.last().map(|row| [row.owner, row.present]);
            rows.push(self.payee(values, last, [shares, metered, registered]));
        }
        self.amounts_and_total(&rows, [shares, rule, total]);
        let payees = rows
            .iter()
            .map(|row| [row.owner, row.weight, row.leaves])
            .collect();
        (leaves, payees)
    }

    /// A payee of the public list: the owner, and weight and number of the owner's leaves in use. All zero for an absent one.
    fn payee_values(&self, leaves: &[[CellRef; 3]], index: usize) -> Option<[Fr; 3]> {
        let packed = self.public.payees.get(index).copied()?;
        if packed == Fr::ZERO {
            return None;
        }
        let owner = low_bits(packed, OWNER_BITS);
        let mut values = [owner, Fr::ZERO, Fr::ZERO];
        for [leaf_owner, weight, used] in leaves {
            if self.assignment.value(*leaf_owner) == owner {
                values[1] += self.assignment.value(*weight);
                values[2] += self.assignment.value(*used);
            }
        }
        Some(values)
    }

    fn payee(
        &mut self,
        values: Option<[Fr; 3]>,
        before: Option<[CellRef; 2]>,
        [shares, metered, registered]: [CellRef; 3],
    ) -> PayeeCells {
        self.arith.clause(labels::ABSENT_PAYEES_ARE_ZERO);
        let present = self.arith.bit(self.assignment, values.is_some());
        let [owner, weight, leaves] = values.unwrap_or([Fr::ZERO; 3]);
        let absent = self.arith.sub(self.assignment, ONE, present);
        let owner = self.ranged(owner, OWNER_BITS, labels::PAYEE_OWNER_IS_AN_ADDRESS);
        self.arith
            .require_product(self.assignment, absent, owner, ZERO);
        // Both are bound to the owner's leaves by the owner identities of the second phase.
        let [weight, leaves] = [weight, leaves].map(|value| {
            self.arith.gate(
                self.assignment,
                [ZERO, absent.into(), Operand::Free(value), ZERO],
            )[2]
        });
        self.arith.clause(labels::PAYEE_HAS_A_LEAF_IN_USE);
        let inverse = self.assignment.value(leaves).invert().unwrap_or(Fr::ZERO);
        self.arith
            .require_product(self.assignment, leaves, Operand::Free(inverse), present);
        if let Some([owner_before, present_before]) = before {
            const LABEL: ClauseLabel = labels::OWNERS_ASCEND;
            self.arith.clause(LABEL);
            let missing = self.arith.sub(self.assignment, ONE, present_before);
            self.arith
                .require_product(self.assignment, present, missing, ZERO);
            let step = self.arith.sub(self.assignment, owner, owner_before);
            let gap = self.arith.sub(self.assignment, step, ONE);
            let gap = self.arith.mul(self.assignment, present, gap);
            self.require_range(gap, OWNER_BITS, LABEL);
        }
        let share = self.floor_share(shares, weight, registered);
        self.arith.clause(labels::AMOUNT_IS_UNITS_TIMES_RATE);
        let amount = self.arith.mul_add(self.assignment, share, metered, weight);
        PayeeCells {
            owner,
            present,
            leaves,
            weight,
            share: amount,
        }
    }

    /// D4: ⌊10^9 · weight / registered⌋ under the shares rule, zero otherwise.
    fn floor_share(&mut self, shares: CellRef, weight: CellRef, registered: CellRef) -> CellRef {
        const LABEL: ClauseLabel = labels::SHARE_IS_ROUNDED_DOWN;
        self.arith.clause(LABEL);
        let scaled = self.arith.mul(
            self.assignment,
            weight,
            Operand::Constant(Fr::from(PAY_SCALE)),
        );
        let scaled = self.arith.mul(self.assignment, shares, scaled);
        let (quotient, remainder) = divide(
            self.assignment.value(scaled),
            self.assignment.value(registered),
        );
        let quotient = self.ranged(quotient, 32, LABEL);
        let remainder = self.ranged(remainder, SUM_BITS, LABEL);
        let product = self
            .arith
            .mul_add(self.assignment, remainder, quotient, registered);
        self.assignment.copy(product, scaled, LABEL);
        let room = self.arith.sub(self.assignment, registered, remainder);
        let room = self.arith.sub(self.assignment, room, ONE);
        let room = self.arith.mul(self.assignment, shares, room);
        self.require_range(room, SUM_BITS, LABEL);
        self.arith.mul(self.assignment, shares, quotient)
    }

    /// D4, D5: the public amounts, their range, the remainder and the total.
    fn amounts_and_total(&mut self, rows: &[PayeeCells], [shares, rule, total]: [CellRef; 3]) {
        let floors = self.sum(rows.iter().map(|row| row.share));
        self.arith.clause(labels::REMAINDER_GOES_BY_THE_RULE);
        let rest = self.arith.sub(
            self.assignment,
            Operand::Constant(Fr::from(PAY_SCALE)),
            floors,
        );
        let rest = self.arith.mul(self.assignment, shares, rest);
        let rest = self.arith.mul(self.assignment, rule, rest);
        // Without payees there is no first payee to take the remainder.
        if let Some(first) = rows.first() {
            let absent = self.arith.sub(self.assignment, ONE, first.present);
            self.arith
                .require_product(self.assignment, absent, rest, ZERO);
        }
        let mut amounts = Vec::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            const LABEL: ClauseLabel = labels::PUBLIC_PAYEE_IS_OWNER_AND_AMOUNT;
            self.arith.clause(LABEL);
            let amount = if i == 0 {
                self.arith.add(self.assignment, row.share, rest)
            } else {
                row.share
            };
            self.require_range(amount, AMOUNT_BITS, LABEL);
            let packed = self.arith.mul_add(
                self.assignment,
                row.owner,
                amount,
                Operand::Constant(power_of_two(OWNER_BITS)),
            );
            let value = self.public.payees.get(i).copied().unwrap_or(Fr::ZERO);
            let public = self.input(value);
            self.assignment.copy(packed, public, LABEL);
            amounts.push(amount);
        }
        self.arith.clause(labels::PAY_TOTAL);
        let sum = self.sum(amounts.into_iter());
        self.assignment.copy(sum, total, labels::PAY_TOTAL);
    }
}

struct PayeeCells {
    owner: CellRef,
    present: CellRef,
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
