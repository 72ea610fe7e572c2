//! Compound mutations of the slots and their leaves of the usage tree.

use super::super::circuit_under_test::Usage;
use super::super::honest_witness::Use;
use super::super::mutation::Mutation;
use super::builder::{Gate, MutationBuilder, bit, no_bit, with};
use super::counted::{COUNTED, COUNTED_GATES, SIDES, counted};
use crate::assignment::CellRef;
use crate::field::power_of_two;
use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

const SLOTS: ClauseLabel = labels::ACTIVE_SLOTS_COME_FIRST;
const PARTS: ClauseLabel = labels::COUNTS_ARE_THEIR_PARTS;
const FIELDS: ClauseLabel = labels::ID_HASHES_ITS_FIELDS;
const TAG: ClauseLabel = labels::ID_STARTS_WITH_ITS_TAG;
const UNIT: ClauseLabel = labels::ONE_UNIT_DEFINITION;
const PATH: ClauseLabel = labels::PATH_CHILD_IS_THE_DIGEST;
const PATH_BIT: ClauseLabel = labels::PATH_BIT_IS_BOOLEAN;
const SCALE: ClauseLabel = labels::SCALE_IS_ONE_UNLESS_UNIFORM;
const KIND: ClauseLabel = labels::TRANCHE_IS_UNIFORM;
const LEAVES: ClauseLabel = labels::LEAVES_ARE_THE_SLOTS;
const LEAF: ClauseLabel = labels::USAGE_LEAF;
const TREE: ClauseLabel = labels::USAGE_COMMITMENT_IS_THE_TREE;

/// Gates of a clause for each slot, leaf, table chunk or level.
const SIDE_GATES: usize = 7;
const SCALE_GATES: usize = 4;
const LEAF_GATES: usize = 5;

/// Fields of an id but the first.
const FURTHER_FIELDS: usize = 6;

/// Units, draws and table chunks of the first slot are twice what they are, and 1/(θ − key) half of it.
pub(super) fn doubled(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let twice = counted(builder, 0).map(|cell| (cell, builder.value(cell).double()));
    let base = Mutation::of(twice);
    let gates = &builder.second_phase(SIDES)[..SIDE_GATES];
    let [key, whole, difference, inverse] = [0, 1, 2, 3].map(|at| gates[at]);
    let half = Fr::from(2).invert().unwrap_or(Fr::ZERO);
    let by = builder.value(difference[3]);
    let eta = builder.value(key[1]).invert().unwrap_or(Fr::ZERO);
    let over = builder.value(difference[1]).invert().unwrap_or(Fr::ZERO);
    let more = |cell: CellRef, by: Fr| (cell, builder.value(cell) + by);
    let told = [
        vec![more(difference[3], by)],
        vec![more(difference[0], by)],
        vec![more(key[0], -by)],
        vec![more(key[2], -by * eta)],
        vec![more(whole[0], -by)],
        // θ − key · (1 − by/key)
        vec![more(difference[2], by * over)],
        vec![(inverse[2], builder.value(inverse[2]) * half)],
        vec![
            (inverse[2], builder.value(inverse[2]) * half),
            (inverse[3], half),
        ],
    ];
    told.map(|cells| with(&base, cells)).into()
}

pub(super) fn slot_gap(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let base = builder.base("a slot is left out");
    let gates = builder.gates(SLOTS);
    // The first slot has its bit alone, each other also the complement of the one before and the product.
    builder.around(&with(&base, bit(gates[1], Fr::ZERO)), gates[6])
}

/// The last slot, which is idle, has a kind of 2.
pub(super) fn kind_of_idle_slot(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let bits = builder.bound(PARTS, "k==.");
    let copies = builder.copies(PARTS).into_iter();
    let counts: Vec<[CellRef; 2]> = copies
        .filter(|[_, right]| builder.honest.used(*right) == Use::Io)
        .collect();
    let slot = counts.len() - 2;
    let [_, field] = counts[slot];
    let kind = bits[slot];
    let more = power_of_two(64) * (Fr::from(2) - builder.value(kind[1]));
    let base = Mutation::of([(field, builder.value(field) + more)]);
    no_bit(&base, kind, Fr::from(2))
}

/// The first bit of the last slot's path, which is idle, is 2, and picks the id of no child.
pub(super) fn path_bit(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let bits = builder.gates(PATH_BIT);
    let choices = builder.gates(PATH);
    let first = (usage.params.slots - 1) * usage.params.shape.registry_depth;
    // Two gates a level: the difference, then the choice.
    let [difference, choice] = [choices[2 * first], choices[2 * first + 1]];
    let below = builder.value(choice[3]);
    let [left, right] = [choice[0], difference[0]].map(|child| builder.source(child));
    // left + 2 · (right − left) = below.
    let children = [(left, below + Fr::from(2)), (right, below + Fr::ONE)];
    no_bit(&Mutation::of(children), bits[first], Fr::from(2))
}

/// Left and right input of the first hash of a slot's id, and the left one of the next.
fn first_hashes(builder: &MutationBuilder<'_, '_>, slot: usize) -> [CellRef; 3] {
    let [left, _] = builder.copies(TAG)[slot];
    let [next, _] = builder.copies(FIELDS)[slot * FURTHER_FIELDS];
    let parallel_permutations = builder.honest.circuit.machine().parallel_permutations();
    let right = CellRef {
        row: left.row + parallel_permutations,
        ..left
    };
    [left, right, next]
}

pub(super) fn unhashed_field(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let [_, field, next] = first_hashes(builder, 0);
    let other = builder.value(field) + Fr::ONE;
    vec![Mutation::of([(field, other), (next, builder.value(next))])]
}

pub(super) fn other_tag(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let [tag, ..] = first_hashes(builder, builder.copies(TAG).len() - 2);
    vec![Mutation::of([(tag, builder.value(tag) + Fr::ONE)])]
}

pub(super) fn other_unit(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let base = builder.base("a registered tranche of another unit");
    builder.around(&base, builder.gates(UNIT)[1])
}

pub(super) fn scale(builder: &MutationBuilder<'_, '_>, usage: &Usage) -> Vec<Mutation> {
    let gates = builder.gates(SCALE);
    let private = gates.len() - SCALE_GATES;
    let mut mutations = Vec::new();
    let mut told = |base: &str, gate: Gate| {
        let base = builder.base(base);
        let filled = builder.filled(&base);
        let [a, _, _, d] = gate.map(|cell_ref| filled.assignment.value(cell_ref));
        mutations.push(with(&base, [(gate[3], Fr::ZERO)]));
        mutations.push(with(&base, [(gate[0], a - d)]));
    };
    if usage.params.uniform {
        told("no unregistered data, with a scale", gates[private + 2]);
        let base = builder.base("no unregistered data, with a scale");
        mutations.extend(builder.around(&base, gates[private + 3]));
        let none = builder.base("no unregistered data");
        mutations.push(with(&none, [(gates[private + 2][2], Fr::ZERO)]));
    } else {
        told("a registered tranche with a scale", gates[1]);
        told(
            "weighted unregistered data with a scale",
            gates[private + 1],
        );
    }
    mutations
}

pub(super) fn weighted(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let gates = builder.gates(KIND);
    let private = gates.len() - 2;
    let base = builder.base("weighted unregistered data");
    let slot = builder.base("a registered tranche of the other kind");
    let mut mutations = builder.around(&slot, gates[1]);
    mutations.extend(builder.around(&base, gates[private + 1]));
    mutations.push(with(&base, [(gates[private][3], Fr::ZERO)]));
    let none = builder.base("no unregistered data");
    mutations.push(with(&none, [(gates[private][2], Fr::ZERO)]));
    mutations
}

pub(super) fn leaves(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let gates = builder.second_phase(LEAVES);
    let of = |at: usize| &gates[at * LEAF_GATES..(at + 1) * LEAF_GATES];
    let slots = builder.gates(COUNTED).len() / COUNTED_GATES;
    let id = |at: usize| builder.value(of(at)[0][0]);
    let slot = 0;
    let leaf = (slots..).find(|at| id(*at) == id(slot)).unwrap_or(slots);
    let [first, second, difference] = [0, 1, 2].map(|at| of(leaf)[at]);
    let more = |cell: CellRef| (cell, builder.value(cell) + Fr::ONE);
    let same = |cell: CellRef| (cell, builder.value(cell));
    let eta = builder.value(first[1]);
    let [owner, tranche] =
        [first[2], first[0]].map(|cell| Mutation::of([more(builder.source(cell))]));
    vec![
        with(&owner, [same(first[3])]),
        with(&owner, [same(first[2])]),
        with(&owner, [same(second[0])]),
        with(&owner, [same(difference[1])]),
        with(
            &owner,
            [(difference[0], builder.value(difference[0]) + eta)],
        ),
        with(&owner, [more(of(slot)[0][2])]),
        with(&tranche, [same(first[0])]),
        with(&tranche, [more(of(slot)[0][0])]),
    ]
}

pub(super) fn other_salt(builder: &MutationBuilder<'_, '_>) -> Mutation {
    let [digest, _] = builder.copies(LEAF)[1];
    let parallel_permutations = builder.honest.circuit.machine().parallel_permutations();
    let salt = CellRef {
        row: digest.row + parallel_permutations,
        ..digest
    };
    let [child, _] = builder.copies(TREE)[0];
    Mutation::of([
        (salt, builder.value(salt) + Fr::ONE),
        (child, builder.value(child)),
    ])
}
