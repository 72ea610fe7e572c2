//! `tranche log check`: what it finds, all in one pass.
//!
//! The checkpoint's metadata are laid out as Nanotron's `serialize/metadata.py` writes them (`CheckpointMetadata`, keys sorted).

use serde_json::{Value, json};

use super::files::{gzip, line, run_file, tranches};
use crate::common::{Files, terms, tranche};

/// Runs a check and gives its exit code and report.
fn check(files: &Files, arguments: &str) -> (i32, Value) {
    let line = format!("log check {arguments}");
    let done = tranche(files.root(), &line.split(' ').collect::<Vec<_>>());
    assert!(!done.out.is_empty(), "{line}: {}", done.err);
    (done.code, done.json())
}

fn findings(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().unwrap();
    all.iter()
        .map(|finding| finding["what"].as_str().unwrap().to_owned())
        .collect()
}

fn assert_finds(report: &Value, words: &[&str]) {
    let found = findings(report);
    for word in words {
        assert!(
            found.iter().any(|what| what.contains(word)),
            "no \"{word}\" in {found:#?}"
        );
    }
    assert_eq!(found.len(), words.len(), "{found:#?}");
    for finding in report["findings"].as_array().unwrap() {
        assert_ne!(finding["remedy"], "", "{finding}");
    }
}

fn log(files: &Files, name: &str, rows: &[(u64, &str, u64)]) {
    let rows: String = rows
        .iter()
        .map(|(step, name, record)| format!("{step},{name},{record}\n"))
        .collect();
    files.write(name, format!("step,tranche,record\n{rows}"));
}

#[test]
fn a_clean_log_is_clean_before_and_after_its_import() {
    let files = Files::new();
    tranches(&files, &[("books", 50), ("plays", 40)]);
    let rows: Vec<(u64, &str, u64)> = (0..600)
        .map(|row| {
            (
                row / 10,
                ["books", "plays"][(row % 3 == 0) as usize],
                row % 40,
            )
        })
        .collect();
    log(&files, "a.csv", &rows);
    let map = "--map books=books --map plays=plays";
    terms(
        files.root(),
        "terms.json",
        &[("unit", json!("byte")), ("registry_cutoff", json!(2))],
    );
    let (code, report) = check(
        &files,
        &format!(
            "a.csv --consumed {map} --registry registry.json --terms terms.json --plot mix.svg"
        ),
    );
    assert_finds(&report, &[]);
    assert_eq!(
        (code, &report["clean"], &report["circuit"]),
        (0, &true.into(), &"usage-13".into())
    );
    assert_eq!(report["sources"][0]["draws"], 400);
    // Units by a recount: "books " and 1 to 7 letters more.
    let units: u64 = rows
        .iter()
        .filter(|row| row.1 == "books")
        .map(|row| 6 + 1 + row.2 % 7)
        .sum();
    assert_eq!(report["sources"][0]["units"], units);
    assert!(
        report["conclusion"]
            .as_str()
            .unwrap()
            .starts_with("books leads with 66.7 % of 600 draws")
    );
    let svg = std::fs::read_to_string(files.path("mix.svg")).unwrap();
    assert!(svg.contains("training step") && svg.contains("books 66.7 %"));
    crate::common::good(
        files.root(),
        &format!("log import a.csv --consumed {map} --out run.tlog"),
    );
    let (code, again) = check(
        &files,
        "run.tlog --registry registry.json --terms terms.json --plot mix.html",
    );
    assert_eq!((code, &again["sources"]), (0, &report["sources"]));
    assert_eq!(again["mixture"], report["mixture"]);
    assert!(
        std::fs::read_to_string(files.path("mix.html"))
            .unwrap()
            .starts_with("<!doctype html>")
    );
}

#[test]
fn every_problem_is_found_in_one_pass_with_its_rows() {
    let files = Files::new();
    tranches(&files, &[("books", 50), ("plays", 40), ("spare", 9)]);
    let mut rows = vec![
        (0, "books", 1),
        (1, "nobody", 1),
        (1, "books", 50),
        (1, "plays", 2),
    ];
    rows.extend((0..9).map(|row| (2, "nobody", row)));
    rows.extend([
        (0, "books", 2),
        (2, "plays", 99),
        (3, "books", 77),
        (3, "books", 3),
    ]);
    log(&files, "a.csv", &rows);
    let mut text = std::fs::read_to_string(files.path("a.csv")).unwrap();
    text += "x,books,1\n4,books\n5,books,4\n";
    files.write("a.csv", text);
    terms(
        files.root(),
        "terms.json",
        &[("order", json!("planned")), ("registry_cutoff", json!(1))],
    );
    let (code, report) = check(
        &files,
        "a.csv --consumed --map books=books --map plays=plays --map spare=spare --registry registry.json --terms terms.json",
    );
    assert_eq!(code, 1);
    assert_finds(
        &report,
        &[
            "\"nobody\" is not mapped",
            "record 50 of \"books\"",
            "step 0 after step 2: the log begins again",
            "record 99 of \"plays\"",
            "\"step\" is not an integer",
            "malformed CSV",
            "\"spare\" is never drawn from",
            "the terms want a Planned log, this is Consumed",
            "\"books\" counts in byte, the terms in record",
            "\"plays\" counts in byte, the terms in record",
            "\"spare\" counts in byte, the terms in record",
            "\"plays\" is not among the first 1 registrations",
            "\"spare\" is not among the first 1 registrations",
        ],
    );
    let of = |words: &str| {
        let all = report["findings"].as_array().unwrap();
        all.iter()
            .find(|finding| finding["what"].as_str().unwrap().contains(words))
            .unwrap()
            .clone()
    };
    assert_eq!(
        (&of("nobody")["count"], &of("nobody")["rows"]),
        (&10.into(), &json!([2, 5, 6, 7, 8]))
    );
    assert_eq!(of("record 50")["rows"], json!([3, 16]));
    // What could be counted was: rows 1, 4, 14, 17 and the last.
    assert_eq!(report["draws"], 5);
}

#[test]
fn units_that_are_not_the_manifests_are_found() {
    let files = Files::new();
    tranches(&files, &[("books", 50), ("plays", 50)]);
    log(&files, "a.csv", &[(0, "books", 1), (0, "plays", 1)]);
    let map = "--map books=books --map plays=plays";
    crate::common::good(
        files.root(),
        &format!("log import a.csv --consumed {map} --out run.tlog"),
    );
    // The same units in another order, under a new checksum: the sum fits, the root does not.
    let path = files.path("books/units.bin");
    let mut bytes = std::fs::read(&path).unwrap();
    let sealed = bytes.len() - 32;
    bytes.swap(10, 13);
    let checksum = blake3::hash(&bytes[..sealed]);
    bytes[sealed..].copy_from_slice(checksum.as_bytes());
    std::fs::write(&path, &bytes).unwrap();
    std::fs::remove_dir_all(files.path("plays")).unwrap();
    let (code, report) = check(&files, "run.tlog");
    assert_eq!(code, 1);
    assert_finds(&report, &["units root", "is not a tranche's folder"]);
}

#[test]
fn all_faults_of_ranks_are_found_at_once() {
    let files = Files::new();
    tranches(&files, &[("books", 50)]);
    let text = |rank: u64, steps: &[u64]| -> String {
        steps
            .iter()
            .map(|step| line(*step, &[rank, step % 50, 60]))
            .collect()
    };
    files.write("data-indices/rank0.tsv.gz", gzip(&text(0, &[1, 2, 5, 6])));
    files.write(
        "data-indices/rank1.tsv.gz",
        gzip(&text(1, &[1, 2, 3, 4, 5])),
    );
    files.write("data-indices/rank3.tsv", text(3, &[1, 2, 3]) + "4\t1");
    run_file(
        &files,
        "run.json",
        json!([{"name": "books", "folder": "books", "ranges": [[0, 50]]}]),
        json!({}),
    );
    let (code, report) = check(&files, "data-indices --run-file run.json");
    assert_eq!(code, 1);
    assert_finds(
        &report,
        &[
            "none of rank 2",
            "step 5 after step 2",
            "rank 1 ends at step 5",
            "it ends in the middle of a line",
            "index 60 of a concatenated",
            "index 60 of a concatenated",
            "index 60 of a concatenated",
        ],
    );
}

#[test]
fn a_run_that_no_circuit_holds_and_a_file_that_cannot_be_read_are_findings() {
    let files = Files::new();
    tranches(&files, &[("books", 50)]);
    let rows = (1u64 << 20) + 2_000;
    let mut text = String::with_capacity(20 << 20);
    text += "step,tranche,record\n";
    (0..rows).for_each(|row| text += &format!("{row},books,{}\n", row % 50));
    files.write("a.csv", text);
    let (code, report) = check(&files, "a.csv --consumed --map books=books");
    assert_eq!(
        (code, &report["circuit"], &report["draws"]),
        (1, &Value::Null, &rows.into())
    );
    assert_finds(&report, &["draws"]);
    files.write("global_indices.npy", "odd");
    let (code, report) = check(&files, "global_indices.npy --batch 2 --map dataset=books");
    assert_eq!(code, 1);
    assert_finds(
        &report,
        &["not a file of raw 32-bit indices", "no draw can be counted"],
    );
}

/// A checkpoint's metadata: stages of (samples, tokens by folder), 8 tokens a sample.
fn metadata(files: &Files, stages: &[(u64, Value)]) {
    let all: u64 = stages.iter().map(|(samples, _)| samples).sum();
    let stages: Vec<Value> = stages
        .iter()
        .enumerate()
        .map(|(at, (samples, folders))| {
            json!({"consumed_tokens_per_dataset_folder": folders, "consumed_train_samples": samples,
                "name": format!("stage {at}"), "sequence_length": 8, "start_training_step": 1})
        })
        .collect();
    let metadata = json!({"cp": 1, "custom_metas": null, "dp": 2, "metas": {"consumed_tokens_total": all * 8, "consumed_train_samples": all,
        "data_stages": stages, "last_stage_idx": 0, "last_train_step": 3}, "tp": 1, "version": "1.4"});
    files.write("checkpoint_metadata.json", metadata.to_string());
}

#[test]
fn a_nanotron_checkpoint_must_agree_with_the_log() {
    let files = Files::new();
    tranches(&files, &[("books", 50), ("plays", 40)]);
    let rows: Vec<(u64, &str, u64)> = (0..30)
        .map(|row| (row / 10, ["books", "plays"][(row % 3 == 0) as usize], row))
        .collect();
    log(&files, "a.csv", &rows);
    let line =
        "a.csv --consumed --map books=books --map plays=plays --nanotron checkpoint_metadata.json";
    metadata(
        &files,
        &[
            (20, json!({"/data/books": 104, "/data/plays/": 56})),
            (10, json!({"/data/books": 56, "/data/plays/": 24})),
        ],
    );
    let (code, report) = check(&files, line);
    assert_finds(&report, &[]);
    assert_eq!(code, 0);
    assert_eq!(
        report["nanotron"][0],
        json!({"folder": "/data/books", "source": "books", "metadata": 160, "log": 160})
    );
    metadata(
        &files,
        &[(
            30,
            json!({"/data/books": 168, "/data/plays": 64, "/data/web": 8}),
        )],
    );
    let (code, report) = check(&files, line);
    assert_eq!(code, 1);
    assert_finds(
        &report,
        &[
            "\"books\": 168 tokens by the checkpoint, 160 by the log",
            "\"plays\": 64 tokens",
            "\"/data/web\" of 8 tokens is no source",
        ],
    );
    metadata(&files, &[(30, json!({"/data/books": 240}))]);
    let (_, report) = check(&files, line);
    assert_finds(
        &report,
        &[
            "\"books\": 240",
            "\"plays\" has 10 draws, but the checkpoint has no such folder",
        ],
    );
    metadata(&files, &[(30, json!({"/data/books": 239}))]);
    let (_, report) = check(&files, line);
    assert_finds(&report, &["its folders sum to 239"]);
    for broken in [
        "",
        "{}",
        "[",
        "{\"metas\": {\"consumed_train_samples\": -1, \"data_stages\": []}}",
    ] {
        files.write("checkpoint_metadata.json", broken);
        let (code, report) = check(&files, line);
        assert_eq!(code, 1);
        assert_finds(&report, &["not valid JSON"]);
    }
}
