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

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner, Value};
use halo2_proofs::plonk::{Circuit, ConstraintSystem, Error};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use config::{Challenges, UsageConfig};
use inputs::{UsageInputs, UsagePublic};
use params::UsageParams;

use crate::assignment::Assignment;

/// The usage circuit with its witness.
#[derive(Clone, Debug)]
pub struct UsageCircuit {
    params: UsageParams,
    inputs: UsageInputs,
    public: UsagePublic,
}

impl UsageCircuit {
    /// A circuit that proves a statement about a witness. Ask [`fits`](Self::fits) before synthesis.
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

    /// Whether the witness fits the sizes.
    pub fn fits(&self) -> bool {
        self.inputs.draws.len() <= self.params.draws()
            && self.inputs.table_chunks.len() <= self.params.table_chunks
            && self.inputs.slots.len() <= self.params.slots
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

    fn synthesize(
        &self,
        config: UsageConfig,
        mut layouter: impl Layouter<Fr>,
    ) -> Result<(), Error> {
        if !self.fits() {
            return Err(Error::BoundsFailure);
        }
        let mut cs = ConstraintSystem::default();
        UsageConfig::configure(&mut cs, &self.params);
        let mut assignment = Assignment::new(&cs, self.params.k, config.constants);
        layouter.assign_region(
            || "usage",
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
                    .to_array()
                    .map(|challenge| challenge_or_zero(region.get_challenge(challenge)));
                second_phase::second_phase(
                    &config,
                    &self.params,
                    &first,
                    Challenges::from_array(challenges),
                    &mut assignment,
                );
                assignment.flush_advice(&mut region, &config.columns, 1);
                assignment.flush_fixed(&mut region, &config.columns);
                Ok(())
            },
        )
    }
}

/// The challenge's value, or zero where none is drawn (key generation).
pub(crate) fn challenge_or_zero(challenge: Value<Fr>) -> Fr {
    let mut value = Fr::ZERO;
    challenge.map(|known| value = known);
    value
}
