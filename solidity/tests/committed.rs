//! Every shipped key has its contract in `contracts/`, generated from it, compiled from that source, and small enough.

use std::path::Path;

use tranche_solidity::{Options, contract_name, render};
use tranche_testkit::contract::{creation_code, most_gas};
use tranche_verifier::VerifyingKey;

/// EIP-170.
const CODE_LIMIT: u64 = 24_576;

fn keys() -> Vec<VerifyingKey> {
    let params = Path::new(env!("CARGO_MANIFEST_DIR")).join("../params");
    let mut files: Vec<_> = std::fs::read_dir(params)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "vk"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| VerifyingKey::from_bytes(&std::fs::read(file).unwrap()).unwrap())
        .collect()
}

#[test]
fn every_shipped_key_has_its_contract() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts");
    for key in keys() {
        assert!(!creation_code(&key).is_empty());
        let name = contract_name(key.name());
        let artifact = std::fs::read(contracts.join(format!("artifacts/{name}.json"))).unwrap();
        let artifact: serde_json::Value = serde_json::from_slice(&artifact).unwrap();
        let size = artifact["runtimeSize"].as_u64().unwrap();
        println!("{name}: {size} bytes");
        assert!(size <= CODE_LIMIT, "{name}: {size} bytes");
        // How far the estimate is from the gas measured is asserted in verdicts.rs.
        let gas = tranche_solidity::estimate(&key).total;
        println!("{name}: about {gas} gas");
        assert!(gas <= most_gas(key.name()) * 11 / 10, "{name}: {gas} gas");

        let rendered = render(&key, &Options::default()).unwrap();
        let mut expected: serde_json::Value = serde_json::from_str(&rendered.abi_json).unwrap();
        let mut compiled = artifact["abi"].clone();
        for abi in [&mut expected, &mut compiled] {
            if let Some(entries) = abi.as_array_mut() {
                entries.sort_by_key(|entry| format!("{}{}", entry["type"], entry["name"]));
            }
        }
        assert_eq!(
            expected, compiled,
            "{name}: the exported ABI is the compiler's"
        );
    }
}

#[test]
fn generation_is_deterministic_and_names_the_interface() {
    let key = keys().remove(0);
    let options = Options {
        interface: "./IProofVerifier.sol".to_owned(),
    };
    let one = render(&key, &options).unwrap();
    assert_eq!(one, render(&key, &options).unwrap());
    assert!(one.source.contains("from \"./IProofVerifier.sol\";"));
    assert!(one.deployment_notes.contains("INSECURE"));
}

#[test]
fn contract_names() {
    assert_eq!(contract_name("usage-17"), "Usage17Verifier");
    assert_eq!(contract_name("usage-uniform-20"), "UsageUniform20Verifier");
    assert_eq!(contract_name("usage-20-wide"), "Usage20WideVerifier");
}
