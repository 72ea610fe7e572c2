//! The deployment file: where the contracts of one chain are.

use alloy_primitives::{Address, B256};
use serde::{Deserialize, Serialize};

use crate::chain::Chain;
use crate::error::Error;

const VERSION: u16 = 1;

/// A proof verifier on the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeployedVerifier {
    /// The circuit.
    pub circuit: String,
    /// 1 usage, 2 disclosure.
    pub kind: u8,
    /// Where it is.
    pub address: Address,
    /// Digest of its verifying key.
    pub verifying_key: B256,
    /// Digest of its reference string.
    pub srs: B256,
    /// Whether that string is for tests only.
    pub srs_insecure: bool,
}

/// The contracts of one chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    version: u16,
    /// The chain.
    pub chain_id: u64,
    /// The Poseidon library that the registry deployed.
    pub poseidon: Address,
    /// `TrancheRegistry`.
    pub registry: Address,
    /// `VerifierSet`.
    pub verifier_set: Address,
    /// `RewardEscrow`.
    pub escrow: Address,
    /// The verifiers in the set.
    pub verifiers: Vec<DeployedVerifier>,
}

impl Deployment {
    /// The contracts that were just deployed.
    pub fn new(
        chain_id: u64,
        registry: Address,
        verifier_set: Address,
        escrow: Address,
        verifiers: Vec<DeployedVerifier>,
    ) -> Self {
        Self {
            version: VERSION,
            chain_id,
            poseidon: registry.create(1),
            registry,
            verifier_set,
            escrow,
            verifiers,
        }
    }

    /// Reads a deployment file's text.
    ///
    /// # Errors
    /// [`Error::Deployment`].
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let failed = |what: String| Error::Deployment { what };
        let deployment: Self = serde_json::from_str(text)
            .map_err(|error| failed(format!("the deployment file does not parse: {error}")))?;
        match deployment.version {
            VERSION => Ok(deployment),
            got => Err(failed(format!(
                "the deployment file has version {got}, expected {VERSION}"
            ))),
        }
    }

    /// Checks that the chain is the one of the file and has code at every address.
    ///
    /// # Errors
    /// [`Error::WrongChain`], [`Error::Deployment`]; as [`Chain::code`].
    pub fn check(&self, chain: &dyn Chain) -> Result<(), Error> {
        if chain.chain_id() != self.chain_id {
            return Err(Error::WrongChain {
                named_by: "the deployment file says",
                expected: self.chain_id,
                got: chain.chain_id(),
            });
        }
        let contracts = [
            ("registry", self.registry),
            ("verifier set", self.verifier_set),
            ("escrow", self.escrow),
        ];
        for (name, address) in contracts {
            if chain.code(address)?.is_empty() {
                return Err(Error::Deployment {
                    what: format!("there is no {name} at {address} on this chain"),
                });
            }
        }
        Ok(())
    }

    /// The verifier of a key.
    ///
    /// # Errors
    /// [`Error::NoVerifier`].
    pub fn verifier(&self, circuit: &str, key: B256) -> Result<&DeployedVerifier, Error> {
        let found = self
            .verifiers
            .iter()
            .find(|verifier| verifier.verifying_key == key);
        found.ok_or_else(|| Error::NoVerifier {
            circuit: circuit.to_owned(),
            digest: key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::Embedded;

    #[test]
    fn a_deployment_of_another_chain_is_noticed() {
        let at = Address::repeat_byte;
        let mut deployment = Deployment::new(31337, at(1), at(2), at(3), Vec::new());
        let text = serde_json::to_string(&deployment).unwrap();
        assert_eq!(Deployment::from_json(&text).unwrap(), deployment);
        let chain = Embedded::new(0);
        let error = deployment.check(&chain).unwrap_err().to_string();
        assert!(error.contains("no registry at"), "{error}");
        deployment.chain_id = 1;
        assert!(matches!(
            deployment.check(&chain),
            Err(Error::WrongChain {
                expected: 1,
                got: 31337,
                ..
            })
        ));
        let newer = text.replace("\"version\":1", "\"version\":2");
        assert!(Deployment::from_json(&newer).is_err());
    }
}
