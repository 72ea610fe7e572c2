//! Compound mutations of the table chunks of the table and their chunks.

use super::super::circuit_under_test::Usage;
use super::super::honest_witness::Use;
use super::super::mutation::Mutation;
use super::builder::{Gate, MutationBuilder, bit, no_bit, with};
use super::counted::counted;
use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

const TABLE_CHUNKS: ClauseLabel = labels::ACTIVE_TABLE_CHUNKS_COME_FIRST;
const DIGIT: ClauseLabel = labels::DIGIT_IS_FOUR_BITS;
const PICKED: ClauseLabel = labels::PICKED_CHILD_IS_THE_DIGEST;
const IDLE_CHUNK: ClauseLabel = labels::INACTIVE_CHUNK_HOLDS_ZEROS;
const WITHIN: ClauseLabel = labels::POSITIONS_LIE_WITHIN_TRANCHE;

/// Gates of a clause for each slot, leaf, table chunk or level.
const DIGIT_GATES: usize = 7;
const PICKED_GATES: usize = 26;
const WITHIN_GATES: usize = 8;

/// All rows of a registered chunk carry twice its key inverse, and its slot has twice the units and draws.
pub(super) fn chunk_key_inverse(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Mutation {
    let mut table_chunks = usage
        .inputs
        .table_chunks
        .iter()
        .map(|table_chunk| table_chunk.slot);
    let table_chunk = table_chunks.position(|slot| slot == Some(0));
    let table_chunk = table_chunk.expect("the first slot has a chunk");
    let [raw, draws, _] = counted(builder, 0);
    let rows = usage.params.shape.records_per_chunk() / usage.params.unit_lanes;
    let key_inverses = (table_chunk * rows..(table_chunk + 1) * rows)
        .map(|row| builder.cell(Use::KeyInverse, 0, row));
    let cells = key_inverses.chain([raw, draws]);
    Mutation::of(cells.map(|cell| (cell, builder.value(cell).double())))
}

/// The gates of [`TABLE_CHUNKS`] of a table chunk that is not the first: bit, its complement, that of the table chunk before, the product.
fn table_chunk_gates(builder: &MutationBuilder<'_, '_>, table_chunk: usize) -> [Gate; 4] {
    let gates = builder.gates(TABLE_CHUNKS);
    std::array::from_fn(|at| gates[4 * table_chunk - 2 + at])
}

pub(super) fn table_chunk_gap(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let base = builder.base("a table chunk is left out");
    let gap = usage.inputs.table_chunks.len() - 1;
    let [active, ..] = table_chunk_gates(builder, gap);
    let [.., product] = table_chunk_gates(builder, gap + 1);
    builder.around(&with(&base, bit(active, Fr::ZERO)), product)
}

/// A private table chunk without draws whose bit is 2 and which counts as two table chunks.
pub(super) fn active_twice(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let base = builder.base("unregistered data with a chunk of zeros");
    let [active, ..] = table_chunk_gates(builder, usage.inputs.table_chunks.len());
    let [a, _, _, d] = builder.gates(labels::UNREGISTERED_SUMS)[2];
    let table_chunks = builder.value(d) + Fr::from(2);
    let mutation = with(&base, [(a, table_chunks), (d, table_chunks)]);
    no_bit(&mutation, active, Fr::from(2))
}

/// The chunk at index 1 of a tranche whose first two chunks are alike, said to be at index 2.
pub(super) fn digit(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let table_chunk = usage
        .inputs
        .table_chunks
        .iter()
        .position(|table_chunk| table_chunk.chunk == 1);
    let table_chunk = table_chunk.expect("a chunk is the second of its tranche");
    let children = usage.inputs.table_chunks[table_chunk].children[0];
    assert_eq!(children[0], children[1]);
    let level = table_chunk * usage.params.shape.units_height;
    let bits = &builder.gates(DIGIT)[level * DIGIT_GATES..];
    let [low, next] = [bits[0], bits[1]];
    let even = builder.gates(PICKED)[level * PICKED_GATES + 3];
    // Whatever the lowest bit is, it picks one of the two; or the third child is picked with what makes it the first.
    let two = Fr::from(2);
    let mut mutations = no_bit(&Mutation::default(), low, two);
    let third = bit(low, Fr::ZERO).into_iter().chain(bit(next, Fr::ONE));
    mutations.push(with(&Mutation::of(third), [(even[3], two)]));
    mutations
}

pub(super) fn idle_chunk(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let base = builder.base("an idle table chunk holds units");
    let table_chunk = usage.inputs.table_chunks.len();
    let [active, ..] = table_chunk_gates(builder, table_chunk);
    let product = builder.gates(IDLE_CHUNK)[2 * table_chunk + 1];
    builder.around(&with(&base, bit(active, Fr::ZERO)), product)
}

/// Cells behind the ones of a chunk, of a tranche with records to spare.
pub(super) fn positions(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let mut table_chunks = usage.inputs.table_chunks.iter();
    let table_chunk = table_chunks.position(|table_chunk| table_chunk.slot == Some(0));
    let table_chunk = table_chunk.expect("the first slot has a chunk");
    let lanes = usage.params.unit_lanes;
    let rows = usage.params.shape.records_per_chunk() / lanes;
    let units = &usage.inputs.table_chunks[table_chunk].units;
    let ones = units.iter().filter(|unit| **unit == 1).count();
    let [first, end] = [table_chunk * rows, (table_chunk + 1) * rows];
    // The last row of ones has one of two, and a row without any follows.
    let row = first + ones / lanes;
    assert!(ones % lanes == 1 && lanes == 2 && row + 2 == end);
    let base = builder.base("a registered tranche of more records");
    let cell = |row: usize, lane: usize| builder.cell(Use::Units, lane, row);
    let spare = builder.gates(WITHIN)[table_chunk * WITHIN_GATES + 4][1];
    let counted_from = |mutation: &Mutation, from: usize, by: Fr| {
        let counts = (from..end).map(|row| builder.cell(Use::Ones, 0, row));
        let told = counts.chain([spare]);
        with(mutation, told.map(|cell| (cell, builder.value(cell) + by)))
    };
    let [one, two] = [1, 2].map(Fr::from);
    let [raw, ..] = counted(builder, 0);
    let multiplicity_hint = builder.cell(Use::MultiplicityHint, 0, row);
    let drawn = builder.value(multiplicity_hint) * Fr::from((row * lanes + 1) as u64);
    let heavy = [
        (cell(row, 0), two),
        (
            multiplicity_hint,
            builder.value(multiplicity_hint) * two.invert().unwrap_or(Fr::ZERO),
        ),
        (raw, builder.value(raw) + drawn),
    ];
    vec![
        counted_from(&with(&base, heavy), row, one),
        counted_from(&with(&base, [(cell(row, 1), two)]), row, two),
        counted_from(&with(&base, [(cell(row + 1, 1), one)]), row + 1, one),
        counted_from(&with(&base, [(cell(row + 1, 0), one)]), row + 1, one),
        counted_from(&Mutation::default(), first, -one),
    ]
}
