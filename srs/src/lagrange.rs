//! The Lagrange form of powers: a Fourier transform in the group.
//!
//! L_i = (1/n) Σ_j ω^(−ij) g_j. One multiplication for each pair of each of the k layers, and one for each point.

use halo2curves::bn256::{Fr, G1, G1Affine};
use halo2curves::ff::{Field, PrimeField};
use halo2curves::group::prime::PrimeCurveAffine;
use rayon::prelude::*;

use crate::domain::{powers, root_of_unity};
use crate::multiply::{multiply, normalised};

/// Points handed to a thread at a time.
const CHUNK: usize = 64;

/// The Lagrange form of 2^k powers.
pub(crate) fn lagrange_form(g: &[G1Affine], k: u32) -> Vec<G1Affine> {
    let n = g.len();
    let scale = Fr::TWO_INV.pow_vartime([u64::from(k)]);
    let mut values: Vec<G1> = (0..n)
        .into_par_iter()
        .with_min_len(CHUNK)
        .map(|i| multiply(&g[reversed(i, k)].to_curve(), &scale))
        .collect();
    let inverse = root_of_unity(k).invert().unwrap_or(Fr::ZERO);
    let roots = powers(inverse, n / 2);
    for layer in 0..k {
        let half = 1usize << layer;
        let step = n / (2 * half);
        values.par_chunks_mut(2 * half).for_each(|block| {
            let (low, high) = block.split_at_mut(half);
            low.par_iter_mut()
                .zip(high.par_iter_mut())
                .enumerate()
                .with_min_len(CHUNK)
                .for_each(|(i, (low, high))| {
                    let turned = match i {
                        0 => *high,
                        _ => multiply(high, &roots[i * step]),
                    };
                    *high = *low - turned;
                    *low += turned;
                });
        });
    }
    normalised(&values)
}

/// The k lowest bits in the other order.
fn reversed(i: usize, k: u32) -> usize {
    i.reverse_bits().wrapping_shr(usize::BITS - k)
}

#[cfg(test)]
mod tests {
    use halo2_proofs::arithmetic::g_to_lagrange;
    use halo2curves::group::Group;
    use rand_core::OsRng;

    use super::*;

    #[test]
    fn the_form_is_the_one_that_halo2_computes() {
        for k in 1..8 {
            let points: Vec<G1> = (0..1 << k).map(|_| G1::random(OsRng)).collect();
            let expected: Vec<G1Affine> = g_to_lagrange(points.clone(), k);
            assert_eq!(lagrange_form(&normalised(&points), k), expected);
        }
    }
}
