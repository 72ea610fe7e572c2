//! The secret of the development string, which everybody can compute.

use std::sync::LazyLock;

use halo2curves::bn256::{Fr, G2Affine};
use halo2curves::ff::FromUniformBytes;
use halo2curves::group::Curve;

const SEED_DOMAIN: &str = "tranche INSECURE development SRS secret v1";

/// Whether `s_g2` carries the development secret.
pub(crate) fn is_development(s_g2: &G2Affine) -> bool {
    static IMAGE: LazyLock<G2Affine> = LazyLock::new(secret_g2);
    *s_g2 == *IMAGE
}

/// The secret.
pub(crate) fn secret() -> Fr {
    let mut wide = [0; 64];
    blake3::Hasher::new_derive_key(SEED_DOMAIN)
        .finalize_xof()
        .fill(&mut wide);
    Fr::from_uniform_bytes(&wide)
}

/// The secret times the generator of G2.
pub(crate) fn secret_g2() -> G2Affine {
    (G2Affine::generator() * secret()).to_affine()
}
