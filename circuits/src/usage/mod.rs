//! The usage circuit: clauses S1 to S8 of the specification.
//!
//! | file | what |
//! |---|---|
//! | [`params`] | sizes and the list of sizes |
//! | [`config`] | columns, gates, challenges |
//! | [`inputs`] | public inputs and secret witness |
//! | [`fill`] | first phase, clause by clause |
//! | [`second_phase`] | second phase |

pub mod config;
pub mod fill;
pub mod inputs;
pub mod params;
pub mod second_phase;
#[cfg(test)]
mod tests;

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::plonk::{Challenge, Circuit, ConstraintSystem, Error};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use config::{Challenges, UsageConfig};
use fill::FirstPhase;
use inputs::{UsageInputs, UsagePublic};
use params::UsageParams;

use crate::assignment::{Assignment, CircuitColumns};
use crate::chips::arith::ArithChip;
use crate::two_phase::TwoPhase;

/// The usage circuit with its witness.
#[derive(Clone, Debug)]
pub struct UsageCircuit {
    params: UsageParams,
    inputs: UsageInputs,
    public: UsagePublic,
}

impl UsageCircuit {
    /// A circuit that proves a statement about a witness. Whether the witness fits is checked in synthesis.
    pub fn new(params: UsageParams, inputs: UsageInputs, public: UsagePublic) -> Self {
        Self {
            params,
            inputs,
            public,
        }
    }

    /// The circuit without a witness, for key generation.
    pub fn blank(params: UsageParams) -> Self {
        let zero = Fr::ZERO;
        Self::new(
            params,
            UsageInputs::blank(),
            UsagePublic {
                context: zero,
                registry_root: zero,
                run_commitment: zero,
                usage_commitment: zero,
                unit: zero,
                order: zero,
            },
        )
    }
}

impl TwoPhase for UsageCircuit {
    type Config = UsageConfig;
    type Challenges = Challenges<Fr>;
    type First<'c> = FirstPhase<'c>;

    const NAME: &'static str = "usage";

    fn fits(&self) -> bool {
        self.inputs.draws.len() <= self.params.draws()
            && self.inputs.table_chunks.len() <= self.params.table_chunks
            && self.inputs.slots.len() <= self.params.slots
    }

    fn columns(config: &UsageConfig) -> &CircuitColumns {
        &config.columns
    }

    fn challenges(config: &UsageConfig, value: impl FnMut(Challenge) -> Fr) -> Challenges<Fr> {
        Challenges::from_array(config.challenges.to_array().map(value))
    }

    fn empty(&self, config: &UsageConfig) -> Assignment {
        let mut cs = ConstraintSystem::default();
        UsageConfig::configure(&mut cs, &self.params);
        Assignment::new(&cs, self.params.k, config.constants)
    }

    fn first_phase<'c>(
        &self,
        config: &'c UsageConfig,
        assignment: &mut Assignment,
    ) -> FirstPhase<'c> {
        fill::first_phase(config, &self.params, &self.inputs, &self.public, assignment)
    }

    fn second_phase<'c>(
        &self,
        config: &'c UsageConfig,
        first: &FirstPhase<'c>,
        challenges: Challenges<Fr>,
        assignment: &mut Assignment,
    ) -> ArithChip<'c> {
        second_phase::second_phase(config, &self.params, first, challenges, assignment)
    }
}

impl Circuit<Fr> for UsageCircuit {
    type Config = UsageConfig;
    type FloorPlanner = SimpleFloorPlanner;
    type Params = UsageParams;

    fn without_witnesses(&self) -> Self {
        Self::blank(self.params)
    }

    fn params(&self) -> UsageParams {
        self.params
    }

    fn configure(cs: &mut ConstraintSystem<Fr>) -> UsageConfig {
        UsageConfig::configure(cs, &UsageParams::default())
    }

    fn configure_with_params(cs: &mut ConstraintSystem<Fr>, params: UsageParams) -> UsageConfig {
        UsageConfig::configure(cs, &params)
    }

    fn synthesize(&self, config: UsageConfig, layouter: impl Layouter<Fr>) -> Result<(), Error> {
        self.synthesize_phases(&config, layouter)
    }
}
