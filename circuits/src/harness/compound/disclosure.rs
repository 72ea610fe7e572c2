//! Compound mutations of a disclosure.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::super::circuit_under_test::Disclosure;
use super::super::mutation::Mutation;
use super::builder::{CompoundMutation, Gate, MutationBuilder, bit, no_bit, with};

const CODE: ClauseLabel = labels::CLAIM_CODE_IS_ONE_OF_FIVE;
const BASIS: ClauseLabel = labels::BASIS;
const PART: ClauseLabel = labels::REGISTERED_UNITS;
const ABSENT: ClauseLabel = labels::ABSENT_PAYEES_ARE_ZERO;

/// Gates of [`CODE`] a claim.
const CODE_GATES: usize = 13;

pub(super) fn compound_mutations(
    builder: &MutationBuilder<'_, '_>,
    disclosure: &Disclosure,
) -> Vec<CompoundMutation> {
    vec![
        CompoundMutation {
            name: "a registered share written as another code's sum",
            mutations: codes(builder),
        },
        CompoundMutation {
            name: "a share of another basis",
            mutations: shares(builder),
        },
        CompoundMutation {
            name: "a leaf that is not among the registered units",
            mutations: vec![unregistered(builder)],
        },
        CompoundMutation {
            name: "an owner that is not its limbs",
            mutations: limbs(builder),
        },
        CompoundMutation {
            name: "an absent payee with something",
            mutations: absent(builder, disclosure.params.payees - 1),
        },
        CompoundMutation {
            name: "a pay kind that is not the leaves'",
            mutations: vec![kind(builder, 3 + 4 * disclosure.params.claims)],
        },
        CompoundMutation {
            name: "an owner in use without units left out",
            mutations: vec![builder.base("an owner of no weight")],
        },
    ]
}

/// Bits of code 4 that are those of other codes: −1 + 2 + 3, or 1 + 3.
fn codes(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let base = builder.base("any registered share");
    let gates = &builder.gates(CODE)[3 * CODE_GATES..];
    let bits = |mutation: &Mutation, values: [i8; 4]| {
        let values = values.map(|value| Fr::from(u64::from(value == 1)));
        let cells = gates[..4].iter().zip(values);
        with(mutation, cells.flat_map(|(gate, value)| bit(*gate, value)))
    };
    let sum = bits(&base, [0, 1, 1, 0]);
    let mut mutations = no_bit(&sum, gates[0], -Fr::ONE);
    // Four bits, their sum, then the square.
    mutations.extend(builder.around(&bits(&base, [1, 0, 1, 0]), gates[8]));
    mutations
}

/// A basis that is twice the registered units, and half of them as the registered part.
fn shares(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    let mut mutations = Vec::new();
    let mut told = |base: &str, gate: Gate, value: Fr| {
        let base = builder.base(base);
        let filled = builder.filled(&base);
        let [a, b, c, _] = gate.map(|cell_ref| filled.assignment.value(cell_ref));
        mutations.push(with(&base, [(gate[3], value)]));
        mutations.push(with(&base, [(gate[0], value - b * c)]));
        let factor = (value - a) * c.invert().unwrap_or(Fr::ZERO);
        mutations.push(with(&base, [(gate[1], factor)]));
    };
    let scaled = builder.bound(labels::SHARE_IS_AT_LEAST_LO, "k=k.")[0];
    told("half the share", scaled, Fr::from(300_000_000));
    for gate in &builder.gates(BASIS)[..3] {
        told("half the share", *gate, Fr::from(2_000));
    }
    told(
        "half the registered share",
        builder.gates(PART)[3],
        Fr::from(500),
    );
    mutations
}

/// The first leaf's units are taken as none where the registered units are added up.
fn unregistered(builder: &MutationBuilder<'_, '_>) -> Mutation {
    let gates = builder.bound(labels::UNREGISTERED_TOTAL, "k=k.");
    let first = gates[gates.len() - 1];
    with(&builder.base("no claims"), [(first[1], Fr::ZERO)])
}

/// Limbs that are in range, of another owner.
fn limbs(builder: &MutationBuilder<'_, '_>) -> Vec<Mutation> {
    [("..k.", 0), ("=.k.", 1)]
        .map(|(bindings, at)| {
            let gate = builder.bound(ABSENT, bindings)[0];
            let [limb, owner] = [gate[at], gate[3]].map(|cell| (cell, builder.value(cell)));
            Mutation::of([(limb.0, limb.1 + Fr::ONE), owner])
        })
        .into()
}

/// An absent payee with the weight, or with the leaf, of no owner.
fn absent(builder: &MutationBuilder<'_, '_>, payee: usize) -> Vec<Mutation> {
    let gates = builder.bound(ABSENT, "k=.k");
    let [weight, leaves] = [gates[2 * payee], gates[2 * payee + 1]];
    let inverse = builder.gates(labels::PAYEE_HAS_A_LEAF_IN_USE)[payee];
    let units = builder.base("units of no tranche and no owner");
    let leaf = builder.base("a tranche of no owner");
    vec![
        with(&units, [(weight[2], Fr::from(5))]),
        with(&leaf, [(leaves[2], Fr::ONE), (inverse[2], Fr::ZERO)]),
    ]
}

fn kind(builder: &MutationBuilder<'_, '_>, row: usize) -> Mutation {
    let [a, _, _, d] = builder.gates(labels::PUBLIC_INPUTS_ARE_BOUND)[row];
    let other = Fr::from(3) - builder.value(d);
    Mutation::of([a, d].map(|cell| (cell, other)))
}
