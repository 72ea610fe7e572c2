//! A circuit's proving key with its portable verifying key, as statements name it.

use halo2_proofs::plonk::Circuit;
use halo2curves::bn256::Fr;
use sha3::{Digest, Keccak256};
use thiserror::Error;
use tranche_circuits::disclosure::DisclosureCircuit;
use tranche_circuits::disclosure::params::{self as disclosure_params, DisclosureRung};
use tranche_circuits::usage::UsageCircuit;
use tranche_circuits::usage::inputs::UsagePublic;
use tranche_circuits::usage::params::{self as usage_params, Rung};
use tranche_protocol::statement::{
    CircuitName, KeyDigest, ProofKind, SrsDigest, StatementError, StatementHeader,
};

use crate::export::{ExportError, export_verifying_key};
use crate::keys::{KeyError, KeyPair, KeyStore};
use crate::prove::ProveError;
use crate::srs::Srs;

/// Why a proof of a statement could not be made.
#[derive(Debug, Error)]
pub enum ProofError {
    /// The proving key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The verifying key's portable form.
    #[error("{0}")]
    Export(#[from] ExportError),
    /// The proof.
    #[error("{0}")]
    Prove(#[from] ProveError),
    /// The statement does not fit the circuit.
    #[error("{0}")]
    Statement(#[from] StatementError),
    /// The witness is larger than the circuit.
    #[error("the run does not fit circuit {circuit}: choose a larger one or prove it in segments")]
    TooLarge {
        /// The circuit.
        circuit: String,
    },
    /// The usage opening does not fit the circuit.
    #[error("the usage opening does not fit the usage tree: {0}")]
    Opening(#[from] tranche_protocol::usage::UsageError),
}

/// A proving key, the portable verifying key of the same circuit, and the digest that statements carry.
#[derive(Clone, Debug)]
pub struct CircuitKey {
    pair: KeyPair,
    portable: Vec<u8>,
    kind: ProofKind,
    srs: (SrsDigest, bool),
}

impl CircuitKey {
    /// The key of a usage rung, from the store's cache or generated. `srs` must have exactly the rung's powers.
    ///
    /// # Errors
    /// [`ProofError::Key`], [`ProofError::Export`].
    pub fn usage(srs: &Srs, store: &KeyStore, rung: &Rung) -> Result<Self, ProofError> {
        let circuit = UsageCircuit::blank(rung.params);
        let version = usage_params::VERSION;
        Self::load(
            srs,
            store,
            (rung.name, version, ProofKind::Usage),
            &circuit,
            UsagePublic::LEN,
        )
    }

    /// The key of a disclosure size, from the store's cache or generated. `srs` must have exactly the circuit's powers.
    ///
    /// # Errors
    /// [`ProofError::Key`], [`ProofError::Export`].
    pub fn disclosure(
        srs: &Srs,
        store: &KeyStore,
        rung: &DisclosureRung,
    ) -> Result<Self, ProofError> {
        let circuit = DisclosureCircuit::blank(rung.params);
        let version = disclosure_params::VERSION;
        Self::load(
            srs,
            store,
            (rung.name, version, ProofKind::Disclosure),
            &circuit,
            rung.params.public_len(),
        )
    }

    fn load<C: Circuit<Fr>>(
        srs: &Srs,
        store: &KeyStore,
        (name, version, kind): (&str, u16, ProofKind),
        circuit: &C,
        instances: usize,
    ) -> Result<Self, ProofError> {
        let pair = store.load_or_generate(srs, name, version, circuit)?;
        let portable = export_verifying_key(&pair, &srs.verifier(), instances)?;
        Ok(Self {
            pair,
            portable,
            kind,
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
