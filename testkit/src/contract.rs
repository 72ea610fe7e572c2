//! The committed verifier contracts: their code, and what verifying may cost.

use std::path::{Path, PathBuf};

use sha3::{Digest, Sha3_256};
use tranche_solidity::{Options, contract_name, render};
use tranche_verifier::VerifyingKey;

/// What to do when the committed contracts are not those of the circuits.
pub const REMEDY: &str = "run `tranche contract export --all --out contracts/src/generated`, then `scripts/contracts.sh`";

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts")
}

/// The address of a name in a generated source.
pub fn address_of(source: &str, name: &str) -> usize {
    let declaration = format!("constant {name} = 0x");
    let (_, rest) = source.split_once(&declaration).unwrap();
    let (digits, _) = rest.split_once(';').unwrap();
    usize::from_str_radix(digits, 16).unwrap()
}

/// The bytes of hexadecimal text with 0x.
fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text.strip_prefix("0x").unwrap()).unwrap()
}

/// The compiled contract of a circuit: `contracts/artifacts/NAME.json`.
fn artifact(circuit: &str) -> serde_json::Value {
    let name = contract_name(circuit);
    let text = std::fs::read_to_string(contracts().join(format!("artifacts/{name}.json")))
        .unwrap_or_else(|error| panic!("{name}.json: {error}: {REMEDY}"));
    serde_json::from_str(&text).unwrap()
}

/// The committed creation code of a circuit's contract, whatever key it is of.
pub fn compiled_code(circuit: &str) -> Vec<u8> {
    bytes(artifact(circuit)["bytecode"].as_str().unwrap())
}

/// The committed creation code of a key's contract, after checking that it is the key's.
pub fn creation_code(key: &VerifyingKey) -> Vec<u8> {
    let name = contract_name(key.name());
    let source = render(key, &Options::default()).unwrap().source;
    let committed = std::fs::read_to_string(contracts().join(format!("src/generated/{name}.sol")));
    assert!(
        committed.is_ok_and(|committed| committed == source),
        "{name}.sol is missing or stale: {REMEDY}"
    );
    let artifact = artifact(key.name());
    let digest = format!("0x{}", hex::encode(Sha3_256::digest(&source)));
    assert_eq!(
        artifact["sourceDigest"].as_str(),
        Some(digest.as_str()),
        "{name}.json is stale: {REMEDY}"
    );
    bytes(artifact["bytecode"].as_str().unwrap())
}

/// The most gas that verifying a proof of a circuit may take, in a transaction of its own, call data included.
pub fn most_gas(circuit: &str) -> u64 {
    match circuit {
        "disclosure-16" => 500_000,
        "disclosure-64" => 560_000,
        "usage-13" | "usage-17" | "usage-uniform-17" => 700_000,
        "usage-20-wide" => 1_700_000,
        _ => 1_000_000,
    }
}
