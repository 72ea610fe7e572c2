//! Coefficients of polynomials, in either order.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use super::order::reorder;
use super::transform::powers;

/// Elements that a thread takes at once.
const CHUNK: usize = 1 << 12;

/// Coefficients of a polynomial.
#[derive(Clone, Copy)]
pub(super) enum Coefficients<'a> {
    /// The lowest first.
    Natural(&'a [Fr]),
    /// In bit-reversed order.
    Reversed(&'a [Fr]),
}

/// The powers of a point, in both orders.
pub(super) struct PointPowers {
    natural: Vec<Fr>,
    reversed: Vec<Fr>,
}

impl PointPowers {
    pub(super) fn new(point: Fr, length: usize) -> Self {
        let natural = powers(Fr::ONE, point, length);
        Self {
            reversed: reorder(&natural),
            natural,
        }
    }

    /// The value of a polynomial at the point.
    pub(super) fn evaluate(&self, polynomial: Coefficients<'_>) -> Fr {
        let (coefficients, powers) = match polynomial {
            Coefficients::Natural(coefficients) => (coefficients, &self.natural),
            Coefficients::Reversed(coefficients) => (coefficients, &self.reversed),
        };
        let parts = coefficients.par_chunks(CHUNK).zip(powers.par_chunks(CHUNK));
        let sums = parts.map(|(coefficients, powers)| {
            let products = coefficients.iter().zip(powers).map(|(a, b)| a * b);
            products.fold(Fr::ZERO, |sum, product| sum + product)
        });
        sums.reduce(|| Fr::ZERO, |a, b| a + b)
    }
}

/// Adds `factor` times some elements to others.
pub(super) fn add_scaled(sum: &mut [Fr], elements: &[Fr], factor: Fr) {
    let parts = sum.par_chunks_mut(CHUNK).zip(elements.par_chunks(CHUNK));
    parts.for_each(|(sum, elements)| {
        for (sum, element) in sum.iter_mut().zip(elements) {
            *sum += factor * element;
        }
    });
}

/// Divides a polynomial in natural order by X − `root`; the remainder is left out.
pub(super) fn divide(polynomial: &mut [Fr], root: Fr) {
    let mut above = Fr::ZERO;
    for coefficient in polynomial.iter_mut().rev() {
        std::mem::swap(coefficient, &mut above);
        above += *coefficient * root;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_have_one_value() {
        let natural: Vec<Fr> = (0..1u64 << 13).map(|i| Fr::from(3 * i + 1)).collect();
        let reversed = reorder(&natural);
        let point = Fr::from(11);
        let powers = PointPowers::new(point, natural.len());
        let horner = |sum, coefficient: &Fr| sum * point + coefficient;
        let expected = natural.iter().rev().fold(Fr::ZERO, horner);
        assert_eq!(powers.evaluate(Coefficients::Natural(&natural)), expected);
        assert_eq!(powers.evaluate(Coefficients::Reversed(&reversed)), expected);
    }

    #[test]
    fn a_multiple_divides() {
        // (X - 3)(2X + 5) = 2X² - X - 15.
        let mut product = [-Fr::from(15), -Fr::ONE, Fr::from(2), Fr::ZERO];
        divide(&mut product, Fr::from(3));
        assert_eq!(product, [Fr::from(5), Fr::from(2), Fr::ZERO, Fr::ZERO]);
    }
}
