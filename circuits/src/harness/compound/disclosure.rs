//! Plots about a disclosure.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::super::subject::{Disclosure, Lie};
use super::{Plot, Teller, bit, no_bit, with};
use crate::disclosure::inputs::{ClaimPublic, DisclosureInputs, DisclosurePublic};

const CODE: &str = "D6 claim code is one of five";
const BASIS: &str = "D6 basis";
const PART: &str = "D7 registered units";
const ABSENT: &str = "D4 D5 absent payees are zero";

/// Gates of [`CODE`] a claim.
const CODE_GATES: usize = 13;

/// Changes a disclosure.
type Change = fn(&mut DisclosureInputs, &mut DisclosurePublic);

/// Statements that plots start from, by name.
pub(in super::super) fn bases(
    inputs: &DisclosureInputs,
    public: &DisclosurePublic,
) -> Vec<(String, (DisclosureInputs, DisclosurePublic))> {
    let changes: [(&str, Change); 7] = [
        ("half the share", |_, public| {
            public.claims[0] = ClaimPublic {
                code: 1,
                subject: Fr::from(55),
                lo: 300_000,
                hi: 300_000,
            };
        }),
        ("half the registered share", |_, public| {
            (public.claims[3].lo, public.claims[3].hi) = (333_333, 333_333);
        }),
        ("any registered share", |_, public| {
            (public.claims[3].lo, public.claims[3].hi) = (0, 999_999);
        }),
        ("no claims", |_, public| {
            public.claims.fill(ClaimPublic::NONE)
        }),
        ("units of no tranche and no owner", |inputs, public| {
            inputs.leaves[1].units = 5;
            inputs.leaves[1].rate = 1;
            public.claims.fill(ClaimPublic::NONE);
        }),
        ("a tranche of no owner", |inputs, _| {
            inputs.leaves[1].id = Fr::from(123);
        }),
        ("an owner of no weight", |inputs, _| {
            inputs.leaves[1].id = Fr::from(123);
            inputs.leaves[1].owner = Fr::from(7);
        }),
    ];
    let changed = |(name, change): (&str, Change)| {
        let (mut inputs, mut public) = (inputs.clone(), public.clone());
        change(&mut inputs, &mut public);
        (name.to_owned(), (inputs, public))
    };
    changes.map(changed).into()
}

pub(super) fn plots(teller: &Teller<'_, '_>, disclosure: &Disclosure) -> Vec<Plot> {
    vec![
        Plot {
            name: "a registered share told as another code's sum",
            lies: codes(teller),
        },
        Plot {
            name: "a share of another basis",
            lies: shares(teller),
        },
        Plot {
            name: "a leaf that is not among the registered units",
            lies: vec![unregistered(teller)],
        },
        Plot {
            name: "an owner that is not its limbs",
            lies: limbs(teller),
        },
        Plot {
            name: "an absent payee with something",
            lies: absent(teller, disclosure.params.payees - 1),
        },
        Plot {
            name: "a pay kind that is not the leaves'",
            lies: vec![kind(teller, 3 + 4 * disclosure.params.claims)],
        },
        Plot {
            name: "an owner in use without units left out",
            lies: vec![teller.base("an owner of no weight")],
        },
    ]
}

/// Bits of code 4 that are those of other codes: −1 + 2 + 3, or 1 + 3.
fn codes(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let base = teller.base("any registered share");
    let gates = &teller.gates(CODE)[3 * CODE_GATES..];
    let bits = |lie: &Lie, values: [i8; 4]| {
        let values = values.map(|value| Fr::from(u64::from(value == 1)));
        let cells = gates[..4].iter().zip(values);
        with(lie, cells.flat_map(|(gate, value)| bit(*gate, value)))
    };
    let sum = bits(&base, [0, 1, 1, 0]);
    let mut lies = no_bit(&sum, gates[0], -Fr::ONE);
    // Four bits, their sum, then the square.
    lies.extend(teller.around(&bits(&base, [1, 0, 1, 0]), gates[8]));
    lies
}

/// A basis that is twice the registered units, and half of them as the registered part.
fn shares(teller: &Teller<'_, '_>) -> Vec<Lie> {
    let mut lies = Vec::new();
    let mut told = |base: &str, gate: super::Gate, value: Fr| {
        let base = teller.base(base);
        let filled = teller.filled(&base);
        let [a, b, c, _] = gate.map(|spot| filled.sheet.value(spot));
        lies.push(with(&base, [(gate[3], value)]));
        lies.push(with(&base, [(gate[0], value - b * c)]));
        let factor = (value - a) * c.invert().unwrap_or(Fr::ZERO);
        lies.push(with(&base, [(gate[1], factor)]));
    };
    let scaled = teller.bound("D1 D2 share is at least lo", "k=k.")[0];
    told("half the share", scaled, Fr::from(300_000_000));
    for gate in &teller.gates(BASIS)[..3] {
        told("half the share", *gate, Fr::from(2_000));
    }
    told(
        "half the registered share",
        teller.gates(PART)[3],
        Fr::from(500),
    );
    lies
}

/// The first leaf's units are taken as none where the registered units are added up.
fn unregistered(teller: &Teller<'_, '_>) -> Lie {
    let gates = teller.bound("S7 bucket", "k=k.");
    let first = gates[gates.len() - 1];
    with(&teller.base("no claims"), [(first[1], Fr::ZERO)])
}

/// Limbs that are in range, of another owner.
fn limbs(teller: &Teller<'_, '_>) -> Vec<Lie> {
    [("..k.", 0), ("=.k.", 1)]
        .map(|(bindings, at)| {
            let gate = teller.bound(ABSENT, bindings)[0];
            let [limb, owner] = [gate[at], gate[3]].map(|cell| (cell, teller.value(cell)));
            Lie::of([(limb.0, limb.1 + Fr::ONE), owner])
        })
        .into()
}

/// An absent payee with the weight, or with the leaf, of no owner.
fn absent(teller: &Teller<'_, '_>, payee: usize) -> Vec<Lie> {
    let gates = teller.bound(ABSENT, "k=.k");
    let [weight, leaves] = [gates[2 * payee], gates[2 * payee + 1]];
    let inverse = teller.gates("D4 D5 a payee has a leaf in use")[payee];
    let units = teller.base("units of no tranche and no owner");
    let leaf = teller.base("a tranche of no owner");
    vec![
        with(&units, [(weight[2], Fr::from(5))]),
        with(&leaf, [(leaves[2], Fr::ONE), (inverse[2], Fr::ZERO)]),
    ]
}

fn kind(teller: &Teller<'_, '_>, row: usize) -> Lie {
    let [a, _, _, d] = teller.gates("S8 public inputs are bound")[row];
    let other = Fr::from(3) - teller.value(d);
    Lie::of([a, d].map(|cell| (cell, other)))
}
