//! The committed contracts on a chain in memory, under the Osaka rules.
//!
//! A contract computes the statement's digest from its own key and the inputs, so it cannot be asked about another one. A
//! caller that is told a digest compares it with the one of its own key and inputs and refuses a difference; that is done here,
//! after the contract was asked.

use std::collections::HashMap;

use revm::primitives::{Address, U256};
use tranche_conformance::word::Word;
use tranche_conformance::{Corpus, ProofCase};
use tranche_testkit::contract::{REMEDY, compiled_code};
use tranche_testkit::evm::{Outcome, TestChain, selector, verify_call};
use tranche_verifier::VerifyingKey;

use super::answer::{Answer, Reason};

/// A contract's code and the key that it must be of.
#[derive(Clone, Debug)]
pub struct Contract {
    circuit: String,
    digest: Word,
    code: Vec<u8>,
}

/// The committed contracts of a corpus's keys.
pub fn contracts(corpus: &Corpus) -> Vec<Contract> {
    let contract = |circuit: &str, key: &[u8]| Contract {
        circuit: circuit.to_owned(),
        digest: VerifyingKey::from_bytes(key).unwrap().digest().to_bytes(),
        code: compiled_code(circuit),
    };
    corpus
        .keys
        .iter()
        .map(|key| contract(&key.circuit, &key.bytes))
        .collect()
}

fn deploy(chain: &mut TestChain, contract: &Contract) -> Address {
    let circuit = &contract.circuit;
    let address = chain
        .deploy(&contract.code)
        .unwrap_or_else(|revert| panic!("{circuit}: the constructor reverts with {revert:?}"));
    let (digest, _) = chain.call(address, &selector("verifyingKeyDigest()"));
    assert_eq!(
        digest,
        Outcome::Returned(contract.digest.to_vec()),
        "the contract of {circuit} is of another key: {REMEDY}"
    );
    address
}

/// The answers to some of the cases, on a chain of their own.
pub fn answers<'a>(
    contracts: &[Contract],
    cases: impl Iterator<Item = &'a ProofCase>,
) -> Vec<Answer> {
    let mut chain = TestChain::new(31_337);
    let deployed: HashMap<&str, Address> = contracts
        .iter()
        .map(|contract| (contract.circuit.as_str(), deploy(&mut chain, contract)))
        .collect();
    cases
        .map(|case| {
            let Some(address) = deployed.get(case.key.as_str()) else {
                return Answer::None(format!("no contract of {}", case.key));
            };
            let (outcome, _) = chain.call(*address, &verify_call(&case.inputs, &case.proof));
            let Outcome::Returned(word) = outcome else {
                return Answer::None(format!("{outcome:?}"));
            };
            match U256::try_from_be_slice(&word) {
                Some(U256::ZERO) => Answer::Refused(Reason::Untold),
                Some(U256::ONE) if case.digest_derived => Answer::Accepted,
                Some(U256::ONE) => Answer::Refused(Reason::Untold),
                other => Answer::None(format!("returned {other:?}")),
            }
        })
        .collect()
}
