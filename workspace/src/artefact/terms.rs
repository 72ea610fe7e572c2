//! A run's terms as people write them: JSON, the unit by its text.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tranche_protocol::address::Address;
use tranche_protocol::context::{Basis, MAX_EVIDENCE_LEVEL, PPM, PayRule, Remainder};
use tranche_protocol::context::{RunContext, RunId, RunTerms};
use tranche_protocol::log::LogOrder;
use tranche_protocol::trace::ModelDigest;
use tranche_protocol::unit::UnitDefinition;

use super::read::read_json;
use crate::error::{Error, FormatFault};

const VERSION: u16 = 1;

/// The terms file: what the run's context hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsFile {
    version: u16,
    /// Chain of the contract; 0 when there is none.
    pub chain_id: u64,
    /// The contract that holds the run; zero when there is none.
    pub contract: Address,
    /// The run's id, 32 bytes.
    pub run_id: RunId,
    /// `none`, `shares` or `metered`.
    pub pay_rule: PayRule,
    /// `registered` or `whole`.
    pub basis: Basis,
    /// `keep` or `first_payee`.
    pub remainder: Remainder,
    /// `record`, `byte` or `token:` and the BLAKE3 of the tokenizer.
    pub unit: UnitDefinition,
    /// Smallest registered share of the whole run, parts per million.
    pub min_registered_ppm: u32,
    /// Smallest evidence level, 0 to 4.
    pub min_evidence: u8,
    /// `planned` or `consumed`.
    pub order: LogOrder,
    /// Number of registrations at the cut-off.
    pub registry_cutoff: u32,
    /// Who may void within the challenge window; zero for nobody.
    pub arbiter: Address,
    /// Digest of the trained model.
    pub model_digest: ModelDigest,
    /// Who may bind the run's commitment.
    pub builder: Address,
    /// Whose signature is evidence; zero for nobody.
    pub evidence_key: Address,
}

impl TermsFile {
    /// Terms to start from: no contract, pay by shares of the registered part, no minimums.
    pub fn example() -> Self {
        Self {
            version: VERSION,
            chain_id: 0,
            contract: Address::ZERO,
            run_id: RunId::from_bytes([0; 32]),
            pay_rule: PayRule::Shares,
            basis: Basis::Registered,
            remainder: Remainder::Keep,
            unit: UnitDefinition::Record,
            min_registered_ppm: 0,
            min_evidence: 0,
            order: LogOrder::Consumed,
            registry_cutoff: 1,
            arbiter: Address::ZERO,
            model_digest: ModelDigest::from_bytes([0; 32]),
            builder: Address::ZERO,
            evidence_key: Address::ZERO,
        }
    }

    /// Reads a terms file.
    ///
    /// # Errors
    /// As [`read_json`]; [`FormatFault::Version`], [`FormatFault::Malformed`] for a number out of its range.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let terms: Self = read_json(path)?;
        let fault = if terms.version != VERSION {
            FormatFault::Version {
                expected: VERSION,
                got: terms.version,
            }
        } else if terms.min_registered_ppm > PPM {
            FormatFault::Malformed("min_registered_ppm (at most 1000000)")
        } else if terms.min_evidence > MAX_EVIDENCE_LEVEL {
            FormatFault::Malformed("min_evidence (0 to 4)")
        } else {
            return Ok(terms);
        };
        Err(Error::file(path, fault))
    }

    /// What proofs are bound to.
    pub fn context(&self) -> RunContext {
        RunContext {
            chain_id: self.chain_id,
            contract: self.contract,
            run_id: self.run_id,
            terms: RunTerms {
                pay_rule: self.pay_rule,
                basis: self.basis,
                remainder: self.remainder,
                unit: self.unit.id(),
                min_registered_ppm: self.min_registered_ppm,
                min_evidence: self.min_evidence,
                order: self.order,
                registry_cutoff: self.registry_cutoff,
                arbiter: self.arbiter,
                model_digest: self.model_digest,
                builder: self.builder,
                evidence_key: self.evidence_key,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artefact::write_json;
    use tranche_fs::atomic::Existing;
    use tranche_fs::temporary::Visibility;

    #[test]
    fn terms_read_back_and_ranges_are_checked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("terms.json");
        let mut terms = TermsFile::example();
        let write = |terms: &TermsFile| {
            write_json(&path, terms, Visibility::Public, Existing::Replace).unwrap();
            TermsFile::read(&path)
        };
        assert_eq!(write(&terms).unwrap(), terms);
        terms.min_registered_ppm = PPM + 1;
        let error = write(&terms).unwrap_err();
        assert!(error.to_string().contains("min_registered_ppm"), "{error}");
    }
}
