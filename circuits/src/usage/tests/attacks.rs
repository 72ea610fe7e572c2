//! Attacks that follow a lie through everything that depends on it, so that one constraint alone can catch it.

use halo2_proofs::plonk::Any;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::super::config::{Challenges, UsageConfig};
use super::super::inputs::UsagePublic;
use super::super::params::UsageParams;
use super::super::{UsageCircuit, fill, late};
use super::{Bench, PARAMS, adopt, challenges, name, propagate, sample};
use crate::sheet::{Sheet, Spot};

fn with_chosen(
    params: UsageParams,
    chosen: Challenges<Fr>,
    lie: impl Fn(&UsageConfig, &mut Sheet, &mut UsagePublic),
) -> Vec<String> {
    let bench = Bench::new(params);
    let config = &bench.config;
    let (inputs, mut public) = sample();
    let mut sheet = Sheet::new(&bench.cs, params.k, config.constants);
    let first = fill::first_phase(config, &params, &inputs, &public, &mut sheet);
    lie(config, &mut sheet, &mut public);
    let late = late::second_phase(config, &params, &first, chosen, &mut sheet);
    let found = bench
        .checker
        .check(&sheet, &challenges().to_array(), &public.to_vec());
    let mut names: Vec<String> = found
        .iter()
        .map(|v| name(v, [&first.arith, &late]))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// A made-up run commitment: the digest cell of the run node says anything.
fn forge_run(_: &UsageConfig, sheet: &mut Sheet, public: &mut UsagePublic) {
    let label = "S6 run commitment opens";
    let instance = sheet
        .copies()
        .iter()
        .find(|c| c.right.row == 2 && matches!(c.right.column.column_type(), Any::Instance))
        .unwrap()
        .left;
    let digest = sheet
        .copies()
        .iter()
        .find(|c| c.right == instance && c.label == label)
        .unwrap()
        .left;
    let made_up = Fr::from(123_456_789);
    for spot in [
        digest,
        instance,
        Spot {
            row: instance.row - 3,
            ..instance
        },
    ] {
        sheet.alter(spot, made_up);
    }
    public.run_commitment = made_up;
}

#[test]
fn challenge_cells_hold_the_challenges_in_every_layout() {
    for late in [1, 2, 3] {
        let params = UsageParams {
            k: 15,
            arith: [2, late],
            ..PARAMS
        };
        let chosen = Challenges {
            tau: Fr::ZERO,
            ..challenges()
        };
        let names = with_chosen(params, chosen, forge_run);
        assert_eq!(names, ["challenge cell"], "{late} late columns");
        let chosen = Challenges {
            zeta: Fr::from(5),
            ..challenges()
        };
        assert_eq!(
            with_chosen(params, chosen, |_, _, _| ()),
            ["challenge cell"],
            "{late} late columns"
        );
    }
}

fn add(sheet: &mut Sheet, spot: Spot, delta: Fr) {
    let value = sheet.value(spot);
    sheet.alter(spot, value + delta);
}

/// Alters the first phase, adopts the commitments that follow, and names what breaks.
fn patched(params: UsageParams, lie: impl Fn(&UsageConfig, &mut Sheet)) -> Vec<String> {
    let bench = Bench::new(params);
    let (inputs, public) = sample();
    let mut forged = None;
    bench.names(
        &inputs,
        &public,
        |config, sheet| {
            lie(config, sheet);
            forged = Some(adopt(sheet, &public));
        },
        |_, _| (),
    );
    let forged = forged.unwrap();
    bench.names(
        &inputs,
        &forged,
        |config, sheet| {
            lie(config, sheet);
            for (row, value) in forged.to_vec().into_iter().enumerate() {
                let cell = sheet
                    .copies()
                    .iter()
                    .find(|c| {
                        c.right.row == row && matches!(c.right.column.column_type(), Any::Instance)
                    })
                    .unwrap()
                    .left;
                sheet.alter(cell, value);
            }
        },
        |_, _| (),
    )
}

/// Gates of the first phase by label: the spot of their a cell.
fn gates(config: &UsageConfig, params: &UsageParams, label: &str) -> Vec<Spot> {
    let bench = Bench::new(*params);
    let blank = UsageCircuit::blank(*params);
    let mut sheet = Sheet::new(&bench.cs, params.k, bench.config.constants);
    let first = fill::first_phase(
        &bench.config,
        params,
        &blank.inputs,
        &blank.public,
        &mut sheet,
    );
    let columns = config.arith.columns();
    let mut found = Vec::new();
    for row in (0..first.arith.rows()).step_by(4) {
        for (i, column) in columns.iter().enumerate() {
            if first.arith.gate_clause(row, &format!("arithmetic {i}")) == Some(label) {
                found.push(Spot::advice(*column, row));
            }
        }
    }
    found
}

fn below(spot: Spot, by: usize) -> Spot {
    Spot {
        row: spot.row + by,
        ..spot
    }
}

fn set(sheet: &mut Sheet, config: &UsageConfig, spot: Spot, value: Fr) {
    sheet.alter(spot, value);
    propagate(config, sheet, spot);
}

/// Sets all cells of a bit.
fn set_bit(config: &UsageConfig, sheet: &mut Sheet, gate: Spot, value: Fr) {
    for at in [3, 2, 1] {
        sheet.alter(below(gate, at), value);
    }
    let uses: Vec<Spot> = sheet
        .copies()
        .iter()
        .filter(|copy| copy.right == below(gate, 1))
        .map(|copy| copy.left)
        .collect();
    for spot in uses {
        set(sheet, config, spot, value);
    }
}

#[test]
fn s4_units_draws_or_places_moved_between_slots_with_leaves_and_commitment() {
    for (which, what) in ["units", "draws", "places"].into_iter().enumerate() {
        let names = patched(PARAMS, |config, sheet| {
            for (slot, delta) in [(0, Fr::ONE), (1, -Fr::ONE)] {
                let spot = super::slot_sum(sheet, slot);
                // Units, draws and places stand in consecutive gates.
                let all = gates(config, &PARAMS, "S4 inactive slots count nothing");
                let at = all.iter().position(|gate| below(*gate, 2) == spot).unwrap();
                let spot = below(all[at + which], 2);
                add(sheet, spot, delta);
                propagate(config, sheet, spot);
            }
        });
        let expected: [&[&str]; 3] = [
            &[
                "S2 S4 slots hold their chunks' sums",
                "S4 sums of a slot are in range",
                "S4 units of the run are below 2^48",
                "S7 leaves are the slots in a secret order",
            ],
            &[
                "S2 S4 slots hold their chunks' sums",
                "S3 an active slot was drawn from",
                "S4 sums of a slot are in range",
                "S7 leaves are the slots in a secret order",
            ],
            &["S2 every active place is of a slot"],
        ];
        assert_eq!(names, expected[which], "{what}");
    }
}

#[test]
fn s4_bucket_sums_moved() {
    for which in 0..3 {
        let names = patched(PARAMS, |config, sheet| {
            let gate = gates(config, &PARAMS, "S4 bucket sums")[which];
            add(sheet, gate, Fr::ONE);
            add(sheet, below(gate, 3), Fr::ONE);
            propagate(config, sheet, below(gate, 3));
        });
        let expected: [&[&str]; 3] = [
            &[
                "S2 S4 slots hold their chunks' sums",
                "S4 sums of a slot are in range",
                "S4 units of the run are below 2^48",
            ],
            &[
                "S2 S4 slots hold their chunks' sums",
                "S4 sums of a slot are in range",
            ],
            &["S2 every active place is of a slot"],
        ];
        assert_eq!(names, expected[which]);
    }
}

#[test]
fn s5_one_draw_more_counted_and_committed() {
    let (inputs, _) = sample();
    for with_count in [false, true] {
        let names = patched(PARAMS, |config, sheet| {
            let gate = gates(config, &PARAMS, "S5 number of draws")[0];
            add(sheet, gate, Fr::ONE);
            add(sheet, below(gate, 3), Fr::ONE);
            propagate(config, sheet, below(gate, 3));
            if with_count {
                let row = inputs.draws.len() / PARAMS.draw_lanes;
                let spot = config.draws.first_count(row);
                add(sheet, spot, Fr::ONE);
                propagate(config, sheet, spot);
            }
        });
        assert!(
            names.contains(&"S1 padding is counted at position 0".to_string()),
            "{names:?}"
        );
        assert_eq!(
            names.contains(&"S2 S4 slots hold their chunks' sums".to_string()),
            !with_count,
            "{names:?}"
        );
    }
}

#[test]
fn s3_path_bit_that_is_a_fraction() {
    // The last active slot's first sibling pair is a true one; the leaf is a mix of both.
    let names = patched(PARAMS, |config, sheet| {
        let bits = gates(config, &PARAMS, "S3 path bit is boolean");
        let checks = gates(config, &PARAMS, "S3 path child is the digest below");
        let depth = PARAMS.shape.registry_depth;
        // Two gates a level: the difference, then the choice.
        let choice = checks[2 * (2 * depth) + 1];
        let bit = bits[2 * depth];
        let leaf = sheet.value(below(choice, 3)) + Fr::ONE;
        let [left, right] = [
            sheet.value(choice),
            sheet.value(choice) + sheet.value(below(choice, 2)),
        ];
        assert!(sheet.value(below(choice, 3)) == left || sheet.value(below(choice, 3)) == right);
        // A different id: its terms change.
        let ids: Vec<Spot> = sheet
            .copies()
            .iter()
            .filter(|c| c.label == "S3 id hashes its fields")
            .map(|c| c.left)
            .collect();
        let last = ids[2 * 6 + 5];
        let terms = Spot {
            row: last.row + PARAMS.engines,
            ..last
        };
        add(sheet, terms, Fr::ONE);
        propagate(config, sheet, terms);
        let id = sheet.value(below(choice, 3));
        assert_ne!(id, leaf - Fr::ONE);
        let t = (id - left) * (right - left).invert().unwrap();
        set_bit(config, sheet, bit, t);
    });
    assert!(
        names.contains(&"S3 path bit is boolean".to_string()),
        "{names:?}"
    );
}

#[test]
fn s7_bucket_of_other_amounts() {
    let names = patched(PARAMS, |config, sheet| {
        let spot = sheet
            .copies()
            .iter()
            .filter(|c| c.label == "S7 bucket holds unit and amounts")
            .nth(1)
            .unwrap()
            .left;
        add(sheet, spot, Fr::ONE);
        propagate(config, sheet, spot);
    });
    assert_eq!(names, ["S7 bucket holds unit and amounts"]);
}

#[test]
fn s1_weights_outside_the_table_count_nothing() {
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let names = bench.names(
        &inputs,
        &public,
        |config, sheet| {
            let end = sheet.usable() - 1;
            for row in [PARAMS.table_rows() + 200, end - 2, end - 1, end] {
                for lane in 0..PARAMS.unit_lanes {
                    let at = row * PARAMS.unit_lanes + lane;
                    sheet.alter(config.table.unit(at), Fr::ONE);
                    sheet.alter(config.table.ratio(at), Fr::from(99));
                    if row < end {
                        add(sheet, config.range.multiplicity_of(0), -Fr::ONE);
                        add(sheet, config.range.multiplicity_of(1), Fr::ONE);
                    }
                }
            }
            // A draw on the row below the active ones.
            for i in 0..PARAMS.draw_lanes {
                sheet.alter(config.draws.draw(end * PARAMS.draw_lanes + i), Fr::from(3));
            }
        },
        |config, sheet| {
            for row in PARAMS.table_rows()..sheet.usable() - 2 {
                sheet.alter(config.table.link_at(row), Fr::from(7));
            }
        },
    );
    assert!(names.is_empty(), "{names:?}");
}

/// Free rows of the hash machine change nothing that is tied: rows past the last step, and the first cell of the sum.
#[test]
fn machine_rows_outside_steps_are_free_and_harmless() {
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let config = &bench.config;
    let mut sheet = Sheet::new(&bench.cs, PARAMS.k, config.constants);
    let first = fill::first_phase(config, &PARAMS, &inputs, &public, &mut sheet);
    let rows = first.machine.rows();
    let end = sheet.usable() - 1;
    let (io, [a, b, c]) = config.machine.checked().unwrap();
    for row in rows..=end {
        sheet.set(io, row, Fr::from(row as u64));
    }
    late::second_phase(config, &PARAMS, &first, challenges(), &mut sheet);
    for row in rows..=end {
        for column in [a, b, c] {
            sheet.set(column, row, Fr::from(row as u64 + 1));
        }
    }
    config
        .machine
        .accumulate(&mut sheet, end, challenges().gamma);
    let start = config.machine.at(0);
    sheet.alter(start, Fr::from(12345));
    let found = bench
        .checker
        .check(&sheet, &challenges().to_array(), &public.to_vec());
    assert!(found.is_empty());
}
