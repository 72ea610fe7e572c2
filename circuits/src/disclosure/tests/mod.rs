//! The disclosure circuit on a toy shape: it accepts true claims, and each false or forged one fails at the constraint of its clause.

mod negative;

use halo2_proofs::dev::MockProver;
use halo2_proofs::plonk::ConstraintSystem;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::Shape;

use super::config::DisclosureConfig;
use super::inputs::{ClaimPublic, DisclosureInputs, DisclosurePublic, LeafInputs};
use super::params::{DisclosureParams, PAY_SCALE, SIZES};
use super::second_phase::second_phase;
use super::{DisclosureCircuit, fill};
use crate::assignment::Assignment;
use crate::checker::{Checker, Violation};
use crate::chips::machine::program::hash_value;
use crate::field::power_of_two;

pub(super) const PARAMS: DisclosureParams = DisclosureParams {
    k: 13,
    shape: Shape {
        usage_depth: 2,
        limb_bits: 12,
        ..Shape::STANDARD
    },
    claims: 4,
    payees: 3,
    parallel_permutations: 2,
    arith: [1, 1],
};

pub(super) const CHALLENGES: [u64; 4] = [0x1234_5678_9abc, 0xfeed_f00d, 0x0bad_cafe, 0xdead_beef];

/// Three tranches of two owners (1 and 2) and an idle slot; units 600, 300, 100 and 500 unregistered.
pub(crate) fn inputs() -> DisclosureInputs {
    let leaf = |id: u64, owner: u64, rate: u64, units: u64, salt: u64| LeafInputs {
        id: Fr::from(id),
        owner: Fr::from(owner),
        rate,
        units,
        draws: units / 10,
        salt: Fr::from(salt),
    };
    DisclosureInputs {
        leaves: vec![
            leaf(77, 2, 5, 300, 11),
            leaf(0, 0, 0, 0, 12),
            leaf(55, 1, 3, 600, 13),
            leaf(99, 1, 7, 100, 14),
        ],
        unregistered_units: 500,
        unregistered_draws: 50,
        unregistered_salt: Fr::from(15),
        mask_seed: [9; 32],
    }
}

pub(super) fn commitment(inputs: &DisclosureInputs, unit: Fr) -> Fr {
    let amounts = |units: u64, draws: u64| Fr::from(units) + Fr::from(draws) * power_of_two(64);
    let mut level: Vec<Fr> = inputs
        .leaves
        .iter()
        .map(|leaf| {
            let owner_rate = leaf.owner + Fr::from(leaf.rate) * power_of_two(160);
            let digest = hash_value(leaf.id, owner_rate);
            hash_value(
                hash_value(digest, amounts(leaf.units, leaf.draws)),
                leaf.salt,
            )
        })
        .collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| hash_value(pair[0], pair[1]))
            .collect();
    }
    let unregistered_total = hash_value(
        unit,
        amounts(inputs.unregistered_units, inputs.unregistered_draws),
    );
    hash_value(
        level[0],
        hash_value(unregistered_total, inputs.unregistered_salt),
    )
}

pub(super) fn claim(code: u64, subject: u64, lo: u64, hi: u64) -> ClaimPublic {
    ClaimPublic {
        code,
        subject: Fr::from(subject),
        lo,
        hi,
    }
}

pub(super) fn payee(owner: u64, amount: u64) -> Fr {
    Fr::from(owner) + Fr::from(amount) * power_of_two(160)
}

/// True claims about [`inputs`]: an exact share, a band of the whole run, an exclusion, the registered share; pay shares 0.7 and 0.3.
pub(crate) fn public() -> DisclosurePublic {
    let unit = Fr::from(4242);
    DisclosurePublic {
        context: Fr::from(1),
        usage_commitment: commitment(&inputs(), unit),
        unit,
        claims: vec![
            claim(1, 55, 600_000, 600_000),
            claim(2, 77, 150_000, 250_000),
            claim(3, 12_345, 0, 0),
            claim(4, 0, 666_666, 666_666),
        ],
        pay_kind: 1,
        remainder_rule: 0,
        total: Fr::from(PAY_SCALE),
        payees: vec![payee(1, 700_000_000), payee(2, 300_000_000), Fr::ZERO],
    }
}

/// The same with pay by meter: owner 1 gets 600 · 3 + 100 · 7, owner 2 gets 300 · 5.
pub(crate) fn metered() -> DisclosurePublic {
    DisclosurePublic {
        pay_kind: 2,
        total: Fr::from(4_000),
        payees: vec![payee(1, 2_500), payee(2, 1_500), Fr::ZERO],
        ..public()
    }
}

/// Names of what breaks when these inputs are filled for these public inputs, with an alteration after each phase.
pub(super) fn names_after(
    inputs: &DisclosureInputs,
    public: &DisclosurePublic,
    alter: impl FnOnce(&DisclosureConfig, &mut Assignment),
    alter_late: impl FnOnce(&DisclosureConfig, &mut Assignment),
) -> Vec<String> {
    let mut cs = ConstraintSystem::default();
    let config = DisclosureConfig::configure(&mut cs, &PARAMS);
    let checker = Checker::new(&cs, PARAMS.k);
    let mut assignment = Assignment::new(&cs, PARAMS.k, config.constants);
    let first = fill::first_phase(&config, &PARAMS, inputs, public, &mut assignment);
    alter(&config, &mut assignment);
    let challenges = CHALLENGES.map(Fr::from);
    let arith = second_phase(&config, &first, challenges, &mut assignment);
    alter_late(&config, &mut assignment);
    let mut names: Vec<String> = checker
        .check(&assignment, &challenges, &public.to_vec())
        .iter()
        .map(|violation| match violation {
            Violation::Constraint {
                constraint, row, ..
            } => [&first.arith, &arith]
                .iter()
                .find_map(|chip| chip.gate_clause(*row, constraint))
                .map_or_else(|| constraint.clone(), |label| label.to_string()),
            Violation::Copy { label, .. } => (*label).to_string(),
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

pub(super) fn names(inputs: &DisclosureInputs, public: &DisclosurePublic) -> Vec<String> {
    names_after(inputs, public, |_, _| (), |_, _| ())
}

fn accepts(public: &DisclosurePublic) {
    let none: Vec<String> = Vec::new();
    assert_eq!(names(&inputs(), public), none);
}

#[test]
fn true_claims_are_accepted() {
    accepts(&public());
    accepts(&metered());
}

#[test]
fn no_claims_and_no_pay_are_accepted() {
    accepts(&DisclosurePublic {
        claims: vec![ClaimPublic::NONE; 4],
        pay_kind: 0,
        total: Fr::ZERO,
        payees: vec![Fr::ZERO; 3],
        ..public()
    });
}

#[test]
fn shares_that_do_not_divide_leave_the_remainder_to_the_rule() {
    // Units 300, 600, 101 of 1001: owner 1 has 701, owner 2 has 300.
    let mut inputs = inputs();
    inputs.leaves[3].units = 101;
    let mut public = public();
    public.usage_commitment = commitment(&inputs, public.unit);
    public.claims = vec![
        claim(1, 55, 599_400, 599_400),
        ClaimPublic::NONE,
        ClaimPublic::NONE,
        ClaimPublic::NONE,
    ];
    let floors = [701 * PAY_SCALE / 1001, 300 * PAY_SCALE / 1001];
    public.payees = vec![payee(1, floors[0]), payee(2, floors[1]), Fr::ZERO];
    public.total = Fr::from(floors[0] + floors[1]);
    let none: Vec<String> = Vec::new();
    assert_eq!(names(&inputs, &public), none);

    public.remainder_rule = 1;
    public.payees[0] = payee(1, PAY_SCALE - floors[1]);
    public.total = Fr::from(PAY_SCALE);
    assert_eq!(names(&inputs, &public), none);
}

#[test]
fn the_mock_prover_agrees() {
    let circuit = DisclosureCircuit::new(PARAMS, inputs(), public());
    let prover = MockProver::run(PARAMS.k, &circuit, vec![public().to_vec()]).unwrap();
    prover.assert_satisfied();
}

#[test]
fn every_size_fits_its_rows() {
    for size in SIZES {
        let params = size.params;
        let mut cs = ConstraintSystem::default();
        let config = DisclosureConfig::configure(&mut cs, &params);
        let mut assignment = Assignment::new(&cs, params.k, config.constants);
        let inputs = DisclosureInputs::blank(&params);
        let public = DisclosurePublic::blank(&params);
        let first = fill::first_phase(&config, &params, &inputs, &public, &mut assignment);
        let arith = second_phase(&config, &first, CHALLENGES.map(Fr::from), &mut assignment);
        assert!(
            first.arith.rows().max(arith.rows()) <= first.end,
            "{}",
            size.name
        );
        assert!(first.range_rows <= first.end, "{}", size.name);
        assert!(first.machine.rows() <= first.end, "{}", size.name);
        for column in 0..cs.num_fixed_columns() {
            let used = (0..=first.end).any(|row| assignment.fixed_at(column, row) != Fr::ZERO);
            assert!(used, "{}: fixed column {column} is all zero", size.name);
        }
    }
}
