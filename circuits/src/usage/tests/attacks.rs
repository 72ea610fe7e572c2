//! Attacks that follow a mutation through everything that depends on it, so that one constraint alone can catch it.

use crate::labels::{self, ClauseLabel};
use halo2_proofs::plonk::Any;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::super::config::{Challenges, UsageConfig};
use super::super::inputs::UsagePublic;
use super::super::params::UsageParams;
use super::super::{UsageCircuit, fill, second_phase};
use super::{PARAMS, UsageToy, adopt, challenges, name, propagate, sample};
use crate::assignment::{Assignment, CellRef};

fn with_chosen(
    params: UsageParams,
    chosen: Challenges<Fr>,
    lie: impl Fn(&UsageConfig, &mut Assignment, &mut UsagePublic),
) -> Vec<String> {
    let toy = UsageToy::new(params);
    let config = &toy.config;
    let (inputs, mut public) = sample();
    let mut assignment = Assignment::new(&toy.cs, params.k, config.constants);
    let first = fill::first_phase(config, &params, &inputs, &public, &mut assignment);
    lie(config, &mut assignment, &mut public);
    let second_phase = second_phase::second_phase(config, &params, &first, chosen, &mut assignment);
    let found = toy
        .checker
        .check(&assignment, &challenges().to_array(), &public.to_vec());
    let mut names: Vec<String> = found
        .iter()
        .map(|v| name(v, [&first.arith, &second_phase]))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// A made-up run commitment: the digest cell of the run node says anything.
fn forge_run(_: &UsageConfig, assignment: &mut Assignment, public: &mut UsagePublic) {
    let label = labels::RUN_COMMITMENT_OPENS;
    let instance = assignment
        .copies()
        .iter()
        .find(|c| c.right.row == 2 && matches!(c.right.column.column_type(), Any::Instance))
        .unwrap()
        .left;
    let digest = assignment
        .copies()
        .iter()
        .find(|c| c.right == instance && c.label == label)
        .unwrap()
        .left;
    let made_up = Fr::from(123_456_789);
    for cell_ref in [
        digest,
        instance,
        CellRef {
            row: instance.row - 3,
            ..instance
        },
    ] {
        assignment.alter(cell_ref, made_up);
    }
    public.run_commitment = made_up;
}

#[test]
fn challenge_cells_hold_the_challenges_in_every_layout() {
    for columns in [1, 2, 3] {
        let params = UsageParams {
            k: 15,
            arith: [2, columns],
            ..PARAMS
        };
        let chosen = Challenges {
            tau: Fr::ZERO,
            ..challenges()
        };
        let names = with_chosen(params, chosen, forge_run);
        assert_eq!(
            names,
            [labels::CHALLENGE_CELL.text()],
            "{columns} second-phase columns"
        );
        let chosen = Challenges {
            zeta: Fr::from(5),
            ..challenges()
        };
        assert_eq!(
            with_chosen(params, chosen, |_, _, _| ()),
            [labels::CHALLENGE_CELL.text()],
            "{columns} second-phase columns"
        );
    }
}

fn add(assignment: &mut Assignment, cell_ref: CellRef, delta: Fr) {
    let value = assignment.value(cell_ref);
    assignment.alter(cell_ref, value + delta);
}

/// Alters the first phase, adopts the commitments that follow, and names what breaks.
fn patched(params: UsageParams, lie: impl Fn(&UsageConfig, &mut Assignment)) -> Vec<String> {
    let toy = UsageToy::new(params);
    let (inputs, public) = sample();
    let mut forged = None;
    toy.names(
        &inputs,
        &public,
        |config, assignment| {
            lie(config, assignment);
            forged = Some(adopt(assignment, &public));
        },
        |_, _| (),
    );
    let forged = forged.unwrap();
    toy.names(
        &inputs,
        &forged,
        |config, assignment| {
            lie(config, assignment);
            for (row, value) in forged.to_vec().into_iter().enumerate() {
                let cell = assignment
                    .copies()
                    .iter()
                    .find(|c| {
                        c.right.row == row && matches!(c.right.column.column_type(), Any::Instance)
                    })
                    .unwrap()
                    .left;
                assignment.alter(cell, value);
            }
        },
        |_, _| (),
    )
}

/// Gates of the first phase by label: the cell of their a cell.
fn gates(config: &UsageConfig, params: &UsageParams, label: ClauseLabel) -> Vec<CellRef> {
    let toy = UsageToy::new(*params);
    let blank = UsageCircuit::blank(*params);
    let mut assignment = Assignment::new(&toy.cs, params.k, toy.config.constants);
    let first = fill::first_phase(
        &toy.config,
        params,
        &blank.inputs,
        &blank.public,
        &mut assignment,
    );
    let columns = config.arith.columns();
    let mut found = Vec::new();
    for row in (0..first.arith.rows()).step_by(4) {
        for (i, column) in columns.iter().enumerate() {
            if first.arith.gate_clause(row, &format!("arithmetic {i}")) == Some(label) {
                found.push(CellRef::advice(*column, row));
            }
        }
    }
    found
}

fn below(cell_ref: CellRef, by: usize) -> CellRef {
    CellRef {
        row: cell_ref.row + by,
        ..cell_ref
    }
}

fn set(assignment: &mut Assignment, config: &UsageConfig, cell_ref: CellRef, value: Fr) {
    assignment.alter(cell_ref, value);
    propagate(config, assignment, cell_ref);
}

/// Sets all cells of a bit.
fn set_bit(config: &UsageConfig, assignment: &mut Assignment, gate: CellRef, value: Fr) {
    for at in [3, 2, 1] {
        assignment.alter(below(gate, at), value);
    }
    let uses: Vec<CellRef> = assignment
        .copies()
        .iter()
        .filter(|copy| copy.right == below(gate, 1))
        .map(|copy| copy.left)
        .collect();
    for cell_ref in uses {
        set(assignment, config, cell_ref, value);
    }
}

#[test]
fn s4_units_draws_or_places_moved_between_slots_with_leaves_and_commitment() {
    for (which, what) in ["units", "draws", "places"].into_iter().enumerate() {
        let names = patched(PARAMS, |config, assignment| {
            for (slot, delta) in [(0, Fr::ONE), (1, -Fr::ONE)] {
                let cell_ref = super::slot_sum(assignment, slot);
                // Units, draws and table chunks stand in consecutive gates.
                let all = gates(config, &PARAMS, labels::INACTIVE_SLOTS_COUNT_NOTHING);
                let at = all
                    .iter()
                    .position(|gate| below(*gate, 2) == cell_ref)
                    .unwrap();
                let cell_ref = below(all[at + which], 2);
                add(assignment, cell_ref, delta);
                propagate(config, assignment, cell_ref);
            }
        });
        let expected: [&[&str]; 3] = [
            &[
                labels::SLOTS_HOLD_THEIR_SUMS.text(),
                labels::SLOT_SUMS_ARE_IN_RANGE.text(),
                labels::RUN_UNITS_ARE_IN_RANGE.text(),
                labels::LEAVES_ARE_THE_SLOTS.text(),
            ],
            &[
                labels::SLOTS_HOLD_THEIR_SUMS.text(),
                labels::ACTIVE_SLOT_WAS_DRAWN_FROM.text(),
                labels::SLOT_SUMS_ARE_IN_RANGE.text(),
                labels::LEAVES_ARE_THE_SLOTS.text(),
            ],
            &[labels::ACTIVE_TABLE_CHUNKS_HAVE_A_SLOT.text()],
        ];
        assert_eq!(names, expected[which], "{what}");
    }
}

#[test]
fn s4_bucket_sums_moved() {
    for which in 0..3 {
        let names = patched(PARAMS, |config, assignment| {
            let gate = gates(config, &PARAMS, labels::UNREGISTERED_SUMS)[which];
            add(assignment, gate, Fr::ONE);
            add(assignment, below(gate, 3), Fr::ONE);
            propagate(config, assignment, below(gate, 3));
        });
        let expected: [&[&str]; 3] = [
            &[
                labels::SLOTS_HOLD_THEIR_SUMS.text(),
                labels::SLOT_SUMS_ARE_IN_RANGE.text(),
                labels::RUN_UNITS_ARE_IN_RANGE.text(),
            ],
            &[
                labels::SLOTS_HOLD_THEIR_SUMS.text(),
                labels::SLOT_SUMS_ARE_IN_RANGE.text(),
            ],
            &[labels::ACTIVE_TABLE_CHUNKS_HAVE_A_SLOT.text()],
        ];
        assert_eq!(names, expected[which]);
    }
}

#[test]
fn s5_one_draw_more_counted_and_committed() {
    let (inputs, _) = sample();
    for with_count in [false, true] {
        let names = patched(PARAMS, |config, assignment| {
            let gate = gates(config, &PARAMS, labels::NUMBER_OF_DRAWS)[0];
            add(assignment, gate, Fr::ONE);
            add(assignment, below(gate, 3), Fr::ONE);
            propagate(config, assignment, below(gate, 3));
            if with_count {
                let row = inputs.draws.len() / PARAMS.draw_lanes;
                let cell_ref = config.draws.first_count(row);
                add(assignment, cell_ref, Fr::ONE);
                propagate(config, assignment, cell_ref);
            }
        });
        assert!(
            names.contains(&labels::PADDING_IS_COUNTED_AT_ZERO.text().to_string()),
            "{names:?}"
        );
        assert_eq!(
            names.contains(&labels::SLOTS_HOLD_THEIR_SUMS.text().to_string()),
            !with_count,
            "{names:?}"
        );
    }
}

#[test]
fn s3_path_bit_that_is_a_fraction() {
    // The last active slot's first sibling pair is a true one; the leaf is a mix of both.
    let names = patched(PARAMS, |config, assignment| {
        let bits = gates(config, &PARAMS, labels::PATH_BIT_IS_BOOLEAN);
        let checks = gates(config, &PARAMS, labels::PATH_CHILD_IS_THE_DIGEST);
        let depth = PARAMS.shape.registry_depth;
        // Two gates a level: the difference, then the choice.
        let choice = checks[2 * (2 * depth) + 1];
        let bit = bits[2 * depth];
        let leaf = assignment.value(below(choice, 3)) + Fr::ONE;
        let [left, right] = [
            assignment.value(choice),
            assignment.value(choice) + assignment.value(below(choice, 2)),
        ];
        assert!(
            assignment.value(below(choice, 3)) == left
                || assignment.value(below(choice, 3)) == right
        );
        // A different id: its terms change.
        let ids: Vec<CellRef> = assignment
            .copies()
            .iter()
            .filter(|c| c.label == labels::ID_HASHES_ITS_FIELDS)
            .map(|c| c.left)
            .collect();
        let last = ids[2 * 6 + 5];
        let terms = CellRef {
            row: last.row + PARAMS.parallel_permutations,
            ..last
        };
        add(assignment, terms, Fr::ONE);
        propagate(config, assignment, terms);
        let id = assignment.value(below(choice, 3));
        assert_ne!(id, leaf - Fr::ONE);
        let t = (id - left) * (right - left).invert().unwrap();
        set_bit(config, assignment, bit, t);
    });
    assert!(
        names.contains(&labels::PATH_BIT_IS_BOOLEAN.text().to_string()),
        "{names:?}"
    );
}

#[test]
fn s7_bucket_of_other_amounts() {
    let names = patched(PARAMS, |config, assignment| {
        let cell_ref = assignment
            .copies()
            .iter()
            .filter(|c| c.label == labels::UNREGISTERED_TOTAL_HOLDS_AMOUNTS)
            .nth(1)
            .unwrap()
            .left;
        add(assignment, cell_ref, Fr::ONE);
        propagate(config, assignment, cell_ref);
    });
    assert_eq!(names, [labels::UNREGISTERED_TOTAL_HOLDS_AMOUNTS.text()]);
}

#[test]
fn s1_weights_outside_the_table_count_nothing() {
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let names = toy.names(
        &inputs,
        &public,
        |config, assignment| {
            let end = assignment.usable() - 1;
            for row in [PARAMS.table_rows() + 200, end - 2, end - 1, end] {
                for lane in 0..PARAMS.unit_lanes {
                    let at = row * PARAMS.unit_lanes + lane;
                    assignment.alter(config.table.unit(at), Fr::ONE);
                    assignment.alter(config.table.multiplicity_hint(at), Fr::from(99));
                    if row < end {
                        add(assignment, config.range.multiplicity_of(0), -Fr::ONE);
                        add(assignment, config.range.multiplicity_of(1), Fr::ONE);
                    }
                }
            }
            // A draw on the row below the active ones.
            for i in 0..PARAMS.draw_lanes {
                assignment.alter(config.draws.draw(end * PARAMS.draw_lanes + i), Fr::from(3));
            }
        },
        |config, assignment| {
            for row in PARAMS.table_rows()..assignment.usable() - 2 {
                assignment.alter(config.table.key_inverse_at(row), Fr::from(7));
            }
        },
    );
    assert!(names.is_empty(), "{names:?}");
}

/// Free rows of the hash machine change nothing that is tied: rows past the last step, and the first cell of the sum.
#[test]
fn machine_rows_outside_steps_are_free_and_harmless() {
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let config = &toy.config;
    let mut assignment = Assignment::new(&toy.cs, PARAMS.k, config.constants);
    let first = fill::first_phase(config, &PARAMS, &inputs, &public, &mut assignment);
    let rows = first.machine.rows();
    let end = assignment.usable() - 1;
    let (io, [a, b, c]) = config.machine.checked().unwrap();
    for row in rows..=end {
        assignment.set(io, row, Fr::from(row as u64));
    }
    second_phase::second_phase(config, &PARAMS, &first, challenges(), &mut assignment);
    for row in rows..=end {
        for column in [a, b, c] {
            assignment.set(column, row, Fr::from(row as u64 + 1));
        }
    }
    config
        .machine
        .accumulate(&mut assignment, end, challenges().gamma);
    let start = config.machine.at(0);
    assignment.alter(start, Fr::from(12345));
    let found = toy
        .checker
        .check(&assignment, &challenges().to_array(), &public.to_vec());
    assert!(found.is_empty());
}
