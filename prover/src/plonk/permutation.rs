//! The products of the permutation argument.

use halo2_proofs::plonk::{Any, Column};
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};
use rayon::prelude::*;
use tranche_circuits::field::batch_invert;

use super::quotient::Domain;
use super::secret::Secret;

/// What the products are made of: one column of each permuted column.
pub(super) struct Permutation<'a> {
    pub(super) domain: Domain,
    /// The columns of the argument.
    pub(super) columns: &'a [Column<Any>],
    /// For each of them, where its cells lead: δ^j·ω^row of the next cell of the cycle.
    pub(super) permuted: Vec<&'a [Fr]>,
    pub(super) beta: Fr,
    pub(super) gamma: Fr,
}

impl Permutation<'_> {
    /// The ratio of numerator to denominator on each row, of the columns from `first` on, so many of them.
    ///
    /// `values` gives the values of a column.
    pub(super) fn ratios<'v>(
        &self,
        first: usize,
        count: usize,
        values: &impl Fn(Column<Any>) -> &'v [Fr],
    ) -> Secret {
        let rows = self.domain.rows();
        let columns: Vec<(&[Fr], &[Fr], Fr)> = (first..self.columns.len().min(first + count))
            .map(|place| {
                let shift = self.beta * Fr::DELTA.pow_vartime([place as u64]);
                (values(self.columns[place]), self.permuted[place], shift)
            })
            .collect();
        let mut ratios = Secret::zeros(rows);
        let chunk = rows.div_ceil(4 * rayon::current_num_threads()).max(64);
        ratios
            .par_chunks_mut(chunk)
            .enumerate()
            .for_each(|(place, out)| {
                let start = place * chunk;
                for (offset, out) in out.iter_mut().enumerate() {
                    let row = start + offset;
                    *out = columns
                        .iter()
                        .fold(Fr::ONE, |product, (values, permuted, _)| {
                            product * (self.beta * permuted[row] + self.gamma + values[row])
                        });
                }
                batch_invert(out);
                let mut x = self.domain.omega.pow_vartime([start as u64]);
                for (offset, out) in out.iter_mut().enumerate() {
                    for (values, _, shift) in &columns {
                        *out *= *shift * x + self.gamma + values[start + offset];
                    }
                    x *= &self.domain.omega;
                }
            });
        ratios
    }
}

/// Running products: `first`, then its product with the first element, and so on; the last element is left out.
pub(super) fn running_products(first: Fr, mut elements: Secret) -> Secret {
    let chunk = elements
        .len()
        .div_ceil(4 * rayon::current_num_threads())
        .max(64);
    // Within each chunk first, then times what is before it.
    let totals: Vec<Fr> = elements
        .par_chunks_mut(chunk)
        .map(|elements| {
            let mut product = Fr::ONE;
            for element in elements {
                let own = *element;
                *element = product;
                product *= &own;
            }
            product
        })
        .collect();
    let mut before = first;
    let starts: Vec<Fr> = totals
        .into_iter()
        .map(|total| {
            let start = before;
            before *= &total;
            start
        })
        .collect();
    let chunks = elements.par_chunks_mut(chunk).zip(starts);
    chunks.for_each(|(elements, start)| {
        elements.iter_mut().for_each(|element| *element *= &start);
    });
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_run_over_all_chunks() {
        let elements: Vec<Fr> = (0..1_000u64).map(|i| Fr::from(i + 2)).collect();
        let products = running_products(Fr::from(3), Secret::from(elements.clone()));
        let mut expected = Fr::from(3);
        for (product, element) in products.iter().zip(elements) {
            assert_eq!(*product, expected);
            expected *= element;
        }
    }
}
