//! One broken thing a test; each names the constraints that fail, all of them.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::super::config::DisclosureConfig;
use super::super::inputs::{ClaimPublic, DisclosureInputs, DisclosurePublic};
use super::super::params::PAY_SCALE;
use super::{claim, commitment, inputs, metered, names, names_after, payee, public};
use crate::assignment::{Assignment, CellRef};

const AT_LEAST: &str = labels::SHARE_IS_AT_LEAST_LO.text();
const AT_MOST: &str = labels::SHARE_IS_AT_MOST_HI.text();
const EXCLUDED: &str = labels::EXCLUDED_TRANCHE_HAS_NO_DRAWS.text();
const LISTED: &str = labels::PUBLIC_PAYEE_IS_OWNER_AND_AMOUNT.text();
const OWNERS: &str = labels::OWNER_WEIGHTS_ARE_THEIR_SUMS.text();
const IN_USE: &str = labels::PAYEES_ARE_THE_OWNERS_IN_USE.text();
const ASCENDING: &str = labels::OWNERS_ASCEND.text();
const TOTAL: &str = labels::PAY_TOTAL.text();
const RANGE: &str = labels::RANGE_SUM_ENDS_AT_ZERO.text();
const OPENED: &str = labels::USAGE_COMMITMENT_IS_THE_TREE.text();

fn lies(change: impl FnOnce(&mut DisclosurePublic), expected: &[&str]) {
    let mut public = public();
    change(&mut public);
    assert_eq!(names(&inputs(), &public), expected);
}

fn lies_about(claim: ClaimPublic, expected: &[&str]) {
    lies(|public| public.claims[0] = claim, expected);
}

#[test]
fn d1_a_share_off_by_one_either_way() {
    lies_about(claim(1, 55, 600_001, 600_001), &[AT_LEAST]);
    lies_about(claim(1, 55, 599_999, 599_999), &[AT_MOST]);
}

#[test]
fn d1_a_share_rounded_up() {
    // 500 of 1500 is 333,333.3 parts per million.
    lies_about(claim(4, 0, 666_667, 666_667), &[AT_LEAST]);
    lies_about(claim(4, 0, 666_666, 666_666), &[]);
}

#[test]
fn d1_a_share_of_another_tranche() {
    lies_about(claim(1, 77, 600_000, 600_000), &[AT_LEAST]);
    lies_about(claim(1, 12_345, 600_000, 600_000), &[AT_LEAST]);
}

#[test]
fn d2_a_band_just_missed() {
    lies_about(claim(1, 55, 600_001, 700_000), &[AT_LEAST]);
    lies_about(claim(1, 55, 500_000, 599_999), &[AT_MOST]);
    lies_about(claim(1, 55, 600_000, 600_001), &[]);
}

#[test]
fn d2_bounds_that_wrap_around_the_field() {
    // As field elements hi = −1 and lo = −1 would make either side trivial.
    let lo = |public: &mut DisclosurePublic| public.claims[0].lo = u64::MAX;
    lies(lo, &[AT_LEAST, labels::BOUNDS.text()]);
    let hi = |public: &mut DisclosurePublic| public.claims[0].hi = 1 << 24;
    lies(hi, &[labels::BOUNDS.text()]);
}

#[test]
fn d3_an_exclusion_of_a_used_tranche() {
    lies_about(claim(3, 55, 0, 0), &[EXCLUDED]);
    lies_about(claim(3, 0, 0, 0), &[]);
}

#[test]
fn d6_another_basis() {
    // 600 of the whole run's 1500, said of the registered part, and the other way round.
    lies_about(claim(1, 55, 400_000, 400_000), &[AT_MOST]);
    lies_about(claim(2, 55, 600_000, 600_000), &[AT_LEAST]);
    lies_about(claim(2, 55, 400_000, 400_000), &[]);
}

#[test]
fn d6_an_unknown_claim_code() {
    lies_about(
        claim(5, 55, 0, 0),
        &[labels::CLAIM_CODE_IS_ONE_OF_FIVE.text()],
    );
}

#[test]
fn d7_a_registered_share_off_by_one() {
    lies_about(claim(4, 0, 666_665, 666_665), &[AT_MOST]);
    lies_about(claim(4, 0, 666_667, 700_000), &[AT_LEAST]);
}

#[test]
fn d4_a_payout_that_rounds_up() {
    let mut inputs = inputs();
    inputs.leaves[3].units = 101;
    let floors = [701 * PAY_SCALE / 1001, 300 * PAY_SCALE / 1001];
    let mut public = public();
    public.usage_commitment = commitment(&inputs, public.unit);
    public.claims = vec![ClaimPublic::NONE; 4];
    public.payees = vec![payee(1, floors[0] + 1), payee(2, floors[1]), Fr::ZERO];
    public.total = Fr::from(floors[0] + floors[1] + 1);
    assert_eq!(names(&inputs, &public), [LISTED, TOTAL]);
}

#[test]
fn d4_shares_moved_between_owners() {
    lies(
        |public| public.payees = vec![payee(1, 600_000_000), payee(2, 400_000_000), Fr::ZERO],
        &[LISTED],
    );
}

#[test]
fn d4_a_leaf_withheld() {
    lies(
        |public| {
            public.payees = vec![payee(1, 700_000_000), Fr::ZERO, Fr::ZERO];
            public.total = Fr::from(700_000_000u64);
        },
        &[OWNERS, IN_USE],
    );
}

#[test]
fn d4_a_stranger_in_an_owners_place() {
    lies(
        |public| public.payees[1] = payee(3, 300_000_000),
        &[
            labels::PAYEE_HAS_A_LEAF_IN_USE.text(),
            OWNERS,
            IN_USE,
            LISTED,
            TOTAL,
        ],
    );
}

#[test]
fn d4_an_owner_paid_twice() {
    lies(
        |public| {
            public.payees = vec![
                payee(1, 700_000_000),
                payee(2, 300_000_000),
                payee(2, 300_000_000),
            ];
            public.total = Fr::from(1_300_000_000u64);
        },
        &[ASCENDING, OWNERS, IN_USE, RANGE],
    );
}

#[test]
fn d4_owners_out_of_order() {
    lies(|public| public.payees.swap(0, 1), &[ASCENDING, RANGE]);
}

#[test]
fn d4_a_gap_before_a_payee() {
    lies(
        |public| public.payees = vec![payee(1, 700_000_000), Fr::ZERO, payee(2, 300_000_000)],
        &[ASCENDING],
    );
}

#[test]
fn d4_the_other_remainder_rule() {
    let mut inputs = inputs();
    inputs.leaves[3].units = 101;
    let floors = [701 * PAY_SCALE / 1001, 300 * PAY_SCALE / 1001];
    let mut public = public();
    public.usage_commitment = commitment(&inputs, public.unit);
    public.claims = vec![ClaimPublic::NONE; 4];
    public.remainder_rule = 1;
    public.payees = vec![payee(1, floors[0]), payee(2, floors[1]), Fr::ZERO];
    public.total = Fr::from(floors[0] + floors[1]);
    assert_eq!(names(&inputs, &public), [LISTED, TOTAL]);
}

#[test]
fn d4_a_rule_that_is_none() {
    lies(
        |public| public.remainder_rule = 2,
        &[labels::REMAINDER_RULE_IS_ONE_OF_TWO.text()],
    );
    let mut public = public();
    public.pay_kind = 3;
    assert!(
        names(&inputs(), &public).contains(&labels::PAY_KIND_IS_ONE_OF_THREE.text().to_string())
    );
}

#[test]
fn d4_a_total_that_is_not_the_sum() {
    lies(|public| public.total += Fr::ONE, &[TOTAL]);
}

#[test]
fn d5_an_amount_off_by_one() {
    let mut public = metered();
    public.payees[0] = payee(1, 2_501);
    public.total = Fr::from(4_001);
    assert_eq!(names(&inputs(), &public), [LISTED, TOTAL]);
}

#[test]
fn d5_another_rate_than_the_committed_one() {
    let mut raised = inputs();
    raised.leaves[2].rate = 4;
    let mut public = metered();
    public.payees[0] = payee(1, 3_100);
    public.total = Fr::from(4_600);
    assert_eq!(names(&raised, &public), [OPENED]);
}

#[test]
fn d5_shares_passed_off_as_metered() {
    let mut public = public();
    public.pay_kind = 2;
    assert_eq!(names(&inputs(), &public), [LISTED, TOTAL]);
}

#[test]
fn d5_a_wrapped_product() {
    // 2^47 units at 2^63 come to 2^110, past the 88 bits of an amount.
    let mut inputs = inputs();
    inputs.leaves[0].units = 1 << 47;
    inputs.leaves[0].rate = 1 << 63;
    let mut public = metered();
    public.usage_commitment = commitment(&inputs, public.unit);
    public.claims = vec![ClaimPublic::NONE; 4];
    let amount = crate::field::power_of_two(110);
    public.payees[1] = Fr::from(2) + amount * crate::field::power_of_two(160);
    public.total = Fr::from(2_500) + amount;
    let found = names(&inputs, &public);
    assert!(found.contains(&LISTED.to_string()), "{found:?}");
}

#[test]
fn s7_values_out_of_range_in_a_leaf() {
    let mut inputs = inputs();
    inputs.leaves[0].units = 1 << 50;
    let mut public = public();
    public.usage_commitment = commitment(&inputs, public.unit);
    public.claims = vec![ClaimPublic::NONE; 4];
    let found = names(&inputs, &public);
    assert!(found.contains(&OPENED.to_string()), "{found:?}");
}

#[test]
fn s7_another_usage_commitment_or_unit() {
    lies(|public| public.usage_commitment += Fr::ONE, &[OPENED]);
    lies(|public| public.unit += Fr::ONE, &[OPENED]);
}

/// Three owners of one unit each, one of them at rate 0.
fn thirds() -> (DisclosureInputs, DisclosurePublic) {
    let mut inputs = inputs();
    for (leaf, (owner, rate)) in inputs
        .leaves
        .iter_mut()
        .zip([(5, 3), (0, 0), (6, 0), (7, 5)])
    {
        leaf.owner = Fr::from(owner);
        leaf.rate = rate;
        leaf.units = u64::from(owner != 0);
    }
    let mut public = public();
    public.usage_commitment = commitment(&inputs, public.unit);
    public.claims = vec![ClaimPublic::NONE; 4];
    (inputs, public)
}

#[test]
fn d4_a_stranger_listed_first_for_the_remainder() {
    let (inputs, mut public) = thirds();
    let third = PAY_SCALE / 3;
    public.remainder_rule = 1;
    public.payees = vec![payee(5, third + 1), payee(6, third), payee(7, third)];
    let none: Vec<String> = Vec::new();
    assert_eq!(names(&inputs, &public), none);
    public.payees = vec![payee(1, 1 + third), payee(6, third), payee(7, third)];
    assert!(names(&inputs, &public).contains(&IN_USE.to_string()));
}

#[test]
fn d5_an_owner_at_rate_zero_is_not_left_out() {
    let (inputs, mut public) = thirds();
    public.pay_kind = 2;
    public.total = Fr::from(8);
    public.payees = vec![payee(5, 3), payee(6, 0), payee(7, 5)];
    let none: Vec<String> = Vec::new();
    assert_eq!(names(&inputs, &public), none);
    public.payees = vec![payee(5, 3), payee(7, 5), Fr::ZERO];
    assert_eq!(names(&inputs, &public), [IN_USE]);
}

#[test]
fn d5_a_payee_of_nothing() {
    let mut public = metered();
    public.payees[2] = payee(9, 0);
    assert_eq!(
        names(&inputs(), &public),
        [labels::PAYEE_HAS_A_LEAF_IN_USE.text()]
    );
}

#[test]
fn d4_payees_without_a_pay_rule() {
    let mut public = public();
    public.pay_kind = 0;
    public.total = Fr::ZERO;
    public.payees = vec![payee(1, 0), Fr::ZERO, Fr::ZERO];
    assert_eq!(
        names(&inputs(), &public),
        [labels::PAYEE_HAS_A_LEAF_IN_USE.text()]
    );
}

/// Adds a value to the range sum from a row on.
fn shift(config: &DisclosureConfig, assignment: &mut Assignment, from: usize, delta: Fr) {
    for row in from..assignment.usable() {
        let cell_ref = config.range_sum.sum().at(row);
        let value = assignment.value(cell_ref);
        assignment.alter(cell_ref, value + delta);
    }
}

#[test]
fn a_range_sum_that_begins_or_jumps_elsewhere() {
    // A multiplicity too many, and a sum that hides it in its beginning or on its way.
    for (from, expected) in [
        (0, labels::RANGE_SUM_STARTS_AT_ZERO.text()),
        (70, labels::RANGE_LIMBS_ARE_TABLE_ENTRIES.text()),
    ] {
        let alter = |config: &DisclosureConfig, assignment: &mut Assignment| {
            let cell_ref = config.range.multiplicity_of(5);
            let value = assignment.value(cell_ref);
            assignment.alter(cell_ref, value + Fr::ONE);
        };
        let balance = |config: &DisclosureConfig, assignment: &mut Assignment| {
            let end = config.range_sum.sum().at(assignment.usable() - 1);
            let excess = assignment.value(end);
            assert_ne!(excess, Fr::ZERO);
            shift(config, assignment, from, -excess);
        };
        let none = |_: &DisclosureConfig, _: &mut Assignment| ();
        assert_eq!(names_after(&inputs(), &public(), alter, none), [RANGE]);
        assert_eq!(
            names_after(&inputs(), &public(), alter, balance),
            [expected]
        );
    }
}

/// The is-zero gates of a label whose result is one or not, by their a cell.
fn zero_gates(
    config: &DisclosureConfig,
    assignment: &Assignment,
    label: ClauseLabel,
    result: Fr,
) -> Vec<CellRef> {
    let mut found: Vec<CellRef> = assignment
        .copies()
        .iter()
        .filter(|copy| copy.label == label && copy.left.row % 4 == 1)
        .map(|copy| copy.left)
        .filter(|b| {
            let at = |row: usize| assignment.get(config.arith.columns()[0], row);
            let free = |row: usize| {
                let cell_ref = CellRef { row, ..*b };
                !assignment.copies().iter().any(|copy| copy.left == cell_ref)
            };
            at(b.row + 2) == Fr::ONE
                && at(b.row - 1) == result
                && free(b.row - 1)
                && free(b.row + 1)
        })
        .map(|b| CellRef {
            row: b.row - 1,
            ..b
        })
        .collect();
    found.dedup();
    found
}

/// Alters a cell and all arithmetic that follows from it.
fn carry(config: &DisclosureConfig, assignment: &mut Assignment, cell_ref: CellRef, value: Fr) {
    assignment.alter(cell_ref, value);
    let mut open = vec![cell_ref];
    while let Some(cell_ref) = open.pop() {
        let value = assignment.value(cell_ref);
        let targets: Vec<CellRef> = assignment
            .copies()
            .iter()
            .filter(|copy| copy.right == cell_ref && assignment.value(copy.left) != value)
            .map(|copy| copy.left)
            .collect();
        for target in targets {
            assignment.alter(target, value);
            if let Some(result) = config.arith.recompute(assignment, target) {
                open.push(result);
            }
        }
    }
}

#[test]
fn d1_a_leaf_of_another_tranche_counted_as_the_subjects() {
    let mut public = public();
    public.claims[0] = claim(1, 55, 700_000, 700_000);
    let found = names_after(
        &inputs(),
        &public,
        |config, assignment| {
            let gates = zero_gates(config, assignment, labels::SUBJECT_LEAVES, Fr::ZERO);
            // Leaves 77, 0 and 99 are not the first claim's subject.
            let gate = gates[2];
            let inverse = CellRef {
                row: gate.row + 2,
                ..gate
            };
            assignment.alter(inverse, Fr::ZERO);
            carry(config, assignment, gate, Fr::ONE);
        },
        |_, _| (),
    );
    assert!(
        found.contains(&labels::SUBJECT_LEAVES.text().to_string()),
        "{found:?}"
    );
}

#[test]
fn d3_a_used_leaf_said_to_be_another_tranches() {
    let mut public = public();
    public.claims[0] = claim(3, 55, 0, 0);
    let found = names_after(
        &inputs(),
        &public,
        |config, assignment| {
            let gates = zero_gates(config, assignment, labels::SUBJECT_LEAVES, Fr::ONE);
            carry(config, assignment, gates[0], Fr::ZERO);
        },
        |_, _| (),
    );
    assert_eq!(found, [labels::SUBJECT_LEAVES.text()]);
}

#[test]
fn d5_a_leaf_at_rate_zero_said_to_be_empty() {
    let mut inputs = inputs();
    inputs.leaves[0].rate = 0;
    let mut public = metered();
    public.usage_commitment = commitment(&inputs, public.unit);
    public.payees = vec![payee(1, 2_500), Fr::ZERO, Fr::ZERO];
    public.total = Fr::from(2_500);
    let found = names_after(
        &inputs,
        &public,
        |config, assignment| {
            let gates = zero_gates(config, assignment, labels::LEAVES_IN_USE, Fr::ZERO);
            let gate = gates[0];
            assignment.alter(
                CellRef {
                    row: gate.row + 2,
                    ..gate
                },
                Fr::ZERO,
            );
            carry(config, assignment, gate, Fr::ONE);
        },
        |_, _| (),
    );
    assert_eq!(found, [labels::LEAVES_IN_USE.text()]);
}
