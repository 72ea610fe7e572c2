//! Plots about the slots and their leaves of the usage tree.

use super::super::ground::Use;
use super::super::subject::{Lie, Usage};
use super::usage::{COUNTED, COUNTED_GATES, SIDES, counted};
use super::{Gate, Teller, bit, no_bit, with};
use crate::field::power_of_two;
use crate::sheet::Spot;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

const SLOTS: &str = "S3 active slots are a prefix";
const PARTS: &str = "S3 counts are their parts";
const FIELDS: &str = "S3 id hashes its fields";
const TAG: &str = "S3 id starts with its tag";
const UNIT: &str = "S3 one unit definition";
const PATH: &str = "S3 path child is the digest below";
const PATH_BIT: &str = "S3 path bit is boolean";
const SCALE: &str = "S4 scale is one unless uniform";
const KIND: &str = "S2 tranche is uniform";
const LEAVES: &str = "S7 leaves are the slots in a secret order";
const LEAF: &str = "S7 usage leaf";
const TREE: &str = "S7 usage commitment is the tree over the leaves";

/// Gates of a clause for each slot, leaf, place or level.
const SIDE_GATES: usize = 7;
const SCALE_GATES: usize = 4;
const LEAF_GATES: usize = 5;

/// Fields of an id but the first.
const LINKS: usize = 6;

/// Units, draws and places of the first slot are twice what they are, and 1/(θ − key) half of it.
pub(super) fn doubled(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let twice = counted(teller, 0).map(|cell| (cell, teller.value(cell).double()));
    let base = Lie::of(twice);
    let gates = &teller.late(SIDES)[..SIDE_GATES];
    let [key, whole, difference, inverse] = [0, 1, 2, 3].map(|at| gates[at]);
    let half = Fr::from(2).invert().unwrap_or(Fr::ZERO);
    let by = teller.value(difference[3]);
    let eta = teller.value(key[1]).invert().unwrap_or(Fr::ZERO);
    let over = teller.value(difference[1]).invert().unwrap_or(Fr::ZERO);
    let more = |cell: Spot, by: Fr| (cell, teller.value(cell) + by);
    let told = [
        vec![more(difference[3], by)],
        vec![more(difference[0], by)],
        vec![more(key[0], -by)],
        vec![more(key[2], -by * eta)],
        vec![more(whole[0], -by)],
        // θ − key · (1 − by/key)
        vec![more(difference[2], by * over)],
        vec![(inverse[2], teller.value(inverse[2]) * half)],
        vec![
            (inverse[2], teller.value(inverse[2]) * half),
            (inverse[3], half),
        ],
    ];
    told.map(|cells| with(&base, cells)).into()
}

pub(super) fn slot_gap(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let base = teller.base("a slot is left out");
    let gates = teller.gates(SLOTS);
    // The first slot has its bit alone, each other also the complement of the one before and the product.
    teller.around(&with(&base, bit(gates[1], Fr::ZERO)), gates[6])
}

/// The last slot, which is idle, has a kind of 2.
pub(super) fn kind_of_idle_slot(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let bits = teller.bound(PARTS, "k==.");
    let copies = teller.copies(PARTS).into_iter();
    let counts: Vec<[Spot; 2]> = copies
        .filter(|[_, right]| teller.ground.used(*right) == Use::Io)
        .collect();
    let slot = counts.len() - 2;
    let [_, field] = counts[slot];
    let kind = bits[slot];
    let more = power_of_two(64) * (Fr::from(2) - teller.value(kind[1]));
    let base = Lie::of([(field, teller.value(field) + more)]);
    no_bit(&base, kind, Fr::from(2))
}

/// The first bit of the last slot's path, which is idle, is 2, and picks the id of no child.
pub(super) fn path_bit(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let bits = teller.gates(PATH_BIT);
    let choices = teller.gates(PATH);
    let first = (usage.params.slots - 1) * usage.params.shape.registry_depth;
    // Two gates a level: the difference, then the choice.
    let [difference, choice] = [choices[2 * first], choices[2 * first + 1]];
    let below = teller.value(choice[3]);
    let [left, right] = [choice[0], difference[0]].map(|child| teller.source(child));
    // left + 2 · (right − left) = below.
    let children = [(left, below + Fr::from(2)), (right, below + Fr::ONE)];
    no_bit(&Lie::of(children), bits[first], Fr::from(2))
}

/// Left and right input of the first hash of a slot's id, and the left one of the next.
fn first_hashes(teller: &Teller<'_, '_>, slot: usize) -> [Spot; 3] {
    let [left, _] = teller.copies(TAG)[slot];
    let [next, _] = teller.copies(FIELDS)[slot * LINKS];
    let engines = teller.ground.subject.machine().engines();
    let right = Spot {
        row: left.row + engines,
        ..left
    };
    [left, right, next]
}

pub(super) fn unhashed_field(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let [_, field, next] = first_hashes(teller, 0);
    let other = teller.value(field) + Fr::ONE;
    vec![Lie::of([(field, other), (next, teller.value(next))])]
}

pub(super) fn other_tag(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let [tag, ..] = first_hashes(teller, teller.copies(TAG).len() - 2);
    vec![Lie::of([(tag, teller.value(tag) + Fr::ONE)])]
}

pub(super) fn other_unit(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let base = teller.base("a registered tranche of another unit");
    teller.around(&base, teller.gates(UNIT)[1])
}

pub(super) fn scale(teller: &Teller<'_, '_>, usage: &Usage) -> Vec<Lie> {
    let gates = teller.gates(SCALE);
    let private = gates.len() - SCALE_GATES;
    let mut lies = Vec::new();
    let mut told = |base: &str, gate: Gate| {
        let base = teller.base(base);
        let filled = teller.filled(&base);
        let [a, _, _, d] = gate.map(|spot| filled.sheet.value(spot));
        lies.push(with(&base, [(gate[3], Fr::ZERO)]));
        lies.push(with(&base, [(gate[0], a - d)]));
    };
    if usage.params.uniform {
        told("no unregistered data, with a scale", gates[private + 2]);
        let base = teller.base("no unregistered data, with a scale");
        lies.extend(teller.around(&base, gates[private + 3]));
        let none = teller.base("no unregistered data");
        lies.push(with(&none, [(gates[private + 2][2], Fr::ZERO)]));
    } else {
        told("a registered tranche with a scale", gates[1]);
        told(
            "weighted unregistered data with a scale",
            gates[private + 1],
        );
    }
    lies
}

pub(super) fn weighted(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let gates = teller.gates(KIND);
    let private = gates.len() - 2;
    let base = teller.base("weighted unregistered data");
    let slot = teller.base("a registered tranche of the other kind");
    let mut lies = teller.around(&slot, gates[1]);
    lies.extend(teller.around(&base, gates[private + 1]));
    lies.push(with(&base, [(gates[private][3], Fr::ZERO)]));
    let none = teller.base("no unregistered data");
    lies.push(with(&none, [(gates[private][2], Fr::ZERO)]));
    lies
}

pub(super) fn leaves(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let gates = teller.late(LEAVES);
    let of = |at: usize| &gates[at * LEAF_GATES..(at + 1) * LEAF_GATES];
    let slots = teller.gates(COUNTED).len() / COUNTED_GATES;
    let id = |at: usize| teller.value(of(at)[0][0]);
    let slot = 0;
    let leaf = (slots..).find(|at| id(*at) == id(slot)).unwrap_or(slots);
    let [first, second, difference] = [0, 1, 2].map(|at| of(leaf)[at]);
    let more = |cell: Spot| (cell, teller.value(cell) + Fr::ONE);
    let same = |cell: Spot| (cell, teller.value(cell));
    let eta = teller.value(first[1]);
    let [owner, tranche] = [first[2], first[0]].map(|cell| Lie::of([more(teller.source(cell))]));
    vec![
        with(&owner, [same(first[3])]),
        with(&owner, [same(first[2])]),
        with(&owner, [same(second[0])]),
        with(&owner, [same(difference[1])]),
        with(&owner, [(difference[0], teller.value(difference[0]) + eta)]),
        with(&owner, [more(of(slot)[0][2])]),
        with(&tranche, [same(first[0])]),
        with(&tranche, [more(of(slot)[0][0])]),
    ]
}

pub(super) fn other_salt(teller: &Teller<'_, '_>) -> Lie {
    let [digest, _] = teller.copies(LEAF)[1];
    let engines = teller.ground.subject.machine().engines();
    let salt = Spot {
        row: digest.row + engines,
        ..digest
    };
    let [child, _] = teller.copies(TREE)[0];
    Lie::of([
        (salt, teller.value(salt) + Fr::ONE),
        (child, teller.value(child)),
    ])
}
