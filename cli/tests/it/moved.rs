//! Tranches that are no longer where the log was imported with them.

use std::fs;

use serde_json::json;

use crate::common::{Files, bad, good, terms};

#[test]
fn a_moved_tranche_is_found_by_its_name() {
    let files = Files::new();
    let folder = files.root();
    files.write("a.txt", "one\n\ntwo\n\nthree");
    files.write("b.txt", "four\n\nfive");
    let commit = |name: &str| {
        let done = good(
            folder,
            &format!(
                "commit {name}.txt --out {name} --owner-key {name}.key --new-key --rate 1 --terms t"
            ),
        );
        done["owner"].clone()
    };
    let owner = commit("a");
    commit("b");
    good(folder, "register --registry r.json a b");
    files.write("draws.csv", "step,tranche,record\n0,x,0\n0,y,1\n1,x,2\n");
    good(
        folder,
        "log import draws.csv --consumed --map x=a --map y=b --out run.tlog",
    );
    terms(
        folder,
        "terms.json",
        &[("registry_cutoff", json!(2)), ("evidence_key", owner)],
    );
    let commit = "run commit --log run.tlog --registry r.json --terms terms.json --out";
    let here = good(folder, &format!("{commit} here"));

    fs::rename(folder.join("a"), folder.join("elsewhere")).unwrap();
    bad(
        folder,
        &format!("{commit} run"),
        2,
        &["--map NAME=FOLDER", "tranche's folder"],
    );
    bad(
        folder,
        &format!("{commit} run --map a=elsewhere"),
        2,
        &["no source of this name", "x, y"],
    );
    bad(
        folder,
        &format!("{commit} run --map x=b"),
        2,
        &["it is not the tranche"],
    );
    bad(folder, "estimate --log run.tlog", 2, &["--map NAME=FOLDER"]);
    let cost = good(folder, "estimate --log run.tlog --map x=elsewhere");
    assert_eq!(cost["draws"], 3);
    good(folder, &format!("{commit} run --map x=elsewhere"));
    // The new run's folder keeps the new place; the seeds differ, so the commitments do.
    let sign = "run sign --log run.tlog --key a.key --run";
    good(folder, &format!("{sign} run"));
    bad(folder, &format!("{sign} here"), 2, &["--map NAME=FOLDER"]);
    good(folder, &format!("{sign} here --map x=elsewhere"));
    assert!(here["run_commitment"].is_string());
}
