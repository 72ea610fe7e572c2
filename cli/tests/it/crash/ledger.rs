//! A disclosure killed between its ledger and its proof: the ledger neither loses an entry nor has it twice.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use super::fixture::{Fixture, done, good, is_temporary, program, tree};

const DISCLOSE: &str = "disclose --run run --out share.proof --share songs --share plays";

fn entries(folder: &Path) -> Vec<Value> {
    match fs::read(folder.join("run/secret/ledger.json")) {
        Ok(bytes) => {
            let ledger: Value = serde_json::from_slice(&bytes).unwrap();
            ledger["entries"].as_array().unwrap().clone()
        }
        Err(_) => Vec::new(),
    }
}

/// Runs the disclosure until `reached`, and kills it.
fn kill_when(folder: &Path, reached: impl Fn() -> bool) {
    let mut child = program(folder, DISCLOSE)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !reached() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(200));
    }
    // It may have ended by itself since.
    let _ = child.kill();
    child.wait().unwrap();
}

fn temporaries(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .filter(|entry| is_temporary(Path::new(&entry.as_ref().unwrap().file_name())))
        .count()
}

#[test]
fn a_killed_disclosure_stands_in_the_ledger_once_when_it_is_made_again() {
    let files = Fixture::get().copy();
    let folder = files.root();
    let (secret, proof) = (folder.join("run/secret"), folder.join("share.proof"));
    let moments: [(&str, &dyn Fn() -> bool); 2] = [
        ("writing the ledger", &|| temporaries(&secret) > 0),
        ("after the ledger", &|| secret.join("ledger.json").exists()),
    ];
    for (name, reached) in moments {
        kill_when(folder, reached);
        let entries = entries(folder).len();
        assert!(entries <= 1, "killed {name}: {entries} entries");
        // The proof never gets out before its entry.
        assert!(!proof.exists() || entries == 1, "killed {name}");
    }
    let report = good(folder, DISCLOSE);
    assert_eq!(report["disclosures"], 1);
    assert_eq!(entries(folder).len(), 1);
    let verified = done(program(folder, "verify share.proof")).json();
    assert_eq!(verified["verdict"], json!("incomplete"));
    assert!(!tree(folder).keys().any(|path| is_temporary(path)));
}
