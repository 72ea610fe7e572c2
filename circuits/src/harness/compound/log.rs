//! Plots about the log, and about sums and folds that something else makes up for.

use super::super::ground::Use;
use super::super::subject::{Lie, Usage};
use super::runs::{AGAIN, hole_and_last_row};
use super::usage::{SIDES, counted};
use super::{Teller, bit, with};
use crate::chips::machine::program::RATE;
use crate::chips::machine::weights::COPIES;
use crate::chips::packs::PackFold;
use crate::sheet::Spot;
use crate::usage::config::Challenges;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

const REAL: &str = "S5 a leaf is real when it holds a real draw";
const LOG: &str = "S5 log sponges are the folded draws";

/// Gates of a clause for each slot, leaf, place or level.
const REAL_GATES: usize = 5;

pub(super) fn leaf_left_out(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let gates = &teller.gates(REAL)[REAL_GATES..];
    let [real, count, inverse] = [gates[0], gates[2], gates[3]];
    let base = with(&Lie::of(bit(real, Fr::ZERO)), [(inverse[2], Fr::ZERO)]);
    teller.around(&base, count)
}

/// Counts that are not those of the draws, made up for by a draw that is padding.
pub(super) fn draws(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let lanes = usage.params.draw_lanes;
    let [a, _, _, d] = teller.gates("S5 number of draws")[0];
    let length = |lie: &Lie, draws: usize| {
        let told = Fr::from(draws as u64);
        with(lie, [(a, told), (d, told)])
    };
    let drawn = usage.inputs.draws.len();
    let filled_up = |last: usize| {
        (drawn..)
            .find(|n| n % lanes == last % lanes)
            .unwrap_or(drawn)
    };
    let mut lies = Vec::new();
    for last in 1..=lanes {
        let draws = filled_up(last);
        let row = (draws - 1) / lanes;
        let short = (teller.cell(Use::Count, 0, row), Fr::from(last as u64 - 1));
        let base = teller.base(&hole_and_last_row(last));
        lies.push(with(&length(&base, draws - 1), [short]));
    }
    let full = filled_up(lanes);
    let below = (teller.cell(Use::Count, 0, full / lanes), -Fr::ONE);
    let base = teller.base(&hole_and_last_row(lanes));
    lies.push(with(&length(&base, full - 1), [below]));
    let short = (teller.cell(Use::Count, 0, 1), Fr::from(lanes as u64 - 1));
    let base = teller.base("a hole at the end of a row");
    lies.push(with(&length(&base, drawn - 1), [short]));
    let base = teller.base("a full log and a draw more");
    let row = usage.params.draw_rows();
    let drawn = Fr::from(u64::from(usage.inputs.draws[AGAIN]));
    let below = [
        (teller.cell(Use::Draw, 0, row), drawn),
        (teller.cell(Use::Count, 0, row), Fr::ONE),
    ];
    lies.push(with(&base, below));
    lies
}

/// A unit more of the first slot, and a draw more that is padding: a helper holds what is missing, each in turn.
pub(super) fn helpers(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let (config, end) = (&usage.config, teller.ground.end());
    let lanes = usage.params.draw_lanes;
    let drawn = usage.inputs.draws.len();
    assert_ne!(drawn % lanes, 0, "the last row of draws has room");
    let [raw, ..] = counted(teller, 0);
    let link = teller.value(teller.late(SIDES)[3][2]);
    let more = |cell: Spot| (cell, teller.value(cell) + Fr::ONE);
    let unit = Lie::of([more(raw)]);
    let [a, _, _, d] = teller.gates("S5 number of draws")[0];
    let draw = Lie::of([a, d, teller.cell(Use::Count, 0, drawn / lanes)].map(more));
    let alpha = teller.ground.challenges[0].invert().unwrap_or(Fr::ZERO);
    let (weights, positions) = (&config.weights, &config.positions);
    let sums = [
        (unit, weights.sum(), weights.total(end), link),
        (draw, positions.sum(), positions.total(end), -alpha),
    ];
    let told = sums.into_iter().flat_map(|(lie, sum, total, by)| {
        let sheet = teller.filled(&lie).sheet;
        let helpers = (0..).map_while(|helper| sum.helper_at(helper, 0));
        let around = helpers.map(|helper| {
            let below = (1..=end).map(|row| sum.at(row));
            let cells = below.chain([helper, total]);
            with(&lie, cells.map(|cell| (cell, sheet.value(cell) + by)))
        });
        around.collect::<Vec<_>>()
    });
    told.collect()
}

/// The square of an S-box's input with the other sign: the fifth power is the same.
pub(super) fn square(teller: &Teller<'_, '_>) -> Lie {
    let cell = teller.cell(Use::Square, 0, 1);
    Lie::of([(cell, -teller.value(cell))])
}

/// What a fold is at a row around a lie, begun at a value; with its cells.
fn folded(
    teller: &Teller<'_, '_>,
    fold: &PackFold,
    lie: &Lie,
    row: usize,
    from: Fr,
) -> (Fr, Vec<(Spot, Fr)>) {
    let ground = teller.ground;
    let challenges: [Fr; 7] = ground.challenges.clone().try_into().expect("seven");
    let gamma = Challenges::from_array(challenges).gamma;
    let mut sheet = teller.filled(lie).sheet;
    fold.assign(&mut sheet, from, ground.end(), gamma);
    let rows = 0..=ground.end();
    let spot = |row: usize| Spot { row, ..fold.at(0) };
    let cells = rows.map(|row| (spot(row), sheet.value(spot(row))));
    (sheet.value(fold.at(row)), cells.collect())
}

/// The lie with a fold that begins so that it ends as the honest one.
fn made_up(teller: &Teller<'_, '_>, fold: &PackFold, lie: &Lie, row: usize) -> Lie {
    let at = |from: Fr| folded(teller, fold, lie, row, from);
    let (zero, one) = (at(Fr::ZERO).0, at(Fr::ONE).0);
    let slope = (one - zero).invert().unwrap_or(Fr::ZERO);
    let from = (teller.value(fold.at(row)) - zero) * slope;
    with(lie, at(from).1)
}

/// Draws in another order than the hashed ones, with a fold or a power that makes up for it.
pub(super) fn swapped(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let config = &usage.config.draws;
    let row = usage.params.draw_rows();
    let swap = |i: usize, j: usize| {
        let [one, other] = [i, j].map(|i| config.draw(i));
        let values = [other, one].map(|cell| teller.value(cell));
        Lie::of([(one, values[0]), (other, values[1])])
    };
    // The power of the idle engines is that of γ by squaring and multiplying: an operand that is off by s moves it by s, squared as often as squares follow.
    let gates = teller.late(LOG);
    let (last, raise) = gates.split_last().expect("an engine is idle");
    let honest = teller.value(config.fold.at(row));
    let begun = made_up(teller, &config.fold, &swap(0, 1), row);
    let mut lies = vec![with(&begun, [(last[1], honest)])];
    let squares: Vec<bool> = raise
        .iter()
        .map(|[_, b, c, _]| teller.source(*b) == teller.source(*c))
        .collect();
    let most = squares.iter().filter(|square| **square).count() - 1;
    let found = (1..usage.inputs.draws.len()).find_map(|j| {
        let lie = swap(0, j);
        let end = folded(teller, &config.fold, &lie, row, Fr::ZERO).0;
        let by = honest * end.invert().unwrap_or(Fr::ZERO);
        (by != Fr::ONE)
            .then(|| roots(by, most))
            .flatten()
            .map(|roots| (lie, roots))
    });
    let (lie, roots) = found.expect("some order has the roots");
    for (at, gate) in raise.iter().enumerate() {
        let after = squares[at + 1..].iter().filter(|square| **square).count();
        let base = teller.source(raise[0][1]);
        for operand in [gate[1], gate[2]] {
            if teller.source(operand) == base {
                let value = teller.value(operand) * roots[after];
                lies.push(with(&lie, [(operand, value)]));
            }
        }
    }
    lies
}

/// A value, its square root, the root of that and so on.
fn roots(value: Fr, most: usize) -> Option<Vec<Fr>> {
    let mut roots = vec![value];
    for _ in 0..most {
        let last = roots[roots.len() - 1];
        roots.push(Option::from(last.sqrt())?);
    }
    Some(roots)
}

/// An S-box of a chunk's hash that is off, a power of γ that makes its sum right, and a digest of nobody's sponge that does so for the log's sum.
pub(super) fn power(teller: &Teller<'_, '_>, usage: &Usage) -> Lie {
    let ground = teller.ground;
    let regions = &ground.filled.regions;
    // The powers from the second on come first, each the one before by γ: the fifteenth weighs blocks that others follow.
    let gates = teller.late(COPIES);
    let operand = if usage.params.shape.blocks > 1 {
        gates[RATE - 2][2]
    } else {
        gates[0][1]
    };
    let idle = ground.filled.io(ground.subject.machine()).into_iter();
    let mut digests = idle.filter(|(spot, digest)| {
        let of_log = (regions[0]..regions[1]).contains(&spot.row);
        *digest && of_log && ground.local.touching(*spot).is_empty()
    });
    let (digest, _) = digests.next().expect("an engine is idle");
    let fold = usage.config.units_fold.as_ref();
    let units = fold.expect("a weighted table is folded");
    let draws = teller.late(LOG).last().expect("an engine is idle")[3];
    let ends = [
        (operand, units.at(usage.params.table_rows())),
        (digest, draws),
    ];
    let sbox = teller.cell(Use::Engine, 0, 0);
    let mut lie = Lie::of([(sbox, teller.value(sbox) + Fr::ONE)]);
    for ((cell, end), row) in ends.into_iter().zip(regions) {
        let sum = teller.cell(Use::Combination, 0, *row);
        let off = |value: Fr| {
            let sheet = teller.filled(&with(&lie, [(cell, value)])).sheet;
            sheet.value(sum) - sheet.value(end)
        };
        // Linear, but for zero, which has no inverse.
        let [one, two] = [Fr::ONE, Fr::from(2)].map(off);
        let slope = (two - one).invert().unwrap_or(Fr::ZERO);
        lie = with(&lie, [(cell, Fr::ONE - one * slope)]);
    }
    lie
}

/// Units of a record that is not drawn are others than the hashed ones, and the fold begins elsewhere.
pub(super) fn units(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let config = &usage.config;
    let table = &config.table;
    let most = (1u32 << (2 * usage.params.shape.limb_bits)) - 1;
    let mut records = usage.inputs.places[0].units.iter().enumerate();
    let record = records.find(|(at, units)| {
        let idle = teller.value(table.ratio(*at)) == Fr::ZERO;
        idle && **units > 0 && **units < most
    });
    let (at, _) = record.expect("a record is not drawn");
    let cell = table.unit(at);
    let lie = Lie::of([(cell, teller.value(cell) + Fr::ONE)]);
    let fold = config
        .units_fold
        .as_ref()
        .expect("a weighted table is folded");
    vec![made_up(teller, fold, &lie, usage.params.table_rows())]
}
