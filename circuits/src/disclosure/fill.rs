//! The first phase of the disclosure circuit, clause by clause.

use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};

use super::config::DisclosureConfig;
use super::inputs::{ClaimPublic, DisclosureInputs, DisclosurePublic, LeafInputs};
use super::params::{DisclosureParams, PAY_SCALE, SHARE_SCALE};
use crate::chips::arith::{ArithChip, Operand};
use crate::chips::machine::steps::MachineChip;
use crate::chips::range::RangeQueue;
use crate::field::power_of_two;
use crate::gadgets::{ranged, require_range};
use crate::sheet::{Sheet, Spot};

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
    pub(crate) leaves: Vec<[Spot; 3]>,
    pub(crate) payees: Vec<[Spot; 3]>,
    pub(crate) machine: MachineChip<'c>,
    /// The arithmetic chip, kept for its clause labels.
    pub arith: ArithChip<'c>,
}

struct LeafCells {
    id: Spot,
    owner: Spot,
    rate: Spot,
    units: Spot,
    draws: Spot,
}

struct Fill<'a, 'c> {
    config: &'c DisclosureConfig,
    inputs: &'a DisclosureInputs,
    public: &'a DisclosurePublic,
    sheet: &'a mut Sheet,
    arith: ArithChip<'c>,
    machine: MachineChip<'c>,
    queue: RangeQueue,
    next_public: usize,
}

const ZERO: Operand = Operand::Constant(Fr::ZERO);
const ONE: Operand = Operand::Constant(Fr::ONE);

/// Fills the first phase.
pub fn first_phase<'c>(
    config: &'c DisclosureConfig,
    params: &DisclosureParams,
    inputs: &DisclosureInputs,
    public: &DisclosurePublic,
    sheet: &mut Sheet,
) -> FirstPhase<'c> {
    let end = config.frame.assign(sheet);
    config.mask.assign(sheet, inputs.mask_seed);
    let mut fill = Fill {
        config,
        inputs,
        public,
        sheet,
        arith: ArithChip::new(&config.arith),
        machine: MachineChip::new(&config.machine),
        queue: RangeQueue::new(&config.range, 0),
        next_public: 0,
    };
    fill.arith.clause("S8 public inputs are bound");
    fill.input(public.context);
    let commitment = fill.input(public.usage_commitment);
    let unit = fill.input(public.unit);
    let (leaves, bucket) = fill.usage(commitment, unit);
    let registered = fill.sum(leaves.iter().map(|leaf| leaf.units));
    let whole = fill.arith.add(fill.sheet, registered, bucket);
    for claim in &public.claims {
        fill.claim(claim, &leaves, registered, whole);
    }
    let (leaves, payees) = fill.pay(&leaves, registered, params.payees);
    fill.machine.finish(fill.sheet);
    let range_rows = fill.queue.rows();
    config.range.assign(fill.sheet, range_rows);
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
    fn input(&mut self, value: Fr) -> Spot {
        let spot = self.arith.free(self.sheet, value);
        self.sheet.copy(
            spot,
            Spot::instance(self.config.instance, self.next_public),
            "S8 public inputs are bound",
        );
        self.next_public += 1;
        spot
    }

    fn ranged(&mut self, value: Fr, bits: u32, label: &'static str) -> Spot {
        ranged(
            self.sheet,
            &mut self.arith,
            &mut self.queue,
            value,
            bits,
            label,
        )
    }

    fn require_range(&mut self, cell: Spot, bits: u32, label: &'static str) {
        require_range(
            self.sheet,
            &mut self.arith,
            &mut self.queue,
            cell,
            bits,
            label,
        );
    }

    fn sum(&mut self, cells: impl Iterator<Item = Spot>) -> Spot {
        let mut total = self.sheet.constant(Fr::ZERO);
        for cell in cells {
            total = self.arith.add(self.sheet, total, cell);
        }
        total
    }

    /// S7 again: opens the usage commitment to range-checked leaves and bucket; returns them and the bucket's units.
    fn usage(&mut self, commitment: Spot, unit: Spot) -> (Vec<LeafCells>, Spot) {
        const LABEL: &str = "S7 usage commitment is the tree over the leaves";
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
                        .hash_copied(self.sheet, pair[0], pair[1], LABEL)
                        .digest
                })
                .collect();
        }
        self.arith.clause("S7 bucket");
        let units = self.ranged(Fr::from(inputs.bucket_units), UNITS_BITS, "S7 bucket");
        let draws = self.ranged(Fr::from(inputs.bucket_draws), DRAWS_BITS, "S7 bucket");
        let amounts = self.amounts(units, draws);
        let bucket = self.machine.hash_copied(
            self.sheet,
            unit,
            amounts,
            "S7 bucket holds unit and amounts",
        );
        let digest = self.sheet.value(bucket.digest);
        let salted = self
            .machine
            .hash(self.sheet, digest, inputs.unregistered_salt);
        self.sheet
            .copy(salted.left, bucket.digest, "S7 bucket is salted");
        let root = self
            .machine
            .hash_copied(self.sheet, level[0], salted.digest, LABEL);
        self.sheet.copy(root.digest, commitment, LABEL);
        (leaves, units)
    }

    fn amounts(&mut self, units: Spot, draws: Spot) -> Spot {
        self.arith.mul_add(
            self.sheet,
            units,
            draws,
            Operand::Constant(power_of_two(64)),
        )
    }

    fn leaf(&mut self, leaf: &LeafInputs) -> (LeafCells, Spot) {
        const LABEL: &str = "S7 leaf values are in range";
        self.arith.clause(LABEL);
        let units = self.ranged(Fr::from(leaf.units), UNITS_BITS, LABEL);
        let draws = self.ranged(Fr::from(leaf.draws), DRAWS_BITS, LABEL);
        let owner = self.ranged(leaf.owner, OWNER_BITS, LABEL);
        let rate = self.ranged(Fr::from(leaf.rate), RATE_BITS, LABEL);
        let amounts = self.amounts(units, draws);
        let owner_rate = self.arith.mul_add(
            self.sheet,
            owner,
            rate,
            Operand::Constant(power_of_two(OWNER_BITS)),
        );
        let owner_rate_value = self.sheet.value(owner_rate);
        let first = self.machine.hash(self.sheet, leaf.id, owner_rate_value);
        self.sheet.copy(first.right, owner_rate, "S7 usage leaf");
        let second = self
            .machine
            .hash_copied(self.sheet, first.digest, amounts, "S7 usage leaf");
        let digest = self.sheet.value(second.digest);
        let third = self.machine.hash(self.sheet, digest, leaf.salt);
        self.sheet.copy(third.left, second.digest, "S7 usage leaf");
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
    fn claim(&mut self, claim: &ClaimPublic, leaves: &[LeafCells], registered: Spot, whole: Spot) {
        self.arith.clause("S8 public inputs are bound");
        let code = self.input(Fr::from(claim.code));
        let subject = self.input(claim.subject);
        let lo = self.input(Fr::from(claim.lo));
        let hi = self.input(Fr::from(claim.hi));
        self.arith.clause("D6 claim code is one of five");
        let kinds: [Spot; 4] =
            std::array::from_fn(|i| self.arith.bit(self.sheet, claim.code == i as u64 + 1));
        let some = self.sum(kinds.into_iter());
        self.arith.require_product(self.sheet, some, some, some);
        let mut sum = self.sheet.constant(Fr::ZERO);
        for (i, kind) in kinds.into_iter().enumerate() {
            let weight = Operand::Constant(Fr::from(i as u64 + 1));
            sum = self.arith.mul_add(self.sheet, sum, kind, weight);
        }
        self.sheet.copy(sum, code, "D6 claim code is one of five");
        let [of_registered, of_whole, excluded, registered_share] = kinds;
        let [units, draws] = self.subject_usage(subject, leaves);

        self.arith.clause("D3 excluded tranche has no draws");
        self.arith
            .require_product(self.sheet, excluded, draws, ZERO);

        self.arith.clause("D6 basis");
        let basis = self.arith.mul(self.sheet, of_registered, registered);
        let basis = self.arith.mul_add(self.sheet, basis, of_whole, whole);
        let basis = self
            .arith
            .mul_add(self.sheet, basis, registered_share, whole);
        let share = self.arith.add(self.sheet, of_registered, of_whole);
        let part = self.arith.mul(self.sheet, share, units);
        self.arith.clause("D7 registered units");
        let part = self
            .arith
            .mul_add(self.sheet, part, registered_share, registered);

        self.arith.clause("D2 bounds");
        self.require_range(lo, BOUND_BITS, "D2 bounds");
        self.require_range(hi, BOUND_BITS, "D2 bounds");
        self.arith.clause("D1 D2 share is at least lo");
        let scaled = self
            .arith
            .mul(self.sheet, part, Operand::Constant(Fr::from(SHARE_SCALE)));
        let least = self.arith.mul(self.sheet, lo, basis);
        let above = self.arith.sub(self.sheet, scaled, least);
        self.require_range(above, PRODUCT_BITS, "D1 D2 share is at least lo");
        self.arith.clause("D1 D2 share is at most hi");
        let most = self.arith.mul_add(self.sheet, basis, hi, basis);
        let below = self.arith.sub(self.sheet, most, scaled);
        let below = self.arith.sub(self.sheet, below, ONE);
        let band = self.arith.add(self.sheet, share, registered_share);
        let below = self.arith.mul(self.sheet, band, below);
        self.require_range(below, PRODUCT_BITS, "D1 D2 share is at most hi");
    }

    /// Units and draws of all leaves that carry the subject's id.
    fn subject_usage(&mut self, subject: Spot, leaves: &[LeafCells]) -> [Spot; 2] {
        self.arith.clause("D1 D3 leaves of the subject");
        let zero = self.sheet.constant(Fr::ZERO);
        let mut totals = [zero; 2];
        for leaf in leaves {
            let difference = self.arith.sub(self.sheet, leaf.id, subject);
            let same = self.arith.is_zero(self.sheet, difference);
            totals[0] = self.arith.mul_add(self.sheet, totals[0], same, leaf.units);
            totals[1] = self.arith.mul_add(self.sheet, totals[1], same, leaf.draws);
        }
        totals
    }

    /// D4, D5: the pay list. Returns leaves and payees as (owner, weight, number of leaves in use).
    fn pay(
        &mut self,
        leaves: &[LeafCells],
        registered: Spot,
        payees: usize,
    ) -> (Vec<[Spot; 3]>, Vec<[Spot; 3]>) {
        let public = self.public;
        self.arith.clause("S8 public inputs are bound");
        let kind = self.input(Fr::from(public.pay_kind));
        let rule = self.input(Fr::from(public.remainder_rule));
        let total = self.input(public.total);
        self.arith.clause("D4 D5 pay kind is one of three");
        let shares = self.arith.bit(self.sheet, public.pay_kind == 1);
        let metered = self.arith.bit(self.sheet, public.pay_kind == 2);
        self.arith
            .require_product(self.sheet, shares, metered, ZERO);
        let sum = self
            .arith
            .mul_add(self.sheet, shares, metered, Operand::Constant(Fr::from(2)));
        self.sheet.copy(sum, kind, "D4 D5 pay kind is one of three");
        self.arith.clause("D4 remainder rule is one of two");
        self.arith.require_product(self.sheet, rule, rule, rule);
        let some = self.arith.add(self.sheet, shares, metered);
        let leaves: Vec<[Spot; 3]> = leaves
            .iter()
            .map(|leaf| {
                self.arith.clause("D4 D5 weight of a leaf");
                let factor = self.arith.mul_add(self.sheet, shares, metered, leaf.rate);
                let weight = self.arith.mul(self.sheet, leaf.units, factor);
                self.arith.clause("D4 D5 leaves in use");
                let empty = self.arith.is_zero(self.sheet, leaf.id);
                let used = self.arith.sub(self.sheet, ONE, empty);
                let used = self.arith.mul(self.sheet, some, used);
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
    fn payee_values(&self, leaves: &[[Spot; 3]], index: usize) -> Option<[Fr; 3]> {
        let packed = self.public.payees.get(index).copied()?;
        if packed == Fr::ZERO {
            return None;
        }
        let owner = low_bits(packed, OWNER_BITS);
        let mut values = [owner, Fr::ZERO, Fr::ZERO];
        for [leaf_owner, weight, used] in leaves {
            if self.sheet.value(*leaf_owner) == owner {
                values[1] += self.sheet.value(*weight);
                values[2] += self.sheet.value(*used);
            }
        }
        Some(values)
    }

    fn payee(
        &mut self,
        values: Option<[Fr; 3]>,
        before: Option<[Spot; 2]>,
        [shares, metered, registered]: [Spot; 3],
    ) -> PayeeCells {
        self.arith.clause("D4 D5 absent payees are zero");
        let present = self.arith.bit(self.sheet, values.is_some());
        let [owner, weight, leaves] = values.unwrap_or([Fr::ZERO; 3]);
        let absent = self.arith.sub(self.sheet, ONE, present);
        let owner = self.ranged(owner, OWNER_BITS, "D4 D5 payee's owner is an address");
        self.arith.require_product(self.sheet, absent, owner, ZERO);
        // Both are bound to the owner's leaves by the owner identities of the second phase.
        let [weight, leaves] = [weight, leaves].map(|value| {
            self.arith.gate(
                self.sheet,
                [ZERO, absent.into(), Operand::Free(value), ZERO],
            )[2]
        });
        self.arith.clause("D4 D5 a payee has a leaf in use");
        let inverse = self.sheet.value(leaves).invert().unwrap_or(Fr::ZERO);
        self.arith
            .require_product(self.sheet, leaves, Operand::Free(inverse), present);
        if let Some([owner_before, present_before]) = before {
            const LABEL: &str = "D4 D5 owners ascend";
            self.arith.clause(LABEL);
            let missing = self.arith.sub(self.sheet, ONE, present_before);
            self.arith
                .require_product(self.sheet, present, missing, ZERO);
            let step = self.arith.sub(self.sheet, owner, owner_before);
            let gap = self.arith.sub(self.sheet, step, ONE);
            let gap = self.arith.mul(self.sheet, present, gap);
            self.require_range(gap, OWNER_BITS, LABEL);
        }
        let share = self.floor_share(shares, weight, registered);
        self.arith.clause("D5 amount is units times rate");
        let amount = self.arith.mul_add(self.sheet, share, metered, weight);
        PayeeCells {
            owner,
            present,
            leaves,
            weight,
            share: amount,
        }
    }

    /// D4: ⌊10^9 · weight / registered⌋ under the shares rule, zero otherwise.
    fn floor_share(&mut self, shares: Spot, weight: Spot, registered: Spot) -> Spot {
        const LABEL: &str = "D4 share is rounded down";
        self.arith.clause(LABEL);
        let scaled = self
            .arith
            .mul(self.sheet, weight, Operand::Constant(Fr::from(PAY_SCALE)));
        let scaled = self.arith.mul(self.sheet, shares, scaled);
        let (quotient, remainder) = divide(self.sheet.value(scaled), self.sheet.value(registered));
        let quotient = self.ranged(quotient, 32, LABEL);
        let remainder = self.ranged(remainder, SUM_BITS, LABEL);
        let product = self
            .arith
            .mul_add(self.sheet, remainder, quotient, registered);
        self.sheet.copy(product, scaled, LABEL);
        let room = self.arith.sub(self.sheet, registered, remainder);
        let room = self.arith.sub(self.sheet, room, ONE);
        let room = self.arith.mul(self.sheet, shares, room);
        self.require_range(room, SUM_BITS, LABEL);
        self.arith.mul(self.sheet, shares, quotient)
    }

    /// D4, D5: the public amounts, their range, the remainder and the total.
    fn amounts_and_total(&mut self, rows: &[PayeeCells], [shares, rule, total]: [Spot; 3]) {
        let floors = self.sum(rows.iter().map(|row| row.share));
        self.arith.clause("D4 remainder goes by the rule");
        let rest = self
            .arith
            .sub(self.sheet, Operand::Constant(Fr::from(PAY_SCALE)), floors);
        let rest = self.arith.mul(self.sheet, shares, rest);
        let rest = self.arith.mul(self.sheet, rule, rest);
        // Shares of nobody have no first payee to take the remainder.
        if let Some(first) = rows.first() {
            let absent = self.arith.sub(self.sheet, ONE, first.present);
            self.arith.require_product(self.sheet, absent, rest, ZERO);
        }
        let mut amounts = Vec::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            const LABEL: &str = "D4 D5 public payee is owner and amount";
            self.arith.clause(LABEL);
            let amount = if i == 0 {
                self.arith.add(self.sheet, row.share, rest)
            } else {
                row.share
            };
            self.require_range(amount, AMOUNT_BITS, LABEL);
            let packed = self.arith.mul_add(
                self.sheet,
                row.owner,
                amount,
                Operand::Constant(power_of_two(OWNER_BITS)),
            );
            let value = self.public.payees.get(i).copied().unwrap_or(Fr::ZERO);
            let public = self.input(value);
            self.sheet.copy(packed, public, LABEL);
            amounts.push(amount);
        }
        self.arith.clause("D4 D5 total");
        let sum = self.sum(amounts.into_iter());
        self.sheet.copy(sum, total, "D4 D5 total");
    }
}

struct PayeeCells {
    owner: Spot,
    present: Spot,
    leaves: Spot,
    weight: Spot,
    share: Spot,
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
