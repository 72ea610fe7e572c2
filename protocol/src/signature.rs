//! Recoverable secp256k1 signatures over 32-byte digests, as wallets make them.

use crate::address::Address;
use crate::json;
use crate::keccak::keccak;
use crate::newtype::bytes_newtype;
use core::fmt;
use k256::ecdsa::{RecoveryId, Signature as Ecdsa, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that are not a signature of anybody over the digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The last byte is neither 27 nor 28.
    #[error("recovery byte is {0}, expected 27 or 28")]
    RecoveryByte(u8),
    /// s lies in the upper half: the other form of a signature that has only one here.
    #[error("signature is malleable: s is in the upper half of the order")]
    HighS,
    /// r or s is out of range, or no key signs so.
    #[error("signature is not valid for any key")]
    Invalid,
}

bytes_newtype! {
    /// What a key signs: the digest of a message in the form that a wallet shows to its owner.
    SigningDigest
}

impl SigningDigest {
    /// For a message of 32 bytes: EIP-191, version `E`.
    #[must_use]
    pub fn of_message(message: &[u8; 32]) -> Self {
        Self(keccak(&[b"\x19Ethereum Signed Message:\n32", message]))
    }

    /// For typed data with this domain separator and struct hash: EIP-712.
    #[must_use]
    pub fn of_typed_data(domain: &[u8; 32], message: &[u8; 32]) -> Self {
        Self(keccak(&[b"\x19\x01", domain, message]))
    }
}

/// A 65-byte signature: r ‖ s ‖ v with v = 27 or 28.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 65]);

impl Signature {
    /// A signature from bytes; they are judged when it is recovered.
    #[must_use]
    pub const fn new(bytes: [u8; 65]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 65] {
        &self.0
    }

    /// Signs a digest, deterministically (RFC 6979).
    ///
    /// # Errors
    /// [`SignatureError::Invalid`] in the case, never met in practice, that the nonce gives no signature.
    pub fn sign(digest: &SigningDigest, key: &SigningKey) -> Result<Self, SignatureError> {
        let (signature, recovery) = key
            .sign_prehash_recoverable(&digest.0)
            .map_err(|_| SignatureError::Invalid)?;
        let mut bytes = [0u8; 65];
        bytes[..64].copy_from_slice(&signature.to_bytes());
        bytes[64] = 27 + recovery.to_byte();
        Ok(Self(bytes))
    }

    /// The address whose key signed the digest.
    ///
    /// # Errors
    /// [`SignatureError`] when the bytes are not a signature in the one form accepted.
    pub fn recover(&self, digest: &SigningDigest) -> Result<Address, SignatureError> {
        let v = self.0[64];
        let recovery = match v {
            27 => RecoveryId::new(false, false),
            28 => RecoveryId::new(true, false),
            other => return Err(SignatureError::RecoveryByte(other)),
        };
        let signature = Ecdsa::from_slice(&self.0[..64]).map_err(|_| SignatureError::Invalid)?;
        if signature.normalize_s().is_some() {
            return Err(SignatureError::HighS);
        }
        VerifyingKey::recover_from_prehash(&digest.0, &signature, recovery)
            .map(|key| Address::of_key(&key))
            .map_err(|_| SignatureError::Invalid)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&json::to_hex(&self.0))
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&json::to_hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        json::parse_with(from, "a signature: 0x and 130 digits", |text| {
            json::parse_hex(text).map(Self)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_one_encoding() {
        crate::newtype::assert_canonical_bytes!(SigningDigest);
    }

    #[test]
    fn signatures_recover_their_signer_in_one_form_only() {
        let digest = |byte| SigningDigest([byte; 32]);
        let key = SigningKey::from_slice(&[3; 32]).unwrap();
        let address = Address::of_key(key.verifying_key());
        let signature = Signature::sign(&digest(1), &key).unwrap();
        assert_eq!(signature.recover(&digest(1)), Ok(address));
        assert_ne!(signature.recover(&digest(2)), Ok(address));

        let mut bytes = *signature.bytes();
        bytes[64] -= 27;
        let v = bytes[64];
        assert_eq!(
            Signature::new(bytes).recover(&digest(1)),
            Err(SignatureError::RecoveryByte(v))
        );

        let ecdsa = Ecdsa::from_slice(&signature.bytes()[..64]).unwrap();
        let (r, s) = ecdsa.split_scalars();
        let high = Ecdsa::from_scalars(r, -s).unwrap();
        bytes[..64].copy_from_slice(&high.to_bytes());
        bytes[64] = 27 + (1 - v);
        assert_eq!(
            Signature::new(bytes).recover(&digest(1)),
            Err(SignatureError::HighS)
        );

        let mut zero = [0; 65];
        zero[64] = 27;
        assert_eq!(
            Signature::new(zero).recover(&digest(1)),
            Err(SignatureError::Invalid)
        );
    }
}
