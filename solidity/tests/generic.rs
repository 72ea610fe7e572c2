//! The generator on a circuit that is not of the ladders: instance values at several rotations, negative rotations, columns
//! that only gates or only copies use. Compiles the source with the compiler of `contracts/node_modules`.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use halo2curves::bn256::Fr;
use halo2curves::ff::PrimeField;
use revm::primitives::U256;
use serde_json::{Value, json};
use tranche_prover::{KeyStore, Srs, export_verifying_key, prove};
use tranche_solidity::{Options, render};
use tranche_testkit::circuit::{K, TestCircuit, portable_scalar};
use tranche_testkit::evm::{Outcome, TestChain, verify_call};
use tranche_testkit::sample::statement_digest;
use tranche_verifier::{Fr as Scalar, VerifyingKey, scalar_to_be_bytes};

/// Creation code of a generated source, by `scripts/solc/solc` with the settings of the build.
fn compile(name: &str, source: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let mut settings: Value = serde_json::from_str(&read("scripts/solc/settings.json")).unwrap();
    settings["outputSelection"] = json!({ "*": { "*": ["evm.bytecode.object"] } });
    let input = json!({
        "language": "Solidity",
        "sources": {
            "src/generated/Test.sol": { "content": source },
            "src/interfaces/IProofVerifier.sol": { "content": read("contracts/src/interfaces/IProofVerifier.sol") },
        },
        "settings": settings,
    });
    let mut process = Command::new(root.join("scripts/solc/solc"))
        .arg("--standard-json")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is needed, and `npm ci` in contracts/");
    let mut stdin = process.stdin.take().unwrap();
    stdin.write_all(input.to_string().as_bytes()).unwrap();
    drop(stdin);
    let output = process.wait_with_output().unwrap();
    let output: Value = serde_json::from_slice(&output.stdout).unwrap();
    let code = &output["contracts"]["src/generated/Test.sol"][name]["evm"]["bytecode"]["object"];
    hex::decode(
        code.as_str()
            .unwrap_or_else(|| panic!("{}", output["errors"])),
    )
    .unwrap()
}

#[test]
#[ignore = "needs node and `npm ci` in contracts/"]
fn a_circuit_with_every_feature_has_one_verdict() {
    let srs = Srs::development(K).unwrap();
    let circuit = TestCircuit::new(11);
    let pair = KeyStore::new(None)
        .load_or_generate(&srs, "usage-test", 1, &circuit)
        .unwrap();
    let instances = circuit.instances();
    let bytes = export_verifying_key(&pair, &srs.verifier(), instances.len()).unwrap();
    let key = VerifyingKey::from_bytes(&bytes).unwrap();
    let contract = render(&key, &Options::default()).unwrap();
    let code = compile(&contract.name, &contract.source);

    let scalars: Vec<Scalar> = instances.iter().map(portable_scalar).collect();
    let words: Vec<[u8; 32]> = scalars.iter().map(scalar_to_be_bytes).collect();
    let statement = statement_digest(&key, &scalars);
    let mut repr = statement.to_bytes();
    repr.reverse();
    let native = Fr::from_repr(repr).unwrap();
    let proof = prove(&srs, pair.pk(), circuit, &instances, native, None).unwrap();

    let mut chain = TestChain::new(31337);
    let at = chain.deploy(&code).unwrap();
    let mut verdict =
        |inputs: &[[u8; 32]], proof: &[u8]| match chain.call(at, &verify_call(inputs, proof)) {
            (Outcome::Returned(word), _) => U256::from_be_slice(&word) == U256::from(1),
            (other, _) => panic!("{other:?}"),
        };
    assert!(verdict(&words, &proof));
    for offset in (0..proof.len()).step_by(32) {
        for delta in [1, 255] {
            let mut altered = proof.clone();
            altered[offset + 31] = altered[offset + 31].wrapping_add(delta);
            let portable = tranche_verifier::verify(&key, &scalars, statement, &altered).is_ok();
            assert_eq!(verdict(&words, &altered), portable, "word at {offset}");
            assert!(!portable);
        }
    }
    for index in 0..words.len() {
        for value in [[0; 32], [1; 32]] {
            let mut altered = words.clone();
            altered[index] = value;
            assert!(!verdict(&altered, &proof), "input {index}");
        }
    }
}
