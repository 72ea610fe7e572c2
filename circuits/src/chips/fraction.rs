//! Sums of fractions over several linear denominators, as gate expressions.

use halo2_proofs::plonk::Expression;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

type E = Expression<Fr>;

/// Denominators that one helper cell serves: degree 1 (selector) + 1 (helper) + 6 stays below the mask's degree.
pub const BATCH: usize = 6;

/// Numerator and denominator of Σ 1/d over the given denominators.
pub fn sum_of_inverses(denominators: &[E]) -> (E, E) {
    let mut iter = denominators.iter();
    let Some(first) = iter.next() else {
        return (E::Constant(Fr::ZERO), E::Constant(Fr::ONE));
    };
    iter.fold((E::Constant(Fr::ONE), first.clone()), |(n, d), next| {
        (n * next.clone() + d.clone(), d * next.clone())
    })
}

/// Σ of numerators over denominators times the product of all denominators, and that product.
pub fn weighted_sum(numerators: &[E], denominators: &[E]) -> (E, E) {
    let mut pairs = numerators.iter().zip(denominators);
    let Some((n, d)) = pairs.next() else {
        return (E::Constant(Fr::ZERO), E::Constant(Fr::ONE));
    };
    pairs.fold((n.clone(), d.clone()), |(sum, product), (n, d)| {
        (
            sum * d.clone() + n.clone() * product.clone(),
            product * d.clone(),
        )
    })
}
