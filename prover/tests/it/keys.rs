//! Proving keys: the cache is used when it is right and replaced when it is not; wrong degrees are refused.

use std::fs;
use std::path::{Path, PathBuf};

use halo2curves::bn256::Fr;
use tranche_prover::{KeyError, KeyOrigin, KeyPair, KeyStore, Srs, pin, prove, verify};
use tranche_testkit::circuit::{K, NAME, TestCircuit, TestParams};

type Damage<'a> = &'a dyn Fn(&mut Vec<u8>);

struct Cache {
    directory: tempfile::TempDir,
    srs: Srs,
    circuit: TestCircuit,
}

impl Cache {
    fn new() -> Self {
        Cache {
            directory: tempfile::tempdir().unwrap(),
            srs: Srs::development(K).unwrap(),
            circuit: TestCircuit::new(11),
        }
    }

    fn key(&self, version: u16, circuit: &TestCircuit) -> KeyPair {
        KeyStore::new(Some(self.directory.path().join("keys")))
            .load_or_generate(&self.srs, NAME, version, circuit)
            .unwrap()
    }

    fn origin(&self) -> KeyOrigin {
        self.key(1, &self.circuit).origin()
    }

    fn file(&self) -> PathBuf {
        let mut files = fs::read_dir(self.directory.path().join("keys")).unwrap();
        files.next().unwrap().unwrap().path()
    }
}

fn edit(path: &Path, edit: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    edit(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_cached_key_is_the_generated_key() {
    let cache = Cache::new();
    let generated = cache.key(1, &cache.circuit);
    let cached = cache.key(1, &cache.circuit);
    assert_eq!(generated.origin(), KeyOrigin::Generated);
    assert_eq!(cached.origin(), KeyOrigin::Cache);
    assert_eq!(generated.digest(), cached.digest());
    assert_eq!(pin(&generated), pin(&cached));
    let instances = cache.circuit.instances();
    let proof = prove(
        &cache.srs,
        cached.pk(),
        cache.circuit.clone(),
        &instances,
        Fr::one(),
        None,
    )
    .unwrap();
    let srs = cache.srs.verifier();
    assert_eq!(
        verify(&srs, generated.vk(), 3, &instances, Fr::one(), &proof),
        Ok(())
    );
}

#[test]
fn a_key_does_not_depend_on_the_witness() {
    let cache = Cache::new();
    let key = cache.key(1, &cache.circuit);
    let other = cache.key(1, &TestCircuit::new(400));
    assert_eq!(other.origin(), KeyOrigin::Cache);
    let fresh = KeyStore::new(None)
        .load_or_generate(&cache.srs, NAME, 1, &TestCircuit::new(400))
        .unwrap();
    assert_eq!(fresh.digest(), key.digest());
}

#[test]
fn damaged_files_are_replaced() {
    let cache = Cache::new();
    assert_eq!(cache.origin(), KeyOrigin::Generated);
    let file = cache.file();
    let length = fs::metadata(&file).unwrap().len() as usize;
    let damage: [Damage<'_>; 9] = [
        &Vec::clear,
        &|bytes| bytes.truncate(50),
        &|bytes| bytes.truncate(length - 1),
        &|bytes| bytes.push(0),
        &|bytes| bytes[0] ^= 1,
        &|bytes| bytes[13] ^= 1,
        &|bytes| bytes[14] ^= 1,
        &|bytes| bytes[78] = 0xff,
        &|bytes| bytes[length / 2] ^= 1,
    ];
    for (number, damage) in damage.iter().enumerate() {
        edit(&file, damage);
        assert_eq!(cache.origin(), KeyOrigin::Generated, "damage {number}");
        assert_eq!(cache.origin(), KeyOrigin::Cache, "after damage {number}");
    }
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn another_version_or_circuit_is_not_taken_for_this_one() {
    let cache = Cache::new();
    let key = cache.key(1, &cache.circuit);
    assert_eq!(cache.key(2, &cache.circuit).origin(), KeyOrigin::Generated);

    // Another version's file under this version's name.
    let file = cache.file();
    let swapped = if file.to_str().unwrap().contains("-v1-") {
        file.to_str().unwrap().replace("-v1-", "-v2-")
    } else {
        file.to_str().unwrap().replace("-v2-", "-v1-")
    };
    fs::copy(&file, &swapped).unwrap();
    let origins = [1, 2].map(|version| cache.key(version, &cache.circuit).origin());
    assert!(origins.contains(&KeyOrigin::Generated) && origins.contains(&KeyOrigin::Cache));

    // A change of gates without a change of version.
    let changed = TestCircuit {
        shape: TestParams {
            power: 6,
            declared: Some(7),
            ..TestParams::default()
        },
        ..cache.circuit.clone()
    };
    let other = cache.key(1, &changed);
    assert_eq!(other.origin(), KeyOrigin::Generated);
    assert_ne!(other.digest(), key.digest());
}

#[test]
fn threads_may_share_a_directory() {
    let cache = Cache::new();
    let digests: Vec<_> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| cache.key(1, &cache.circuit).digest()))
            .collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap())
            .collect()
    });
    assert!(digests.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(cache.origin(), KeyOrigin::Cache);
}

#[test]
fn the_degree_must_be_declared_and_true() {
    let srs = Srs::development(K).unwrap();
    let generate = |power, declared| {
        let shape = TestParams {
            power,
            declared,
            ..TestParams::default()
        };
        let circuit = TestCircuit {
            shape,
            ..TestCircuit::new(11)
        };
        KeyStore::new(None)
            .load_or_generate(&srs, NAME, 1, &circuit)
            .map(|key| key.digest())
    };
    assert!(matches!(
        generate(8, None),
        Err(KeyError::UndeclaredDegree { .. })
    ));
    assert!(matches!(
        generate(8, Some(8)),
        Err(KeyError::Degree {
            declared: 8,
            actual: 9,
            ..
        })
    ));
    assert!(matches!(
        generate(7, Some(9)),
        Err(KeyError::Degree {
            declared: 9,
            actual: 8,
            ..
        })
    ));
    assert!(generate(7, Some(8)).is_ok());
}

#[test]
fn names_are_safe_in_paths() {
    let srs = Srs::development(K).unwrap();
    for name in ["", "../up", "Upper", "a b", &"a".repeat(65)] {
        let error = KeyStore::new(None).load_or_generate(&srs, name, 1, &TestCircuit::new(1));
        assert!(matches!(error, Err(KeyError::Name { .. })), "{name:?}");
    }
}

#[test]
fn an_unwritable_directory_is_an_error_with_its_path() {
    let cache = Cache::new();
    let file = cache.directory.path().join("file");
    fs::write(&file, b"").unwrap();
    let error =
        KeyStore::new(Some(file.clone())).load_or_generate(&cache.srs, NAME, 1, &cache.circuit);
    let message = error.unwrap_err().to_string();
    assert!(message.contains(file.to_str().unwrap()), "{message}");
}
