//! Two processes that do the same at once.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tranche_circuits::usage::params::SIZES;
use tranche_prover::{CircuitKey, KeyOrigin, KeyStore, Srs};

use super::fixture::{Fixture, good, is_temporary, program, tree};
use crate::common::Done;

/// Runs all lines at the same time.
fn together(folder: &Path, lines: &[String]) -> Vec<Done> {
    let children: Vec<_> = lines
        .iter()
        .map(|line| {
            let mut command = program(folder, line);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    let done = |child: std::process::Child| {
        let output = child.wait_with_output().unwrap();
        Done {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    };
    let results = children.into_iter().map(done).collect();
    assert!(!tree(folder).keys().any(|path| is_temporary(path)));
    results
}

#[test]
fn two_provers_share_an_empty_cache_and_leave_it_valid() {
    let files = Fixture::get().copy();
    let line = |n: u8| format!("prove --run run --out {n}.proof --cache keys");
    for done in together(files.root(), &[line(1), line(2)]) {
        assert_eq!(done.code, 0, "{}", done.err);
    }
    for n in [1, 2] {
        assert_eq!(
            good(files.root(), &format!("verify {n}.proof"))["verdict"],
            "valid"
        );
    }
    let keys = files.path("keys");
    assert_eq!(fs::read_dir(&keys).unwrap().count(), 1);
    let size = SIZES[0];
    let srs = Srs::development(size.params.k).unwrap();
    let key = CircuitKey::usage(&srs, &KeyStore::new(Some(keys)), &size).unwrap();
    assert_eq!(key.pair().origin(), KeyOrigin::Cache);
}

#[test]
fn disclosures_made_at_once_all_stand_in_the_ledger() {
    let files = Fixture::get().copy();
    let lines = ["songs", "plays"].map(|name| {
        format!(
            "disclose --run run --out {name}.proof --band {name}:1%:99% --band {name}:0:100%:whole"
        )
    });
    for done in together(files.root(), &lines) {
        assert_eq!(done.code, 0, "{}", done.err);
    }
    let ledger = fs::read(files.path("run/secret/ledger.json")).unwrap();
    let ledger: Value = serde_json::from_slice(&ledger).unwrap();
    let told: BTreeSet<&str> = ledger["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["file"].as_str().unwrap())
        .collect();
    assert_eq!(told, BTreeSet::from(["plays.proof", "songs.proof"]));
}

#[test]
fn of_two_commits_to_one_folder_one_stands_whole() {
    for _ in 0..4 {
        let files = Fixture::get().copy();
        let lines = ["songs", "plays"].map(|name| {
            format!(
                "commit {name}.txt --units byte --out out --owner-key owner.key --rate 1 --terms t"
            )
        });
        let done = together(files.root(), &lines);
        let winners = done.iter().filter(|done| done.code == 0).count();
        assert_eq!(winners, 1);
        for done in done.iter().filter(|done| done.code != 0) {
            assert_eq!(done.code, 2, "{}", done.err);
            assert!(done.err.contains("exists already"), "{}", done.err);
        }
        good(files.root(), "register --registry fresh.json out");
    }
}

#[test]
fn registrations_made_at_once_are_all_kept() {
    let files = Fixture::get().copy();
    let lines =
        ["songs", "plays", "later"].map(|name| format!("register --registry fresh.json {name}"));
    for done in together(files.root(), &lines) {
        assert_eq!(done.code, 0, "{}", done.err);
    }
    let shown = good(files.root(), "registry verify fresh.json songs plays later");
    assert_eq!(shown["registrations"], 3);
}

#[test]
fn seeds_and_keys_made_at_once_are_never_replaced() {
    for _ in 0..4 {
        let files = Fixture::get().copy();
        let line = "run new-seed --out one.seed".to_owned();
        let done = together(files.root(), &[line.clone(), line.clone(), line]);
        assert_eq!(done.iter().filter(|done| done.code == 0).count(), 1);
        assert!(
            done.iter()
                .all(|done| done.code == 0 || done.err.contains("exists already"))
        );
    }
}
