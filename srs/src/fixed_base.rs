//! Many multiples of the generator of G1, by a table of windows.

use halo2curves::bn256::{Fr, G1, G1Affine};
use halo2curves::ff::PrimeField;
use halo2curves::group::prime::PrimeCurveAffine;
use halo2curves::group::{Curve, Group};
use rayon::prelude::*;

use crate::multiply::normalised;

/// Scalars multiplied together: small enough for the accumulators to stay in the first-level cache.
const CHUNK: usize = 256;

/// Multiples of the generator: `windows[j][d] = d · 2^(width·j) · G`.
pub(crate) struct FixedBase {
    width: usize,
    windows: Vec<Vec<G1Affine>>,
}

impl FixedBase {
    /// A table whose size suits 2^(k+1) multiplications.
    pub(crate) fn new(k: u32) -> Self {
        let width = (k as usize).saturating_sub(3).clamp(4, 13);
        let count = (Fr::NUM_BITS as usize).div_ceil(width);
        let mut bases = Vec::with_capacity(count);
        let mut base = G1::generator();
        for _ in 0..count {
            bases.push(base);
            for _ in 0..width {
                base = base.double();
            }
        }
        let windows = bases
            .into_par_iter()
            .map(|base| {
                let step = base.to_affine();
                let mut multiples = Vec::with_capacity(1 << width);
                let mut multiple = G1::identity();
                for _ in 0..1usize << width {
                    multiples.push(multiple);
                    multiple += step;
                }
                normalised(&multiples)
            })
            .collect();
        FixedBase { width, windows }
    }

    pub(crate) fn multiply(&self, scalars: &[Fr]) -> Vec<G1Affine> {
        let mut out = vec![G1Affine::identity(); scalars.len()];
        out.par_chunks_mut(CHUNK)
            .zip(scalars.par_chunks(CHUNK))
            .for_each(|(out, scalars)| {
                let digits: Vec<[u8; 32]> = scalars.iter().map(Fr::to_repr).collect();
                let mut sums = vec![G1::identity(); scalars.len()];
                for (index, window) in self.windows.iter().enumerate() {
                    for (sum, scalar) in sums.iter_mut().zip(&digits) {
                        let digit = self.digit(scalar, index);
                        if digit != 0 {
                            *sum += window[digit];
                        }
                    }
                }
                G1::batch_normalize(&sums, out);
            });
        out
    }

    /// Bits [width·index, width·(index + 1)) of a little-endian scalar.
    fn digit(&self, scalar: &[u8; 32], index: usize) -> usize {
        let bit = self.width * index;
        let bytes = scalar[bit / 8..].iter().take(4).enumerate();
        let word = bytes.fold(0usize, |word, (i, byte)| {
            word | usize::from(*byte) << (8 * i)
        });
        (word >> (bit % 8)) & ((1 << self.width) - 1)
    }
}

#[cfg(test)]
mod tests {
    use halo2curves::ff::Field;

    use super::*;

    #[test]
    fn fixed_base_agrees_with_plain_multiplication() {
        let scalars = [
            Fr::ZERO,
            Fr::ONE,
            -Fr::ONE,
            Fr::ROOT_OF_UNITY,
            Fr::from(1 << 40),
        ];
        for k in [1, 9, 20] {
            let expected: Vec<G1Affine> = scalars
                .iter()
                .map(|scalar| (G1Affine::generator() * scalar).to_affine())
                .collect();
            assert_eq!(FixedBase::new(k).multiply(&scalars), expected);
        }
    }
}
