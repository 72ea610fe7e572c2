//! A circuit with its keys: halo2's, the portable one, and the shipped file that both must be.

use std::path::{Path, PathBuf};

use tranche_circuits::disclosure::params::DisclosureSize;
use tranche_circuits::usage::params::CircuitSize;
use tranche_prover::{CircuitKey, KeyStore, Srs};
use tranche_verifier::VerifyingKey;

use crate::error::Error;
use crate::layout::Layout;

/// A circuit of the corpus.
#[derive(Debug)]
pub struct Circuit {
    /// Its name.
    pub name: &'static str,
    /// The development reference string, of the circuit's size.
    pub srs: Srs,
    /// halo2's keys.
    pub native: CircuitKey,
    /// The portable key, parsed from the shipped file.
    pub key: VerifyingKey,
    /// The elements of its proofs.
    pub layout: Layout,
}

/// The folder of the shipped keys.
#[must_use]
pub fn params() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../params")
}

impl Circuit {
    /// A usage circuit size.
    ///
    /// # Errors
    /// [`Error`], among them [`Error::StaleKey`].
    pub fn usage(size: &CircuitSize) -> Result<Self, Error> {
        let srs = Srs::development(size.params.k)?;
        let native = CircuitKey::usage(&srs, &KeyStore::new(None), size)?;
        Self::new(size.name, srs, native)
    }

    /// A disclosure size.
    ///
    /// # Errors
    /// As [`Circuit::usage`].
    pub fn disclosure(size: &DisclosureSize) -> Result<Self, Error> {
        let srs = Srs::development(size.params.k)?;
        let native = CircuitKey::disclosure(&srs, &KeyStore::new(None), size)?;
        Self::new(size.name, srs, native)
    }

    fn new(name: &'static str, srs: Srs, native: CircuitKey) -> Result<Self, Error> {
        let path = params().join(format!("{name}.vk"));
        let shipped = std::fs::read(&path).map_err(Error::io(&path))?;
        if shipped != native.portable() {
            return Err(Error::StaleKey { circuit: name });
        }
        let key =
            VerifyingKey::from_bytes(&shipped).map_err(|_| Error::StaleKey { circuit: name })?;
        let layout = Layout::new(&key).ok_or_else(|| Error::sample("the proof's layout", name))?;
        Ok(Self {
            name,
            srs,
            native,
            key,
            layout,
        })
    }
}
