//! The structured reference string: powers of a secret in G1, and what identifies them.
//!
//! Test strategy: the development string equals halo2's own set-up for the same secret; files are broken one property at
//! a time and each must be refused with its own fault (`tests/srs.rs`, `tests/srs_import.rs`; `tests/srs_snarkjs.rs` with files
//! that snarkjs made).

mod ceremony;
mod development;
mod error;
mod file;
mod halo2_file;
mod import;
mod lagrange;
mod multiply;
mod ptau;
mod public_file;
mod verifier;

use halo2_proofs::poly::commitment::{Params, ParamsProver};
use halo2_proofs::poly::kzg::commitment::ParamsKZG;
use halo2curves::bn256::{Bn256, G1Affine, G2Affine};

use crate::encoding::{G1_BYTES, G2_BYTES, g1_to_bytes, g2_to_bytes};

pub use ceremony::{Beacon, Ceremony, CeremonyFault, Chain, Contribution, RecordFault};
pub use error::{SrsError, SrsFault};
pub use import::{Format, ImportFault, Imported, Origin, Section, Source};
pub use public_file::{FileHash, FileHashError};
pub use verifier::VerifierSrs;

/// Largest supported k: 2^24 powers, 2 GiB of points.
pub const MAX_K: u32 = 24;

const IDENTITY_DOMAIN: &str = "tranche SRS identity v1";

/// What identifies a string: a digest of the secret's image, whether the secret is known, and how many powers there are.
///
/// Two strings of the same secret have the same digest whatever their k.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SrsIdentity {
    digest: [u8; 32],
    insecure: bool,
    k: u32,
}

impl SrsIdentity {
    pub(crate) fn new(
        g1: &G1Affine,
        g2: &G2Affine,
        s_g2: &G2Affine,
        insecure: bool,
        k: u32,
    ) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(IDENTITY_DOMAIN);
        hasher.update(&g1_to_bytes(g1));
        hasher.update(&g2_to_bytes(g2));
        hasher.update(&g2_to_bytes(s_g2));
        hasher.update(&[u8::from(insecure)]);
        SrsIdentity {
            digest: hasher.finalize().into(),
            insecure,
            k,
        }
    }

    /// BLAKE3 (key derivation mode, `tranche SRS identity v1`) over g1, g2, s·g2 and the insecure flag.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Whether the secret is public, so that anyone can forge proofs.
    pub fn is_insecure(&self) -> bool {
        self.insecure
    }

    /// Binary logarithm of the number of powers.
    pub fn k(&self) -> u32 {
        self.k
    }
}

/// A structured reference string of 2^k powers with its Lagrange form.
#[derive(Clone, Debug)]
pub struct Srs {
    params: ParamsKZG<Bn256>,
    identity: SrsIdentity,
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
        let k = verifier::check_k(count.ilog2())?;
        let g2 = G2Affine::generator();
        let insecure = development::is_development(&s_g2);
        file::check_secret(&powers, &g2, &s_g2, insecure)?;
        let lagrange = match lagrange {
            Some(lagrange) => {
                file::check_lagrange(&powers, &lagrange, k)?;
                lagrange
            }
            None => lagrange::lagrange(&powers, k),
        };
        let params = params_from_parts(k, powers, lagrange, g2, s_g2);
        Ok(Srs::new(params, insecure))
    }

    /// halo2's parameters.
    pub fn params(&self) -> &ParamsKZG<Bn256> {
        &self.params
    }

    /// What identifies the string.
    pub fn identity(&self) -> &SrsIdentity {
        &self.identity
    }

    /// Binary logarithm of the number of powers.
    pub fn k(&self) -> u32 {
        self.identity.k
    }

    /// The constant-size part that verification needs.
    pub fn verifier(&self) -> VerifierSrs {
        VerifierSrs::from_srs(self)
    }

    /// The same secret's string with 2^k powers.
    ///
    /// A development string is generated anew. Any other one has its Lagrange form recomputed by a group Fourier
    /// transform: save the result.
    ///
    /// # Errors
    /// [`SrsError::Downsize`] if `k` is 0 or above the present one.
    pub fn downsize(&self, k: u32) -> Result<Self, SrsError> {
        if k == 0 || k > self.k() {
            return Err(SrsError::Downsize {
                from: self.k(),
                to: k,
            });
        }
        if development::is_development(&self.params.s_g2()) {
            return Srs::development(k);
        }
        let powers = self.params.get_g()[..1 << k].to_vec();
        let lagrange = lagrange::lagrange(&powers, k);
        let (g2, s_g2) = (self.params.g2(), self.params.s_g2());
        let params = params_from_parts(k, powers, lagrange, g2, s_g2);
        Ok(Srs::new(params, self.identity.insecure))
    }

    fn new(params: ParamsKZG<Bn256>, insecure: bool) -> Self {
        let identity = SrsIdentity::new(
            &params.get_g()[0],
            &params.g2(),
            &params.s_g2(),
            insecure,
            params.k(),
        );
        Srs { params, identity }
    }
}

/// halo2's parameter type from its parts; it has no constructor but a method of an existing value.
fn params_from_parts(
    k: u32,
    g: Vec<G1Affine>,
    g_lagrange: Vec<G1Affine>,
    g2: G2Affine,
    s_g2: G2Affine,
) -> ParamsKZG<Bn256> {
    ParamsKZG::<Bn256>::setup(1, rand_core::OsRng).from_parts(k, g, Some(g_lagrange), g2, s_g2)
}
