//! A proving key with what identifies it.

use halo2_proofs::plonk::{ProvingKey, VerifyingKey};
use halo2curves::bn256::G1Affine;

use super::digest::vk_digest;

/// Where a key came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOrigin {
    /// Read from the cache.
    Cache,
    /// Generated now.
    Generated,
}

/// A proving key with what identifies it.
#[derive(Clone, Debug)]
pub struct KeyPair {
    pk: ProvingKey<G1Affine>,
    name: String,
    version: u16,
    digest: [u8; 32],
    origin: KeyOrigin,
}

impl KeyPair {
    /// The pair of a proving key.
    pub(super) fn new(
        pk: ProvingKey<G1Affine>,
        name: &str,
        version: u16,
        origin: KeyOrigin,
    ) -> Self {
        let digest = vk_digest(pk.get_vk());
        KeyPair {
            pk,
            name: name.to_owned(),
            version,
            digest,
            origin,
        }
    }

    /// halo2's proving key.
    pub fn pk(&self) -> &ProvingKey<G1Affine> {
        &self.pk
    }

    /// halo2's verifying key.
    pub fn vk(&self) -> &VerifyingKey<G1Affine> {
        self.pk.get_vk()
    }

    /// The circuit's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The circuit's version.
    pub fn version(&self) -> u16 {
        self.version
    }

    /// [`vk_digest`] of the verifying key.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Where the key came from.
    pub fn origin(&self) -> KeyOrigin {
        self.origin
    }
}
