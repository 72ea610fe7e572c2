//! Runs that no proof holds: every limit is told at once, by every command that sees the run.

use serde_json::{Value, json};

use crate::common::{Files, bad, good, terms, tranche};

/// A run of two draws too many by rates, and of too many draws.
fn too_large(files: &Files) {
    let folder = files.root();
    let long = "x".repeat(16_000_000);
    files.write("a.txt", format!("{long}\n\none\n\ntwo"));
    good(
        folder,
        "commit a.txt --units byte --out a --owner-key a.key --new-key --rate 18446744073709551615 --terms t",
    );
    good(folder, "register --registry registry.json a");
    let mut log = "step,tranche,record\n0,a,0\n0,a,0\n".to_owned();
    for i in 0..1_100_000 {
        log += &format!("{i},a,{}\n", 1 + i % 2);
    }
    files.write("log.csv", log);
    good(
        folder,
        "log import log.csv --consumed --map a=a --out run.tlog",
    );
    terms(
        folder,
        "terms.json",
        &[("unit", json!("byte")), ("pay_rule", json!("metered"))],
    );
}

fn limits(error: &Value) -> Vec<&str> {
    let limits = error["error"]["limits"].as_array().unwrap();
    limits
        .iter()
        .map(|limit| limit["limit"].as_str().unwrap())
        .collect()
}

#[test]
fn every_broken_limit_of_a_run_is_told_by_every_command() {
    let files = Files::new();
    let folder = files.root();
    too_large(&files);
    let commit = "run commit --log run.tlog --registry registry.json --terms terms.json --out run";
    bad(
        folder,
        commit,
        2,
        &[
            "1100002 draws",
            "segments of at most 1049556",
            "smallest parts by rates",
        ],
    );
    let done = tranche(folder, &commit.split(' ').collect::<Vec<_>>());
    let error: Value = serde_json::from_str(done.err.lines().last().unwrap()).unwrap();
    assert_eq!(limits(&error), ["draws", "amount"]);
    let draws = &error["error"]["limits"][0];
    assert_eq!(
        (&draws["has"], &draws["most"]),
        (&json!("1100002"), &json!("1049556"))
    );

    // The same without terms, which alone say that rates are paid.
    bad(folder, "estimate --log run.tlog", 2, &["1100002 draws"]);

    let check = "log check run.tlog --registry registry.json --terms terms.json";
    let done = tranche(folder, &check.split(' ').collect::<Vec<_>>());
    assert_eq!(done.code, 1, "{}", done.err);
    let checked = done.json();
    let found: Vec<&str> = checked["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["what"].as_str().unwrap())
        .collect();
    assert_eq!(found.len(), 2, "{found:?}");
    for (what, limit) in found
        .iter()
        .zip(error["error"]["limits"].as_array().unwrap())
    {
        assert_eq!(*what, limit["what"]);
    }
    assert_eq!(checked["circuit"], Value::Null);
}

#[test]
fn an_estimate_of_a_plan_counts_chunks_as_a_shuffle_touches_them() {
    let files = Files::new();
    let folder = files.root();
    let plan = |line: &str| good(folder, &format!("estimate --no-calibration {line}"));
    // 100,000 draws from 5,000,000 records touch every chunk: 3,356, where as many records side by side would be 68.
    bad(
        folder,
        "estimate --tranche books=5000000:100000",
        2,
        &["3356 chunks", "a proof holds 704"],
    );
    let side = plan("--tranche 100000:100000");
    assert_eq!(
        (&side["chunks"], &side["tranches"]),
        (&json!(68), &json!(1))
    );
    assert_eq!(side["chunks_expected"], true);
    let mixed = plan("--tranche a=100000:300000 --tranche b=5000:10 --unregistered 2980:2980");
    assert_eq!(
        (&mixed["chunks"], &mixed["tranches"]),
        (&json!(74), &json!(2))
    );
    assert_eq!(mixed["circuit"], "usage-19");
    bad(
        folder,
        "estimate --tranche books=75431250:2000000 --unregistered 10:10",
        2,
        &["2000010 draws", "50626 chunks", "segments"],
    );
    bad(
        folder,
        "estimate --tranche 90000000:10",
        2,
        &["90000000 records", "75431250"],
    );
    bad(folder, "estimate", 2, &["nothing to estimate"]);

    // A folder says its records and units itself, and a run of it has the chunks that were estimated.
    files.write(
        "a.txt",
        (0..4_000).map(|i| format!("{i}\n\n")).collect::<String>(),
    );
    good(
        folder,
        "commit a.txt --out a --owner-key a.key --new-key --rate 1 --terms t",
    );
    let estimated = plan("--tranche a:4000");
    files.write(
        "log.csv",
        "step,tranche,record\n".to_owned()
            + &(0..4_000)
                .map(|i| format!("{i},a,{}\n", i * 7 % 4_000))
                .collect::<String>(),
    );
    good(
        folder,
        "log import log.csv --consumed --map a=a --out run.tlog",
    );
    let counted = plan("--log run.tlog");
    assert_eq!(counted["chunks_expected"], false);
    for field in ["draws", "chunks", "tranches", "circuit"] {
        assert_eq!(estimated[field], counted[field], "{field}");
    }
}
