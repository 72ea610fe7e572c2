//! Evidence that a committed log is what training consumed: a signature over the run commitment (encodings, section 9).
//!
//! A proof shows counts of a committed log; how much the log itself is worth is this level, and no output blurs the two.

pub mod attestation;
mod error;
mod level;

pub use error::EvidenceError;
pub use level::EvidenceLevel;

use crate::address::Address;
use crate::context::RunTerms;
use crate::keccak::{keccak, text_word, word};
use crate::log::LogOrder;
use crate::run::RunCommitment;
use crate::signature::{Signature, SigningDigest};
use attestation::{Attestation, QuoteDigest};
use k256::ecdsa::SigningKey;
use serde::{Deserialize, Serialize};

/// Bytes of an encoded evidence, without an attestation.
pub const ENCODED_LEN: usize = 1 + 1 + 20 + 65;

/// A signature over (run commitment, level, order).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What the signer vouches for; not [`EvidenceLevel::SelfDeclared`].
    pub level: EvidenceLevel,
    /// Planned or consumed.
    pub order: LogOrder,
    /// Who signed.
    pub signer: Address,
    /// The signature.
    pub signature: Signature,
    /// For level 2: the quote's digest. Level 2 without one counts as level 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<Attestation>,
}

/// The digest that is signed: EIP-191 over the Keccak-256 of four words.
#[must_use]
pub fn digest(
    run_commitment: &RunCommitment,
    level: EvidenceLevel,
    order: LogOrder,
) -> SigningDigest {
    SigningDigest::of_message(&keccak(&[
        &text_word("tranche evidence v1"),
        &run_commitment.to_bytes(),
        &word(level as u128),
        &word(order as u128),
    ]))
}

impl Evidence {
    /// Signs for a run commitment.
    ///
    /// # Errors
    /// [`EvidenceError::Level`] for level 0, which is the absence of evidence; [`EvidenceError::Signature`].
    pub fn sign(
        run_commitment: &RunCommitment,
        level: EvidenceLevel,
        order: LogOrder,
        key: &SigningKey,
    ) -> Result<Self, EvidenceError> {
        if level == EvidenceLevel::SelfDeclared {
            return Err(EvidenceError::Level(0));
        }
        let signature = Signature::sign(&digest(run_commitment, level, order), key)?;
        Ok(Self {
            level,
            order,
            signer: Address::of_key(key.verifying_key()),
            signature,
            attestation: None,
        })
    }

    /// Signs for a run commitment at level 2, naming the digest of an attestation quote.
    ///
    /// # Errors
    /// [`EvidenceError::Signature`].
    pub fn sign_attested(
        run_commitment: &RunCommitment,
        order: LogOrder,
        quote: QuoteDigest,
        key: &SigningKey,
    ) -> Result<Self, EvidenceError> {
        let evidence = Self::sign(run_commitment, EvidenceLevel::AttestedLoader, order, key)?;
        Ok(Self {
            attestation: Some(Attestation::sign(run_commitment, order, quote, key)?),
            ..evidence
        })
    }

    /// The level that counts: a level 2 that names no quote is the loader's signature and no more.
    #[must_use]
    pub const fn counted(&self) -> EvidenceLevel {
        match (self.level, &self.attestation) {
            (EvidenceLevel::AttestedLoader, None) => EvidenceLevel::SignedLoader,
            (level, _) => level,
        }
    }

    /// Checks that the named signer signed this level and order of this run commitment, and the quote's digest if there is one.
    ///
    /// # Errors
    /// [`EvidenceError`].
    pub fn check(&self, run_commitment: &RunCommitment) -> Result<(), EvidenceError> {
        if self.level == EvidenceLevel::SelfDeclared {
            return Err(EvidenceError::Level(0));
        }
        let got = self
            .signature
            .recover(&digest(run_commitment, self.level, self.order))?;
        if got != self.signer {
            return Err(EvidenceError::Signer {
                got,
                expected: self.signer,
            });
        }
        match &self.attestation {
            None => Ok(()),
            Some(attestation) if self.level == EvidenceLevel::AttestedLoader => {
                attestation.check(run_commitment, self.order, self.signer)
            }
            Some(_) => Err(EvidenceError::QuoteOfLevel(self.level as u8)),
        }
    }

    /// The 87 bytes: level, order, signer, signature. An attestation has its own.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; ENCODED_LEN] {
        let mut out = [0u8; ENCODED_LEN];
        out[0] = self.level as u8;
        out[1] = self.order as u8;
        out[2..22].copy_from_slice(self.signer.bytes());
        out[22..].copy_from_slice(self.signature.bytes());
        out
    }

    /// Reads the 87 bytes; the signature is not checked yet.
    ///
    /// # Errors
    /// [`EvidenceError::Level`] or [`EvidenceError::Order`].
    pub fn from_bytes(bytes: &[u8; ENCODED_LEN]) -> Result<Self, EvidenceError> {
        let mut signer = [0u8; 20];
        signer.copy_from_slice(&bytes[2..22]);
        let mut signature = [0u8; 65];
        signature.copy_from_slice(&bytes[22..]);
        let level = EvidenceLevel::from_number(bytes[0])
            .filter(|level| *level != EvidenceLevel::SelfDeclared);
        Ok(Self {
            level: level.ok_or(EvidenceError::Level(bytes[0]))?,
            order: LogOrder::from_flag(bytes[1]).ok_or(EvidenceError::Order(bytes[1]))?,
            signer: Address::new(signer),
            signature: Signature::new(signature),
            attestation: None,
        })
    }
}

/// The level that a proof has under a run's terms, its evidence checked; without evidence it is self-declared.
///
/// # Errors
/// [`EvidenceError`] when the evidence does not hold, is not by the terms' key, is for the other order, or is below the terms' least level.
pub fn level_under(
    terms: &RunTerms,
    run_commitment: &RunCommitment,
    evidence: Option<&Evidence>,
) -> Result<EvidenceLevel, EvidenceError> {
    let mut level = EvidenceLevel::SelfDeclared;
    if let Some(evidence) = evidence {
        evidence.check(run_commitment)?;
        if evidence.signer != terms.evidence_key {
            return Err(EvidenceError::NotTheTermsKey {
                got: evidence.signer,
                expected: terms.evidence_key,
            });
        }
        if evidence.order != terms.order {
            return Err(EvidenceError::WrongOrder {
                got: evidence.order,
                expected: terms.order,
            });
        }
        level = evidence.counted();
    }
    if (level as u8) < terms.min_evidence {
        return Err(EvidenceError::TooLow {
            got: level as u8,
            expected: terms.min_evidence,
        });
    }
    Ok(level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn levels_are_earned() {
        let key = SigningKey::from_slice(&[5; 32]).unwrap();
        let commitment = RunCommitment::from(9u64);
        let mut terms = sample::context(1u64.into()).terms;
        let (level, order) = (EvidenceLevel::SignedLoader, LogOrder::Consumed);
        let evidence = Evidence::sign(&commitment, level, order, &key).unwrap();
        assert_eq!(Evidence::from_bytes(&evidence.to_bytes()), Ok(evidence));
        assert!(matches!(
            level_under(&terms, &commitment, Some(&evidence)),
            Err(EvidenceError::NotTheTermsKey { .. })
        ));
        terms.evidence_key = evidence.signer;
        assert_eq!(level_under(&terms, &commitment, Some(&evidence)), Ok(level));
        assert_eq!(
            level_under(&terms, &commitment, None),
            Err(EvidenceError::TooLow {
                got: 0,
                expected: 1
            })
        );
        terms.min_evidence = 2;
        assert_eq!(
            level_under(&terms, &commitment, Some(&evidence)),
            Err(EvidenceError::TooLow {
                got: 1,
                expected: 2
            })
        );
        terms.order = LogOrder::Planned;
        assert!(matches!(
            level_under(&terms, &commitment, Some(&evidence)),
            Err(EvidenceError::WrongOrder { .. })
        ));
    }

    #[test]
    fn every_signed_field_is_bound() {
        let key = SigningKey::from_slice(&[5; 32]).unwrap();
        let commitment = RunCommitment::from(9u64);
        let base = Evidence::sign(
            &commitment,
            EvidenceLevel::SignedLoader,
            LogOrder::Planned,
            &key,
        )
        .unwrap();
        assert_eq!(base.check(&commitment), Ok(()));
        let signer =
            |e: Evidence, c: u64| matches!(e.check(&c.into()), Err(EvidenceError::Signer { .. }));
        assert!(signer(base, 10));
        assert!(signer(
            Evidence {
                level: EvidenceLevel::SampledReplay,
                ..base
            },
            9
        ));
        assert!(signer(
            Evidence {
                order: LogOrder::Consumed,
                ..base
            },
            9
        ));
        assert!(signer(
            Evidence {
                signer: Address::ZERO,
                ..base
            },
            9
        ));
        let declared = Evidence::sign(
            &commitment,
            EvidenceLevel::SelfDeclared,
            LogOrder::Planned,
            &key,
        );
        assert_eq!(declared, Err(EvidenceError::Level(0)));
    }

    #[test]
    fn a_quote_is_bound_to_level_run_order_and_signer() {
        let key = SigningKey::from_slice(&[5; 32]).unwrap();
        let (commitment, order) = (RunCommitment::from(9u64), LogOrder::Consumed);
        let quote = QuoteDigest::of(b"a quote");
        let base = Evidence::sign_attested(&commitment, order, quote, &key).unwrap();
        assert_eq!(base.check(&commitment), Ok(()));
        let mut terms = sample::context(1u64.into()).terms;
        (terms.evidence_key, terms.min_evidence) = (base.signer, 2);
        let attested = EvidenceLevel::AttestedLoader;
        assert_eq!(level_under(&terms, &commitment, Some(&base)), Ok(attested));
        // The four signed words are those of every level: the contract's check is the same.
        let stated = Evidence::sign(&commitment, attested, order, &key).unwrap();
        assert_eq!(stated.signature, base.signature);
        assert_eq!(stated.to_bytes(), base.to_bytes());
        assert_eq!(
            level_under(&terms, &commitment, Some(&stated)),
            Err(EvidenceError::TooLow {
                got: 1,
                expected: 2
            })
        );

        let bound = base.attestation.unwrap();
        assert_eq!(Attestation::from_bytes(&bound.to_bytes()), bound);
        let with = |attestation, evidence| Evidence {
            attestation: Some(attestation),
            ..evidence
        };
        let refused = |evidence: Evidence| {
            matches!(
                evidence.check(&commitment),
                Err(EvidenceError::Quote { .. })
            )
        };
        let another = Attestation {
            quote: QuoteDigest::from_bytes([7; 32]),
            ..bound
        };
        assert!(refused(with(another, base)));
        let sign = |c: u64, o, k: u8| {
            let key = SigningKey::from_slice(&[k; 32]).unwrap();
            Attestation::sign(&c.into(), o, quote, &key).unwrap()
        };
        assert!(refused(with(sign(8, order, 5), base)));
        assert!(refused(with(sign(9, LogOrder::Planned, 5), base)));
        assert!(refused(with(sign(9, order, 6), base)));
        let loader = Evidence::sign(&commitment, EvidenceLevel::SignedLoader, order, &key).unwrap();
        assert_eq!(
            with(bound, loader).check(&commitment),
            Err(EvidenceError::QuoteOfLevel(1))
        );
        let text = serde_json::to_string(&base).unwrap();
        assert_eq!(serde_json::from_str::<Evidence>(&text).unwrap(), base);
        let text = serde_json::to_string(&loader).unwrap();
        assert!(!text.contains("attestation"));
    }

    #[test]
    fn hostile_bytes_are_refused() {
        let mut bytes = [0u8; ENCODED_LEN];
        assert_eq!(Evidence::from_bytes(&bytes), Err(EvidenceError::Level(0)));
        bytes[0] = 5;
        assert_eq!(Evidence::from_bytes(&bytes), Err(EvidenceError::Level(5)));
        bytes[0] = 4;
        bytes[1] = 2;
        assert_eq!(Evidence::from_bytes(&bytes), Err(EvidenceError::Order(2)));
        bytes[1] = 0;
        let unsigned = Evidence::from_bytes(&bytes).unwrap();
        assert!(matches!(
            unsigned.check(&1u64.into()),
            Err(EvidenceError::Signature(_))
        ));
    }
}
