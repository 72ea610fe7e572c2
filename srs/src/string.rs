//! The structured reference string: powers of a secret in G1, with their Lagrange form.

use std::sync::{Arc, OnceLock};

use halo2_proofs::SerdeFormat;
use halo2_proofs::poly::commitment::{Params, ParamsProver};
use halo2_proofs::poly::kzg::commitment::ParamsKZG;
use halo2curves::bn256::{Bn256, G1Affine, G2Affine};
use halo2curves::serde::SerdeObject as _;
use rayon::prelude::*;

use crate::check::{check_k, check_lagrange, check_secret};
use crate::development_secret::is_development;
use crate::fault::SrsFault;
use crate::identity::SrsIdentity;
use crate::lagrange::lagrange_form;

/// Bytes of a point in halo2's raw form.
const RAW_POINT: usize = 64;

/// A structured reference string of 2^k powers with its Lagrange form.
#[derive(Clone, Debug)]
pub struct Srs {
    params: ParamsKZG<Bn256>,
    identity: SrsIdentity,
    /// A copy of what `params` does not show.
    lagrange: OnceLock<Arc<[G1Affine]>>,
}

impl Srs {
    /// The string of powers of a secret made elsewhere, with `s_g2` the secret times the generator of G2.
    ///
    /// The number of powers must be 2^k. `lagrange` is their Lagrange form if the source carries one; it is checked
    /// against the powers, so the source need not be trusted. Without one it is computed by a group Fourier transform,
    /// which takes about half a minute at k = 17 on two cores (`tests/timing.rs`). Save the result. The development secret
    /// is recognised and marked insecure.
    ///
    /// # Errors
    /// [`SrsFault::Length`], [`SrsFault::Size`], [`SrsFault::Point`] for the identity, [`SrsFault::Generator`],
    /// [`SrsFault::Subgroup`], [`SrsFault::Powers`], [`SrsFault::RootOfUnity`] or [`SrsFault::Lagrange`].
    pub fn from_powers(
        powers: Vec<G1Affine>,
        lagrange: Option<Vec<G1Affine>>,
        s_g2: G2Affine,
    ) -> Result<Self, SrsFault> {
        let count = powers.len() as u64;
        if !count.is_power_of_two() {
            return Err(SrsFault::Length {
                expected: count.next_power_of_two(),
                got: count,
            });
        }
        let k = check_k(count.ilog2())?;
        let g2 = G2Affine::generator();
        let insecure = is_development(&s_g2);
        check_secret(&powers, &g2, &s_g2, insecure)?;
        let lagrange = match lagrange {
            Some(lagrange) => {
                check_lagrange(&powers, &lagrange, k)?;
                lagrange
            }
            None => lagrange_form(&powers, k),
        };
        let params = params_from_parts(k, powers, lagrange, g2, s_g2);
        Ok(Srs::new(params, insecure))
    }

    /// halo2's parameters.
    pub fn params(&self) -> &ParamsKZG<Bn256> {
        &self.params
    }

    /// The powers in Lagrange form: commitments to the polynomials that are 1 on one row of 2^k and 0 on the others.
    pub fn lagrange(&self) -> &[G1Affine] {
        self.lagrange.get_or_init(|| lagrange_of(&self.params))
    }

    /// What identifies the string.
    pub fn identity(&self) -> &SrsIdentity {
        &self.identity
    }

    /// Binary logarithm of the number of powers.
    pub fn k(&self) -> u32 {
        self.identity.k()
    }

    pub(crate) fn new(params: ParamsKZG<Bn256>, insecure: bool) -> Self {
        let identity = SrsIdentity::new(
            &params.get_g()[0],
            &params.g2(),
            &params.s_g2(),
            insecure,
            params.k(),
        );
        Srs {
            params,
            identity,
            lagrange: OnceLock::new(),
        }
    }
}

/// The Lagrange form in halo2's parameters, which show it in their bytes alone: u32 k, the powers, the Lagrange form, two points of G2.
fn lagrange_of(params: &ParamsKZG<Bn256>) -> Arc<[G1Affine]> {
    let count = params.get_g().len();
    let mut bytes = Vec::with_capacity(4 + (2 * count + 4) * RAW_POINT);
    if params
        .write_custom(&mut bytes, SerdeFormat::RawBytesUnchecked)
        .is_err()
    {
        return lagrange_form(params.get_g(), params.k()).into();
    }
    let points = bytes[4 + count * RAW_POINT..].par_chunks_exact(RAW_POINT);
    let points: Vec<G1Affine> = points
        .take(count)
        .map(G1Affine::from_raw_bytes_unchecked)
        .collect();
    points.into()
}

/// halo2's parameter type from its parts; it has no constructor but a method of an existing value.
pub(crate) fn params_from_parts(
    k: u32,
    g: Vec<G1Affine>,
    g_lagrange: Vec<G1Affine>,
    g2: G2Affine,
    s_g2: G2Affine,
) -> ParamsKZG<Bn256> {
    ParamsKZG::<Bn256>::setup(1, rand_core::OsRng).from_parts(k, g, Some(g_lagrange), g2, s_g2)
}
