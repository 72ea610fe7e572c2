//! The contracts' code from `contracts/artifacts`, compiled reproducibly and included in this program.

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use serde::Deserialize;
use tranche_protocol::statement::ProofKind;

use crate::account::Account;
use crate::chain::{Call, Chain};
use crate::contracts::IProofVerifier;
use crate::embedded::Embedded;
use crate::error::Error;

/// Name and file of every contract with code.
const SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/contracts.rs"));

/// A function of proof verifiers: contracts that have it are verifiers.
const MARK: &str = "verifyingKeyDigest";

/// A compiled contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The contract's name.
    pub name: String,
    /// Creation code, without constructor arguments.
    pub code: Bytes,
    functions: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    contract: String,
    bytecode: String,
    abi: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: String,
}

impl Artifact {
    /// Reads an artifact file's text; `name` is for errors.
    ///
    /// # Errors
    /// [`Error::Artifact`].
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let failed = |reason: String| Error::Artifact {
            name: name.to_owned(),
            reason,
        };
        let file: File = serde_json::from_str(text).map_err(|error| failed(error.to_string()))?;
        let code: Bytes = file
            .bytecode
            .parse()
            .map_err(|_| failed("its code is not hexadecimal".to_owned()))?;
        if code.is_empty() {
            return Err(failed("it has no code".to_owned()));
        }
        let functions = file.abi.into_iter().filter(|item| item.kind == "function");
        Ok(Self {
            name: file.contract,
            code,
            functions: functions.map(|item| item.name).collect(),
        })
    }

    /// A contract that comes with this program.
    ///
    /// # Errors
    /// [`Error::Artifact`] if none of this name does.
    pub fn shipped(name: &str) -> Result<Self, Error> {
        let found = SHIPPED.iter().find(|(shipped, _)| *shipped == name);
        let (name, text) = found.ok_or_else(|| Error::Artifact {
            name: name.to_owned(),
            reason: "it is not part of this program".to_owned(),
        })?;
        Self::parse(name, text)
    }

    /// Creation code with ABI-encoded constructor arguments.
    pub fn creation(&self, arguments: &[u8]) -> Bytes {
        [self.code.as_ref(), arguments].concat().into()
    }

    fn is_verifier(&self) -> bool {
        self.functions.iter().any(|function| function == MARK)
    }
}

/// A proof verifier's code, and what its views return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    /// The code.
    pub artifact: Artifact,
    /// The circuit.
    pub circuit: String,
    /// What its proofs are of.
    pub kind: ProofKind,
    /// Digest of the verifying key inside.
    pub verifying_key: B256,
    /// Digest of the reference string.
    pub srs: B256,
    /// Whether that string is for tests only.
    pub srs_insecure: bool,
    /// The contract's description of the string.
    pub srs_words: String,
}

impl Verifier {
    /// Deploys a verifier's code to an embedded chain of its own and reads its views.
    ///
    /// # Errors
    /// [`Error::Artifact`] if the code is not a verifier's.
    pub fn inspect(artifact: Artifact) -> Result<Self, Error> {
        let failed = |reason: String| Error::Artifact {
            name: artifact.name.clone(),
            reason,
        };
        if !artifact.is_verifier() {
            return Err(failed("it is not a proof verifier".to_owned()));
        }
        let mut chain = Embedded::new(0);
        let account = Account::development("inspector")?;
        chain.grant(account.address(), U256::MAX >> 1);
        let deployed = Call {
            to: None,
            value: U256::ZERO,
            data: artifact.code.clone(),
        };
        let receipt = chain
            .send(&account, &deployed)
            .map_err(|error| failed(error.to_string()))?;
        let at = receipt
            .created
            .ok_or_else(|| failed("it creates no contract".to_owned()))?;
        let kind: u8 = ask(&chain, at, &IProofVerifier::kindCall {})?;
        Ok(Self {
            circuit: ask(&chain, at, &IProofVerifier::nameCall {})?,
            kind: ProofKind::from_code(kind)
                .ok_or_else(|| failed(format!("its kind is {kind}")))?,
            verifying_key: ask(&chain, at, &IProofVerifier::verifyingKeyDigestCall {})?,
            srs: ask(&chain, at, &IProofVerifier::srsDigestCall {})?,
            srs_insecure: ask(&chain, at, &IProofVerifier::srsInsecureCall {})?,
            srs_words: ask(&chain, at, &IProofVerifier::srsDescriptionCall {})?,
            artifact,
        })
    }

    /// Every verifier that comes with this program.
    ///
    /// # Errors
    /// As [`Verifier::inspect`].
    pub fn shipped() -> Result<Vec<Self>, Error> {
        let mut verifiers = Vec::new();
        for (name, text) in SHIPPED {
            let artifact = Artifact::parse(name, text)?;
            if artifact.is_verifier() {
                verifiers.push(Self::inspect(artifact)?);
            }
        }
        Ok(verifiers)
    }
}

fn ask<C: SolCall>(chain: &Embedded, to: Address, call: &C) -> Result<C::Return, Error> {
    crate::client::read(chain, Address::ZERO, to, call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_come_with_the_program_and_verifiers_say_who_they_are() {
        for name in ["TrancheRegistry", "VerifierSet", "RewardEscrow"] {
            let artifact = Artifact::shipped(name).unwrap();
            assert_eq!(artifact.name, name);
            assert!(matches!(
                Verifier::inspect(artifact),
                Err(Error::Artifact { .. })
            ));
        }
        let verifiers = Verifier::shipped().unwrap();
        assert!(!verifiers.is_empty());
        for verifier in verifiers {
            let usage = verifier.circuit.starts_with("usage-");
            assert_eq!(usage, verifier.kind == ProofKind::Usage);
            assert!(verifier.srs_insecure);
        }
    }

    #[test]
    fn other_files_are_refused() {
        for text in [
            "",
            "{}",
            r#"{"contract":"A","bytecode":"0x","abi":[]}"#,
            r#"{"contract":"A","bytecode":"0x__$linked$__","abi":[]}"#,
        ] {
            assert!(matches!(
                Artifact::parse("A", text),
                Err(Error::Artifact { .. })
            ));
        }
    }
}
