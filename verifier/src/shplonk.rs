//! The SHPLONK opening: one pairing equation for all evaluations.
//!
//! For each rotation set S_i with members C_ij of evaluations interpolated by r_ij, Z_i the vanishing polynomial of S_i
//! and Z_0 that of the first set, the proof's points W and W' must satisfy
//!
//! e(W', s·g2) = e(Σ_i v^i (Z_0(u) / Z_i(u)) Σ_j y^j (C_ij − r_ij(u)·g1) − Z_0(u)·W + u·W', g2).

use alloc::vec::Vec;

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{One, Zero, batch_inversion};

use crate::constraints::Point;
use crate::error::VerifyError;
use crate::key::VerifyingKey;
use crate::opening::{Commitment, Evaluation, RotationSet};
use crate::proof::Proof;

/// Bases with scalars.
#[derive(Default)]
struct Sum {
    bases: Vec<G1Affine>,
    scalars: Vec<Fr>,
}

impl Sum {
    fn add(&mut self, scalar: Fr, base: G1Affine) {
        self.bases.push(base);
        self.scalars.push(scalar);
    }
}

pub(crate) fn check(
    key: &VerifyingKey,
    proof: &Proof,
    point: &Point,
    quotient: Fr,
) -> Result<(), VerifyError> {
    let challenges = &proof.challenges;
    let sets: Vec<Interpolation> = key
        .opening()
        .sets()
        .iter()
        .map(|set| Interpolation::new(key, set, point.x, challenges.opening_u))
        .collect::<Option<_>>()
        .ok_or(VerifyError::Degenerate)?;
    let first_vanishing = sets.first().map_or(Fr::one(), |set| set.vanishing);

    let mut sum = Sum::default();
    let mut constant = Fr::zero();
    let mut power_of_v = Fr::one();
    for (set, interpolation) in key.opening().sets().iter().zip(&sets) {
        let mut weight = power_of_v * first_vanishing * interpolation.inverse_vanishing;
        for member in &set.members {
            let value = interpolation
                .evaluate(proof, &member.evaluations, quotient)
                .ok_or(VerifyError::Rejected)?;
            constant += weight * value;
            add_commitment(&mut sum, key, proof, point, member.commitment, weight)
                .ok_or(VerifyError::Rejected)?;
            weight *= challenges.opening_y;
        }
        power_of_v *= challenges.opening_v;
    }
    let [w, w_prime] = proof.opening;
    sum.add(-constant, G1Affine::generator());
    sum.add(-first_vanishing, w);
    sum.add(challenges.opening_u, w_prime);

    let right = G1Projective::msm(&sum.bases, &sum.scalars).map_err(|_| VerifyError::Rejected)?;
    let product = Bn254::multi_pairing(
        [w_prime, (-right).into_affine()],
        [*key.s_g2(), G2Affine::generator()],
    );
    product.is_zero().then_some(()).ok_or(VerifyError::Rejected)
}

/// Interpolation through a set's points, evaluated at u.
struct Interpolation {
    /// Z(u).
    vanishing: Fr,
    /// 1 / Z(u).
    inverse_vanishing: Fr,
    /// Lagrange basis of the points at u.
    basis: Vec<Fr>,
}

impl Interpolation {
    /// `None` if u is one of the points.
    fn new(key: &VerifyingKey, set: &RotationSet, x: Fr, u: Fr) -> Option<Self> {
        let points: Vec<Fr> = set
            .rotations
            .iter()
            .map(|rotation| Some(x * key.domain().rotation(i32::try_from(*rotation).ok()?)))
            .collect::<Option<_>>()?;
        let vanishing: Fr = points.iter().map(|point| u - point).product();
        let mut denominators: Vec<Fr> = Vec::with_capacity(points.len() + 1);
        for (index, point) in points.iter().enumerate() {
            let others = points
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index);
            let differences: Fr = others.map(|(_, other)| *point - other).product();
            denominators.push((u - point) * differences);
        }
        denominators.push(vanishing);
        if denominators.iter().any(Fr::is_zero) {
            return None;
        }
        batch_inversion(&mut denominators);
        let inverse_vanishing = denominators.pop()?;
        Some(Interpolation {
            vanishing,
            inverse_vanishing,
            basis: denominators
                .iter()
                .map(|inverse| vanishing * inverse)
                .collect(),
        })
    }

    fn evaluate(&self, proof: &Proof, evaluations: &[Evaluation], quotient: Fr) -> Option<Fr> {
        let mut value = Fr::zero();
        for (basis, evaluation) in self.basis.iter().zip(evaluations) {
            value += match *evaluation {
                Evaluation::Quotient => quotient,
                Evaluation::Proof(position) => {
                    *proof.evaluations.get(usize::try_from(position).ok()?)?
                }
            } * basis;
        }
        Some(value)
    }
}

/// Adds weight · commitment; `None` only for a position that the key's own shape excludes.
fn add_commitment(
    sum: &mut Sum,
    key: &VerifyingKey,
    proof: &Proof,
    point: &Point,
    commitment: Commitment,
    weight: Fr,
) -> Option<()> {
    let of = |list: &[G1Affine], position: u32| list.get(usize::try_from(position).ok()?).copied();
    let base = match commitment {
        Commitment::Advice(column) => of(&proof.advice, column)?,
        Commitment::Product(product) => of(&proof.products, product)?,
        Commitment::Fixed(column) => of(key.fixed_commitments(), column)?,
        Commitment::Permutation(column) => {
            key.permutation()
                .get(usize::try_from(column).ok()?)?
                .commitment
        }
        Commitment::Random => proof.random,
        Commitment::Quotient => {
            let mut weight = weight;
            for limb in &proof.quotient {
                sum.add(weight, *limb);
                weight *= point.xn;
            }
            return Some(());
        }
    };
    sum.add(weight, base);
    Some(())
}
