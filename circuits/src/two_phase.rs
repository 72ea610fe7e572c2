//! A circuit that is filled in two phases: what is committed before the challenges, and what depends on them.

use halo2_proofs::circuit::{Layouter, Value};
use halo2_proofs::plonk::{Challenge, Error};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::assignment::{Assignment, CircuitColumns};
use crate::chips::arith::ArithChip;

/// A circuit whose cells are filled phase by phase into an [`Assignment`], which halo2 then takes over in one region.
pub trait TwoPhase {
    /// Columns, gates and challenges.
    type Config;
    /// The challenges' values.
    type Challenges;
    /// What the first phase leaves for the second.
    type First<'c>;

    /// Name of the region.
    const NAME: &'static str;

    /// Whether the witness fits the circuit's sizes. Asked before synthesis.
    fn fits(&self) -> bool;

    /// All columns.
    fn columns(config: &Self::Config) -> &CircuitColumns;

    /// The challenges' values, each as `value` gives it.
    fn challenges(config: &Self::Config, value: impl FnMut(Challenge) -> Fr) -> Self::Challenges;

    /// An assignment of the circuit's sizes with nothing in it.
    fn empty(&self, config: &Self::Config) -> Assignment;

    /// Fills everything that is committed before the challenges are drawn.
    fn first_phase<'c>(
        &self,
        config: &'c Self::Config,
        assignment: &mut Assignment,
    ) -> Self::First<'c>;

    /// Fills everything that depends on challenges; returns the arithmetic chip for the labels of its gates.
    fn second_phase<'c>(
        &self,
        config: &'c Self::Config,
        first: &Self::First<'c>,
        challenges: Self::Challenges,
        assignment: &mut Assignment,
    ) -> ArithChip<'c>;

    /// Fills both phases and hands each to halo2 when its turn comes.
    ///
    /// # Errors
    /// When the witness does not fit the sizes, or the region cannot be assigned.
    fn synthesize_phases(
        &self,
        config: &Self::Config,
        mut layouter: impl Layouter<Fr>,
    ) -> Result<(), Error> {
        if !self.fits() {
            return Err(Error::BoundsFailure);
        }
        let columns = Self::columns(config);
        let mut assignment = self.empty(config);
        layouter.assign_region(
            || Self::NAME,
            |mut region| {
                let first = self.first_phase(config, &mut assignment);
                assignment.flush_advice(&mut region, columns, 0);
                region.next_phase();
                let challenges = Self::challenges(config, |challenge| {
                    challenge_or_zero(region.get_challenge(challenge))
                });
                self.second_phase(config, &first, challenges, &mut assignment);
                assignment.flush_advice(&mut region, columns, 1);
                assignment.flush_fixed(&mut region, columns);
                Ok(())
            },
        )
    }
}

/// The challenge's value, or zero where none is drawn (key generation).
fn challenge_or_zero(challenge: Value<Fr>) -> Fr {
    let mut value = Fr::ZERO;
    challenge.map(|known| value = known);
    value
}
