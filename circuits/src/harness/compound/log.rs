//! Compound mutations of the log, and about sums and folds that something else makes up for.

use super::super::bases::runs::{AGAIN, hole_and_last_row};
use super::super::circuit_under_test::Usage;
use super::super::honest_witness::Use;
use super::super::mutation::Mutation;
use super::builder::{MutationBuilder, bit, with};
use super::counted::{SIDES, counted};
use crate::assignment::CellRef;
use crate::chips::machine::program::RATE;
use crate::chips::packs::PackFold;
use crate::labels::{self, ClauseLabel};
use crate::usage::config::Challenges;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

const REAL: ClauseLabel = labels::LOG_LEAF_IS_REAL;
const LOG: ClauseLabel = labels::LOG_SPONGES_ARE_THE_DRAWS;

/// Gates of a clause for each slot, leaf, table chunk or level.
const REAL_GATES: usize = 5;

pub(super) fn leaf_left_out(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let gates = &builder.gates(REAL)[REAL_GATES..];
    let [real, count, inverse] = [gates[0], gates[2], gates[3]];
    let base = with(&Mutation::of(bit(real, Fr::ZERO)), [(inverse[2], Fr::ZERO)]);
    builder.around(&base, count)
}

/// Counts that are not those of the draws, made up for by a draw that is padding.
pub(super) fn draws(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let lanes = usage.params.draw_lanes;
    let [a, _, _, d] = builder.gates(labels::NUMBER_OF_DRAWS)[0];
    let length = |mutation: &Mutation, draws: usize| {
        let told = Fr::from(draws as u64);
        with(mutation, [(a, told), (d, told)])
    };
    let drawn = usage.inputs.draws.len();
    let filled_up = |last: usize| {
        (drawn..)
            .find(|n| n % lanes == last % lanes)
            .unwrap_or(drawn)
    };
    let mut mutations = Vec::new();
    for last in 1..=lanes {
        let draws = filled_up(last);
        let row = (draws - 1) / lanes;
        let short = (builder.cell(Use::Count, 0, row), Fr::from(last as u64 - 1));
        let base = builder.base(&hole_and_last_row(last));
        mutations.push(with(&length(&base, draws - 1), [short]));
    }
    let full = filled_up(lanes);
    let below = (builder.cell(Use::Count, 0, full / lanes), -Fr::ONE);
    let base = builder.base(&hole_and_last_row(lanes));
    mutations.push(with(&length(&base, full - 1), [below]));
    let short = (builder.cell(Use::Count, 0, 1), Fr::from(lanes as u64 - 1));
    let base = builder.base("a hole at the end of a row");
    mutations.push(with(&length(&base, drawn - 1), [short]));
    let base = builder.base("a full log and a draw more");
    let row = usage.params.draw_rows();
    let drawn = Fr::from(u64::from(usage.inputs.draws[AGAIN]));
    let below = [
        (builder.cell(Use::Draw, 0, row), drawn),
        (builder.cell(Use::Count, 0, row), Fr::ONE),
    ];
    mutations.push(with(&base, below));
    mutations
}

/// A unit more of the first slot, and a draw more that is padding: a helper holds what is missing, each in turn.
pub(super) fn helpers(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let (config, end) = (&usage.config, builder.honest.end());
    let lanes = usage.params.draw_lanes;
    let drawn = usage.inputs.draws.len();
    assert_ne!(drawn % lanes, 0, "the last row of draws has room");
    let [raw, ..] = counted(builder, 0);
    let key_inverse = builder.value(builder.second_phase(SIDES)[3][2]);
    let more = |cell: CellRef| (cell, builder.value(cell) + Fr::ONE);
    let unit = Mutation::of([more(raw)]);
    let [a, _, _, d] = builder.gates(labels::NUMBER_OF_DRAWS)[0];
    let draw = Mutation::of([a, d, builder.cell(Use::Count, 0, drawn / lanes)].map(more));
    let alpha = builder.honest.challenges[0].invert().unwrap_or(Fr::ZERO);
    let (weights, positions) = (&config.weights, &config.positions);
    let sums = [
        (unit, weights.sum(), weights.total(end), key_inverse),
        (draw, positions.sum(), positions.total(end), -alpha),
    ];
    let told = sums.into_iter().flat_map(|(mutation, sum, total, by)| {
        let assignment = builder.filled(&mutation).assignment;
        let helpers = (0..).map_while(|helper| sum.helper_at(helper, 0));
        let around = helpers.map(|helper| {
            let below = (1..=end).map(|row| sum.at(row));
            let cells = below.chain([helper, total]);
            with(
                &mutation,
                cells.map(|cell| (cell, assignment.value(cell) + by)),
            )
        });
        around.collect::<Vec<_>>()
    });
    told.collect()
}

/// The square of an S-box's input with the other sign: the fifth power is the same.
pub(super) fn square(builder: &MutationBuilder<'_, '_>) -> Mutation {
    let cell = builder.cell(Use::Square, 0, 1);
    Mutation::of([(cell, -builder.value(cell))])
}

/// What a fold is at a row around a mutation, begun at a value; with its cells.
fn folded(
    builder: &MutationBuilder<'_, '_>,
    fold: &PackFold,
    mutation: &Mutation,
    row: usize,
    from: Fr,
) -> (Fr, Vec<(CellRef, Fr)>) {
    let honest = builder.honest;
    let challenges: [Fr; 7] = honest.challenges.clone().try_into().expect("seven");
    let gamma = Challenges::from_array(challenges).gamma;
    let mut assignment = builder.filled(mutation).assignment;
    fold.assign(&mut assignment, from, honest.end(), gamma);
    let rows = 0..=honest.end();
    let cell_ref = |row: usize| CellRef { row, ..fold.at(0) };
    let cells = rows.map(|row| (cell_ref(row), assignment.value(cell_ref(row))));
    (assignment.value(fold.at(row)), cells.collect())
}

/// The mutation with a fold that begins so that it ends as the honest one.
fn made_up(
    builder: &MutationBuilder<'_, '_>,
    fold: &PackFold,
    mutation: &Mutation,
    row: usize,
) -> Mutation {
    let at = |from: Fr| folded(builder, fold, mutation, row, from);
    let (zero, one) = (at(Fr::ZERO).0, at(Fr::ONE).0);
    let slope = (one - zero).invert().unwrap_or(Fr::ZERO);
    let from = (builder.value(fold.at(row)) - zero) * slope;
    with(mutation, at(from).1)
}

/// Draws in another order than the hashed ones, with a fold or a power that makes up for it.
pub(super) fn swapped(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let config = &usage.config.draws;
    let row = usage.params.draw_rows();
    let swap = |i: usize, j: usize| {
        let [one, other] = [i, j].map(|i| config.draw(i));
        let values = [other, one].map(|cell| builder.value(cell));
        Mutation::of([(one, values[0]), (other, values[1])])
    };
    // The power of the idle parallel permutations is that of γ by squaring and multiplying: an operand that is off by s moves it by s, squared as often as squares follow.
    let gates = builder.second_phase(LOG);
    let (last, raise) = gates.split_last().expect("a permutation is idle");
    let honest = builder.value(config.fold.at(row));
    let begun = made_up(builder, &config.fold, &swap(0, 1), row);
    let mut mutations = vec![with(&begun, [(last[1], honest)])];
    let squares: Vec<bool> = raise
        .iter()
        .map(|[_, b, c, _]| builder.source(*b) == builder.source(*c))
        .collect();
    let most = squares.iter().filter(|square| **square).count() - 1;
    let found = (1..usage.inputs.draws.len()).find_map(|j| {
        let mutation = swap(0, j);
        let end = folded(builder, &config.fold, &mutation, row, Fr::ZERO).0;
        let by = honest * end.invert().unwrap_or(Fr::ZERO);
        (by != Fr::ONE)
            .then(|| roots(by, most))
            .flatten()
            .map(|roots| (mutation, roots))
    });
    let (mutation, roots) = found.expect("some order has the roots");
    for (at, gate) in raise.iter().enumerate() {
        let after = squares[at + 1..].iter().filter(|square| **square).count();
        let base = builder.source(raise[0][1]);
        for operand in [gate[1], gate[2]] {
            if builder.source(operand) == base {
                let value = builder.value(operand) * roots[after];
                mutations.push(with(&mutation, [(operand, value)]));
            }
        }
    }
    mutations
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

/// An S-box of a chunk's hash that is off, a power of γ that makes its sum right, and a digest of an idle sponge that does so for the log's sum.
pub(super) fn power(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Mutation {
    let honest = builder.honest;
    let regions = &honest.filled.regions;
    // The powers from the second on come first, each the one before by γ: the fifteenth weighs blocks that others follow.
    let gates = builder.second_phase(labels::MACHINE_WEIGHTS);
    let operand = if usage.params.shape.blocks > 1 {
        gates[RATE - 2][2]
    } else {
        gates[0][1]
    };
    let idle = honest.filled.io(honest.circuit.machine()).into_iter();
    let mut digests = idle.filter(|(cell_ref, digest)| {
        let of_log = (regions[0]..regions[1]).contains(&cell_ref.row);
        *digest && of_log && honest.local.touching(*cell_ref).is_empty()
    });
    let (digest, _) = digests.next().expect("a permutation is idle");
    let fold = usage.config.units_fold.as_ref();
    let units = fold.expect("a weighted table is folded");
    let draws = builder
        .second_phase(LOG)
        .last()
        .expect("a permutation is idle")[3];
    let ends = [
        (operand, units.at(usage.params.table_rows())),
        (digest, draws),
    ];
    let sbox = builder.cell(Use::SboxInput, 0, 0);
    let mut mutation = Mutation::of([(sbox, builder.value(sbox) + Fr::ONE)]);
    for ((cell, end), row) in ends.into_iter().zip(regions) {
        let sum = builder.cell(Use::Combination, 0, *row);
        let off = |value: Fr| {
            let assignment = builder.filled(&with(&mutation, [(cell, value)])).assignment;
            assignment.value(sum) - assignment.value(end)
        };
        // Linear, but for zero, which has no inverse.
        let [one, two] = [Fr::ONE, Fr::from(2)].map(off);
        let slope = (two - one).invert().unwrap_or(Fr::ZERO);
        mutation = with(&mutation, [(cell, Fr::ONE - one * slope)]);
    }
    mutation
}

/// Units of a record that is not drawn are others than the hashed ones, and the fold begins elsewhere.
pub(super) fn units(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let config = &usage.config;
    let table = &config.table;
    let most = (1u32 << (2 * usage.params.shape.limb_bits)) - 1;
    let mut records = usage.inputs.table_chunks[0].units.iter().enumerate();
    let record = records.find(|(at, units)| {
        let idle = builder.value(table.multiplicity_hint(*at)) == Fr::ZERO;
        idle && **units > 0 && **units < most
    });
    let (at, _) = record.expect("a record is not drawn");
    let cell = table.unit(at);
    let mutation = Mutation::of([(cell, builder.value(cell) + Fr::ONE)]);
    let fold = config
        .units_fold
        .as_ref()
        .expect("a weighted table is folded");
    vec![made_up(builder, fold, &mutation, usage.params.table_rows())]
}
