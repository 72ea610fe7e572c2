//! The generated contracts on a chain in memory, against the portable verifier.
//!
//! A contract computes the statement's digest itself, so it is asked about the digest of the inputs only.

use std::cell::RefCell;

use revm::context::{BlockEnv, CfgEnv, TxEnv};
use revm::context_interface::result::{ExecutionResult, Output};
use revm::database::InMemoryDB;
use revm::primitives::hardfork::SpecId;
use revm::primitives::{Address, Bytes, TxKind, U256};
use revm::{Context, ExecuteCommitEvm, ExecuteEvm, Journal, MainBuilder, MainContext};
use tranche_protocol::keccak::keccak;
use tranche_solidity::contract_name;

use crate::question::Question;
use crate::subject::{self, KEYS};
use crate::verdicts::{ACCEPTED, portable};

/// Most gas of a transaction (EIP-7825).
const GAS: u64 = 16_777_216;
const CHAIN: u64 = 31_337;

type Chain = Context<BlockEnv, TxEnv, CfgEnv, InMemoryDB, Journal<InMemoryDB>, ()>;

/// A chain with the contracts of [`KEYS`].
struct Deployed {
    chain: Option<Chain>,
    addresses: [Address; 2],
}

thread_local! {
    static DEPLOYED: RefCell<Deployed> = const {
        RefCell::new(Deployed { chain: None, addresses: [Address::ZERO; 2] })
    };
}

/// Deploys the contracts and checks that the valid proofs are valid.
pub fn prepare() {
    let mut evm = Context::mainnet()
        .with_db(InMemoryDB::default())
        .modify_cfg_chained(|cfg| {
            cfg.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
            cfg.chain_id = CHAIN;
            cfg.disable_nonce_check = true;
        })
        .build_mainnet();
    let mut addresses = [Address::ZERO; 2];
    for (number, name) in KEYS.iter().enumerate() {
        let mut create = transaction(TxKind::Create, code(name));
        create.nonce = number as u64;
        let result = evm.transact_commit(create).expect("a transaction");
        addresses[number] = match result {
            ExecutionResult::Success {
                output: Output::Create(_, Some(address)),
                ..
            } => address,
            other => panic!("{name}: {other:?}"),
        };
    }
    DEPLOYED.set(Deployed {
        chain: Some(evm.ctx),
        addresses,
    });
    for choice in 0..subject::valid().len() {
        let question = Question::of(&[choice as u8]).expect("a question");
        assert!(accepts(&question), "a valid proof is accepted");
    }
}

/// Asks a contract and the portable verifier.
pub fn read(data: &[u8]) {
    let Some(question) = Question::of(data).filter(|question| question.derived) else {
        return;
    };
    let accepted = accepts(&question);
    let portable = portable(&question);
    assert_eq!(accepted, portable == ACCEPTED, "{portable}: {question:?}");
    assert_eq!(accepted, !question.changed, "{question:?}");
}

/// The contract's word: never a revert.
fn accepts(question: &Question) -> bool {
    DEPLOYED.with_borrow_mut(|deployed| {
        let address = deployed.addresses[question.circuit];
        let call = transaction(TxKind::Call(address), call_data(question));
        let mut evm = deployed.chain.take().expect("prepared").build_mainnet();
        let result = evm.transact(call).expect("a transaction").result;
        deployed.chain = Some(evm.ctx);
        match result {
            ExecutionResult::Success { output, .. } => {
                match U256::try_from_be_slice(&output.into_data()) {
                    Some(U256::ZERO) => false,
                    Some(U256::ONE) => true,
                    other => panic!("the contract answers {other:?}"),
                }
            }
            other => panic!("{other:?}"),
        }
    })
}

/// Creation code of a circuit's committed contract.
fn code(circuit: &str) -> Vec<u8> {
    let file = format!("../contracts/artifacts/{}.json", contract_name(circuit));
    let text = std::fs::read_to_string(subject::home().join(file)).expect("a compiled contract");
    let artifact: serde_json::Value = serde_json::from_str(&text).expect("a compiled contract");
    let code = artifact["bytecode"].as_str().unwrap_or_default();
    hex::decode(code.trim_start_matches("0x")).expect("a contract's code")
}

fn transaction(kind: TxKind, data: Vec<u8>) -> TxEnv {
    TxEnv {
        kind,
        data: Bytes::from(data),
        gas_limit: GAS,
        chain_id: Some(CHAIN),
        ..TxEnv::default()
    }
}

fn call_data(question: &Question) -> Vec<u8> {
    let word = |value: usize| U256::from(value).to_be_bytes::<32>();
    let (inputs, proof) = (&question.inputs, &question.proof);
    let mut data = keccak(&[b"verify(uint256[],bytes)"])[..4].to_vec();
    data.extend(word(64));
    data.extend(word(96 + 32 * inputs.len()));
    data.extend(word(inputs.len()));
    data.extend(inputs.iter().flatten());
    data.extend(word(proof.len()));
    data.extend(proof);
    data.resize(data.len() + (32 - proof.len() % 32) % 32, 0);
    data
}
