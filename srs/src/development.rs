//! The development string: its secret is derived from a public seed, so anyone can forge proofs under it. It exists so
//! that tests, demos and pinned verifying keys need no ceremony file and are the same on every machine.
//!
//! With the secret known, each power and each Lagrange point is one fixed-base multiplication of the generator:
//! g_i = s^i·G and L_i = ((s^n − 1)/n · ω^i/(s − ω^i))·G.

use halo2curves::bn256::{Fr, G2Affine};
use halo2curves::ff::{BatchInvert, Field, PrimeField};
use rayon::prelude::*;

use crate::development_secret::{secret, secret_g2};
use crate::domain::{powers, root_of_unity};
use crate::error::SrsError;
use crate::fixed_base::FixedBase;
use crate::limits::MAX_K;
use crate::string::{Srs, params_from_parts};

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

#[cfg(test)]
mod tests {
    use halo2_proofs::poly::commitment::{Params, ParamsProver};
    use halo2curves::bn256::G1Affine;
    use halo2curves::group::prime::PrimeCurveAffine;

    use super::*;

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
}
