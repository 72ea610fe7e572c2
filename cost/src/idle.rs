//! How much of a circuit's advice a full run leaves unused.

use halo2_proofs::plonk::ConstraintSystem;
use halo2curves::bn256::Fr;
use serde::Serialize;
use tranche_circuits::assignment::{Assignment, CircuitColumns};
use tranche_circuits::two_phase::TwoPhase;
use tranche_circuits::usage::UsageCircuit;
use tranche_circuits::usage::config::{Challenges, UsageConfig};
use tranche_circuits::usage::inputs::{UsageInputs, UsagePublic};
use tranche_circuits::usage::params::CircuitSize;
use tranche_protocol::statement::UsageStatement;
use tranche_protocol::usage_relation::UsageWitness;

/// Shares of all advice cells of a filled circuit, rows of blinding counted in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Idle {
    /// Cells below the last row that a column uses: from there on it holds zeros, or a finished running sum.
    pub rows: f64,
    /// Cells that hold zero, those among used rows counted in. Some of them are in use and happen to be zero.
    pub zeros: f64,
    /// Rows that each advice column uses, in the order in which the circuit makes its columns.
    pub used: Vec<usize>,
}

impl Idle {
    /// Fills a circuit with a run's witness and looks at its columns.
    pub fn of(size: &CircuitSize, witness: &UsageWitness, statement: &UsageStatement) -> Self {
        let mut cs = ConstraintSystem::default();
        let config = UsageConfig::configure(&mut cs, &size.params);
        let inputs = UsageInputs::from_witness(witness, [0x1d; 32]);
        let public = UsagePublic::from(statement);
        let circuit = UsageCircuit::new(size.params, inputs, public);
        let mut assignment = circuit.empty(&config);
        let first = circuit.first_phase(&config, &mut assignment);
        // Any values serve that a verifier might draw.
        let mut challenge = Fr::from(0x9e37_79b9_7f4a_7c15);
        let challenges = [(); 7].map(|()| {
            challenge = challenge.square() + Fr::one();
            challenge
        });
        let challenges = Challenges::from_array(challenges);
        circuit.second_phase(&config, &first, challenges, &mut assignment);
        Self::of_assignment(&assignment, &config.columns, 1 << size.params.k)
    }

    fn of_assignment(assignment: &Assignment, columns: &CircuitColumns, rows: usize) -> Self {
        let advice = || {
            columns
                .advice
                .iter()
                .map(|column| assignment.column(*column))
        };
        let used: Vec<usize> = advice().map(|cells| cells.len() - unused(cells)).collect();
        let zeros: usize = advice()
            .map(|cells| cells.iter().filter(|cell| **cell == Fr::zero()).count())
            .sum();
        let all = (used.len() * rows) as f64;
        Self {
            rows: 1.0 - used.iter().sum::<usize>() as f64 / all,
            zeros: zeros as f64 / all,
            used,
        }
    }
}

/// Cells at the end of a column that say nothing: zeros, or copies of a value that does not fit 64 bits, which a running sum ends with.
fn unused(cells: &[Fr]) -> usize {
    let Some(last) = cells.last() else { return 0 };
    let small = last.to_bytes()[8..].iter().all(|byte| *byte == 0);
    if small && *last != Fr::zero() {
        return 0;
    }
    let tail = cells.iter().rev().take_while(|cell| *cell == last).count();
    // The first of the copies is where the sum ends.
    tail - usize::from(*last != Fr::zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_zeros_and_finished_sums() {
        let [zero, one] = [Fr::zero(), Fr::one()];
        let sum = (0..9).fold(Fr::from(7), |sum, _| sum.square() + one);
        assert_eq!(unused(&[one, zero, one, zero, zero]), 2);
        assert_eq!(unused(&[one, one, one]), 0);
        assert_eq!(unused(&[one, sum, sum, sum]), 2);
        assert_eq!(unused(&[sum, zero, sum]), 0);
        assert_eq!(unused(&[zero; 4]), 4);
    }
}
