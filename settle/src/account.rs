//! An account that signs: a secp256k1 key and its address.

use alloy_primitives::{Address, B256, Signature, U256, keccak256};
use k256::ecdsa::{RecoveryId, SigningKey};

use crate::error::Error;

/// A key and its address. The key is never shown.
#[derive(Clone)]
pub struct Account {
    key: SigningKey,
    address: Address,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Account").field(&self.address).finish()
    }
}

impl Account {
    /// The account of a key.
    pub fn new(key: SigningKey) -> Self {
        let address = tranche_protocol::address::Address::of_key(key.verifying_key());
        Self {
            key,
            address: Address::new(*address.bytes()),
        }
    }

    /// An account for the embedded chain. Anybody can compute its key from `name`, so it must never hold real money.
    ///
    /// # Errors
    /// [`Error::Internal`] if the name's digest is not a key; no such name is known.
    pub fn development(name: &str) -> Result<Self, Error> {
        let digest = keccak256(format!("tranche development account {name}"));
        SigningKey::from_slice(digest.as_slice())
            .map(Self::new)
            .map_err(|error| Error::Internal(format!("development account {name}: {error}")))
    }

    /// The address.
    pub fn address(&self) -> Address {
        self.address
    }

    /// Signs a digest.
    ///
    /// # Errors
    /// [`Error::Internal`] if the digest cannot be signed; no such digest is known.
    pub fn sign(&self, digest: &B256) -> Result<Signature, Error> {
        let failed = |error| Error::Internal(format!("signing: {error}"));
        let (signature, recovery): (k256::ecdsa::Signature, RecoveryId) = self
            .key
            .sign_prehash_recoverable(digest.as_slice())
            .map_err(failed)?;
        // k256 gives s in the lower half, as chains want it.
        Ok(Signature::new(
            U256::from_be_slice(&signature.r().to_bytes()),
            U256::from_be_slice(&signature.s().to_bytes()),
            recovery.is_y_odd(),
        ))
    }
}
