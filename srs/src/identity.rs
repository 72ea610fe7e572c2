//! What identifies a string.

use halo2curves::bn256::{G1Affine, G2Affine};

use crate::encoding::{g1_to_bytes, g2_to_bytes};

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
