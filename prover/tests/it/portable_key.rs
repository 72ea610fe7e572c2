//! The portable verifying key: says what it is for, and is refused without a panic when anything is wrong with it.

use halo2curves::bn256::Fr;
use halo2curves::ff::PrimeField;
use tranche_protocol::statement::StatementDigest;
use tranche_prover::{ExportError, Srs, export_verifying_key};
use tranche_testkit::circuit::{NAME, Setup, portable_scalar};
use tranche_verifier::{KeyError, VerifyingKey};

fn exported(setup: &Setup) -> Vec<u8> {
    export_verifying_key(&setup.key, &setup.srs.verifier(), 3).unwrap()
}

#[test]
fn the_exported_key_says_what_it_is_for() {
    let setup = Setup::new();
    let key = VerifyingKey::from_bytes(&exported(&setup)).unwrap();
    let native = setup.key.vk();
    assert_eq!(key.name(), NAME);
    assert_eq!(key.version(), 1);
    assert!(key.srs_is_insecure());
    assert_eq!(key.srs_digest().to_bytes(), setup.srs.identity().digest());
    assert_eq!(key.circuit_digest().to_bytes(), setup.key.digest());
    assert_eq!((key.k(), key.degree(), key.instances()), (6, 9, 3));
    assert_eq!(key.blinding_rows() as usize, native.cs().blinding_factors());
    assert_eq!(key.omega(), portable_scalar(&native.get_domain().omega));
    assert_eq!(key.delta(), portable_scalar(&Fr::DELTA));
}

#[test]
fn equal_subexpressions_stand_once() {
    let key = VerifyingKey::from_bytes(&exported(&Setup::new())).unwrap();
    let operations = key.gates().operations();
    for (position, operation) in operations.iter().enumerate() {
        assert!(!operations[..position].contains(operation), "{operation:?}");
    }
    assert_eq!(key.gates().constraints().len(), 6);
}

#[test]
fn damaged_keys_are_refused_without_panic() {
    let setup = Setup::new();
    let bytes = exported(&setup);
    for length in 0..bytes.len() {
        assert!(VerifyingKey::from_bytes(&bytes[..length]).is_err());
    }
    let trailing = [&bytes[..], &[0]].concat();
    assert_eq!(
        VerifyingKey::from_bytes(&trailing).unwrap_err(),
        KeyError::Trailing(1)
    );

    let instances: Vec<_> = setup
        .circuit
        .instances()
        .iter()
        .map(portable_scalar)
        .collect();
    let statement = Fr::from(5);
    let proof = setup.prove(statement);
    let statement = StatementDigest::from_felt(portable_scalar(&statement));
    let mut parsed = 0;
    for position in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[position] ^= 1 << (position % 8);
        if let Ok(key) = VerifyingKey::from_bytes(&damaged) {
            parsed += 1;
            assert_ne!(
                key.digest(),
                VerifyingKey::from_bytes(&bytes).unwrap().digest()
            );
            // Labels and digests do not enter the equations; whatever else parses must not panic.
            let _ = tranche_verifier::verify(&key, &instances, statement, &proof);
        }
    }
    assert!(
        parsed < 400,
        "{parsed} of {} damaged keys parse",
        bytes.len()
    );
}

#[test]
fn lengths_in_a_key_allocate_nothing() {
    let setup = Setup::new();
    let bytes = exported(&setup);
    for position in 0..bytes.len() - 4 {
        let mut damaged = bytes.clone();
        damaged[position..position + 4].copy_from_slice(&[0xff; 4]);
        let _ = VerifyingKey::from_bytes(&damaged);
    }
}

#[test]
fn keys_that_cannot_be_verified_are_not_exported() {
    let setup = Setup::new();
    assert!(matches!(
        export_verifying_key(&setup.key, &setup.srs.verifier(), 64),
        Err(ExportError::TooManyInstances { got: 64, .. })
    ));
    let larger = Srs::development(7).unwrap();
    assert_eq!(
        export_verifying_key(&setup.key, &larger.verifier(), 3),
        Err(ExportError::K {
            expected: 6,
            got: 7
        })
    );
}
