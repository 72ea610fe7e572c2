//! All constraints of a system as one graph: gates first, then the permutation argument, as the verifier combines them.

use halo2_proofs::plonk::{Any, Column, ConstraintSystem, Expression};
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};

use super::graph::{Graph, NodeId, Source};

/// The challenges that constraints depend on.
pub(super) struct Challenges<'a> {
    /// Those of the circuit, by their number.
    pub(super) circuit: &'a [Fr],
    pub(super) beta: Fr,
    pub(super) gamma: Fr,
}

/// The columns of the permutation argument.
pub(super) struct PermutationColumns {
    /// The columns, in the order of the argument.
    pub(super) columns: Vec<Source>,
    /// How many of them one product takes.
    pub(super) chunk: usize,
    /// From the first row back to the one behind the usable ones.
    pub(super) last_rotation: i32,
}

impl PermutationColumns {
    /// Those of a system.
    pub(super) fn of(system: &ConstraintSystem<Fr>, chunk: usize) -> Self {
        let columns = system.permutation().get_columns().into_iter();
        let rows = i32::try_from(system.blinding_factors() + 1);
        Self {
            columns: columns.map(source).collect(),
            chunk,
            last_rotation: rows.map_or(i32::MIN, |rows| -rows),
        }
    }
}

/// A column of a circuit.
fn source(column: Column<Any>) -> Source {
    let index = column.index();
    match column.column_type() {
        Any::Advice(_) => Source::Advice(index),
        Any::Fixed => Source::Fixed(index),
        Any::Instance => Source::Instance(index),
    }
}

/// The constraints in the verifier's order; each vanishes on all rows.
pub(super) fn constraints(
    system: &ConstraintSystem<Fr>,
    columns: &PermutationColumns,
    challenges: &Challenges<'_>,
    graph: &mut Graph,
) -> Vec<NodeId> {
    let polynomials = system.gates().iter().flat_map(|gate| gate.polynomials());
    let mut all: Vec<NodeId> = polynomials
        .map(|polynomial| expression(polynomial, challenges.circuit, graph))
        .collect();
    permutation(columns, challenges, graph, &mut all);
    all
}

/// A gate's polynomial.
///
/// # Panics
/// If it has a selector: keys turn them into fixed columns.
fn expression(polynomial: &Expression<Fr>, challenges: &[Fr], graph: &mut Graph) -> NodeId {
    let own = |inner: &Expression<Fr>, graph: &mut Graph| expression(inner, challenges, graph);
    match polynomial {
        Expression::Constant(value) => graph.constant(*value),
        Expression::Selector(_) => unreachable!("a key's gates have no selectors"),
        Expression::Fixed(query) => {
            graph.column(Source::Fixed(query.column_index()), query.rotation().0)
        }
        Expression::Advice(query) => {
            graph.column(Source::Advice(query.column_index()), query.rotation().0)
        }
        Expression::Instance(query) => {
            graph.column(Source::Instance(query.column_index()), query.rotation().0)
        }
        Expression::Challenge(challenge) => graph.constant(challenges[challenge.index()]),
        Expression::Negated(inner) => {
            let inner = own(inner, graph);
            graph.negate(inner)
        }
        Expression::Sum(a, b) => match &**b {
            Expression::Negated(b) => {
                let (a, b) = (own(a, graph), own(b, graph));
                graph.subtract(a, b)
            }
            b => {
                let (a, b) = (own(a, graph), own(b, graph));
                graph.add(a, b)
            }
        },
        Expression::Product(a, b) => {
            let (a, b) = (own(a, graph), own(b, graph));
            graph.multiply(a, b)
        }
        Expression::Scaled(inner, factor) => {
            let (inner, factor) = (own(inner, graph), graph.constant(*factor));
            graph.multiply(inner, factor)
        }
    }
}

/// The constraints of the permutation argument (*The halo2 Book*, "Permutation argument").
pub(super) fn permutation(
    columns: &PermutationColumns,
    challenges: &Challenges<'_>,
    graph: &mut Graph,
    all: &mut Vec<NodeId>,
) {
    let PermutationColumns {
        columns,
        chunk,
        last_rotation,
    } = columns;
    let sets = columns.len().div_ceil(*chunk);
    let Some(last_set) = sets.checked_sub(1) else {
        return;
    };
    let [first_row, last_row, usable] = [Source::FirstRow, Source::LastRow, Source::UsableRows]
        .map(|source| graph.column(source, 0));
    let one = graph.constant(Fr::ONE);

    let first = graph.column(Source::Product(0), 0);
    let begins = graph.subtract(one, first);
    all.push(graph.multiply(first_row, begins));

    let last = graph.column(Source::Product(last_set), 0);
    let square = graph.multiply(last, last);
    let ends = graph.subtract(square, last);
    all.push(graph.multiply(last_row, ends));

    for set in 1..sets {
        let own = graph.column(Source::Product(set), 0);
        let before = graph.column(Source::Product(set - 1), *last_rotation);
        let goes_on = graph.subtract(own, before);
        all.push(graph.multiply(first_row, goes_on));
    }

    let (beta, gamma) = (
        graph.constant(challenges.beta),
        graph.constant(challenges.gamma),
    );
    let identity = graph.column(Source::Identity, 0);
    let mut delta = challenges.beta;
    for (set, columns) in columns.chunks(*chunk).enumerate() {
        let mut left = graph.column(Source::Product(set), 1);
        let mut right = graph.column(Source::Product(set), 0);
        for (place, source) in columns.iter().enumerate() {
            let value = graph.column(*source, 0);
            let value = graph.add(value, gamma);
            let permuted = graph.column(Source::Permuted(set * chunk + place), 0);
            let permuted = graph.multiply(beta, permuted);
            let factor = graph.add(value, permuted);
            left = graph.multiply(left, factor);
            let shift = graph.constant(delta);
            let own = graph.multiply(shift, identity);
            let factor = graph.add(value, own);
            right = graph.multiply(right, factor);
            delta *= &Fr::DELTA;
        }
        let equal = graph.subtract(left, right);
        all.push(graph.multiply(usable, equal));
    }
}
