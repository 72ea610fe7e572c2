//! One broken thing a test, consistent with its own commitments wherever a cheat could make it so; each names the constraints that fail, all of them.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::Felt;
use tranche_protocol::hash::binary_tree::BinaryTree;
use tranche_protocol::registry::Registry;
use tranche_protocol::sample::{SampleRun, uniform};
use tranche_protocol::tranche::Tranche;

use super::super::config::UsageConfig;
use super::super::inputs::{PlaceInputs, SlotInputs, TrancheInputs, UsageInputs, UsagePublic};
use super::super::params::UsageParams;
use super::{Bench, PARAMS, SHAPE, adopt, adopted, sample};
use crate::chips::table::TableConfig;
use crate::field::to_halo;
use crate::sheet::{Sheet, Spot};

const COUNTING: &str = "S1 padding is counted at position 0";
const SLOTS: &str = "S2 S4 slots hold their chunks' sums";
const MEMBERS: &str = "S2 every active place is of a slot";
const DRAWN: &str = "S3 an active slot was drawn from";
const CHUNKS: &str = "S2 chunk sponges are the folded units";
const LOG: &str = "S5 log sponges are the folded draws";
const PICKED: &str = "S2 picked child is the digest below";
const ASCENDING: &str = "S3 registry indices ascend";
const REGISTERED: &str = "S3 id is in the registry";
const UNIT: &str = "S3 one unit definition";
const RUN: &str = "S6 run commitment opens";
const LEAVES: &str = "S7 leaves are the slots in a secret order";
/// The range check's fractions are summed with the slot identity's.
const RANGE: &str = SLOTS;

fn none(_: &UsageConfig, _: &mut Sheet) {}

/// Lies in the witness, with run and usage commitment of the lie; expects exactly these failures.
fn lies(change: impl FnOnce(&mut UsageInputs, &mut UsagePublic), expected: &[&str]) {
    let bench = Bench::new(PARAMS);
    let (mut inputs, mut public) = sample();
    change(&mut inputs, &mut public);
    let public = adopted(&bench, &inputs, &public);
    assert_eq!(bench.names(&inputs, &public, none, none), set(expected));
}

/// Names in the order of reports, each once.
fn set<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    names
}

/// Alters cells after the first phase; expects exactly these failures.
fn alters(change: impl FnOnce(&UsageConfig, &mut Sheet, &UsageInputs), expected: &[&str]) {
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let names = bench.names(
        &inputs,
        &public,
        |config, sheet| change(config, sheet, &inputs),
        none,
    );
    assert_eq!(names, set(expected));
}

fn add(sheet: &mut Sheet, spot: Spot, delta: Fr) {
    let value = sheet.value(spot);
    sheet.alter(spot, value + delta);
}

/// Counts a position by `delta` · its units more often.
fn count(config: &UsageConfig, sheet: &mut Sheet, position: usize, delta: Fr) {
    let lanes = PARAMS.unit_lanes;
    let first = TableConfig::first_position(position / lanes, lanes);
    let delta = delta * first.invert().unwrap();
    add(sheet, config.table.ratio(position), delta);
}

/// Two positions of one uniform chunk, the first drawn: moving a draw between them changes no units.
fn twins(inputs: &UsageInputs) -> (usize, usize) {
    let chunk = SHAPE.records_per_chunk();
    let drawn = |position: usize| inputs.draws.contains(&(position as u32 + 1));
    inputs
        .places
        .iter()
        .enumerate()
        .filter(|(_, place)| place.slot == Some(1))
        .flat_map(|(place, _)| place * chunk..(place + 1) * chunk - 1)
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
        |config, sheet, inputs| {
            let (first, second) = twins(inputs);
            count(config, sheet, first, -Fr::ONE);
            count(config, sheet, second, Fr::ONE);
        },
        &[COUNTING],
    );
}

#[test]
fn s1_a_wrong_multiplicity() {
    alters(
        |config, sheet, inputs| {
            let (first, _) = twins(inputs);
            count(config, sheet, first, Fr::ONE);
        },
        &[COUNTING, SLOTS],
    );
}

#[test]
fn s1_multiplicity_moved_from_the_range_table_to_the_positions() {
    alters(
        |config, sheet, inputs| {
            let (first, _) = twins(inputs);
            count(config, sheet, first, Fr::ONE);
            add(sheet, config.range.multiplicity_of(1), -Fr::ONE);
        },
        &[COUNTING, SLOTS, RANGE],
    );
}

#[test]
fn s2_another_tranches_units_root() {
    lies(
        |inputs, _| {
            let place = inputs.places.iter_mut().find(|place| place.slot == Some(0));
            place.unwrap().slot = Some(2);
        },
        &[SLOTS, MEMBERS],
    );
}

#[test]
fn s2_registered_data_passed_off_as_private() {
    lies(
        |inputs, _| {
            let place = inputs.places.iter_mut().find(|place| place.slot == Some(0));
            place.unwrap().slot = None;
        },
        &[SLOTS, MEMBERS],
    );
}

#[test]
fn s2_a_chunk_at_another_index() {
    lies(
        |inputs, _| {
            let place = inputs.places.iter_mut().find(|place| place.slot == Some(0));
            place.unwrap().chunk += 1;
        },
        &[PICKED],
    );
}

#[test]
fn s2_altered_units() {
    lies(
        |inputs, _| {
            let place = inputs.places.iter_mut().find(|place| place.slot == Some(0));
            place.unwrap().units[0] += 1;
        },
        &[PICKED],
    );
}

#[test]
fn s2_an_altered_sibling() {
    lies(
        |inputs, _| {
            let place = inputs.places.iter_mut().find(|place| place.slot == Some(0));
            place.unwrap().children[1][3] += Fr::ONE;
        },
        &[SLOTS, MEMBERS],
    );
}

#[test]
fn s2_units_other_than_those_hashed() {
    alters(
        |config, sheet, inputs| {
            let (_, second) = twins(inputs);
            add(sheet, config.table.unit(second), -Fr::ONE);
        },
        &[CHUNKS, RANGE],
    );
}

#[test]
fn s2_a_limb_out_of_range_inside_an_unchanged_pack() {
    // The first unit of a pack grows by 2^8, the second shrinks by one: the pack is the same.
    alters(
        |config, sheet, inputs| {
            let chunk = SHAPE.records_per_chunk();
            let drawn = |position: usize| inputs.draws.contains(&(position as u32 + 1));
            let pack = (0..inputs.places.len() * chunk)
                .step_by(2)
                .find(|at| !drawn(*at) && !drawn(at + 1))
                .unwrap();
            add(sheet, config.table.unit(pack), Fr::from(256));
            add(sheet, config.table.unit(pack + 1), -Fr::ONE);
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
            for place in &mut inputs.places {
                place.slot = place.slot.map(|slot| [1, 0, 2, 3][slot]);
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
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let names = bench.names(
        &inputs,
        &public,
        |config, sheet| {
            let mut edits = Vec::new();
            for copy in sheet.copies() {
                if copy.label == "S3 counts are their parts"
                    && sheet.value(copy.left) == Fr::from(64)
                {
                    edits.push(copy.left);
                }
            }
            assert!(!edits.is_empty(), "{config:?} has a scale of 64");
            for spot in edits {
                sheet.alter(spot, Fr::from(128));
            }
        },
        none,
    );
    assert!(
        names.contains(&"S3 counts are their parts".to_string()),
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
            let (place, offset) = inputs
                .places
                .iter()
                .enumerate()
                .find_map(|(i, place)| Some((i, place.units.iter().position(|u| *u == 0)?)))
                .unwrap();
            inputs.draws[10] = (place * chunk + offset + 1) as u32;
        },
        &[COUNTING, SLOTS],
    );
}

#[test]
fn s4_a_real_draw_of_an_inactive_chunk() {
    lies(
        |inputs, _| {
            let place = inputs.places.len();
            inputs.draws[10] = (place * SHAPE.records_per_chunk() + 1) as u32;
        },
        &[COUNTING],
    );
}

#[test]
fn s4_units_in_an_inactive_chunk() {
    // The hidden place is hashed and drawn, and then said to be inactive.
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let names = bench.names(&inputs, &public, super::deactivate_last_place, none);
    assert!(
        names.contains(&"S4 an inactive chunk holds zeros".to_string()),
        "{names:?}"
    );
}

#[test]
fn s5_a_log_in_another_order() {
    alters(
        |config, sheet, inputs| {
            let (a, b) = (config.draws.draw(4), config.draws.draw(9));
            assert_ne!(inputs.draws[4], inputs.draws[9]);
            let (x, y) = (sheet.value(a), sheet.value(b));
            sheet.alter(a, y);
            sheet.alter(b, x);
        },
        &[LOG],
    );
}

#[test]
fn s5_padding_before_the_last_real_draw() {
    // Counts say that the first row is padding; its draws are real.
    alters(
        |config, sheet, _| {
            let spot = config.draws.first_count(0);
            sheet.alter(spot, Fr::ZERO);
        },
        &[
            SLOTS,
            "S5 a leaf is real when it holds a real draw",
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
        |config, sheet, inputs| {
            let row = inputs.draws.len() / PARAMS.draw_lanes;
            let spot = config.draws.first_count(row);
            sheet.alter(spot, Fr::from(7));
        },
        &[
            SLOTS,
            "S5 a leaf is real when it holds a real draw",
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
    let bench = Bench::new(PARAMS);
    let (mut inputs, public) = sample();
    inputs.chunk_index_salts[0] += Fr::ONE;
    assert_eq!(bench.names(&inputs, &public, none, none), [RUN]);
}

#[test]
fn s6_another_log_salt_trace_or_salt() {
    let changes: [fn(&mut UsageInputs); 3] = [
        |inputs| inputs.log_salts[0] += Fr::ONE,
        |inputs| inputs.trace_root += Fr::ONE,
        |inputs| inputs.run_salt += Fr::ONE,
    ];
    for change in changes {
        let bench = Bench::new(PARAMS);
        let (mut inputs, public) = sample();
        change(&mut inputs);
        assert_eq!(bench.names(&inputs, &public, none, none), [RUN]);
    }
}

#[test]
fn s6_planned_passed_off_as_consumed() {
    let bench = Bench::new(PARAMS);
    let (inputs, mut public) = sample();
    public.order = Fr::ONE - public.order;
    assert_eq!(bench.names(&inputs, &public, none, none), [RUN]);
}

#[test]
fn s7_a_foreign_owner_or_rate_beside_a_true_id() {
    // The usage tree is rebuilt over the foreign owner, and its commitment published.
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let mut altered = None;
    let forge = |config: &UsageConfig, sheet: &mut Sheet| {
        let spot = super::leaf_cell(sheet, &inputs, 1);
        add(sheet, spot, Fr::from(1));
        super::propagate(config, sheet, spot);
        altered = Some(adopt(sheet, &public));
    };
    bench.names(&inputs, &public, forge, none);
    let forged = altered.unwrap();
    assert_ne!(forged.usage_commitment, public.usage_commitment);
    let names = bench.names(
        &inputs,
        &forged,
        |config, sheet| {
            let spot = super::leaf_cell(sheet, &inputs, 1);
            add(sheet, spot, Fr::from(1));
            super::propagate(config, sheet, spot);
        },
        none,
    );
    assert_eq!(names, [LEAVES]);
}

#[test]
fn s7_amounts_moved_between_leaves() {
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let forge = |config: &UsageConfig, sheet: &mut Sheet| {
        for (leaf, delta) in [(0, Fr::ONE), (1, -Fr::ONE)] {
            let spot = super::leaf_amounts(sheet, &inputs, leaf);
            add(sheet, spot, delta);
            super::propagate(config, sheet, spot);
        }
    };
    let mut altered = None;
    bench.names(
        &inputs,
        &public,
        |config, sheet| {
            forge(config, sheet);
            altered = Some(adopt(sheet, &public));
        },
        none,
    );
    let names = bench.names(&inputs, &altered.unwrap(), forge, none);
    assert_eq!(names, [LEAVES]);
}

#[test]
fn s7_another_salt_opens_another_commitment() {
    let bench = Bench::new(PARAMS);
    let (mut inputs, public) = sample();
    inputs.usage_salts[0] += Fr::ONE;
    assert_eq!(
        bench.names(&inputs, &public, none, none),
        ["S7 usage commitment is the tree over the leaves"]
    );
}

#[test]
fn s7_any_order_of_the_leaves_is_accepted() {
    lies(|inputs, _| inputs.usage_order.rotate_left(1), &[]);
}

#[test]
fn s8_public_inputs_are_bound_one_by_one() {
    for row in 0..UsagePublic::LEN {
        let bench = Bench::new(PARAMS);
        let (inputs, public) = sample();
        let mut instance = public.to_vec();
        instance[row] += Fr::ONE;
        let names = bench.names_with_instance(&inputs, &public, &instance, none, none);
        assert_eq!(names, ["S8 public inputs are bound"]);
    }
}

#[test]
fn s4_units_of_the_run_at_2_48() {
    // An unregistered scale, so that the sum passes 2^48; only the registry and the bound stand against it.
    lies(
        |inputs, _| {
            inputs.slots[1].tranche.scale = (1 << 24) - 1;
            let twin = inputs
                .places
                .iter_mut()
                .filter(|place| place.slot == Some(1));
            for place in twin {
                place.units.fill(u32::MAX);
            }
        },
        &[
            CHUNKS,
            PICKED,
            REGISTERED,
            "S4 units of the run are below 2^48",
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
        &["S4 scale is not zero"],
    );
}

#[test]
fn s4_a_weighted_tranche_with_a_scale() {
    lies(
        |inputs, _| inputs.private.scale = 1000,
        &["S4 scale is one unless uniform"],
    );
}

#[test]
fn s4_a_registered_scale_of_zero() {
    lies(
        |inputs, _| inputs.slots[1].tranche.scale = 0,
        &[REGISTERED, "S4 scale is not zero"],
    );
}

#[test]
fn s3_an_owner_of_unregistered_data() {
    lies(
        |inputs, _| inputs.private.owner_rate = Fr::from(12_345),
        &["S3 the private tranche has no owner"],
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
            for place in &mut inputs.places {
                place.slot = place.slot.map(|slot| [0, 1, 3][slot]);
            }
        },
        &[DRAWN],
    );
}

#[test]
fn s2_an_active_place_of_no_slot() {
    lies(
        |inputs, _| {
            inputs.places.push(PlaceInputs {
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
            inputs.places.push(PlaceInputs {
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
    let bench = Bench::new(PARAMS);
    let (mut inputs, mut public) = sample();
    public.registry_root = to_halo(&tree.root());
    let path = |index: usize| -> Vec<Fr> { tree.path(index).iter().map(to_halo).collect() };
    let again = inputs.slots[2].clone();
    inputs.slots.push(again);
    for (slot, index) in [1usize, 2, 4, 5].into_iter().enumerate() {
        inputs.slots[slot].index = index as u64;
        inputs.slots[slot].path = path(index);
    }
    let move_units = |config: &UsageConfig, sheet: &mut Sheet| {
        for (slot, delta) in [(2, Fr::from(1 << 40)), (3, -Fr::from(1 << 40))] {
            let spot = super::slot_sum(sheet, slot);
            add(sheet, spot, delta);
            super::propagate(config, sheet, spot);
        }
    };
    let names = bench.names(&inputs, &public, move_units, none);
    assert!(
        names.contains(&"S4 sums of a slot are in range".to_string()),
        "{names:?}"
    );
}

#[test]
fn s3_a_gap_between_active_slots() {
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let names = bench.names(
        &inputs,
        &public,
        |config, sheet| super::deactivate_slot(config, sheet, 0),
        none,
    );
    assert!(
        names.contains(&"S3 active slots are a prefix".to_string()),
        "{names:?}"
    );
    assert!(
        names.contains(&"S4 inactive slots count nothing".to_string()),
        "{names:?}"
    );
}

#[test]
fn s7_a_leaf_beyond_the_slots_is_empty() {
    // Three slots, four leaves: the fourth leaf claims units of its own.
    let bench = Bench::new(UsageParams { slots: 3, ..PARAMS });
    let (inputs, public) = sample();
    let empty = inputs
        .usage_order
        .iter()
        .position(|slot| *slot == 3)
        .unwrap();
    let forge = |config: &UsageConfig, sheet: &mut Sheet| {
        let spot = super::leaf_amounts(sheet, &inputs, empty);
        add(sheet, spot, Fr::from(1_000));
        super::propagate(config, sheet, spot);
    };
    let mut forged = None;
    let reading = |config: &UsageConfig, sheet: &mut Sheet| {
        forge(config, sheet);
        forged = Some(adopt(sheet, &public));
    };
    bench.names(&inputs, &public, reading, none);
    let names = bench.names(&inputs, &forged.unwrap(), forge, none);
    assert_eq!(names, [LEAVES]);
}

#[test]
fn s7_an_inactive_slot_with_a_leaf_of_its_own() {
    // The inactive fourth slot passes its id on to its leaf.
    let bench = Bench::new(PARAMS);
    let (inputs, public) = sample();
    let names = bench.names(
        &inputs,
        &public,
        |_, sheet| {
            let spot = super::gated_id(sheet, 3);
            assert_eq!(sheet.value(spot), Fr::ZERO);
            add(sheet, spot, Fr::ONE);
        },
        none,
    );
    assert_eq!(names, ["S7 inactive slots have empty leaves", LEAVES]);
}

#[test]
fn s2_an_empty_arrangement_leaf_that_is_not_zero() {
    let bench = Bench::new(UsageParams {
        places: 15,
        ..PARAMS
    });
    let (inputs, public) = sample();
    let names = bench.names(
        &inputs,
        &public,
        |_, sheet| {
            let label = "S2 an empty arrangement leaf is zero";
            let digests: Vec<Spot> = sheet
                .copies()
                .iter()
                .filter(|copy| copy.label == label && copy.left.row % 4 == 2)
                .map(|copy| copy.left)
                .collect();
            let spot = *digests.last().unwrap();
            let result = Spot {
                row: spot.row + 1,
                ..spot
            };
            assert_eq!(sheet.value(result), Fr::ZERO);
            add(sheet, result, Fr::ONE);
        },
        none,
    );
    assert_eq!(
        names,
        [
            "S2 an empty arrangement leaf is zero",
            "S2 arrangement holds the places"
        ]
    );
}
