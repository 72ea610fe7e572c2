//! The disclosure circuit: claims D1 to D7 about an opened usage commitment.
//!
//! | file | what |
//! |---|---|
//! | [`params`] | sizes |
//! | [`config`] | columns, gates, challenges |
//! | [`inputs`] | public inputs and secret witness |
//! | [`fill`] | first phase, clause by clause |
//! | `second_phase` | second phase |

pub mod config;
pub mod fill;
pub mod inputs;
pub mod params;
pub(crate) mod second_phase;
#[cfg(test)]
pub(crate) mod tests;

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::plonk::{Challenge, Circuit, ConstraintSystem, Error};
use halo2curves::bn256::Fr;

use config::DisclosureConfig;
use fill::FirstPhase;
use inputs::{DisclosureInputs, DisclosurePublic};
use params::DisclosureParams;

use crate::assignment::{Assignment, CircuitColumns};
use crate::chips::arith::ArithChip;
use crate::two_phase::TwoPhase;

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
}

impl TwoPhase for DisclosureCircuit {
    type Config = DisclosureConfig;
    type Challenges = [Fr; 4];
    type First<'c> = FirstPhase<'c>;

    const NAME: &'static str = "disclosure";

    fn fits(&self) -> bool {
        self.inputs.leaves.len() == self.params.leaves()
            && self.public.claims.len() == self.params.claims
            && self.public.payees.len() == self.params.payees
    }

    fn columns(config: &DisclosureConfig) -> &CircuitColumns {
        &config.columns
    }

    fn challenges(config: &DisclosureConfig, value: impl FnMut(Challenge) -> Fr) -> [Fr; 4] {
        config.challenges.map(value)
    }

    fn empty(&self, config: &DisclosureConfig) -> Assignment {
        let mut cs = ConstraintSystem::default();
        DisclosureConfig::configure(&mut cs, &self.params);
        Assignment::new(&cs, self.params.k, config.constants)
    }

    fn first_phase<'c>(
        &self,
        config: &'c DisclosureConfig,
        assignment: &mut Assignment,
    ) -> FirstPhase<'c> {
        fill::first_phase(config, &self.params, &self.inputs, &self.public, assignment)
    }

    fn second_phase<'c>(
        &self,
        config: &'c DisclosureConfig,
        first: &FirstPhase<'c>,
        challenges: [Fr; 4],
        assignment: &mut Assignment,
    ) -> ArithChip<'c> {
        second_phase::second_phase(config, first, challenges, assignment)
    }
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
        layouter: impl Layouter<Fr>,
    ) -> Result<(), Error> {
        self.synthesize_phases(&config, layouter)
    }
}
