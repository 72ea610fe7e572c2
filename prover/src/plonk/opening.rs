//! The opening of all polynomials at all points by two commitments (SHPLONK).
//!
//! Boneh, Drake, Fisch, Gabizon, *Efficient polynomial commitment schemes for multiple points and polynomials*, 2020, section 4. Polynomials
//! that are opened at the same points form a set; sets and their polynomials are in the order in which queries name them first, as the
//! verifier has them.

use std::collections::BTreeMap;
use std::io;

use halo2_proofs::arithmetic::lagrange_interpolate;
use halo2_proofs::transcript::{EncodedChallenge, TranscriptWrite};
use halo2curves::bn256::{Fr, G1Affine};
use halo2curves::ff::Field;

use super::order::reorder;
use super::polynomial::{Coefficients, PointPowers, add_scaled, divide};
use super::quotient::Domain;
use super::secret::Secret;

/// The points that polynomials are evaluated at: the challenge times powers of omega, with the powers of each point.
pub(super) struct Points {
    domain: Domain,
    x: Fr,
    known: BTreeMap<i32, (Fr, PointPowers)>,
}

impl Points {
    pub(super) fn new(domain: Domain, x: Fr) -> Self {
        Self {
            domain,
            x,
            known: BTreeMap::new(),
        }
    }

    /// The value of a polynomial so many rows after the challenge.
    pub(super) fn evaluate(&mut self, polynomial: Coefficients<'_>, rotation: i32) -> Fr {
        let (domain, x) = (self.domain, self.x);
        let (_, powers) = self.known.entry(rotation).or_insert_with(|| {
            let power = domain
                .omega
                .pow_vartime([u64::from(rotation.unsigned_abs())]);
            let power = match rotation {
                0.. => power,
                _ => power.invert().unwrap_or(Fr::ZERO),
            };
            let point = x * power;
            (point, PointPowers::new(point, domain.rows()))
        });
        powers.evaluate(polynomial)
    }

    fn point(&self, rotation: i32) -> Fr {
        self.known
            .get(&rotation)
            .map_or(Fr::ZERO, |(point, _)| *point)
    }
}

/// A polynomial that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PolynomialId(pub(super) usize);

/// A polynomial's value at a point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query {
    pub(super) polynomial: PolynomialId,
    pub(super) rotation: i32,
    pub(super) value: Fr,
}

/// Polynomials that are opened at the same points.
struct Set {
    rotations: Vec<i32>,
    /// The polynomials, with their values at these points.
    members: Vec<(PolynomialId, Vec<Fr>)>,
}

fn sets(queries: &[Query]) -> Vec<Set> {
    let mut order: Vec<PolynomialId> = Vec::new();
    let mut values: BTreeMap<usize, BTreeMap<i32, Fr>> = BTreeMap::new();
    for query in queries {
        let of = values.entry(query.polynomial.0).or_insert_with(|| {
            order.push(query.polynomial);
            BTreeMap::new()
        });
        of.insert(query.rotation, query.value);
    }
    let mut sets: Vec<Set> = Vec::new();
    for polynomial in order {
        let of = &values[&polynomial.0];
        let rotations: Vec<i32> = of.keys().copied().collect();
        let member = (polynomial, of.values().copied().collect());
        match sets.iter_mut().find(|set| set.rotations == rotations) {
            Some(set) => set.members.push(member),
            None => sets.push(Set {
                rotations,
                members: vec![member],
            }),
        }
    }
    sets
}

/// Writes the two commitments.
///
/// # Errors
/// Those of the transcript.
pub(super) fn open<'a, E: EncodedChallenge<G1Affine>, T: TranscriptWrite<G1Affine, E>>(
    points: &Points,
    queries: &[Query],
    polynomial: impl Fn(PolynomialId) -> Coefficients<'a>,
    commit: impl Fn(&[Fr]) -> G1Affine,
    transcript: &mut T,
) -> io::Result<()> {
    let sets = sets(queries);
    let rows = points.domain.rows();
    let y = *transcript.squeeze_challenge_scalar::<()>();
    // For each set the sum of its polynomials, weighted by powers of y, and the polynomial through the sums of their values.
    let combined: Vec<(Secret, Vec<Fr>)> = sets
        .iter()
        .map(|set| {
            let (mut natural, mut reversed) = (Secret::zeros(rows), Secret::zeros(rows));
            let mut values = vec![Fr::ZERO; set.rotations.len()];
            let mut weight = Fr::ONE;
            for (id, own) in &set.members {
                match polynomial(*id) {
                    Coefficients::Natural(own) => add_scaled(&mut natural, own, weight),
                    Coefficients::Reversed(own) => add_scaled(&mut reversed, own, weight),
                }
                for (sum, value) in values.iter_mut().zip(own) {
                    *sum += weight * value;
                }
                weight *= &y;
            }
            let reversed = Secret::from(reorder(&reversed));
            add_scaled(&mut natural, &reversed, Fr::ONE);
            let at: Vec<Fr> = set
                .rotations
                .iter()
                .map(|rotation| points.point(*rotation))
                .collect();
            (natural, lagrange_interpolate(&at, &values))
        })
        .collect();
    let v = *transcript.squeeze_challenge_scalar::<()>();
    let mut quotient = Secret::zeros(rows);
    let mut weight = Fr::ONE;
    for (set, (sum, low)) in sets.iter().zip(&combined) {
        let mut own = sum.clone();
        for (coefficient, low) in own.iter_mut().zip(low) {
            *coefficient -= low;
        }
        for rotation in &set.rotations {
            divide(&mut own, points.point(*rotation));
        }
        add_scaled(&mut quotient, &own, weight);
        weight *= &v;
    }
    transcript.write_point(commit(&quotient))?;

    let u = *transcript.squeeze_challenge_scalar::<()>();
    let mut rotations: Vec<i32> = sets.iter().flat_map(|set| set.rotations.clone()).collect();
    rotations.sort_unstable();
    rotations.dedup();
    let vanishing = |rotations: &mut dyn Iterator<Item = i32>| {
        rotations.fold(Fr::ONE, |product, rotation| {
            product * (u - points.point(rotation))
        })
    };
    let mut remainder = Secret::zeros(rows);
    let mut weight = Fr::ONE;
    let mut first: Option<Fr> = None;
    for (set, (sum, low)) in sets.iter().zip(&combined) {
        let others = rotations.iter().copied();
        let factor = vanishing(&mut others.filter(|rotation| !set.rotations.contains(rotation)));
        first.get_or_insert(factor);
        let value = low
            .iter()
            .rev()
            .fold(Fr::ZERO, |sum, coefficient| sum * u + coefficient);
        add_scaled(&mut remainder, sum, weight * factor);
        remainder[0] -= weight * factor * value;
        weight *= &v;
    }
    let all = vanishing(&mut rotations.iter().copied());
    add_scaled(&mut remainder, &quotient, -all);
    divide(&mut remainder, u);
    // The verifier's form has the factor of the first set divided out.
    let scale = first.and_then(|first| Option::<Fr>::from(first.invert()));
    let scale = scale.unwrap_or(Fr::ONE);
    remainder
        .iter_mut()
        .for_each(|coefficient| *coefficient *= &scale);
    transcript.write_point(commit(&remainder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_and_members_are_in_the_order_of_their_first_query() {
        let query = |polynomial, rotation| Query {
            polynomial: PolynomialId(polynomial),
            rotation,
            value: Fr::from(polynomial as u64),
        };
        let queries = [(4, 0), (2, 1), (2, 0), (7, 0), (3, 0), (3, 1)].map(|(p, r)| query(p, r));
        let sets = sets(&queries);
        let shape: Vec<(Vec<i32>, Vec<usize>)> = sets
            .iter()
            .map(|set| {
                let members = set.members.iter().map(|(id, _)| id.0);
                (set.rotations.clone(), members.collect())
            })
            .collect();
        assert_eq!(shape, [(vec![0], vec![4, 7]), (vec![0, 1], vec![2, 3])]);
    }
}
