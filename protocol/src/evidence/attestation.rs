//! What level 2 has beside its level: the digest of an attestation quote, signed (encodings, section 9).
//!
//! The signature over (run commitment, level, order) is the same for all levels, so that a contract checks one form. The quote's digest has a
//! signature of its own by the same key. Nothing in this tree reads a quote: that it attests anything is for whoever has it and can check it.

use super::error::EvidenceError;
use crate::address::Address;
use crate::keccak::{keccak, text_word, word};
use crate::log::LogOrder;
use crate::newtype::bytes_newtype;
use crate::run::RunCommitment;
use crate::signature::{Signature, SigningDigest};
use k256::ecdsa::SigningKey;
use serde::{Deserialize, Serialize};

/// Bytes of an encoded attestation.
pub const ENCODED_LEN: usize = 32 + 65;

bytes_newtype! {
    /// Keccak-256 of the bytes of an attestation quote.
    QuoteDigest
}

impl QuoteDigest {
    /// The digest of a quote's bytes.
    #[must_use]
    pub fn of(quote: &[u8]) -> Self {
        Self(keccak(&[quote]))
    }
}

/// The digest of a loader's attestation quote, bound to a run commitment by the loader's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// Keccak-256 of the quote's bytes.
    pub quote: QuoteDigest,
    /// Signature over (run commitment, order, quote).
    pub signature: Signature,
}

/// The digest that is signed: EIP-191 over the Keccak-256 of four words.
#[must_use]
pub fn digest(
    run_commitment: &RunCommitment,
    order: LogOrder,
    quote: &QuoteDigest,
) -> SigningDigest {
    SigningDigest::of_message(&keccak(&[
        &text_word("tranche attestation v1"),
        &run_commitment.to_bytes(),
        &word(order as u128),
        quote.as_bytes(),
    ]))
}

impl Attestation {
    /// Signs a quote's digest for a run commitment.
    ///
    /// # Errors
    /// [`EvidenceError::Signature`].
    pub fn sign(
        run_commitment: &RunCommitment,
        order: LogOrder,
        quote: QuoteDigest,
        key: &SigningKey,
    ) -> Result<Self, EvidenceError> {
        let signature = Signature::sign(&digest(run_commitment, order, &quote), key)?;
        Ok(Self { quote, signature })
    }

    /// Checks that `signer` signed this quote's digest for this run commitment.
    ///
    /// # Errors
    /// [`EvidenceError::Quote`], [`EvidenceError::Signature`].
    pub fn check(
        &self,
        run_commitment: &RunCommitment,
        order: LogOrder,
        signer: Address,
    ) -> Result<(), EvidenceError> {
        let got = self
            .signature
            .recover(&digest(run_commitment, order, &self.quote))?;
        if got != signer {
            return Err(EvidenceError::Quote {
                got,
                expected: signer,
            });
        }
        Ok(())
    }

    /// The 97 bytes: digest, signature.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; ENCODED_LEN] {
        let mut out = [0u8; ENCODED_LEN];
        out[..32].copy_from_slice(self.quote.as_bytes());
        out[32..].copy_from_slice(self.signature.bytes());
        out
    }

    /// Reads the 97 bytes; the signature is not checked yet.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; ENCODED_LEN]) -> Self {
        let (mut quote, mut signature) = ([0u8; 32], [0u8; 65]);
        quote.copy_from_slice(&bytes[..32]);
        signature.copy_from_slice(&bytes[32..]);
        Self {
            quote: QuoteDigest(quote),
            signature: Signature::new(signature),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_one_encoding() {
        crate::newtype::assert_canonical_bytes!(QuoteDigest);
    }
}
