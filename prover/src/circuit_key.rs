//! A circuit's proving key with its portable verifying key, as statements name it.

use sha3::{Digest, Keccak256};
use tranche_circuits::disclosure::DisclosureCircuit;
use tranche_circuits::disclosure::params::DisclosureSize;
use tranche_circuits::usage::UsageCircuit;
use tranche_circuits::usage::inputs::UsagePublic;
use tranche_circuits::usage::params::CircuitSize;
use tranche_protocol::statement::{CircuitName, KeyDigest, ProofKind, SrsDigest, StatementHeader};
use tranche_srs::Srs;

use crate::error::ProofError;
use crate::export::export_verifying_key;
use crate::keys::{KeyPair, KeyStore};
use crate::statement_circuit::StatementCircuit;

/// A proving key, the portable verifying key of the same circuit, and the digest that statements carry.
#[derive(Clone, Debug)]
pub struct CircuitKey {
    pair: KeyPair,
    portable: Vec<u8>,
    kind: ProofKind,
    srs: (SrsDigest, bool),
}

impl CircuitKey {
    /// The key of a usage circuit, from the store's cache or generated. `srs` must have exactly the circuit's powers.
    ///
    /// # Errors
    /// [`ProofError::Key`], [`ProofError::Export`].
    ///
    /// # Examples
    /// ```no_run
    /// use std::path::Path;
    ///
    /// use tranche_circuits::usage::params::size_by_name;
    /// use tranche_prover::{CircuitKey, KeyStore};
    /// use tranche_srs::Srs;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let size = size_by_name("usage-13").ok_or("no such circuit")?;
    /// let srs = Srs::load(Path::new("powers.srs"))?.downsize(size.params.k)?;
    /// let store = KeyStore::new(Some("keys".into()));
    /// let key = CircuitKey::usage(&srs, &store, &size)?;
    /// std::fs::write("usage-13.vk", key.portable())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn usage(srs: &Srs, store: &KeyStore, size: &CircuitSize) -> Result<Self, ProofError> {
        let circuit = UsageCircuit::blank(size.params);
        Self::load(srs, store, size.name, &circuit, UsagePublic::LEN)
    }

    /// The key of a disclosure circuit, from the store's cache or generated. `srs` must have exactly the circuit's powers.
    ///
    /// # Errors
    /// [`ProofError::Key`], [`ProofError::Export`].
    pub fn disclosure(
        srs: &Srs,
        store: &KeyStore,
        size: &DisclosureSize,
    ) -> Result<Self, ProofError> {
        let circuit = DisclosureCircuit::blank(size.params);
        Self::load(srs, store, size.name, &circuit, size.params.public_len())
    }

    fn load<C: StatementCircuit>(
        srs: &Srs,
        store: &KeyStore,
        name: &str,
        circuit: &C,
        instances: usize,
    ) -> Result<Self, ProofError> {
        let pair = store.load_or_generate(srs, name, C::VERSION, circuit)?;
        let portable = export_verifying_key(&pair, &srs.verifier(), instances)?;
        Ok(Self {
            pair,
            portable,
            kind: C::KIND,
            srs: (
                SrsDigest::from_bytes(srs.identity().digest()),
                srs.identity().is_insecure(),
            ),
        })
    }

    /// halo2's keys.
    pub fn pair(&self) -> &KeyPair {
        &self.pair
    }

    /// The portable verifying key's bytes.
    pub fn portable(&self) -> &[u8] {
        &self.portable
    }

    /// Keccak-256 of the portable verifying key: what statements carry.
    pub fn digest(&self) -> KeyDigest {
        KeyDigest::from_bytes(Keccak256::digest(&self.portable).into())
    }

    /// The header of statements under this key. Circuit names are printable ASCII of at most 32 bytes.
    pub(crate) fn header(&self) -> Option<StatementHeader> {
        Some(StatementHeader {
            kind: self.kind,
            circuit: CircuitName::new(self.pair.name())?,
            circuit_version: self.pair.version(),
            verifying_key: self.digest(),
            srs: self.srs.0,
            srs_insecure: self.srs.1,
        })
    }

    pub(crate) fn too_large(&self) -> ProofError {
        ProofError::TooLarge {
            circuit: self.pair.name().to_owned(),
        }
    }
}
