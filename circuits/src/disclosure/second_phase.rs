//! The second phase of the disclosure circuit: everything that depends on challenges.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::config::DisclosureConfig;
use super::fill::FirstPhase;
use crate::assignment::Assignment;
use crate::chips::arith::ArithChip;
use crate::labels::{self, ClauseLabel};

/// Fills the second phase: each owner's weight is the sum over the owner's leaves. Returns the second-phase arithmetic chip for its clause labels.
///
/// Σ over leaves of weight/(ζ − owner) = Σ over payees of weight/(ζ − owner), with the payees' owners distinct: no leaf can be withheld or moved.
/// The same sum over the number of leaves in use: the payees are exactly the owners in use, also those whose weight is zero.
pub(crate) fn second_phase<'c>(
    config: &'c DisclosureConfig,
    first: &FirstPhase<'_>,
    challenges: [Fr; 4],
    assignment: &mut Assignment,
) -> ArithChip<'c> {
    const LABEL: ClauseLabel = labels::OWNER_WEIGHTS_ARE_THEIR_SUMS;
    let used = first.range_rows.max(first.machine.rows());
    assert!(
        used <= first.end,
        "rows past the active ones are not checked"
    );
    config
        .range_sum
        .assign(assignment, &config.range, first.end, challenges[0]);
    let mut arith = ArithChip::new(&config.second_phase_arith);
    arith.clause(labels::CHALLENGE_CELL);
    let cell_refs = arith.load_challenges(assignment, &challenges[1..]);
    let [zeta, gamma, tau] = [cell_refs[0], cell_refs[1], cell_refs[2]];
    first.machine.weigh(assignment, &mut arith, gamma, tau);
    config
        .machine
        .accumulate(assignment, first.end, challenges[2]);
    let zero = assignment.constant(Fr::ZERO);
    assignment.copy(
        config.machine.at(first.machine.rows()),
        zero,
        labels::DISCLOSURE_HASHES_ARE_PERMUTATIONS,
    );
    arith.clause(LABEL);
    let totals = [&first.leaves, &first.payees].map(|side| {
        let mut totals = [assignment.constant(Fr::ZERO); 2];
        for cells in side {
            let difference = arith.sub(assignment, zeta, cells.owner);
            let inverse = arith.inverse(assignment, difference);
            totals[0] = arith.mul_add(assignment, totals[0], cells.weight, inverse);
            totals[1] = arith.mul_add(assignment, totals[1], cells.leaves, inverse);
        }
        totals
    });
    let [of_leaves, of_payees] = totals;
    assignment.copy(of_leaves[0], of_payees[0], LABEL);
    assignment.copy(
        of_leaves[1],
        of_payees[1],
        labels::PAYEES_ARE_THE_OWNERS_IN_USE,
    );
    arith
}
