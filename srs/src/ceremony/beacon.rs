//! The public value that ends a ceremony (Bowe, Gabizon and Miers, "Scalable Multi-party Computation for zk-SNARK Parameters in
//! the Random Beacon Model", ePrint 2017/1050).

use halo2curves::bn256::Fr;
use halo2curves::ff::FromUniformBytes;
use sha2::{Digest, Sha256};

use super::bounds::{MAX_BEACON, MAX_EXPONENT, MIN_BEACON, MIN_EXPONENT};
use super::error::CeremonyFault;

const SEED_DOMAIN: &[u8] = b"tranche ceremony beacon v1";
const SCALAR_DOMAIN: &str = "tranche ceremony beacon scalar v1";

/// A public value that nobody knew before the last contribution was published, and how long it is hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon {
    value: Vec<u8>,
    exponent: u8,
}

impl Beacon {
    /// A value of 16 to 64 bytes, hashed 2^`exponent` times with `exponent` from 10 to 32.
    ///
    /// # Errors
    /// [`CeremonyFault::BeaconLength`], [`CeremonyFault::Exponent`].
    pub fn new(value: &[u8], exponent: u8) -> Result<Self, CeremonyFault> {
        if !(MIN_BEACON..=MAX_BEACON).contains(&value.len()) {
            return Err(CeremonyFault::BeaconLength);
        }
        if !(MIN_EXPONENT..=MAX_EXPONENT).contains(&exponent) {
            return Err(CeremonyFault::Exponent(exponent));
        }
        Ok(Beacon {
            value: value.to_vec(),
            exponent,
        })
    }

    /// The value.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Binary logarithm of the number of hash iterations.
    pub fn exponent(&self) -> u8 {
        self.exponent
    }

    /// The scalar that it gives after a state: SHA-256 of domain, state and value, hashed 2^exponent times, spread to 64
    /// bytes and reduced.
    pub(super) fn scalar(&self, previous: &[u8; 32]) -> Fr {
        let mut seed = Sha256::new();
        seed.update(SEED_DOMAIN);
        seed.update(previous);
        seed.update(&self.value);
        let mut hash = seed.finalize();
        for _ in 0..1u64 << self.exponent {
            hash = Sha256::digest(hash);
        }
        let mut wide = [0; 64];
        let mut hasher = blake3::Hasher::new_derive_key(SCALAR_DOMAIN);
        hasher.update(&hash).finalize_xof().fill(&mut wide);
        Fr::from_uniform_bytes(&wide)
    }
}
