//! What is checked of points and headers before a string is made of them.

use halo2_proofs::arithmetic::best_multiexp;
use halo2curves::bn256::{Bn256, Fr, G1Affine, G2Affine};
use halo2curves::ff::{BatchInvert, Field};
use halo2curves::group::{Curve, Group, prime::PrimeCurveAffine};
use halo2curves::pairing::{MillerLoopResult, MultiMillerLoop};
use rayon::prelude::*;

use crate::development_secret::is_development;
use crate::domain::{powers, root_of_unity};
use crate::encoding::g2_in_subgroup;
use crate::fault::SrsFault;
use crate::limits::MAX_K;

/// The version of a format.
pub(crate) fn check_version(got: u16, expected: u16) -> Result<(), SrsFault> {
    (got == expected)
        .then_some(())
        .ok_or(SrsFault::Version { expected, got })
}

/// A supported number of powers.
pub(crate) fn check_k(k: u32) -> Result<u32, SrsFault> {
    (1..=MAX_K)
        .contains(&k)
        .then_some(k)
        .ok_or(SrsFault::Size(k))
}

/// The insecure flag.
pub(crate) fn check_flag(flag: u8) -> Result<bool, SrsFault> {
    match flag {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(SrsFault::Flag(other)),
    }
}

/// The generators, and a secret in the right group that is not the public one marked as secure.
pub(crate) fn check_generators(
    g1: &G1Affine,
    g2: &G2Affine,
    s_g2: &G2Affine,
    insecure: bool,
) -> Result<(), SrsFault> {
    if *g1 != G1Affine::generator() {
        return Err(SrsFault::Generator("the first power"));
    }
    if *g2 != G2Affine::generator() {
        return Err(SrsFault::Generator("g2"));
    }
    if !g2_in_subgroup(s_g2) {
        return Err(SrsFault::Subgroup);
    }
    if !insecure && is_development(s_g2) {
        return Err(SrsFault::DevelopmentMarkedSecure);
    }
    Ok(())
}

/// The powers belong to the secret of `s_g2`: generators, subgroup, no identity, consecutive powers, not all from a small
/// set. Points must be on their curves already.
pub(crate) fn check_secret(
    g: &[G1Affine],
    g2: &G2Affine,
    s_g2: &G2Affine,
    insecure: bool,
) -> Result<(), SrsFault> {
    let first = g.first().copied().unwrap_or_default();
    check_generators(&first, g2, s_g2, insecure)?;
    let identity = |part, index| SrsFault::Point { part, index };
    if let Some(index) = g.iter().position(|point| bool::from(point.is_identity())) {
        return Err(identity("the powers", index));
    }
    if bool::from(s_g2.is_identity()) {
        return Err(identity("s·g2", 0));
    }
    check_powers(g, g2, s_g2)?;
    // A secret s with s^n = 1 has s^(n/2) = ±1.
    let middle = g[g.len() / 2];
    if middle == first || middle == -first {
        return Err(SrsFault::RootOfUnity);
    }
    Ok(())
}

/// e(Σ ρ^i g_{i+1}, g2) = e(Σ ρ^i g_i, s·g2) for a random ρ. If some g_{i+1} ≠ s·g_i, the difference is a non-zero
/// polynomial in ρ of degree below 2^k: the check passes with probability below 2^k / r.
fn check_powers(g: &[G1Affine], g2: &G2Affine, s_g2: &G2Affine) -> Result<(), SrsFault> {
    let weights = powers(Fr::random(rand_core::OsRng), g.len() - 1);
    let low = best_multiexp(&weights, &g[..g.len() - 1]).to_affine();
    let high = best_multiexp(&weights, &g[1..]).to_affine();
    let product = Bn256::multi_miller_loop(&[(&high, &(*g2).into()), (&low, &(-*s_g2).into())]);
    bool::from(product.final_exponentiation().is_identity())
        .then_some(())
        .ok_or(SrsFault::Powers)
}

/// Σ ρ^i L_i = Σ c_j g_j, where c are the coefficients of the polynomial with value ρ^i at ω^i:
/// c_j = (1/n) Σ_i (ρ ω^{−j})^i = (ρ^n − 1)/n · 1/(ρ ω^{−j} − 1). Sound as [`check_powers`] is.
pub(crate) fn check_lagrange(
    g: &[G1Affine],
    g_lagrange: &[G1Affine],
    k: u32,
) -> Result<(), SrsFault> {
    let n = g.len();
    if g_lagrange.len() != n {
        return Err(SrsFault::Lagrange);
    }
    let rho = Fr::random(rand_core::OsRng);
    let values = powers(rho, n);
    let scale =
        (rho.pow_vartime([n as u64]) - Fr::ONE) * Fr::from(n as u64).invert().unwrap_or(Fr::ZERO);
    let mut coefficients = powers(root_of_unity(k).invert().unwrap_or(Fr::ZERO), n);
    coefficients.par_chunks_mut(1 << 12).for_each(|chunk| {
        for value in chunk.iter_mut() {
            *value = rho * *value - Fr::ONE;
        }
        chunk.iter_mut().batch_invert();
        for value in chunk {
            *value *= scale;
        }
    });
    (best_multiexp(&values, g_lagrange) == best_multiexp(&coefficients, g))
        .then_some(())
        .ok_or(SrsFault::Lagrange)
}
