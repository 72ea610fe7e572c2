//! The keys in `params/` are those that key generation gives. After a change of a circuit: `tranche keys pin --dir params`.

use std::path::Path;

use tranche_workspace::builtin_keys::Circuit;
use tranche_workspace::steps::keys::pinned;

fn check(name: &str) {
    let circuit = Circuit::by_name(name).unwrap();
    let made = pinned(circuit).unwrap();
    let params = Path::new(env!("CARGO_MANIFEST_DIR")).join("../params");
    let text = std::fs::read_to_string(params.join(format!("{name}.pin"))).unwrap();
    assert_eq!(
        made.text, text,
        "{name}: run `tranche keys pin --dir params`"
    );
    let key = std::fs::read(params.join(format!("{name}.vk"))).unwrap();
    assert!(
        made.key == key,
        "{name}: run `tranche keys pin --dir params`"
    );
}

#[test]
fn the_smallest_usage_key_is_pinned() {
    check("usage-13");
}

#[test]
fn the_smallest_disclosure_key_is_pinned() {
    check("disclosure-16");
}

#[test]
#[ignore = "makes every key: minutes"]
fn every_key_is_pinned() {
    for circuit in Circuit::all() {
        check(circuit.name());
    }
}
