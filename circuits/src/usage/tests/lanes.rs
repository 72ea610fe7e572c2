//! Tall layouts: few units and draws a row, packs over several rows. Each running sum and fold fails by name in each of them.

use crate::labels;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::Shape;
use tranche_protocol::sample::SampleRun;

use super::super::config::UsageConfig;
use super::super::inputs::{UsageInputs, UsagePublic};
use super::super::params::UsageParams;
use super::{PARAMS, UsageToy};
use crate::assignment::{Assignment, CellRef};

/// Packs as published, in sponges of one block.
const SHAPE: Shape = Shape {
    blocks: 1,
    units_per_pack: 10,
    draws_per_pack: 12,
    ..super::SHAPE
};

/// Units and draws a row: without helpers, with helpers of one sum, of both.
const LANES: [[usize; 2]; 4] = [[1, 2], [2, 3], [5, 2], [5, 6]];

const COUNTING: &str = labels::PADDING_IS_COUNTED_AT_ZERO.text();
const ADDED: &str = labels::DRAWS_AND_MULTIPLICITIES_ADD_UP.text();
const SLOTS: &str = labels::SLOTS_HOLD_THEIR_SUMS.text();
const WEIGHTS: &str = labels::WEIGHTS_REACH_THEIR_SLOTS.text();
const CHUNKS: &str = labels::CHUNK_SPONGES_ARE_THE_UNITS.text();
const LOG: &str = labels::LOG_SPONGES_ARE_THE_DRAWS.text();

/// A mutation in a layout.
struct Lie<'a> {
    toy: &'a UsageToy,
    inputs: &'a UsageInputs,
    public: &'a UsagePublic,
}

fn params([unit_lanes, draw_lanes]: [usize; 2], degree: usize) -> UsageParams {
    UsageParams {
        degree,
        shape: SHAPE,
        unit_lanes,
        draw_lanes,
        ..PARAMS
    }
}

fn sample() -> (UsageInputs, UsagePublic) {
    let (witness, _, statement) = SampleRun::new(&SHAPE, 300).build(&SHAPE);
    (
        UsageInputs::from_witness(&witness, [3; 32]),
        UsagePublic::from(&statement),
    )
}

fn each_layout(check: impl Fn(Lie<'_>)) {
    let (inputs, public) = sample();
    for lanes in LANES {
        for degree in [5, 9] {
            check(Lie {
                toy: &UsageToy::new(params(lanes, degree)),
                inputs: &inputs,
                public: &public,
            });
        }
    }
}

fn none(_: &UsageConfig, _: &mut Assignment) {}

fn add(assignment: &mut Assignment, cell_ref: CellRef, delta: Fr) {
    let value = assignment.value(cell_ref);
    assignment.alter(cell_ref, value + delta);
}

/// Adds one to a column's cells of the given rows.
fn raise(
    assignment: &mut Assignment,
    rows: impl Iterator<Item = usize>,
    at: impl Fn(usize) -> CellRef,
) {
    for row in rows {
        add(assignment, at(row), Fr::ONE);
    }
}

impl Lie<'_> {
    fn expects(
        &self,
        after_first: impl FnOnce(&UsageConfig, &mut Assignment),
        after_second: impl FnOnce(&UsageConfig, &mut Assignment),
        expected: &[&str],
    ) {
        let names = self
            .toy
            .names(self.inputs, self.public, after_first, after_second);
        let UsageParams {
            unit_lanes,
            draw_lanes,
            ..
        } = self.toy.params;
        assert_eq!(
            names, expected,
            "{unit_lanes} units and {draw_lanes} draws a row"
        );
    }

    /// A position of the first table chunk that no draw reads, with its neighbour in the same pack.
    fn undrawn(&self) -> usize {
        let drawn = |position: usize| self.inputs.draws.contains(&(position as u32 + 1));
        (0..SHAPE.records_per_chunk())
            .step_by(SHAPE.units_per_pack)
            .find(|at| !drawn(*at) && !drawn(at + 1))
            .unwrap()
    }
}

#[test]
fn tall_layouts_are_accepted() {
    let (inputs, public) = sample();
    for unit_lanes in [1, 2, 5, 10] {
        for draw_lanes in [1, 2, 3, 6, 12] {
            for degree in [5, 9] {
                let toy = UsageToy::new(params([unit_lanes, draw_lanes], degree));
                let names = toy.names(&inputs, &public, none, none);
                assert!(names.is_empty(), "{unit_lanes}, {draw_lanes}: {names:?}");
            }
        }
    }
}

#[test]
fn s1_a_multiplicity_of_another_position() {
    each_layout(|lie| {
        let position = lie.inputs.draws[0] as usize - 1;
        lie.expects(
            |config, assignment| {
                add(
                    assignment,
                    config.table.multiplicity_hint(position),
                    Fr::ONE,
                )
            },
            none,
            &[COUNTING, SLOTS],
        );
    });
}

#[test]
fn s2_a_unit_moved_within_a_pack() {
    each_layout(|lie| {
        let position = lie.undrawn();
        lie.expects(
            |config, assignment| {
                add(assignment, config.table.unit(position), Fr::ONE);
                add(assignment, config.table.unit(position + 1), -Fr::ONE);
            },
            none,
            &[SLOTS, CHUNKS],
        );
    });
}

#[test]
fn s2_a_limb_out_of_range() {
    // A unit grows by 2^8, the next shrinks by one: the pack is the same.
    each_layout(|lie| {
        let position = lie.undrawn();
        lie.expects(
            |config, assignment| {
                add(assignment, config.table.unit(position), Fr::from(256));
                add(assignment, config.table.unit(position + 1), -Fr::ONE);
            },
            none,
            &[SLOTS],
        );
    });
}

#[test]
fn s5_draws_in_another_order() {
    each_layout(|lie| {
        let (a, b) = (2, 11);
        assert_ne!(lie.inputs.draws[a], lie.inputs.draws[b]);
        lie.expects(
            |config, assignment| {
                let [a, b] = [a, b].map(|i| config.draws.draw(i));
                let (x, y) = (assignment.value(a), assignment.value(b));
                assignment.alter(a, y);
                assignment.alter(b, x);
            },
            none,
            &[LOG],
        );
    });
}

#[test]
fn s5_draws_below_the_log() {
    // A log that is full, and one draw more that no sponge absorbs.
    let (witness, _, statement) =
        SampleRun::new(&SHAPE, SHAPE.draws_per_leaf() * PARAMS.log_leaves).build(&SHAPE);
    let inputs = UsageInputs::from_witness(&witness, [3; 32]);
    let public = UsagePublic::from(&statement);
    for lanes in LANES {
        let toy = UsageToy::new(params(lanes, 5));
        let lie = Lie {
            toy: &toy,
            inputs: &inputs,
            public: &public,
        };
        let row = toy.params.draw_rows();
        let draw = Fr::from(u64::from(inputs.draws[0]));
        lie.expects(
            |config, assignment| {
                assignment.alter(config.draws.first_count(row), Fr::ONE);
                assignment.alter(config.draws.draw(row * lanes[1]), draw);
            },
            none,
            &[COUNTING, SLOTS, labels::NO_DRAW_BELOW_THE_LOG.text()],
        );
        // Without a count of its own.
        lie.expects(
            |config, assignment| assignment.alter(config.draws.draw(row * lanes[1]), draw),
            none,
            &[COUNTING, "S5 draw 0 past the count is padding"],
        );
    }
}

#[test]
fn s1_sums_that_begin_jump_or_end_elsewhere() {
    each_layout(|lie| {
        lie.expects(
            none,
            |config, assignment| {
                let end = assignment.usable() - 1;
                raise(assignment, 0..end + 1, |row| config.positions.sum().at(row));
                add(assignment, config.positions.total(end), Fr::ONE);
            },
            &[COUNTING, labels::COUNTING_SUM_STARTS_AT_ZERO.text()],
        );
        lie.expects(
            none,
            |config, assignment| {
                let end = assignment.usable() - 1;
                raise(assignment, 70..end + 1, |row| {
                    config.positions.sum().at(row)
                });
                add(assignment, config.positions.total(end), Fr::ONE);
            },
            &[ADDED, COUNTING],
        );
        lie.expects(
            none,
            |config, assignment| {
                let end = assignment.usable() - 1;
                add(assignment, config.positions.total(end), Fr::ONE);
            },
            &[COUNTING, labels::COUNTING_SUM_IS_ITS_CELL.text()],
        );
    });
}

#[test]
fn s4_sums_that_begin_jump_or_end_elsewhere() {
    each_layout(|lie| {
        lie.expects(
            none,
            |config, assignment| {
                let end = assignment.usable() - 1;
                raise(assignment, 0..end + 1, |row| config.weights.sum().at(row));
                add(assignment, config.weights.total(end), Fr::ONE);
            },
            &[SLOTS, labels::WEIGHT_SUM_STARTS_AT_ZERO.text()],
        );
        lie.expects(
            none,
            |config, assignment| {
                let end = assignment.usable() - 1;
                raise(assignment, 70..end + 1, |row| config.weights.sum().at(row));
                add(assignment, config.weights.total(end), Fr::ONE);
            },
            &[SLOTS, WEIGHTS],
        );
        lie.expects(
            none,
            |config, assignment| {
                let end = assignment.usable() - 1;
                add(assignment, config.weights.total(end), Fr::ONE);
            },
            &[SLOTS, labels::WEIGHT_SUM_IS_ITS_CELL.text()],
        );
    });
}

#[test]
fn helpers_that_are_not_their_fractions() {
    each_layout(|lie| {
        let counting = |config: &UsageConfig| config.positions.sum().helper_at(0, 70);
        let limbs = |config: &UsageConfig| config.weights.sum().helper_at(0, 70);
        if let Some(cell_ref) = counting(&lie.toy.config) {
            let names = [ADDED, "S1 fractions 0"];
            lie.expects(
                none,
                |_, assignment| add(assignment, cell_ref, Fr::ONE),
                &names,
            );
        }
        if let Some(cell_ref) = limbs(&lie.toy.config) {
            let names = [WEIGHTS, "range limb fractions 0"];
            lie.expects(
                none,
                |_, assignment| add(assignment, cell_ref, Fr::ONE),
                &names,
            );
        }
    });
}

#[test]
fn s2_a_link_that_changes_within_a_chunk() {
    each_layout(|lie| {
        let lanes = lie.toy.params.unit_lanes;
        let drawn = |row: usize| {
            let positions = row * lanes + 1..(row + 1) * lanes + 1;
            positions
                .into_iter()
                .any(|position| lie.inputs.draws.contains(&(position as u32)))
        };
        let rows = SHAPE.records_per_chunk() / lanes;
        let undrawn = (1..rows).find(|row| !drawn(*row)).unwrap();
        lie.expects(
            none,
            |config, assignment| add(assignment, config.table.key_inverse_at(undrawn), Fr::ONE),
            &[labels::ROWS_SHARE_KEY_INVERSE.text()],
        );
        lie.expects(
            none,
            |config, assignment| {
                let first = config.table.key_inverse_of(0, SHAPE.records_per_chunk());
                let value = assignment.value(first);
                for row in 0..rows {
                    assignment.alter(config.table.key_inverse_at(row), value + Fr::ONE);
                }
            },
            &[labels::ROWS_CARRY_KEY_INVERSE.text(), WEIGHTS],
        );
    });
}

#[test]
fn folds_that_begin_or_jump_elsewhere() {
    each_layout(|lie| {
        let [units, draws] = [lie.toy.params.table_rows(), lie.toy.params.draw_rows()];
        lie.expects(
            none,
            |config, assignment| {
                let fold = config.units_fold.as_ref().unwrap();
                add(assignment, fold.at(0), Fr::ONE);
            },
            &[
                labels::UNITS_ARE_FOLDED.text(),
                labels::UNITS_FOLD_STARTS_AT_ZERO.text(),
            ],
        );
        lie.expects(
            none,
            |config, assignment| {
                let fold = config.units_fold.as_ref().unwrap();
                add(assignment, fold.at(units), Fr::ONE);
            },
            &[CHUNKS, labels::UNITS_ARE_FOLDED.text()],
        );
        lie.expects(
            none,
            |config, assignment| add(assignment, config.draws.fold.at(0), Fr::ONE),
            &[
                labels::DRAWS_ARE_FOLDED.text(),
                labels::DRAWS_FOLD_STARTS_AT_ZERO.text(),
            ],
        );
        lie.expects(
            none,
            |config, assignment| add(assignment, config.draws.fold.at(draws), Fr::ONE),
            &[labels::DRAWS_ARE_FOLDED.text(), LOG],
        );
    });
}

#[test]
fn the_queue_is_checked_below_the_table() {
    // A queued value and the cell that it is a copy of, both past 2^8.
    each_layout(|lie| {
        let row = lie.toy.params.table_rows();
        lie.expects(
            |config, assignment| {
                let cell_ref = config.range.value(row);
                let copies = assignment.copies();
                let source = copies
                    .iter()
                    .find(|copy| copy.left == cell_ref)
                    .unwrap()
                    .right;
                add(assignment, cell_ref, Fr::from(256));
                add(assignment, source, Fr::from(256));
            },
            none,
            &[SLOTS, labels::COUNTS_ARE_THEIR_PARTS.text()],
        );
    });
}
