//! The quotient of all constraints, combined by powers of a challenge, by what vanishes on all rows.

use std::collections::{BTreeMap, HashMap};

use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};
use rayon::prelude::*;

use super::graph::{Graph, Node, NodeId, Source};
use super::order::reorder;
use super::plan::{Group, groups};
use super::polynomial::{Coefficients, add_scaled};
use super::program::Program;
use super::secret::Secret;
use super::transform::Twiddles;

/// The domain of the rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Domain {
    pub(super) k: u32,
    /// A generator of the group of n = 2^k elements.
    pub(super) omega: Fr,
}

impl Domain {
    pub(super) fn rows(&self) -> usize {
        1 << self.k
    }
}

/// The quotient's coefficients in pieces of n, the lowest first; each in bit-reversed order.
///
/// `coefficients` gives every column but the identity; `pieces` is how many the proof has.
pub(super) fn quotient<'a>(
    domain: Domain,
    mut graph: Graph,
    constraints: &[NodeId],
    y: Fr,
    pieces: usize,
    coefficients: impl Fn(Source) -> Coefficients<'a> + Sync,
) -> Vec<Secret> {
    let Combined { groups, sums } = Combined::new(&mut graph, constraints, y);
    let programs: Vec<Program> = sums.iter().map(|sum| Program::new(&graph, *sum)).collect();
    let mut parts: Vec<Vec<Secret>> = groups.iter().map(|_| Vec::new()).collect();
    let cosets = groups.first().map_or(0, |group| group.cosets);
    let mut shift = Fr::ONE;
    let mut shifts = Vec::with_capacity(cosets);
    for coset in 0..cosets {
        shift *= &Fr::MULTIPLICATIVE_GENERATOR;
        shifts.push(shift);
        let twiddles = Twiddles::new(domain.k, domain.omega, shift);
        let active = groups.iter().filter(|group| group.cosets > coset).count();
        let sources = graph.sources(&sums[..active]);
        let columns: HashMap<Source, Secret> = sources
            .into_par_iter()
            .map(|source| {
                let column = match source {
                    Source::Identity => twiddles.coset(shift),
                    _ => {
                        let mut column = match coefficients(source) {
                            Coefficients::Natural(coefficients) => reorder(coefficients),
                            Coefficients::Reversed(coefficients) => coefficients.to_vec(),
                        };
                        twiddles.forward(&mut column);
                        column
                    }
                };
                (source, Secret::from(column))
            })
            .collect();
        let values: Vec<Secret> = programs[..active]
            .iter()
            .map(|program| program.run(domain.rows(), |source| &columns[&source]))
            .collect();
        drop(columns);
        let back = twiddles.inverse();
        values
            .into_par_iter()
            .zip(&mut parts[..active])
            .for_each(|(mut values, parts)| {
                back.backward(&mut values);
                parts.push(values);
            });
    }
    let mut quotient = vec![Secret::zeros(domain.rows()); pieces];
    for parts in parts {
        let matrix = interpolation(domain.rows() as u64, &shifts[..parts.len()]);
        for (piece, row) in quotient.iter_mut().zip(matrix) {
            for (part, factor) in parts.iter().zip(row) {
                add_scaled(piece, part, factor);
            }
        }
    }
    quotient
}

/// The constraints, combined group by group.
pub(super) struct Combined {
    pub(super) groups: Vec<Group>,
    /// For each group the sum of its constraints, weighted.
    pub(super) sums: Vec<NodeId>,
}

impl Combined {
    pub(super) fn new(graph: &mut Graph, constraints: &[NodeId], y: Fr) -> Self {
        let weights = weights(y, constraints.len());
        let groups = groups(graph, constraints);
        let sums = groups
            .iter()
            .map(|group| weighted_sum(graph, constraints, &weights, group))
            .collect();
        Self { groups, sums }
    }
}

/// The power of y that each constraint is combined with: the last has y^0.
fn weights(y: Fr, count: usize) -> Vec<Fr> {
    let mut weights = super::transform::powers(Fr::ONE, y, count);
    weights.reverse();
    weights
}

/// The weighted sum of a group's constraints, in which a fixed column that several of them are multiples of is multiplied once.
fn weighted_sum(
    graph: &mut Graph,
    constraints: &[NodeId],
    weights: &[Fr],
    group: &Group,
) -> NodeId {
    let mut multiples: BTreeMap<NodeId, Vec<(NodeId, Fr)>> = BTreeMap::new();
    let one = graph.constant(Fr::ONE);
    for place in &group.members {
        let (selector, rest) = match graph.node(constraints[*place]) {
            Node::Product(a, b) if is_selector(graph, a) => (a, b),
            Node::Product(a, b) if is_selector(graph, b) => (b, a),
            _ => (one, constraints[*place]),
        };
        let weighted = (rest, weights[*place]);
        multiples.entry(selector).or_default().push(weighted);
    }
    let mut sum = graph.constant(Fr::ZERO);
    for (selector, rests) in multiples {
        let mut inner = graph.constant(Fr::ZERO);
        for (rest, weight) in rests {
            let weight = graph.constant(weight);
            let weighted = graph.multiply(weight, rest);
            inner = graph.add(inner, weighted);
        }
        let multiple = graph.multiply(selector, inner);
        sum = graph.add(sum, multiple);
    }
    sum
}

/// Whether a node is a column that is the same in every proof.
fn is_selector(graph: &Graph, id: NodeId) -> bool {
    use Source::{FirstRow, Fixed, LastRow, UsableRows};
    match graph.node(id) {
        Node::Column(source, _) => {
            matches!(source, Fixed(_) | FirstRow | LastRow | UsableRows)
        }
        _ => false,
    }
}

/// From the remainders of constraints by X^n − s^n, for each shift s, to the pieces of their quotient by X^n − 1: row i has the factors of
/// piece i.
///
/// On the coset s·H the n-th power of every element is s^n, so the remainder there is Σ h_i·(s^n)^i times s^n − 1, with the pieces h_i.
fn interpolation(rows: u64, shifts: &[Fr]) -> Vec<Vec<Fr>> {
    let nodes: Vec<Fr> = shifts
        .iter()
        .map(|shift| shift.pow_vartime([rows]))
        .collect();
    let mut matrix = vec![vec![Fr::ZERO; nodes.len()]; nodes.len()];
    for (place, node) in nodes.iter().enumerate() {
        // The Lagrange polynomial of this node, the lowest coefficient first.
        let mut lagrange = vec![Fr::ONE];
        let mut scale = *node - Fr::ONE;
        for other in nodes.iter().filter(|other| *other != node) {
            lagrange.push(Fr::ZERO);
            for power in (0..lagrange.len()).rev() {
                let below = power
                    .checked_sub(1)
                    .map_or(Fr::ZERO, |below| lagrange[below]);
                lagrange[power] = below - lagrange[power] * other;
            }
            scale *= *node - other;
        }
        let scale = scale.invert().unwrap_or(Fr::ZERO);
        for (row, coefficient) in matrix.iter_mut().zip(lagrange) {
            row[place] = coefficient * scale;
        }
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_of_the_vanishing_polynomial_are_divided() {
        // Columns a and b of 8 rows, and c that is a·b·a on all of them: c − a·b·a is a multiple of X^8 − 1.
        let k = 3;
        let rows = 1usize << k;
        let omega = (k..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square());
        let domain = Domain { k, omega };
        let values: [Vec<Fr>; 2] = [3u64, 5].map(|factor| {
            (0..rows as u64)
                .map(|row| Fr::from(row * factor + 1))
                .collect()
        });
        let product: Vec<Fr> = (0..rows)
            .map(|row| values[0][row].square() * values[1][row])
            .collect();
        let twiddles = Twiddles::new(k, omega, Fr::ONE);
        let columns: Vec<Vec<Fr>> = [&values[0], &values[1], &product]
            .into_iter()
            .map(|column| {
                let mut column = column.clone();
                twiddles.inverse().backward(&mut column);
                column
            })
            .collect();
        let mut graph = Graph::default();
        let [a, b, c] = [0, 1, 2].map(|column| graph.column(Source::Advice(column), 0));
        let square = graph.multiply(a, a);
        let cube = graph.multiply(square, b);
        let constraint = graph.subtract(c, cube);
        let pieces = quotient(
            domain,
            graph,
            &[constraint],
            Fr::from(7),
            2,
            |source| match source {
                Source::Advice(column) => Coefficients::Reversed(&columns[column]),
                _ => unreachable!(),
            },
        );
        let evaluate = |coefficients: &[Fr], x: Fr| {
            let natural = reorder(coefficients);
            natural
                .iter()
                .rev()
                .fold(Fr::ZERO, |sum, coefficient| sum * x + coefficient)
        };
        let x = Fr::from(12_345);
        let [a, b, c] = [0, 1, 2].map(|column| evaluate(&columns[column], x));
        let vanishing = x.pow_vartime([rows as u64]) - Fr::ONE;
        let quotient =
            evaluate(&pieces[0], x) + x.pow_vartime([rows as u64]) * evaluate(&pieces[1], x);
        assert_eq!(c - a * a * b, quotient * vanishing);
    }
}
