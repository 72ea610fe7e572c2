//! The run's terms and the context that every proof of the run is bound to (encodings, section 7).

use crate::address::Address;
use crate::felt::{Felt, reduce_be};
use crate::keccak::{Word, keccak, text_word, word};
use crate::log::LogOrder;
use crate::newtype::{bytes_newtype, felt_newtype};
use crate::trace::ModelDigest;
use crate::unit::UnitId;
use serde::{Deserialize, Serialize};

/// Version of the terms and of the statements about them.
pub const VERSION: u16 = 1;
/// Words of the terms' encoding.
pub const TERMS_WORDS: usize = 13;
/// Parts in a whole, for shares in claims and terms.
pub const PPM: u32 = 1_000_000;
/// Highest evidence level.
pub const MAX_EVIDENCE_LEVEL: u8 = 4;

felt_newtype! {
    /// What every proof of a run is bound to, public input 0: [`RunContext::digest`].
    ContextDigest
}

bytes_newtype! {
    /// Keccak-256 of the encoding of a run's terms.
    TermsHash
}

bytes_newtype! {
    /// A run's id in the contract.
    RunId
}

/// How a run pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum PayRule {
    /// Nothing is paid by this proof.
    None = 0,
    /// A pot is shared in proportion to units.
    Shares = 1,
    /// Every unit is paid at its owner's rate.
    Metered = 2,
}

/// What shares are parts of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Basis {
    /// All units of the run.
    Whole = 0,
    /// The units of registered tranches.
    Registered = 1,
}

/// What becomes of what rounding down leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Remainder {
    /// It stays where it was.
    Keep = 0,
    /// The first payee has it.
    FirstPayee = 1,
}

macro_rules! from_code {
    ($type:ident: $($code:literal => $variant:ident),+) => {
        impl $type {
            /// The value of a code; `None` for an unknown one.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The code as a felt.
            #[must_use]
            pub fn felt(self) -> Felt {
                Felt::from(self as u64)
            }
        }
    };
}
from_code!(PayRule: 0 => None, 1 => Shares, 2 => Metered);
from_code!(Basis: 0 => Whole, 1 => Registered);
from_code!(Remainder: 0 => Keep, 1 => FirstPayee);

/// A word of the terms that means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("terms: word {index} ({field}) is out of range")]
pub struct TermsError {
    /// Which word, from 0.
    pub index: usize,
    /// Its name.
    pub field: &'static str,
}

const FIELDS: [&str; TERMS_WORDS] = [
    "version",
    "pay_rule",
    "basis",
    "remainder",
    "unit",
    "min_registered_ppm",
    "min_evidence",
    "order",
    "registry_cutoff",
    "arbiter",
    "model_digest",
    "builder",
    "evidence_key",
];

/// The terms of a run, fixed before its commitment is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunTerms {
    /// How the run pays.
    pub pay_rule: PayRule,
    /// What shares are parts of.
    pub basis: Basis,
    /// What becomes of the remainder of pay shares.
    pub remainder: Remainder,
    /// Id of the unit definition.
    pub unit: UnitId,
    /// Smallest registered share of the whole run, parts per million, at most 10^6.
    pub min_registered_ppm: u32,
    /// Smallest evidence level, 0 to 4.
    pub min_evidence: u8,
    /// Planned or consumed.
    pub order: LogOrder,
    /// Number of registrations at the cut-off: later ones do not count.
    pub registry_cutoff: u32,
    /// Whose only power is to void within the challenge window; zero for nobody.
    pub arbiter: Address,
    /// Digest of the trained model.
    pub model_digest: ModelDigest,
    /// Who may bind the run's commitment.
    pub builder: Address,
    /// Whose signature is evidence; zero for nobody.
    pub evidence_key: Address,
}

impl RunTerms {
    /// The fixed encoding: thirteen big-endian words, version first.
    #[must_use]
    pub fn words(&self) -> [Word; TERMS_WORDS] {
        [
            word(u128::from(VERSION)),
            word(self.pay_rule as u128),
            word(self.basis as u128),
            word(self.remainder as u128),
            self.unit.to_bytes(),
            word(u128::from(self.min_registered_ppm)),
            word(u128::from(self.min_evidence)),
            word(self.order as u128),
            word(u128::from(self.registry_cutoff)),
            self.arbiter.word(),
            self.model_digest.to_bytes(),
            self.builder.word(),
            self.evidence_key.word(),
        ]
    }

    /// Reads the encoding.
    ///
    /// # Errors
    /// [`TermsError`] naming the first word out of range; an unknown version is one.
    pub fn from_words(words: &[Word; TERMS_WORDS]) -> Result<Self, TermsError> {
        let fail = |index: usize| TermsError {
            index,
            field: FIELDS[index],
        };
        let small = |index: usize, max: u32| {
            let (zeros, low) = words[index].split_at(28);
            let value = low.iter().fold(0u32, |acc, b| acc << 8 | u32::from(*b));
            let fits = zeros.iter().all(|b| *b == 0) && value <= max;
            fits.then_some(value).ok_or_else(|| fail(index))
        };
        let code = |index: usize| small(index, 255).map(|v| v as u8);
        let address = |index: usize| Address::from_word(&words[index]).ok_or_else(|| fail(index));
        if small(0, u32::from(VERSION))? != u32::from(VERSION) {
            return Err(fail(0));
        }
        Ok(Self {
            pay_rule: PayRule::from_code(code(1)?).ok_or_else(|| fail(1))?,
            basis: Basis::from_code(code(2)?).ok_or_else(|| fail(2))?,
            remainder: Remainder::from_code(code(3)?).ok_or_else(|| fail(3))?,
            unit: UnitId::from_bytes(&words[4]).map_err(|_| fail(4))?,
            min_registered_ppm: small(5, PPM)?,
            min_evidence: small(6, u32::from(MAX_EVIDENCE_LEVEL))? as u8,
            order: LogOrder::from_flag(code(7)?).ok_or_else(|| fail(7))?,
            registry_cutoff: small(8, u32::MAX)?,
            arbiter: address(9)?,
            model_digest: ModelDigest::from_bytes(words[10]),
            builder: address(11)?,
            evidence_key: address(12)?,
        })
    }

    /// Keccak-256 of the encoding.
    #[must_use]
    pub fn hash(&self) -> TermsHash {
        let words = self.words();
        TermsHash(keccak(&words.each_ref().map(|word| word.as_slice())))
    }
}

/// Where a run stands and under which terms: what the context hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunContext {
    /// Chain of the contract; 0 when there is none.
    pub chain_id: u64,
    /// The contract that holds the run; zero when there is none.
    pub contract: Address,
    /// The run's id in the contract.
    pub run_id: RunId,
    /// The terms.
    pub terms: RunTerms,
}

impl RunContext {
    /// The digest: public input 0 of every proof of the run.
    #[must_use]
    pub fn digest(&self) -> ContextDigest {
        ContextDigest(reduce_be(&keccak(&[
            &text_word("tranche context v1"),
            &word(u128::from(VERSION)),
            &word(u128::from(self.chain_id)),
            &self.contract.word(),
            self.run_id.as_bytes(),
            self.terms.hash().as_bytes(),
        ])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn terms_round_trip_and_refuse_every_word_out_of_range() {
        let terms = sample::context(3u64.into()).terms;
        assert_eq!(RunTerms::from_words(&terms.words()), Ok(terms));
        for (index, field) in FIELDS.iter().enumerate() {
            let mut words = terms.words();
            words[index] = [0xff; 32];
            if *field == "model_digest" {
                assert!(RunTerms::from_words(&words).is_ok());
            } else {
                assert_eq!(
                    RunTerms::from_words(&words),
                    Err(TermsError { index, field })
                );
            }
        }
        let mut old = terms.words();
        old[0] = word(0);
        assert_eq!(
            RunTerms::from_words(&old),
            Err(TermsError {
                index: 0,
                field: "version"
            })
        );
    }

    #[test]
    fn digests_and_ids_have_one_encoding() {
        crate::newtype::assert_canonical_felt!(ContextDigest);
        crate::newtype::assert_canonical_bytes!(TermsHash);
        crate::newtype::assert_canonical_bytes!(RunId);
    }

    #[test]
    fn every_field_reaches_the_context() {
        let base = sample::context(3u64.into());
        let mut seen = alloc::vec![base.digest()];
        let mut add = |context: RunContext| {
            assert!(!seen.contains(&context.digest()));
            seen.push(context.digest());
        };
        add(RunContext {
            chain_id: 99,
            ..base
        });
        add(RunContext {
            contract: Address::new([9; 20]),
            ..base
        });
        add(RunContext {
            run_id: RunId([9; 32]),
            ..base
        });
        let terms = base.terms;
        let mut add = |terms: RunTerms| add(RunContext { terms, ..base });
        add(RunTerms {
            pay_rule: PayRule::None,
            ..terms
        });
        add(RunTerms {
            basis: Basis::Whole,
            ..terms
        });
        add(RunTerms {
            remainder: Remainder::FirstPayee,
            ..terms
        });
        add(RunTerms {
            unit: 4u64.into(),
            ..terms
        });
        add(RunTerms {
            min_registered_ppm: 1,
            ..terms
        });
        add(RunTerms {
            min_evidence: 4,
            ..terms
        });
        add(RunTerms {
            order: LogOrder::Planned,
            ..terms
        });
        add(RunTerms {
            registry_cutoff: 1,
            ..terms
        });
        add(RunTerms {
            arbiter: Address::new([9; 20]),
            ..terms
        });
        add(RunTerms {
            model_digest: ModelDigest::from_bytes([9; 32]),
            ..terms
        });
        add(RunTerms {
            builder: Address::new([9; 20]),
            ..terms
        });
        add(RunTerms {
            evidence_key: Address::new([9; 20]),
            ..terms
        });
    }
}
