//! Plots about the places of the table and their chunks.

use super::super::ground::Use;
use super::super::subject::{Lie, Usage};
use super::usage::counted;
use super::{Gate, Teller, bit, no_bit, with};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

const PLACES: &str = "S2 active places are a prefix";
const DIGIT: &str = "S2 digit is four bits";
const PICKED: &str = "S2 picked child is the digest below";
const IDLE_CHUNK: &str = "S4 an inactive chunk holds zeros";
const WITHIN: &str = "S2 uniform positions lie within the tranche";

/// Gates of a clause for each slot, leaf, place or level.
const DIGIT_GATES: usize = 7;
const PICKED_GATES: usize = 26;
const WITHIN_GATES: usize = 8;

/// All rows of a registered chunk carry twice its link, and its slot has twice the units and draws.
pub(super) fn chunk_link(teller: &Teller<'_, '_>, usage: &Usage) -> Lie {
    let mut places = usage.inputs.places.iter().map(|place| place.slot);
    let place = places.position(|slot| slot == Some(0));
    let place = place.expect("the first slot has a chunk");
    let [raw, draws, _] = counted(teller, 0);
    let rows = usage.params.shape.records_per_chunk() / usage.params.unit_lanes;
    let links = (place * rows..(place + 1) * rows).map(|row| teller.cell(Use::Link, 0, row));
    let cells = links.chain([raw, draws]);
    Lie::of(cells.map(|cell| (cell, teller.value(cell).double())))
}

/// The gates of [`PLACES`] of a place that is not the first: bit, its complement, that of the place before, the product.
fn place_gates(teller: &Teller<'_, '_>, place: usize) -> [Gate; 4] {
    let gates = teller.gates(PLACES);
    std::array::from_fn(|at| gates[4 * place - 2 + at])
}

pub(super) fn place_gap(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let base = teller.base("a place is left out");
    let gap = usage.inputs.places.len() - 1;
    let [active, ..] = place_gates(teller, gap);
    let [.., product] = place_gates(teller, gap + 1);
    teller.around(&with(&base, bit(active, Fr::ZERO)), product)
}

/// A private place without draws whose bit is 2 and which counts as two places.
pub(super) fn active_twice(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let base = teller.base("unregistered data with a chunk of zeros");
    let [active, ..] = place_gates(teller, usage.inputs.places.len());
    let [a, _, _, d] = teller.gates("S4 bucket sums")[2];
    let places = teller.value(d) + Fr::from(2);
    let lie = with(&base, [(a, places), (d, places)]);
    no_bit(&lie, active, Fr::from(2))
}

/// The chunk at index 1 of a tranche whose first two chunks are alike, said to be at index 2.
pub(super) fn digit(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let place = usage
        .inputs
        .places
        .iter()
        .position(|place| place.chunk == 1);
    let place = place.expect("a chunk is the second of its tranche");
    let children = usage.inputs.places[place].children[0];
    assert_eq!(children[0], children[1]);
    let level = place * usage.params.shape.units_height;
    let bits = &teller.gates(DIGIT)[level * DIGIT_GATES..];
    let [low, next] = [bits[0], bits[1]];
    let even = teller.gates(PICKED)[level * PICKED_GATES + 3];
    // Whatever the lowest bit is, it picks one of the two; or the third child is picked with what makes it the first.
    let two = Fr::from(2);
    let mut lies = no_bit(&Lie::default(), low, two);
    let third = bit(low, Fr::ZERO).into_iter().chain(bit(next, Fr::ONE));
    lies.push(with(&Lie::of(third), [(even[3], two)]));
    lies
}

pub(super) fn idle_chunk(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let base = teller.base("an idle place holds a chunk");
    let place = usage.inputs.places.len();
    let [active, ..] = place_gates(teller, place);
    let product = teller.gates(IDLE_CHUNK)[2 * place + 1];
    teller.around(&with(&base, bit(active, Fr::ZERO)), product)
}

/// Cells behind the ones of a chunk, of a tranche with records to spare.
pub(super) fn positions(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let mut places = usage.inputs.places.iter();
    let place = places.position(|place| place.slot == Some(0));
    let place = place.expect("the first slot has a chunk");
    let lanes = usage.params.unit_lanes;
    let rows = usage.params.shape.records_per_chunk() / lanes;
    let units = &usage.inputs.places[place].units;
    let ones = units.iter().filter(|unit| **unit == 1).count();
    let [first, end] = [place * rows, (place + 1) * rows];
    // The last row of ones has one of two, and a row without any follows.
    let row = first + ones / lanes;
    assert!(ones % lanes == 1 && lanes == 2 && row + 2 == end);
    let base = teller.base("a registered tranche of more records");
    let cell = |row: usize, lane: usize| teller.cell(Use::Units, lane, row);
    let spare = teller.gates(WITHIN)[place * WITHIN_GATES + 4][1];
    let counted_from = |lie: &Lie, from: usize, by: Fr| {
        let counts = (from..end).map(|row| teller.cell(Use::Ones, 0, row));
        let told = counts.chain([spare]);
        with(lie, told.map(|cell| (cell, teller.value(cell) + by)))
    };
    let [one, two] = [1, 2].map(Fr::from);
    let [raw, ..] = counted(teller, 0);
    let ratio = teller.cell(Use::Ratio, 0, row);
    let drawn = teller.value(ratio) * Fr::from((row * lanes + 1) as u64);
    let heavy = [
        (cell(row, 0), two),
        (
            ratio,
            teller.value(ratio) * two.invert().unwrap_or(Fr::ZERO),
        ),
        (raw, teller.value(raw) + drawn),
    ];
    vec![
        counted_from(&with(&base, heavy), row, one),
        counted_from(&with(&base, [(cell(row, 1), two)]), row, two),
        counted_from(&with(&base, [(cell(row + 1, 1), one)]), row + 1, one),
        counted_from(&with(&base, [(cell(row + 1, 0), one)]), row + 1, one),
        counted_from(&Lie::default(), first, -one),
    ]
}
