//! The committed contracts on a chain in memory, under the Osaka rules.
//!
//! A contract computes the statement's digest from its own key and the inputs, so it cannot be asked about another one. A
//! caller that is told a digest compares it with the one of its own key and inputs and refuses a difference; that is done here,
//! after the contract was asked.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use revm::context::TxEnv;
use revm::context_interface::result::{ExecutionResult, Output};
use revm::database::InMemoryDB;
use revm::primitives::hardfork::SpecId;
use revm::primitives::{Address, Bytes, TxKind, U256};
use revm::{Context, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext};
use tranche_conformance::word::Word;
use tranche_conformance::{Corpus, ProofCase};
use tranche_protocol::keccak::keccak;
use tranche_solidity::contract_name;
use tranche_verifier::VerifyingKey;

use super::answer::{Answer, Reason};

/// Most gas of a transaction (EIP-7825).
const GAS: u64 = 16_777_216;
const REMEDY: &str = "run `tranche contract export --all --out contracts/src/generated`, then `scripts/contracts.sh`";

/// A contract's code and the key that it must be of.
#[derive(Clone, Debug)]
pub struct Contract {
    circuit: String,
    digest: Word,
    code: Vec<u8>,
}

fn artifacts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/artifacts")
}

/// The committed contracts of a corpus's keys.
pub fn contracts(corpus: &Corpus) -> Vec<Contract> {
    let contract = |circuit: &str, key: &[u8]| {
        let name = contract_name(circuit);
        let text = std::fs::read_to_string(artifacts().join(format!("{name}.json")))
            .unwrap_or_else(|error| panic!("{name}.json: {error}: {REMEDY}"));
        let artifact: serde_json::Value = serde_json::from_str(&text).unwrap();
        let code = artifact["bytecode"].as_str().unwrap();
        Contract {
            circuit: circuit.to_owned(),
            digest: VerifyingKey::from_bytes(key).unwrap().digest().to_bytes(),
            code: hex::decode(code.strip_prefix("0x").unwrap()).unwrap(),
        }
    };
    corpus
        .keys
        .iter()
        .map(|key| contract(&key.circuit, &key.bytes))
        .collect()
}

fn transaction(kind: TxKind, data: Vec<u8>) -> TxEnv {
    TxEnv {
        kind,
        data: Bytes::from(data),
        gas_limit: GAS,
        chain_id: Some(31_337),
        ..TxEnv::default()
    }
}

fn selector(signature: &str) -> Vec<u8> {
    keccak(&[signature.as_bytes()])[..4].to_vec()
}

fn call_data(case: &ProofCase) -> Vec<u8> {
    let word = |value: usize| U256::from(value).to_be_bytes::<32>();
    let (inputs, proof) = (&case.inputs, &case.proof);
    let mut data = selector("verify(uint256[],bytes)");
    data.extend(word(64));
    data.extend(word(96 + 32 * inputs.len()));
    data.extend(word(inputs.len()));
    data.extend(inputs.iter().flatten());
    data.extend(word(proof.len()));
    data.extend(proof);
    data.resize(data.len() + (32 - proof.len() % 32) % 32, 0);
    data
}

fn returned(result: ExecutionResult) -> Result<Vec<u8>, String> {
    match result {
        ExecutionResult::Success { output, .. } => Ok(output.into_data().to_vec()),
        other => Err(format!("{other:?}")),
    }
}

/// The answers to some of the cases, on a chain of their own.
pub fn answers<'a>(
    contracts: &[Contract],
    cases: impl Iterator<Item = &'a ProofCase>,
) -> Vec<Answer> {
    let mut evm = Context::mainnet()
        .with_db(InMemoryDB::default())
        .modify_cfg_chained(|cfg| {
            cfg.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
            cfg.chain_id = 31_337;
            cfg.disable_nonce_check = true;
        })
        .build_mainnet();
    let mut deployed: HashMap<&str, Address> = HashMap::new();
    for (nonce, contract) in (0..).zip(contracts) {
        let mut create = transaction(TxKind::Create, contract.code.clone());
        create.nonce = nonce;
        let address = match evm.transact_commit(create).unwrap() {
            ExecutionResult::Success {
                output: Output::Create(_, Some(address)),
                ..
            } => address,
            other => panic!("{}: {other:?}", contract.circuit),
        };
        let digest = transaction(TxKind::Call(address), selector("verifyingKeyDigest()"));
        let digest = returned(evm.transact(digest).unwrap().result);
        assert_eq!(
            digest,
            Ok(contract.digest.to_vec()),
            "the contract of {} is of another key: {REMEDY}",
            contract.circuit
        );
        deployed.insert(&contract.circuit, address);
    }
    cases
        .map(|case| {
            let Some(address) = deployed.get(case.key.as_str()) else {
                return Answer::None(format!("no contract of {}", case.key));
            };
            let call = transaction(TxKind::Call(*address), call_data(case));
            let word = match evm.transact(call) {
                Ok(done) => returned(done.result),
                Err(error) => Err(error.to_string()),
            };
            match word.map(|word| U256::try_from_be_slice(&word)) {
                Ok(Some(U256::ZERO)) => Answer::Refused(Reason::Untold),
                Ok(Some(U256::ONE)) if case.digest_derived => Answer::Accepted,
                Ok(Some(U256::ONE)) => Answer::Refused(Reason::Untold),
                Ok(other) => Answer::None(format!("returned {other:?}")),
                Err(reverted) => Answer::None(reverted),
            }
        })
        .collect()
}
