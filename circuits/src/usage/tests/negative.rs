//! One broken thing a test, consistent with its own commitments wherever a cheat could make it so; each names the constraints that fail, all of them.

use crate::labels;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::Felt;
use tranche_protocol::hash::binary_tree::BinaryTree;
use tranche_protocol::registry::Registry;
use tranche_protocol::sample::{SampleRun, uniform};
use tranche_protocol::tranche::Tranche;

use super::super::config::UsageConfig;
use super::super::inputs::{SlotInputs, TableChunkInputs, TrancheInputs, UsageInputs, UsagePublic};
use super::super::params::UsageParams;
use super::{PARAMS, SHAPE, UsageToy, adopt, adopted, sample};
use crate::assignment::{Assignment, CellRef};
use crate::chips::table::TableConfig;
use crate::field::to_halo;

const COUNTING: &str = labels::PADDING_IS_COUNTED_AT_ZERO.text();
const SLOTS: &str = labels::SLOTS_HOLD_THEIR_SUMS.text();
const MEMBERS: &str = labels::ACTIVE_TABLE_CHUNKS_HAVE_A_SLOT.text();
const DRAWN: &str = labels::ACTIVE_SLOT_WAS_DRAWN_FROM.text();
const CHUNKS: &str = labels::CHUNK_SPONGES_ARE_THE_UNITS.text();
const LOG: &str = labels::LOG_SPONGES_ARE_THE_DRAWS.text();
const PICKED: &str = labels::PICKED_CHILD_IS_THE_DIGEST.text();
const ASCENDING: &str = labels::REGISTRY_INDICES_ASCEND.text();
const REGISTERED: &str = labels::ID_IS_IN_THE_REGISTRY.text();
const UNIT: &str = labels::ONE_UNIT_DEFINITION.text();
const RUN: &str = labels::RUN_COMMITMENT_OPENS.text();
const LEAVES: &str = labels::LEAVES_ARE_THE_SLOTS.text();
/// The range check's fractions are summed with the slot identity's.
const RANGE: &str = SLOTS;

fn none(_: &UsageConfig, _: &mut Assignment) {}

/// Mutations in the witness, with run and usage commitment of the mutation; expects exactly these failures.
fn lies(change: impl FnOnce(&mut UsageInputs, &mut UsagePublic), expected: &[&str]) {
    let toy = UsageToy::new(PARAMS);
    let (mut inputs, mut public) = sample();
    change(&mut inputs, &mut public);
    let public = adopted(&toy, &inputs, &public);
    assert_eq!(toy.names(&inputs, &public, none, none), set(expected));
}

/// Names in the order of reports, each once.
fn set<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    names
}

/// Alters cells after the first phase; expects exactly these failures.
fn alters(change: impl FnOnce(&UsageConfig, &mut Assignment, &UsageInputs), expected: &[&str]) {
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let names = toy.names(
        &inputs,
        &public,
        |config, assignment| change(config, assignment, &inputs),
        none,
    );
    assert_eq!(names, set(expected));
}

fn add(assignment: &mut Assignment, cell_ref: CellRef, delta: Fr) {
    let value = assignment.value(cell_ref);
    assignment.alter(cell_ref, value + delta);
}

/// Counts a position by `delta` · its units more often.
fn count(config: &UsageConfig, assignment: &mut Assignment, position: usize, delta: Fr) {
    let lanes = PARAMS.unit_lanes;
    let first = TableConfig::first_position(position / lanes, lanes);
    let delta = delta * first.invert().unwrap();
    add(assignment, config.table.multiplicity_hint(position), delta);
}

/// Two positions of one uniform chunk, the first drawn: moving a draw between them changes no units.
fn twins(inputs: &UsageInputs) -> (usize, usize) {
    let chunk = SHAPE.records_per_chunk();
    let drawn = |position: usize| inputs.draws.contains(&(position as u32 + 1));
    inputs
        .table_chunks
        .iter()
        .enumerate()
        .filter(|(_, table_chunk)| table_chunk.slot == Some(1))
        .flat_map(|(table_chunk, _)| table_chunk * chunk..(table_chunk + 1) * chunk - 1)
        .map(|first| (first, first + 1))
        .find(|(first, second)| drawn(*first) && !drawn(*second))
        .unwrap()
}

#[test]
fn s1_a_draw_outside_the_table() {
    let outside = PARAMS.positions() as u32 + 1;
    lies(|inputs, _| inputs.draws[5] = outside, &[COUNTING]);
}

#[test]
fn s1_a_a_a_passed_off_as_a_b_c() {
    // The log holds two different records of equal weight; the count says one of them twice.
    alters(
        |config, assignment, inputs| {
            let (first, second) = twins(inputs);
            count(config, assignment, first, -Fr::ONE);
            count(config, assignment, second, Fr::ONE);
        },
        &[COUNTING],
    );
}

#[test]
fn s1_a_wrong_multiplicity() {
    alters(
        |config, assignment, inputs| {
            let (first, _) = twins(inputs);
            count(config, assignment, first, Fr::ONE);
        },
        &[COUNTING, SLOTS],
    );
}

#[test]
fn s1_multiplicity_moved_from_the_range_table_to_the_positions() {
    alters(
        |config, assignment, inputs| {
            let (first, _) = twins(inputs);
            count(config, assignment, first, Fr::ONE);
            add(assignment, config.range.multiplicity_of(1), -Fr::ONE);
        },
        &[COUNTING, SLOTS, RANGE],
    );
}

#[test]
fn s2_another_tranches_units_root() {
    lies(
        |inputs, _| {
            let table_chunk = inputs
                .table_chunks
                .iter_mut()
                .find(|table_chunk| table_chunk.slot == Some(0));
            table_chunk.unwrap().slot = Some(2);
        },
        &[SLOTS, MEMBERS],
    );
}

#[test]
fn s2_registered_data_passed_off_as_private() {
    lies(
        |inputs, _| {
            let table_chunk = inputs
                .table_chunks
                .iter_mut()
                .find(|table_chunk| table_chunk.slot == Some(0));
            table_chunk.unwrap().slot = None;
        },
        &[SLOTS, MEMBERS],
    );
}

#[test]
fn s2_a_chunk_at_another_index() {
    lies(
        |inputs, _| {
            let table_chunk = inputs
                .table_chunks
                .iter_mut()
                .find(|table_chunk| table_chunk.slot == Some(0));
            table_chunk.unwrap().chunk += 1;
        },
        &[PICKED],
    );
}

#[test]
fn s2_altered_units() {
    lies(
        |inputs, _| {
            let table_chunk = inputs
                .table_chunks
                .iter_mut()
                .find(|table_chunk| table_chunk.slot == Some(0));
            table_chunk.unwrap().units[0] += 1;
        },
        &[PICKED],
    );
}

#[test]
fn s2_an_altered_sibling() {
    lies(
        |inputs, _| {
            let table_chunk = inputs
                .table_chunks
                .iter_mut()
                .find(|table_chunk| table_chunk.slot == Some(0));
            table_chunk.unwrap().children[1][3] += Fr::ONE;
        },
        &[SLOTS, MEMBERS],
    );
}

#[test]
fn s2_units_other_than_those_hashed() {
    alters(
        |config, assignment, inputs| {
            let (_, second) = twins(inputs);
            add(assignment, config.table.unit(second), -Fr::ONE);
        },
        &[CHUNKS, RANGE],
    );
}

#[test]
fn s2_a_limb_out_of_range_inside_an_unchanged_pack() {
    // The first unit of a pack grows by 2^8, the second shrinks by one: the pack is the same.
    alters(
        |config, assignment, inputs| {
            let chunk = SHAPE.records_per_chunk();
            let drawn = |position: usize| inputs.draws.contains(&(position as u32 + 1));
            let pack = (0..inputs.table_chunks.len() * chunk)
                .step_by(2)
                .find(|at| !drawn(*at) && !drawn(at + 1))
                .unwrap();
            add(assignment, config.table.unit(pack), Fr::from(256));
            add(assignment, config.table.unit(pack + 1), -Fr::ONE);
        },
        &[RANGE],
    );
}

#[test]
fn s3_one_tranche_split_over_two_slots() {
    lies(
        |inputs, _| {
            let again = inputs.slots[2].clone();
            inputs.slots.push(again);
        },
        &[DRAWN, ASCENDING],
    );
}

#[test]
fn s3_slots_out_of_order() {
    lies(
        |inputs, _| {
            inputs.slots.swap(0, 1);
            for table_chunk in &mut inputs.table_chunks {
                table_chunk.slot = table_chunk.slot.map(|slot| [1, 0, 2, 3][slot]);
            }
        },
        &[ASCENDING, RANGE],
    );
}

#[test]
fn s3_an_unregistered_tranche_id() {
    lies(
        |inputs, _| inputs.slots[0].tranche.terms += Fr::ONE,
        &[REGISTERED],
    );
}

#[test]
fn s3_another_registry_root() {
    lies(|_, public| public.registry_root += Fr::ONE, &[REGISTERED]);
}

#[test]
fn s3_mixed_units() {
    lies(|_, public| public.unit += Fr::ONE, &[UNIT]);
}

#[test]
fn s3_counts_that_are_not_the_ids() {
    // Doubling a uniform tranche's scale beside the true id.
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let names = toy.names(
        &inputs,
        &public,
        |config, assignment| {
            let mut edits = Vec::new();
            for copy in assignment.copies() {
                if copy.label == labels::COUNTS_ARE_THEIR_PARTS
                    && assignment.value(copy.left) == Fr::from(64)
                {
                    edits.push(copy.left);
                }
            }
            assert!(!edits.is_empty(), "{config:?} has a scale of 64");
            for cell_ref in edits {
                assignment.alter(cell_ref, Fr::from(128));
            }
        },
        none,
    );
    assert!(
        names.contains(&labels::COUNTS_ARE_THEIR_PARTS.text().to_string()),
        "{names:?}"
    );
}

#[test]
fn s4_a_real_draw_of_padding() {
    lies(|inputs, _| inputs.draws[10] = 0, &[COUNTING]);
}

#[test]
fn s4_a_real_draw_past_the_end_of_a_tranche() {
    lies(
        |inputs, _| {
            let chunk = SHAPE.records_per_chunk();
            let (table_chunk, offset) = inputs
                .table_chunks
                .iter()
                .enumerate()
                .find_map(|(i, table_chunk)| {
                    Some((i, table_chunk.units.iter().position(|u| *u == 0)?))
                })
                .unwrap();
            inputs.draws[10] = (table_chunk * chunk + offset + 1) as u32;
        },
        &[COUNTING, SLOTS],
    );
}

#[test]
fn s4_a_real_draw_of_an_inactive_chunk() {
    lies(
        |inputs, _| {
            let table_chunk = inputs.table_chunks.len();
            inputs.draws[10] = (table_chunk * SHAPE.records_per_chunk() + 1) as u32;
        },
        &[COUNTING],
    );
}

#[test]
fn s4_units_in_an_inactive_chunk() {
    // The hidden table chunk is hashed and drawn, and then said to be inactive.
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let names = toy.names(&inputs, &public, super::deactivate_last_table_chunk, none);
    assert!(
        names.contains(&labels::INACTIVE_CHUNK_HOLDS_ZEROS.text().to_string()),
        "{names:?}"
    );
}

#[test]
fn s5_a_log_in_another_order() {
    alters(
        |config, assignment, inputs| {
            let (a, b) = (config.draws.draw(4), config.draws.draw(9));
            assert_ne!(inputs.draws[4], inputs.draws[9]);
            let (x, y) = (assignment.value(a), assignment.value(b));
            assignment.alter(a, y);
            assignment.alter(b, x);
        },
        &[LOG],
    );
}

#[test]
fn s5_padding_before_the_last_real_draw() {
    // Counts say that the first row is padding; its draws are real.
    alters(
        |config, assignment, _| {
            let cell_ref = config.draws.first_count(0);
            assignment.alter(cell_ref, Fr::ZERO);
        },
        &[
            SLOTS,
            labels::LOG_LEAF_IS_REAL.text(),
            "S5 draw 0 past the count is padding",
            "S5 draw 1 past the count is padding",
            "S5 draw 2 past the count is padding",
            "S5 group 0 is full before the next begins",
        ],
    );
}

#[test]
fn s5_a_count_that_is_none() {
    alters(
        |config, assignment, inputs| {
            let row = inputs.draws.len() / PARAMS.draw_lanes;
            let cell_ref = config.draws.first_count(row);
            assignment.alter(cell_ref, Fr::from(7));
        },
        &[
            SLOTS,
            labels::LOG_LEAF_IS_REAL.text(),
            "S5 count 0 is in range",
            "S5 group 0 is full before the next begins",
        ]
        .iter()
        .filter(|name| !name.contains("leaf") && !name.contains("group"))
        .copied()
        .collect::<Vec<_>>(),
    );
}

#[test]
fn s6_another_arrangement() {
    let toy = UsageToy::new(PARAMS);
    let (mut inputs, public) = sample();
    inputs.chunk_index_salts[0] += Fr::ONE;
    assert_eq!(toy.names(&inputs, &public, none, none), [RUN]);
}

#[test]
fn s6_another_log_salt_trace_or_salt() {
    let changes: [fn(&mut UsageInputs); 3] = [
        |inputs| inputs.log_salts[0] += Fr::ONE,
        |inputs| inputs.trace_root += Fr::ONE,
        |inputs| inputs.run_salt += Fr::ONE,
    ];
    for change in changes {
        let toy = UsageToy::new(PARAMS);
        let (mut inputs, public) = sample();
        change(&mut inputs);
        assert_eq!(toy.names(&inputs, &public, none, none), [RUN]);
    }
}

#[test]
fn s6_planned_passed_off_as_consumed() {
    let toy = UsageToy::new(PARAMS);
    let (inputs, mut public) = sample();
    public.order = Fr::ONE - public.order;
    assert_eq!(toy.names(&inputs, &public, none, none), [RUN]);
}

#[test]
fn s7_a_foreign_owner_or_rate_beside_a_true_id() {
    // The usage tree is rebuilt over the foreign owner, and its commitment published.
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let mut altered = None;
    let forge = |config: &UsageConfig, assignment: &mut Assignment| {
        let cell_ref = super::leaf_cell(assignment, &inputs, 1);
        add(assignment, cell_ref, Fr::from(1));
        super::propagate(config, assignment, cell_ref);
        altered = Some(adopt(assignment, &public));
    };
    toy.names(&inputs, &public, forge, none);
    let forged = altered.unwrap();
    assert_ne!(forged.usage_commitment, public.usage_commitment);
    let names = toy.names(
        &inputs,
        &forged,
        |config, assignment| {
            let cell_ref = super::leaf_cell(assignment, &inputs, 1);
            add(assignment, cell_ref, Fr::from(1));
            super::propagate(config, assignment, cell_ref);
        },
        none,
    );
    assert_eq!(names, [LEAVES]);
}

#[test]
fn s7_amounts_moved_between_leaves() {
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let forge = |config: &UsageConfig, assignment: &mut Assignment| {
        for (leaf, delta) in [(0, Fr::ONE), (1, -Fr::ONE)] {
            let cell_ref = super::leaf_amounts(assignment, &inputs, leaf);
            add(assignment, cell_ref, delta);
            super::propagate(config, assignment, cell_ref);
        }
    };
    let mut altered = None;
    toy.names(
        &inputs,
        &public,
        |config, assignment| {
            forge(config, assignment);
            altered = Some(adopt(assignment, &public));
        },
        none,
    );
    let names = toy.names(&inputs, &altered.unwrap(), forge, none);
    assert_eq!(names, [LEAVES]);
}

#[test]
fn s7_another_salt_opens_another_commitment() {
    let toy = UsageToy::new(PARAMS);
    let (mut inputs, public) = sample();
    inputs.usage_salts[0] += Fr::ONE;
    assert_eq!(
        toy.names(&inputs, &public, none, none),
        [labels::USAGE_COMMITMENT_IS_THE_TREE.text()]
    );
}

#[test]
fn s7_any_order_of_the_leaves_is_accepted() {
    lies(|inputs, _| inputs.usage_order.rotate_left(1), &[]);
}

#[test]
fn s8_public_inputs_are_bound_one_by_one() {
    for row in 0..UsagePublic::LEN {
        let toy = UsageToy::new(PARAMS);
        let (inputs, public) = sample();
        let mut instance = public.to_vec();
        instance[row] += Fr::ONE;
        let names = toy.names_with_instance(&inputs, &public, &instance, none, none);
        assert_eq!(names, [labels::PUBLIC_INPUTS_ARE_BOUND.text()]);
    }
}

#[test]
fn s4_units_of_the_run_at_2_48() {
    // An unregistered scale, so that the sum passes 2^48; only the registry and the bound stand against it.
    lies(
        |inputs, _| {
            inputs.slots[1].tranche.scale = (1 << 24) - 1;
            let twin = inputs
                .table_chunks
                .iter_mut()
                .filter(|table_chunk| table_chunk.slot == Some(1));
            for table_chunk in twin {
                table_chunk.units.fill(u32::MAX);
            }
        },
        &[
            CHUNKS,
            PICKED,
            REGISTERED,
            labels::RUN_UNITS_ARE_IN_RANGE.text(),
            RANGE,
        ],
    );
}

#[test]
fn s4_a_scale_of_zero_for_unregistered_data() {
    // Counted and weightless: the registered share would read one million parts per million.
    lies(
        |inputs, _| {
            inputs.private.kind = 1;
            inputs.private.scale = 0;
        },
        &[labels::SCALE_IS_NOT_ZERO.text()],
    );
}

#[test]
fn s4_a_weighted_tranche_with_a_scale() {
    lies(
        |inputs, _| inputs.private.scale = 1000,
        &[labels::SCALE_IS_ONE_UNLESS_UNIFORM.text()],
    );
}

#[test]
fn s4_a_registered_scale_of_zero() {
    lies(
        |inputs, _| inputs.slots[1].tranche.scale = 0,
        &[REGISTERED, labels::SCALE_IS_NOT_ZERO.text()],
    );
}

#[test]
fn s3_an_owner_of_unregistered_data() {
    lies(
        |inputs, _| inputs.private.owner_rate = Fr::from(12_345),
        &[labels::PRIVATE_TRANCHE_HAS_NO_OWNER.text()],
    );
}

fn registered(tranche: &Tranche, index: u32, registry: &Registry) -> SlotInputs {
    SlotInputs {
        tranche: TrancheInputs::new(
            tranche.contents(),
            to_halo(&tranche.owner_rate().felt()),
            to_halo(&tranche.terms().felt()),
        ),
        index: u64::from(index),
        path: registry.path(index).unwrap().iter().map(to_halo).collect(),
    }
}

#[test]
fn s3_an_active_slot_that_was_never_drawn_from() {
    let run = SampleRun::new(&SHAPE, 150);
    let slot = registered(&uniform(&SHAPE, 6, 1, 8), 3, &run.registry);
    lies(
        |inputs, _| {
            inputs.slots.insert(2, slot);
            for table_chunk in &mut inputs.table_chunks {
                table_chunk.slot = table_chunk.slot.map(|slot| [0, 1, 3][slot]);
            }
        },
        &[DRAWN],
    );
}

#[test]
fn s2_an_active_place_of_no_slot() {
    lies(
        |inputs, _| {
            inputs.table_chunks.push(TableChunkInputs {
                slot: Some(99),
                chunk: 0,
                units: vec![0; SHAPE.records_per_chunk()],
                children: Vec::new(),
            });
            inputs.chunk_index_salts.push(Fr::ONE);
        },
        &[MEMBERS],
    );
}

#[test]
fn s2_an_undrawn_place_with_a_made_up_chunk() {
    lies(
        |inputs, _| {
            inputs.table_chunks.push(TableChunkInputs {
                slot: Some(0),
                chunk: 0,
                units: vec![0; SHAPE.records_per_chunk()],
                children: Vec::new(),
            });
            inputs.chunk_index_salts.push(Fr::ONE);
        },
        &[MEMBERS],
    );
}

#[test]
fn s4_sums_of_one_tranche_in_two_slots_stay_in_range() {
    // The same id under two registry indices: the slots share a key, so only their sum is bound; ranges keep each from any field element.
    let run = SampleRun::new(&SHAPE, 150);
    let mut ids: Vec<Felt> = run
        .registry
        .entries()
        .iter()
        .map(|entry| entry.id.felt())
        .collect();
    ids.push(run.tranches[2].0.id().felt());
    let tree = BinaryTree::new(SHAPE.registry_depth, ids).unwrap();
    let toy = UsageToy::new(PARAMS);
    let (mut inputs, mut public) = sample();
    public.registry_root = to_halo(&tree.root());
    let path = |index: usize| -> Vec<Fr> { tree.path(index).iter().map(to_halo).collect() };
    let again = inputs.slots[2].clone();
    inputs.slots.push(again);
    for (slot, index) in [1usize, 2, 4, 5].into_iter().enumerate() {
        inputs.slots[slot].index = index as u64;
        inputs.slots[slot].path = path(index);
    }
    let move_units = |config: &UsageConfig, assignment: &mut Assignment| {
        for (slot, delta) in [(2, Fr::from(1 << 40)), (3, -Fr::from(1 << 40))] {
            let cell_ref = super::slot_sum(assignment, slot);
            add(assignment, cell_ref, delta);
            super::propagate(config, assignment, cell_ref);
        }
    };
    let names = toy.names(&inputs, &public, move_units, none);
    assert!(
        names.contains(&labels::SLOT_SUMS_ARE_IN_RANGE.text().to_string()),
        "{names:?}"
    );
}

#[test]
fn s3_a_gap_between_active_slots() {
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let names = toy.names(
        &inputs,
        &public,
        |config, assignment| super::deactivate_slot(config, assignment, 0),
        none,
    );
    assert!(
        names.contains(&labels::ACTIVE_SLOTS_COME_FIRST.text().to_string()),
        "{names:?}"
    );
    assert!(
        names.contains(&labels::INACTIVE_SLOTS_COUNT_NOTHING.text().to_string()),
        "{names:?}"
    );
}

#[test]
fn s7_a_leaf_beyond_the_slots_is_empty() {
    // Three slots, four leaves: the fourth leaf claims units of its own.
    let toy = UsageToy::new(UsageParams { slots: 3, ..PARAMS });
    let (inputs, public) = sample();
    let empty = inputs
        .usage_order
        .iter()
        .position(|slot| *slot == 3)
        .unwrap();
    let forge = |config: &UsageConfig, assignment: &mut Assignment| {
        let cell_ref = super::leaf_amounts(assignment, &inputs, empty);
        add(assignment, cell_ref, Fr::from(1_000));
        super::propagate(config, assignment, cell_ref);
    };
    let mut forged = None;
    let reading = |config: &UsageConfig, assignment: &mut Assignment| {
        forge(config, assignment);
        forged = Some(adopt(assignment, &public));
    };
    toy.names(&inputs, &public, reading, none);
    let names = toy.names(&inputs, &forged.unwrap(), forge, none);
    assert_eq!(names, [LEAVES]);
}

#[test]
fn s7_an_inactive_slot_with_a_leaf_of_its_own() {
    // The inactive fourth slot passes its id on to its leaf.
    let toy = UsageToy::new(PARAMS);
    let (inputs, public) = sample();
    let names = toy.names(
        &inputs,
        &public,
        |_, assignment| {
            let cell_ref = super::gated_id(assignment, 3);
            assert_eq!(assignment.value(cell_ref), Fr::ZERO);
            add(assignment, cell_ref, Fr::ONE);
        },
        none,
    );
    assert_eq!(
        names,
        [labels::INACTIVE_SLOTS_HAVE_EMPTY_LEAVES.text(), LEAVES]
    );
}

#[test]
fn s2_an_empty_arrangement_leaf_that_is_not_zero() {
    let toy = UsageToy::new(UsageParams {
        table_chunks: 15,
        ..PARAMS
    });
    let (inputs, public) = sample();
    let names = toy.names(
        &inputs,
        &public,
        |_, assignment| {
            let label = labels::EMPTY_CHUNK_INDEX_LEAF_IS_ZERO;
            let digests: Vec<CellRef> = assignment
                .copies()
                .iter()
                .filter(|copy| copy.label == label && copy.left.row % 4 == 2)
                .map(|copy| copy.left)
                .collect();
            let cell_ref = *digests.last().unwrap();
            let result = CellRef {
                row: cell_ref.row + 1,
                ..cell_ref
            };
            assert_eq!(assignment.value(result), Fr::ZERO);
            add(assignment, result, Fr::ONE);
        },
        none,
    );
    assert_eq!(
        names,
        [
            labels::EMPTY_CHUNK_INDEX_LEAF_IS_ZERO.text(),
            labels::CHUNK_INDEX_HOLDS_TABLE_CHUNKS.text()
        ]
    );
}
