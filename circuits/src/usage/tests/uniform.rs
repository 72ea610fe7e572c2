//! The uniform variant on a toy shape: it accepts a run over uniform tranches, and what it checks instead of chunk hashes fails by name.

use crate::labels;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::Registry;
use tranche_protocol::salt::RunSeed;
use tranche_protocol::sample;
use tranche_protocol::tranche::PrivateTranche;
use tranche_protocol::usage_relation::{
    Column, Draw, RunInputs, Source, SourceTranche, UsageWitness,
};

use super::super::inputs::{UsageInputs, UsagePublic};
use super::super::params::UsageParams;
use super::{PARAMS, SHAPE, UsageToy, adopted};
use crate::assignment::Assignment;

const UNIFORM: UsageParams = UsageParams {
    uniform: true,
    ..PARAMS
};

const WITHIN: &str = labels::POSITIONS_LIE_WITHIN_TRANCHE.text();
const COUNTING: &str = labels::PADDING_IS_COUNTED_AT_ZERO.text();
const SLOTS: &str = labels::SLOTS_HOLD_THEIR_SUMS.text();

/// Two registered uniform tranches and, if asked for, a private one.
fn sample(private: bool) -> (UsageInputs, UsagePublic) {
    let size = SHAPE.records_per_chunk() as u32;
    let tranches = [
        sample::uniform(&SHAPE, 2 * size - 5, 7, 1),
        sample::uniform(&SHAPE, size, 3, 2),
    ];
    let hidden = sample::uniform(&SHAPE, size / 2, 2, 3);
    let mut registry = Registry::new(&SHAPE);
    for tranche in &tranches {
        registry.append(tranche).unwrap();
    }
    let hidden = PrivateTranche::new(*hidden.contents(), 99u64.into()).unwrap();
    let mut sources: Vec<Source<'_>> = tranches
        .iter()
        .zip(0..)
        .map(|(tranche, registry_index)| Source {
            tranche: SourceTranche::Registered {
                tranche,
                registry_index,
            },
            units: Column::Ones,
        })
        .collect();
    if private {
        sources.push(Source {
            tranche: SourceTranche::Private(&hidden),
            units: Column::Ones,
        });
    }
    let inputs = RunInputs {
        sources: &sources,
        registry: &registry,
        seed: &RunSeed::new([4; 32]),
        order: LogOrder::Planned,
        trace_root: 5u64.into(),
    };
    let lengths = [2 * size - 5, size, size / 2];
    let draws = (0..120u32).map(|i| {
        let source = i % sources.len() as u32;
        Draw {
            source,
            record: i * 31 % lengths[source as usize],
        }
    });
    let (witness, artefacts) = UsageWitness::build(&SHAPE, &inputs, draws).unwrap();
    let context = sample::context(artefacts.usage.vector.unit);
    (
        UsageInputs::from_witness(&witness, [8; 32]),
        UsagePublic::from(&artefacts.statement(&context)),
    )
}

fn lies(change: impl FnOnce(&mut UsageInputs), expected: &[&str]) {
    let toy = UsageToy::new(UNIFORM);
    let (mut inputs, public) = sample(true);
    change(&mut inputs);
    let public = adopted(&toy, &inputs, &public);
    let names = toy.names(&inputs, &public, |_, _| (), |_, _| ());
    assert_eq!(names, expected);
}

#[test]
fn a_run_over_uniform_tranches_is_accepted() {
    for private in [true, false] {
        let toy = UsageToy::new(UNIFORM);
        let (inputs, public) = sample(private);
        let none: Vec<String> = Vec::new();
        assert_eq!(toy.names(&inputs, &public, |_, _| (), |_, _| ()), none);
    }
}

#[test]
fn tall_layouts_of_uniform_tranches_are_accepted() {
    let (inputs, public) = sample(true);
    for [unit_lanes, draw_lanes] in [[1, 1], [1, 3], [2, 1]] {
        let toy = UsageToy::new(UsageParams {
            unit_lanes,
            draw_lanes,
            ..UNIFORM
        });
        let names = toy.names(&inputs, &public, |_, _| (), |_, _| ());
        assert!(names.is_empty(), "{unit_lanes}, {draw_lanes}: {names:?}");
    }
}

#[test]
fn a_queued_value_out_of_range() {
    // The queue stands in the first units column below the table.
    let toy = UsageToy::new(UNIFORM);
    let (inputs, public) = sample(true);
    let names = toy.names(
        &inputs,
        &public,
        |config, assignment: &mut Assignment| {
            let cell_ref = config.range.value(UNIFORM.table_rows());
            let copies = assignment.copies();
            let source = copies
                .iter()
                .find(|copy| copy.left == cell_ref)
                .unwrap()
                .right;
            for cell_ref in [cell_ref, source] {
                let value = assignment.value(cell_ref);
                assignment.alter(cell_ref, value + Fr::from(256));
            }
        },
        |_, _| (),
    );
    assert_eq!(names, [SLOTS, labels::COUNTS_ARE_THEIR_PARTS.text()]);
}

/// The table chunk that holds the last chunk of slot 0, five records short of full.
fn last_chunk(inputs: &UsageInputs) -> usize {
    inputs
        .table_chunks
        .iter()
        .position(|table_chunk| table_chunk.slot == Some(0) && table_chunk.chunk == 1)
        .unwrap()
}

#[test]
fn s2_a_position_past_the_last_record() {
    lies(
        |inputs| {
            let table_chunk = last_chunk(inputs);
            inputs.table_chunks[table_chunk].units.fill(1);
        },
        &[WITHIN],
    );
}

#[test]
fn s2_a_chunk_past_the_end() {
    lies(
        |inputs| {
            let table_chunk = last_chunk(inputs);
            inputs.table_chunks[table_chunk].chunk = 2;
        },
        &[WITHIN],
    );
}

#[test]
fn s2_an_index_below_zero() {
    // −1 as a field element would make room for any count.
    lies(
        |inputs| {
            let table_chunk = last_chunk(inputs);
            inputs.table_chunks[table_chunk].chunk = u64::MAX;
        },
        &[WITHIN],
    );
}

#[test]
fn s2_a_cell_that_weighs_more_than_one() {
    lies(
        |inputs| {
            let table_chunk = last_chunk(inputs);
            let units = &mut inputs.table_chunks[table_chunk].units;
            units[0] = 2;
            units[SHAPE.records_per_chunk() - 6] = 0;
        },
        &[
            "S2 uniform cell 0 is boolean",
            "S2 uniform cell 1 follows a one",
        ],
    );
}

#[test]
fn s2_ones_after_a_zero() {
    lies(
        |inputs| {
            let table_chunk = last_chunk(inputs);
            let units = &mut inputs.table_chunks[table_chunk].units;
            let end = SHAPE.records_per_chunk();
            units[end - 6..].fill(0);
            units[end - 1] = 1;
        },
        &["S2 uniform cell 1 follows a one"],
    );
}

#[test]
fn s2_rows_of_ones_after_a_row_of_zeros() {
    lies(
        |inputs| {
            let table_chunk = last_chunk(inputs);
            let units = &mut inputs.table_chunks[table_chunk].units;
            let end = SHAPE.records_per_chunk();
            units[end - 8..].fill(0);
            units[end - 2..].fill(1);
        },
        &[COUNTING, SLOTS, labels::UNIFORM_ROW_FOLLOWS_ONES.text()],
    );
}

#[test]
fn s2_a_count_that_starts_below() {
    let toy = UsageToy::new(UNIFORM);
    let (inputs, public) = sample(true);
    let table_chunk = last_chunk(&inputs);
    let size = SHAPE.records_per_chunk();
    let names = toy.names(
        &inputs,
        &public,
        |config, assignment: &mut Assignment| {
            for row in 0..size / UNIFORM.unit_lanes {
                let cell_ref = config
                    .table
                    .ones_at(table_chunk * size / UNIFORM.unit_lanes + row);
                let value = assignment.value(cell_ref);
                assignment.alter(cell_ref, value - Fr::ONE);
            }
        },
        |_, _| (),
    );
    assert!(
        names.contains(&labels::UNIFORM_COUNT_STARTS.text().to_string()),
        "{names:?}"
    );
}

#[test]
fn s2_a_weighted_tranche_in_a_uniform_circuit() {
    lies(
        |inputs| inputs.private.kind = 0,
        &[
            labels::TRANCHE_IS_UNIFORM.text(),
            labels::SCALE_IS_ONE_UNLESS_UNIFORM.text(),
        ],
    );
}

#[test]
fn s4_a_draw_past_the_last_record() {
    lies(
        |inputs| {
            let table_chunk = last_chunk(inputs);
            inputs.draws[0] = ((table_chunk + 1) * SHAPE.records_per_chunk()) as u32;
        },
        &[COUNTING, SLOTS],
    );
}

#[test]
fn s3_another_number_of_records_than_the_ids() {
    lies(
        |inputs| inputs.slots[0].tranche.records += 5,
        &[labels::ID_IS_IN_THE_REGISTRY.text()],
    );
}
