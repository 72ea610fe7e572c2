//! The disclosure circuit: claims D1 to D7 about an opened usage commitment.
//!
//! | file | what |
//! |---|---|
//! | [`params`] | sizes |
//! | [`config`] | columns, gates, challenges |
//! | [`inputs`] | public inputs and secret witness |
//! | [`fill`] | first phase, clause by clause |

pub mod config;
pub mod fill;
pub mod inputs;
pub mod params;
#[cfg(test)]
pub(crate) mod tests;

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::plonk::{Circuit, ConstraintSystem, Error};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use config::DisclosureConfig;
use fill::FirstPhase;
use inputs::{DisclosureInputs, DisclosurePublic};
use params::DisclosureParams;

use crate::assignment::Assignment;
use crate::chips::arith::ArithChip;
use crate::usage::challenge_or_zero;

/// The disclosure circuit with its witness.
#[derive(Clone, Debug)]
pub struct DisclosureCircuit {
    params: DisclosureParams,
    inputs: DisclosureInputs,
    public: DisclosurePublic,
}

impl DisclosureCircuit {
    /// A circuit that proves claims about a usage vector.
    pub fn new(
        params: DisclosureParams,
        inputs: DisclosureInputs,
        public: DisclosurePublic,
    ) -> Self {
        Self {
            params,
            inputs,
            public,
        }
    }

    /// The circuit without a witness, for key generation.
    pub fn blank(params: DisclosureParams) -> Self {
        Self::new(
            params,
            DisclosureInputs::blank(&params),
            DisclosurePublic::blank(&params),
        )
    }

    /// Whether witness and public inputs have the circuit's sizes.
    pub fn fits(&self) -> bool {
        self.inputs.leaves.len() == self.params.leaves()
            && self.public.claims.len() == self.params.claims
            && self.public.payees.len() == self.params.payees
    }
}

/// Fills the second phase: each owner's weight is the sum over the owner's leaves. Returns the second-phase arithmetic chip for its clause labels.
///
/// Σ over leaves of weight/(ζ − owner) = Σ over payees of weight/(ζ − owner), with the payees' owners distinct: no leaf can be withheld or moved.
/// The same sum over the number of leaves in use: the payees are exactly the owners in use, also those whose weight is zero.
pub fn second_phase<'c>(
    config: &'c DisclosureConfig,
    first: &FirstPhase<'_>,
    challenges: [Fr; 4],
    assignment: &mut Assignment,
) -> ArithChip<'c> {
    const LABEL: &str = "D4 D5 owners' weights are their leaves' sums";
    let used = first.range_rows.max(first.machine.rows());
    assert!(
        used <= first.end,
        "rows past the active ones are not checked"
    );
    config
        .range_sum
        .assign(assignment, &config.range, first.end, challenges[0]);
    let mut arith = ArithChip::new(&config.second_phase_arith);
    arith.clause("challenge cells");
    let cell_refs = arith.load_challenges(assignment, &challenges[1..]);
    let [zeta, gamma, tau] = [cell_refs[0], cell_refs[1], cell_refs[2]];
    first.machine.weigh(assignment, &mut arith, gamma, tau);
    config
        .machine
        .accumulate(assignment, first.end, challenges[2]);
    let zero = assignment.constant(Fr::ZERO);
    assignment.copy(
        config.machine.at(first.machine.rows()),
        zero,
        "S7 hashes are permutations",
    );
    arith.clause(LABEL);
    let totals = [&first.leaves, &first.payees].map(|side| {
        let mut totals = [assignment.constant(Fr::ZERO); 2];
        for [owner, weight, leaves] in side {
            let difference = arith.sub(assignment, zeta, *owner);
            let inverse = arith.inverse(assignment, difference);
            totals[0] = arith.mul_add(assignment, totals[0], *weight, inverse);
            totals[1] = arith.mul_add(assignment, totals[1], *leaves, inverse);
        }
        totals
    });
    let [of_leaves, of_payees] = totals;
    assignment.copy(of_leaves[0], of_payees[0], LABEL);
    assignment.copy(
        of_leaves[1],
        of_payees[1],
        "D4 D5 payees are the owners in use",
    );
    arith
}

impl Circuit<Fr> for DisclosureCircuit {
    type Config = DisclosureConfig;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = DisclosureParams;

    fn without_witnesses(&self) -> Self {
        Self::blank(self.params)
    }

    fn params(&self) -> DisclosureParams {
        self.params
    }

    fn configure(cs: &mut ConstraintSystem<Fr>) -> DisclosureConfig {
        DisclosureConfig::configure(cs, &DisclosureParams::default())
    }

    fn configure_with_params(
        cs: &mut ConstraintSystem<Fr>,
        params: DisclosureParams,
    ) -> DisclosureConfig {
        DisclosureConfig::configure(cs, &params)
    }

    fn synthesize(
        &self,
        config: DisclosureConfig,
        mut layouter: impl Layouter<Fr>,
    ) -> Result<(), Error> {
        if !self.fits() {
            return Err(Error::BoundsFailure);
        }
        let mut cs = ConstraintSystem::default();
        DisclosureConfig::configure(&mut cs, &self.params);
        let mut assignment = Assignment::new(&cs, self.params.k, config.constants);
        layouter.assign_region(
            || "disclosure",
            |mut region| {
                let first = fill::first_phase(
                    &config,
                    &self.params,
                    &self.inputs,
                    &self.public,
                    &mut assignment,
                );
                assignment.flush_advice(&mut region, &config.columns, 0);
                region.next_phase();
                let challenges = config
                    .challenges
                    .map(|challenge| challenge_or_zero(region.get_challenge(challenge)));
                second_phase(&config, &first, challenges, &mut assignment);
                assignment.flush_advice(&mut region, &config.columns, 1);
                assignment.flush_fixed(&mut region, &config.columns);
                Ok(())
            },
        )
    }
}
