//! The development string: its secret is derived from a public seed, so anyone can forge proofs under it. It exists so
//! that tests, demos and pinned verifying keys need no ceremony file and are the same on every machine.
//!
//! With the secret known, each power and each Lagrange point is one fixed-base multiplication of the generator:
//! g_i = s^i·G and L_i = ((s^n − 1)/n · ω^i/(s − ω^i))·G.

use std::sync::LazyLock;

use halo2curves::bn256::{Fr, G1, G1Affine, G2Affine};
use halo2curves::ff::{BatchInvert, Field, FromUniformBytes, PrimeField};
use halo2curves::group::prime::PrimeCurveAffine;
use halo2curves::group::{Curve, Group};
use rayon::prelude::*;

use super::lagrange::normalised;
use super::{MAX_K, Srs, SrsError, params_from_parts};

const SEED_DOMAIN: &str = "tranche INSECURE development SRS secret v1";

/// Scalars multiplied together: small enough for the accumulators to stay in the first-level cache.
const CHUNK: usize = 256;

impl Srs {
    /// The development string of 2^k powers: the same on every machine, marked insecure.
    ///
    /// # Errors
    /// [`SrsError::Size`] unless 1 ≤ k ≤ [`MAX_K`].
    pub fn development(k: u32) -> Result<Self, SrsError> {
        if !(1..=MAX_K).contains(&k) {
            return Err(SrsError::Size { k });
        }
        let n = 1usize << k;
        let secret = secret();
        let mut scalars = powers(secret, n);
        scalars.extend(lagrange_at(secret, k));
        let mut g = FixedBase::new(k).multiply(&scalars);
        let g_lagrange = g.split_off(n);
        let params = params_from_parts(k, g, g_lagrange, G2Affine::generator(), secret_g2());
        Ok(Srs::new(params, true))
    }
}

/// Whether `s_g2` carries the development secret.
pub(super) fn is_development(s_g2: &G2Affine) -> bool {
    static IMAGE: LazyLock<G2Affine> = LazyLock::new(secret_g2);
    *s_g2 == *IMAGE
}

fn secret() -> Fr {
    let mut wide = [0; 64];
    blake3::Hasher::new_derive_key(SEED_DOMAIN)
        .finalize_xof()
        .fill(&mut wide);
    Fr::from_uniform_bytes(&wide)
}

fn secret_g2() -> G2Affine {
    (G2Affine::generator() * secret()).to_affine()
}

/// 1, base, …, base^(n−1).
pub(super) fn powers(base: Fr, n: usize) -> Vec<Fr> {
    let mut out = vec![Fr::ZERO; n];
    out.par_chunks_mut(1 << 12)
        .enumerate()
        .for_each(|(chunk, out)| {
            let mut power = base.pow_vartime([(chunk << 12) as u64]);
            for slot in out {
                *slot = power;
                power *= base;
            }
        });
    out
}

/// The generator of the 2^k-th roots of unity that halo2 uses.
pub(super) fn root_of_unity(k: u32) -> Fr {
    (k..Fr::S).fold(Fr::ROOT_OF_UNITY, |root, _| root.square())
}

/// The Lagrange basis of the 2^k-th roots of unity at a point outside them.
fn lagrange_at(point: Fr, k: u32) -> Vec<Fr> {
    let n = 1usize << k;
    let common =
        (point.pow_vartime([n as u64]) - Fr::ONE) * Fr::TWO_INV.pow_vartime([u64::from(k)]);
    let roots = powers(root_of_unity(k), n);
    let mut out: Vec<Fr> = roots.iter().map(|root| point - root).collect();
    out.par_chunks_mut(1 << 12)
        .zip(roots.par_chunks(1 << 12))
        .for_each(|(out, roots)| {
            out.iter_mut().batch_invert();
            for (value, root) in out.iter_mut().zip(roots) {
                *value *= common * root;
            }
        });
    out
}

/// Multiples of the generator: `windows[j][d] = d · 2^(width·j) · G`.
struct FixedBase {
    width: usize,
    windows: Vec<Vec<G1Affine>>,
}

impl FixedBase {
    /// A table whose size suits 2^(k+1) multiplications.
    fn new(k: u32) -> Self {
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

    fn multiply(&self, scalars: &[Fr]) -> Vec<G1Affine> {
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
    use halo2_proofs::poly::commitment::{Params, ParamsProver};

    use super::*;

    #[test]
    fn fixed_base_agrees_with_plain_multiplication() {
        let scalars = [Fr::ZERO, Fr::ONE, -Fr::ONE, secret(), Fr::from(1 << 40)];
        for k in [1, 9, 20] {
            let expected: Vec<G1Affine> = scalars
                .iter()
                .map(|scalar| (G1Affine::generator() * scalar).to_affine())
                .collect();
            assert_eq!(FixedBase::new(k).multiply(&scalars), expected);
        }
    }

    #[test]
    fn the_lagrange_form_is_the_transform_of_the_powers() {
        let srs = Srs::development(6).unwrap();
        let powers = srs.params().get_g();
        let expected: Vec<G1Affine> = halo2_proofs::arithmetic::g_to_lagrange(
            powers.iter().map(PrimeCurveAffine::to_curve).collect(),
            6,
        );
        let mut written = Vec::new();
        srs.params().write(&mut written).unwrap();
        let lagrange: Vec<u8> = expected
            .iter()
            .flat_map(halo2curves::serde::SerdeObject::to_raw_bytes)
            .collect();
        assert_eq!(&written[4 + 64 * 64..4 + 2 * 64 * 64], lagrange);
    }

    #[test]
    fn truncation_is_the_same_string() {
        let large = Srs::development(7).unwrap();
        let small = large.downsize(5).unwrap();
        assert_eq!(small.params().get_g(), &large.params().get_g()[..32]);
        assert_eq!(small.identity().digest(), large.identity().digest());
        assert!(small.identity().is_insecure());
    }
}
