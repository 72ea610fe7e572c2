//! Receipts by owner, through the program itself; without a proof, against the commitment alone. `audit.rs` has the page beside a proof.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{Files, bad, good, terms};

fn read(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
}

/// One owner with two tranches, another with one; and a third tranche of the first that the run does not use.
fn run(folder: &Path) -> (String, String) {
    let commit = |name: &str, owner: &str, new: &str| {
        let records: Vec<String> = (0..40).map(|i| format!("{name} {i}")).collect();
        fs::write(folder.join(format!("{name}.txt")), records.join("\n\n")).unwrap();
        let line = format!(
            "commit {name}.txt --units byte --out {name} --owner-key {owner}.key{new} --rate 2 --terms t"
        );
        good(folder, &line)["owner"].as_str().unwrap().to_owned()
    };
    let first = commit("a", "first", " --new-key");
    commit("b", "first", "");
    commit("spare", "first", "");
    let second = commit("c", "second", " --new-key");
    good(folder, "register --registry r.json a b spare c");
    let draws: Vec<String> = (0..60)
        .map(|i| format!("{},{},{}", i / 6, ["a", "b", "c"][i % 3], i % 40))
        .collect();
    fs::write(
        folder.join("draws.csv"),
        format!("step,tranche,record\n{}\n", draws.join("\n")),
    )
    .unwrap();
    good(
        folder,
        "log import draws.csv --consumed --map a=a --map b=b --map c=c --map spare=spare --out run.tlog",
    );
    terms(
        folder,
        "terms.json",
        &[("registry_cutoff", json!(4)), ("unit", json!("byte"))],
    );
    good(
        folder,
        "run commit --log run.tlog --registry r.json --terms terms.json --out run",
    );
    (first, second)
}

#[test]
fn an_owner_checks_all_receipts_at_once() {
    let files = Files::new();
    let folder = files.root();
    let (first, second) = run(folder);
    let made = good(folder, "receipt make --run run --by-owner --out receipts");
    assert_eq!(made["receipts"].as_array().unwrap().len(), 2);
    for owner in [&first, &second] {
        assert!(
            folder
                .join("receipts")
                .join(owner)
                .join("receipts.json")
                .exists()
        );
    }
    good(
        folder,
        &format!("receipt make --run run --by-owner --owner {second} --out only"),
    );
    assert!(!folder.join("only").join(&first).exists());
    let nobody = "0x000000000000000000000000000000000000dEaD";
    bad(
        folder,
        &format!("receipt make --run run --by-owner --owner {nobody} --out none"),
        2,
        &["no registered tranche of such an owner"],
    );

    let commitment = read(folder, "run/run.json")["usage_commitment"]
        .as_str()
        .unwrap()
        .to_owned();
    let check = |file: &str, manifests: &str| {
        format!("receipt check {file}{manifests} --commitment {commitment}")
    };
    let own = format!("receipts/{first}/receipts.json");
    let report = good(
        folder,
        &(check(&own, " --manifest a --manifest b --manifest spare") + " --html page.html"),
    );
    assert_eq!(report["tranches"].as_array().unwrap().len(), 2);
    let units: u64 = report["tranches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|held| held["units"].as_u64().unwrap())
        .sum();
    assert_eq!(report["metered_total"], (2 * units).to_string());
    assert_eq!(
        report["without_receipt"][0],
        read(folder, "spare/manifest.json")["id"]
    );
    assert_eq!(
        (&report["usage_proof"], &report["evidence_level"]),
        (&json!(false), &Value::Null)
    );
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.contains("No usage proof was checked") && page.contains("a.txt"));

    bad(
        folder,
        &check(&own, " --manifest a"),
        1,
        &["the manifest is of"],
    );
    let other = format!("0x{}", "01".repeat(32));
    let line = check(&own, " --manifest a --manifest b").replace(&commitment, &other);
    bad(
        folder,
        &(line + " --html no.html"),
        1,
        &["does not open the usage commitment"],
    );

    // A receipt twice would count twice; another owner's is none of this owner's.
    let mut twice = read(folder, &own);
    let again = twice["receipts"][0].clone();
    twice["receipts"].as_array_mut().unwrap().push(again);
    fs::write(folder.join("twice.json"), twice.to_string()).unwrap();
    bad(
        folder,
        &check("twice.json", " --manifest a --manifest b"),
        2,
        &["count twice"],
    );
    let mut mixed = read(folder, &own);
    let foreign = read(folder, &format!("receipts/{second}/receipts.json"))["receipts"][0].clone();
    mixed["receipts"].as_array_mut().unwrap().push(foreign);
    fs::write(folder.join("mixed.json"), mixed.to_string()).unwrap();
    bad(
        folder,
        &check("mixed.json", " --manifest a --manifest b --manifest c"),
        2,
        &["another owner"],
    );
    fs::write(
        folder.join("empty.json"),
        format!("{{\"version\":1,\"owner\":\"{first}\",\"receipts\":[]}}"),
    )
    .unwrap();
    bad(
        folder,
        &check("empty.json", " --manifest a"),
        2,
        &["holds no receipts"],
    );
}
