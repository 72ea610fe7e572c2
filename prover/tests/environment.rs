//! The verifying key must not depend on halo2's environment variable `MAX_DEGREE`. The variable is read by the process
//! that generates the key, so the test runs itself again as a child with another environment.

use std::process::Command;

use tranche_prover::{KeyError, KeyStore, pin};
use tranche_testkit::circuit::{K, NAME, Setup, TestCircuit};

const MARK: &str = "pin> ";

#[test]
#[ignore = "the other tests run it, as a child"]
fn child_prints_its_pin() {
    let circuit = TestCircuit::new(11);
    let srs = tranche_prover::Srs::development(K).unwrap();
    match KeyStore::new(None).load_or_generate(&srs, NAME, 1, &circuit) {
        Ok(key) => pin(&key).lines().for_each(|line| println!("{MARK}{line}")),
        Err(KeyError::Environment { value }) => println!("{MARK}refused {value}"),
        Err(error) => panic!("{error}"),
    }
}

fn child(max_degree: Option<&str>) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "child_prints_its_pin",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env_remove("MAX_DEGREE");
    if let Some(value) = max_degree {
        command.env("MAX_DEGREE", value);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| line.split_once(MARK))
        .map(|(_, line)| line.to_owned())
        .collect()
}

#[test]
fn max_degree_does_not_change_the_key() {
    let key = Setup::new().key;
    let here: Vec<String> = pin(&key).lines().map(str::to_owned).collect();
    assert_eq!(here.len(), 14);
    for value in [None, Some("3"), Some("5"), Some("9"), Some("64")] {
        assert_eq!(child(value), here, "MAX_DEGREE = {value:?}");
    }
}

#[test]
fn a_max_degree_that_is_no_number_is_refused_by_name() {
    assert_eq!(child(Some("nine")), ["refused nine"]);
}

/// The key of the test circuit under the development SRS, pinned: it changes only if the SRS seed, halo2's key
/// generation or the circuit does.
#[test]
fn the_pin_is_stable() {
    let pinned = include_str!("golden/test-circuit.pin");
    assert_eq!(pin(&Setup::new().key), pinned);
}
