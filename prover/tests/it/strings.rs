//! Proofs under strings that ceremonies made: our own, and snarkjs' (`scripts/snarkjs.sh` installs it; that test fails
//! without it).

use std::path::Path;
use std::process::Command;

use halo2curves::bn256::Fr;
use tranche_protocol::statement::StatementDigest;
use tranche_prover::{KeyStore, export_verifying_key, prove, verify};
use tranche_srs::Srs;
use tranche_srs::ceremony::{Beacon, Ceremony};
use tranche_testkit::circuit::{K, NAME, TestCircuit, portable_scalar};
use tranche_verifier::VerifyingKey;

/// A proof under the string is accepted by both verifiers, and shows nothing under another string.
fn serves(srs: &Srs) {
    assert!(!srs.identity().is_insecure());
    let circuit = TestCircuit::new(11);
    let key = KeyStore::new(None)
        .load_or_generate(srs, NAME, 1, &circuit)
        .unwrap();
    let instances = circuit.instances();
    let statement = Fr::from(5);
    let proof = prove(srs, key.pk(), circuit, &instances, statement, None).unwrap();
    let small = srs.verifier();
    verify(&small, key.vk(), 3, &instances, statement, &proof).unwrap();

    let portable = export_verifying_key(&key, &small, 3).unwrap();
    let portable = VerifyingKey::from_bytes(&portable).unwrap();
    assert!(!portable.srs_is_insecure());
    let public: Vec<_> = instances.iter().map(portable_scalar).collect();
    let judge = |proof: &[u8]| {
        let statement = StatementDigest::from_felt(portable_scalar(&statement));
        tranche_verifier::verify(&portable, &public, statement, proof)
    };
    judge(&proof).unwrap();

    let development = Srs::development(K).unwrap().verifier();
    assert!(verify(&development, key.vk(), 3, &instances, statement, &proof).is_err());
    let mut other = proof.clone();
    other[70] ^= 1;
    assert!(judge(&other).is_err());
}

#[test]
fn a_circuit_is_proven_and_verified_under_the_string_of_an_own_ceremony() {
    let nobody = |_| {};
    let state = Ceremony::start(K)
        .unwrap()
        .contribute("alice", b"", &nobody)
        .unwrap();
    let beacon = Beacon::new(b"a value of a lottery", 10).unwrap();
    let (srs, _) = state.finalise(&beacon, &nobody).unwrap();
    serves(&srs);
}

#[test]
fn a_circuit_is_proven_and_verified_under_the_ceremonys_string() {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../srs/tests/snarkjs");
    let folder = tempfile::tempdir().unwrap();
    assert!(
        program.join("node_modules/snarkjs").is_dir(),
        "snarkjs is not installed: run `bash scripts/snarkjs.sh`"
    );
    let made = Command::new("node")
        .arg(program.join("make.mjs"))
        .arg(K.to_string())
        .arg(folder.path())
        .output()
        .expect("there is no node: install node 20");
    let errors = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{errors}");
    let file = folder.path().join("raw.ptau");
    serves(&Srs::import(&file, None, None).unwrap().srs);
}
