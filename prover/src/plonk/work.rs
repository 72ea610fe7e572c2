//! What the quotient costs, counted.

use std::collections::BTreeMap;

use halo2_proofs::plonk::ConstraintSystem;
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};

use super::constraints::{Challenges, PermutationColumns, constraints};
use super::graph::{Graph, Source};
use super::quotient::Combined;

/// What computing the quotient of a circuit takes: transforms of its rows, and operations on each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuotientWork {
    /// Transforms of a column to a coset.
    pub forward: usize,
    /// Transforms of values on a coset back to coefficients.
    pub backward: usize,
    /// Products of field elements on a row, over all cosets.
    pub products: usize,
    /// Passes over the rows that put the pieces of the quotient together.
    pub joins: usize,
    /// Columns that are held on one coset at a time, at most.
    pub held: usize,
}

impl QuotientWork {
    /// The work for a circuit without selectors, of a degree of at least 3.
    pub fn of(system: &ConstraintSystem<Fr>, degree: usize) -> Self {
        let mut graph = Graph::default();
        let numbers = 4..4 + system.num_challenges() as u64;
        let circuit: Vec<Fr> = numbers.map(challenge).collect();
        let challenges = Challenges {
            circuit: &circuit,
            beta: challenge(1),
            gamma: challenge(2),
        };
        let columns = PermutationColumns::of(system, degree.saturating_sub(2).max(1));
        let constraints = constraints(system, &columns, &challenges, &mut graph);
        let combined = Combined::new(&mut graph, &constraints, challenge(3));
        let mut work = Self::default();
        let mut columns: BTreeMap<Source, usize> = BTreeMap::new();
        for (group, sum) in combined.groups.iter().zip(&combined.sums) {
            work.backward += group.cosets;
            work.joins += group.cosets * group.cosets;
            work.products += group.cosets * graph.products(&[*sum]);
            for source in graph.sources(&[*sum]) {
                let most = columns.entry(source).or_default();
                *most = group.cosets.max(*most);
            }
        }
        work.held = columns.len();
        columns.remove(&Source::Identity);
        work.forward = columns.values().sum();
        work
    }
}

/// A value in place of a challenge, which no sum or product of a circuit's constants meets by chance.
fn challenge(number: u64) -> Fr {
    Fr::MULTIPLICATIVE_GENERATOR.pow_vartime([1_000_003 * (number + 1)])
}

#[cfg(test)]
mod tests {
    use halo2_proofs::plonk::Circuit as _;
    use tranche_circuits::usage::UsageCircuit;
    use tranche_circuits::usage::params::SIZES;

    use super::*;

    #[test]
    fn columns_that_low_degrees_read_are_transformed_less() {
        for size in SIZES {
            let mut system = ConstraintSystem::default();
            UsageCircuit::configure_with_params(&mut system, size.params);
            let degree = system.degree();
            let work = QuotientWork::of(&system, degree);
            let permuted = system.permutation().get_columns().len();
            let columns = system.num_advice_columns()
                + system.num_fixed_columns()
                + system.num_instance_columns()
                + permuted
                + permuted.div_ceil(degree - 2);
            // The three columns that mark rows, and X, beside them.
            let everywhere = (columns + 3) * (degree - 1);
            assert!(work.forward < everywhere, "{}: {work:?}", size.name);
            assert!(work.held <= columns + 4, "{}: {work:?}", size.name);
        }
    }
}
