//! Which commitments are opened at which points: SHPLONK's rotation sets, a function of the key alone.
//!
//! Commitments come in the order of their first query; those opened at the same set of points form one set, and sets
//! come in the order of their first commitment. Both orders fix powers of the opening challenges.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::domain::Domain;
use crate::query::Query;

/// A commitment to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commitment {
    /// An advice column, from the proof.
    Advice(u32),
    /// A permutation product, from the proof.
    Product(u32),
    /// A fixed column, from the key.
    Fixed(u32),
    /// A permutation polynomial, from the key.
    Permutation(u32),
    /// The quotient: its limbs combined by powers of x^n.
    Quotient,
    /// The random polynomial, from the proof.
    Random,
}

/// A claimed evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// Position among the proof's scalars.
    Proof(u32),
    /// The quotient's, computed from the constraints.
    Quotient,
}

/// A commitment with its evaluations at the points of its set, in the set's order.
#[derive(Clone, Debug)]
pub struct Member {
    /// The commitment.
    pub commitment: Commitment,
    /// One evaluation for each point of the set.
    pub evaluations: Vec<Evaluation>,
}

/// Commitments opened at the same points x·ω^rotation.
#[derive(Clone, Debug)]
pub struct RotationSet {
    /// The rotations, reduced to [0, 2^k) and increasing.
    pub rotations: Vec<u32>,
    /// The commitments, in order.
    pub members: Vec<Member>,
}

/// All sets of an opening, in order.
#[derive(Clone, Debug)]
pub struct Opening {
    sets: Vec<RotationSet>,
}

/// What the opening depends on.
pub(crate) struct OpeningInputs<'a> {
    pub(crate) domain: &'a Domain,
    pub(crate) advice: usize,
    pub(crate) fixed: usize,
    pub(crate) advice_queries: &'a [Query],
    pub(crate) fixed_queries: &'a [Query],
    pub(crate) permutation_columns: usize,
    pub(crate) permutation_products: usize,
    pub(crate) blinding_rows: u32,
}

type Points = Vec<(u32, Evaluation)>;

impl Opening {
    /// The sets, in the order of the powers of v.
    pub fn sets(&self) -> &[RotationSet] {
        &self.sets
    }

    pub(crate) fn new(inputs: &OpeningInputs<'_>) -> Self {
        let mut sets: Vec<RotationSet> = Vec::new();
        let mut positions: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
        for (commitment, mut points) in commitments(inputs) {
            points.sort_unstable_by_key(|(rotation, _)| *rotation);
            let (rotations, evaluations): (Vec<u32>, Vec<Evaluation>) = points.into_iter().unzip();
            let member = Member {
                commitment,
                evaluations,
            };
            let next = sets.len();
            let position = *positions.entry(rotations.clone()).or_insert(next);
            match sets.get_mut(position) {
                Some(set) => set.members.push(member),
                None => sets.push(RotationSet {
                    rotations,
                    members: alloc::vec![member],
                }),
            }
        }
        Opening { sets }
    }
}

/// Every commitment with its points, in the order of first queries: advice, products, fixed, permutation, quotient,
/// random. Evaluations are numbered as they stand in the proof.
fn commitments(inputs: &OpeningInputs<'_>) -> Vec<(Commitment, Points)> {
    let advice = inputs.advice_queries.len();
    let random = advice.saturating_add(inputs.fixed_queries.len());
    let permutation = random.saturating_add(1);
    let products = permutation.saturating_add(inputs.permutation_columns);

    let mut out = by_column(
        inputs.domain,
        inputs.advice_queries,
        inputs.advice,
        0,
        Commitment::Advice,
    );
    let last_row = i32::try_from(inputs.blinding_rows).map_or(i32::MIN, |rows| -rows - 1);
    for product in 0..inputs.permutation_products {
        let first = products.saturating_add(product.saturating_mul(3));
        let mut points = alloc::vec![
            (0, proof(first)),
            (inputs.domain.reduce(1), proof(first.saturating_add(1)))
        ];
        if product.saturating_add(1) < inputs.permutation_products {
            points.push((
                inputs.domain.reduce(last_row),
                proof(first.saturating_add(2)),
            ));
        }
        out.push((Commitment::Product(number(product)), points));
    }
    out.extend(by_column(
        inputs.domain,
        inputs.fixed_queries,
        inputs.fixed,
        advice,
        Commitment::Fixed,
    ));
    for column in 0..inputs.permutation_columns {
        let evaluation = proof(permutation.saturating_add(column));
        out.push((
            Commitment::Permutation(number(column)),
            alloc::vec![(0, evaluation)],
        ));
    }
    out.push((Commitment::Quotient, alloc::vec![(0, Evaluation::Quotient)]));
    out.push((Commitment::Random, alloc::vec![(0, proof(random))]));
    out
}

/// Queried columns in the order of their first query, each with all its points.
fn by_column(
    domain: &Domain,
    queries: &[Query],
    columns: usize,
    first: usize,
    commitment: fn(u32) -> Commitment,
) -> Vec<(Commitment, Points)> {
    let mut out: Vec<(Commitment, Points)> = Vec::new();
    let mut positions = alloc::vec![None; columns];
    for (index, query) in queries.iter().enumerate() {
        let point = (
            domain.reduce(query.rotation),
            proof(first.saturating_add(index)),
        );
        let Some(position) = positions.get_mut(query.column as usize) else {
            continue;
        };
        let position = *position.get_or_insert(out.len());
        match out.get_mut(position) {
            Some((_, points)) => points.push(point),
            None => out.push((commitment(query.column), alloc::vec![point])),
        }
    }
    out
}

fn proof(position: usize) -> Evaluation {
    Evaluation::Proof(number(position))
}

/// Counts come from a file with 32-bit lengths of items of several bytes each.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
