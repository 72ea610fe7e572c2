//! The constraints at the challenge point x: what the quotient polynomial must evaluate to.

use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ff::{Field, One};

use crate::error::VerifyError;
use crate::expression::Leaves;
use crate::key::{ColumnQuery, VerifyingKey};
use crate::proof::{Product, Proof};

/// The challenge point with what depends on it and the domain.
pub(crate) struct Point {
    pub(crate) x: Fr,
    /// x^n.
    pub(crate) xn: Fr,
    /// Lagrange polynomial of row 0 at x.
    first: Fr,
    /// Of the row that closes the permutation, the last before the blinding rows.
    last: Fr,
    /// Sum over the blinding rows.
    blind: Fr,
}

impl Point {
    pub(crate) fn new(key: &VerifyingKey, x: Fr) -> Result<Self, VerifyError> {
        let xn = key.domain().vanishing_power(x);
        let blinding = key.blinding_rows();
        let last_row = i32::try_from(blinding).map_or(i32::MIN, |rows| -rows - 1);
        let lagrange = key
            .domain()
            .lagrange(x, xn, last_row, (blinding as usize).saturating_add(2))
            .ok_or(VerifyError::Degenerate)?;
        let [last, blind @ .., first] = lagrange.as_slice() else {
            return Err(VerifyError::Degenerate);
        };
        Ok(Point {
            x,
            xn,
            first: *first,
            last: *last,
            blind: blind.iter().sum(),
        })
    }
}

/// What the columns evaluate to at the queried points.
struct Columns<'a> {
    advice: &'a [Fr],
    fixed: &'a [Fr],
    instance: &'a [Fr],
}

impl Columns<'_> {
    fn at(&self, query: ColumnQuery) -> Option<Fr> {
        let (values, position) = match query {
            ColumnQuery::Advice(position) => (self.advice, position),
            ColumnQuery::Fixed(position) => (self.fixed, position),
            ColumnQuery::Instance(position) => (self.instance, position),
        };
        values.get(usize::try_from(position).ok()?).copied()
    }
}

/// (Σ y^… · constraint) / (x^n − 1): gates in their order, then the permutation's, folded from the first.
pub(crate) fn quotient_evaluation(
    key: &VerifyingKey,
    instances: &[Fr],
    proof: &Proof,
    point: &Point,
) -> Result<Fr, VerifyError> {
    let instance = instance_evaluations(key, instances, point)?;
    let columns = Columns {
        advice: proof.advice_evaluations(key),
        fixed: proof.fixed_evaluations(key),
        instance: &instance,
    };
    let gates = key
        .gates()
        .evaluate(&Leaves {
            fixed: columns.fixed,
            advice: columns.advice,
            instance: columns.instance,
            challenges: &proof.challenges.phases,
        })
        .ok_or(VerifyError::Rejected)?;
    let permutation =
        permutation_constraints(key, &columns, proof, point).ok_or(VerifyError::Rejected)?;
    let y = proof.challenges.y;
    let sum = gates
        .iter()
        .chain(&permutation)
        .fold(Fr::from(0u8), |sum, constraint| sum * y + constraint);
    let vanishing = (point.xn - Fr::one())
        .inverse()
        .ok_or(VerifyError::Degenerate)?;
    Ok(sum * vanishing)
}

/// The instance column at x·ω^rotation: Σ_i instance_i · l_{i − rotation}(x).
fn instance_evaluations(
    key: &VerifyingKey,
    instances: &[Fr],
    point: &Point,
) -> Result<Vec<Fr>, VerifyError> {
    key.instance_queries()
        .iter()
        .map(|rotation| {
            let lagrange = key
                .domain()
                .lagrange(point.x, point.xn, rotation.wrapping_neg(), instances.len())
                .ok_or(VerifyError::Degenerate)?;
            Ok(lagrange
                .iter()
                .zip(instances)
                .map(|(l, value)| *l * value)
                .sum())
        })
        .collect()
}

/// With products z_0 … z_m over chunks of columns p with permutation polynomials s, in this order:
/// - l_first · (1 − z_0)
/// - l_last · (z_m² − z_m)
/// - l_first · (z_i − z_{i−1}(ω^last x)), i ≥ 1
/// - (1 − l_last − l_blind) · (z_i(ωx) Π (p + β s + γ) − z_i Π (p + δ^j β x + γ)), j the column's place over all chunks
fn permutation_constraints(
    key: &VerifyingKey,
    columns: &Columns<'_>,
    proof: &Proof,
    point: &Point,
) -> Option<Vec<Fr>> {
    let products = proof.product_evaluations(key);
    let (Some(first), Some(last)) = (products.first(), products.last()) else {
        return Some(Vec::new());
    };
    let mut out = Vec::with_capacity(2 * products.len() + 1);
    out.push(point.first * (Fr::one() - first.current));
    out.push(point.last * (last.current.square() - last.current));
    for (product, previous) in products.iter().skip(1).zip(&products) {
        out.push(point.first * (product.current - previous.last?));
    }
    let active = Fr::one() - (point.last + point.blind);
    let chunk = key.permutation_chunk();
    let chunks = key
        .permutation()
        .chunks(chunk)
        .zip(proof.permutation_evaluations(key).chunks(chunk));
    let mut address = proof.challenges.beta * point.x;
    for (Product { current, next, .. }, (chunk, evaluations)) in products.iter().zip(chunks) {
        let (mut left, mut right) = (*next, *current);
        for (column, evaluation) in chunk.iter().zip(evaluations) {
            let value = columns.at(column.query)? + proof.challenges.gamma;
            left *= value + proof.challenges.beta * evaluation;
            right *= value + address;
            address *= key.delta();
        }
        out.push(active * (left - right));
    }
    Some(out)
}
