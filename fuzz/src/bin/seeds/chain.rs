//! Files and answers of chains.

use alloy_primitives::{Address, B256, U256};
use serde_json::{Value, json};
use tranche_fuzz::parts::join;
use tranche_fuzz::subject;
use tranche_protocol::keccak::keccak;
use tranche_settle::deployment::{DeployedVerifier, Deployment};
use tranche_settle::embedded::Embedded;

use crate::{chosen, seed};

/// Contracts whose errors are decoded.
const CONTRACTS: [&str; 3] = ["RewardEscrow", "TrancheRegistry", "VerifierSet"];
/// Code that answers every call with a word of ones.
const ONES: &str = "0x600c600c600039600c6000f3600160005260206000f300000000";

pub(crate) fn write() {
    let at = Address::repeat_byte;
    let verifier = DeployedVerifier {
        circuit: "usage-13".to_owned(),
        kind: 1,
        address: at(4),
        verifying_key: B256::repeat_byte(5),
        srs: B256::repeat_byte(6),
        srs_insecure: true,
    };
    let deployment = Deployment::new(31337, at(1), at(2), at(3), vec![verifier]);
    let text = serde_json::to_string_pretty(&deployment).expect("a deployment as JSON");
    seed("deployment", "sample", text);

    let mut chain = Embedded::new(1_700_000_000);
    chain.grant(at(1), U256::from(10).pow(U256::from(18)));
    seed(
        "chain_state",
        "sample",
        chain.to_json().expect("a state to write"),
    );
    let account = json!({"nonce": 1, "balance": "0x1", "code": "0x600160005260206000f3", "storage": {"0x1": "0x2"}});
    let mut state: Value =
        serde_json::from_str(&chain.to_json().expect("a state to write")).expect("its own JSON");
    state["accounts"][at(1).to_string().to_lowercase()] = account;
    seed("chain_state", "contract", state.to_string());

    let abi = json!([{"type": "function", "name": "verifyingKeyDigest"}]);
    let artifact = json!({"contract": "A", "bytecode": ONES, "abi": abi});
    seed("artifact", "sample", artifact.to_string());

    for (name, text) in [
        ("plain", "1500"),
        ("coin", "1.5 coin"),
        ("gwei", "30gwei"),
        ("ether", "0.000000000000000001ether"),
        (
            "word",
            "0x0303030303030303030303030303030303030303030303030303030303030303",
        ),
    ] {
        seed("amount", name, text);
    }
    reverts();
    node();
}

/// Every error of the contracts, its operands zeros.
fn reverts() {
    for contract in CONTRACTS {
        let path = subject::home().join(format!("../contracts/artifacts/{contract}.json"));
        let text = std::fs::read_to_string(path).expect("a compiled contract");
        let file: Value = serde_json::from_str(&text).expect("a compiled contract");
        let items = file["abi"].as_array().expect("an ABI");
        for item in items.iter().filter(|item| item["type"] == "error") {
            let inputs = item["inputs"].as_array().expect("operands");
            let types: Vec<&str> = inputs
                .iter()
                .filter_map(|input| input["type"].as_str())
                .collect();
            let name = item["name"].as_str().expect("a name");
            let signature = format!("{name}({})", types.join(","));
            let selector = keccak(&[signature.as_bytes()]);
            let data = [&selector[..4], &vec![0; 32 * types.len()]].concat();
            seed("revert", name, data);
        }
    }
    let error = keccak(&[b"Error(string)"]);
    let words = [
        U256::from(32),
        U256::from(2),
        U256::from_be_slice(b"no") << 240,
    ];
    let words: Vec<u8> = words
        .iter()
        .flat_map(|word| word.to_be_bytes::<32>())
        .collect();
    seed("revert", "Error", [&error[..4], &words].concat());
}

/// The answers to the target's requests, in order.
fn node() {
    let block = json!({"number": "0x10", "timestamp": "0x65", "baseFeePerGas": "0x7"});
    let hash = format!("0x{}", "11".repeat(32));
    let receipt = json!({"status": "0x1", "blockNumber": "0x11", "gasUsed": "0x5208",
        "effectiveGasPrice": "0x7", "contractAddress": null,
        "logs": [{"address": Address::repeat_byte(7), "topics": [hash], "data": "0x01"}]});
    let results = [
        json!("0x7a69"),
        block.clone(),
        json!("0xffffffffffffffff"),
        json!("0x01"),
        json!("0xffffffffffffffffffff"),
        json!("0x5208"),
        block,
        json!("0x1"),
        json!("0x0"),
        json!(hash),
        receipt,
        json!("0x6001"),
        json!("0x6001"),
        json!("0x6001"),
        json!(format!("0x{}", "00".repeat(32 * 22))),
    ];
    let answers: Vec<Vec<u8>> = results
        .iter()
        .map(|result| {
            json!({"jsonrpc": "2.0", "id": 1, "result": result})
                .to_string()
                .into_bytes()
        })
        .collect();
    let parts: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
    seed("node", "answers", chosen(0, join(&parts)));
    let id = json!({"jsonrpc": "2.0", "id": 1, "result": "0x7a69"}).to_string();
    let refusal = json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 3,
        "message": "execution reverted", "data": {"data": "0x08c379a0"}}});
    let parts = [id.as_bytes(), refusal.to_string().as_bytes()].map(<[u8]>::to_vec);
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    seed("node", "refusal", chosen(1, join(&parts)));
}
