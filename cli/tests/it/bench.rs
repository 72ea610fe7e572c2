//! `tranche bench`: one small point measured, kept and reported; hostile raw data refused.

use std::fs;

use crate::common::{Files, bad, good, tranche};

/// The cheapest point of the sweep.
const ONE: &str =
    "disclosure-16 draws=20000 records=95360 tranches=64 registered=64 untouched=0 claims=16";

fn measured(files: &Files) -> serde_json::Value {
    let done = tranche(
        files.root(),
        &[
            "bench",
            "--quick",
            "--only",
            ONE,
            "--out",
            "bench",
            "--no-cache",
        ],
    );
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    done.json()
}

/// Rows of a CSV file as maps from the header.
fn rows(files: &Files) -> Vec<std::collections::HashMap<String, String>> {
    csv::Reader::from_path(files.path("bench/points.csv"))
        .unwrap()
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn a_point_is_measured_once_reported_and_repeated_from_its_row() {
    let files = Files::new();
    let report = measured(&files);
    assert_eq!(
        (report["measured"].as_u64(), report["kept"].as_u64()),
        (Some(1), Some(0))
    );
    assert_eq!(report["failed"].as_array().unwrap().len(), 0);
    let first = rows(&files);
    assert_eq!(first.len(), 1);
    let number = |field: &str| first[0][field].parse::<f64>().unwrap();
    let stages: f64 = [
        "first_fill_seconds",
        "first_commit_seconds",
        "second_fill_seconds",
        "second_commit_seconds",
        "permutation_seconds",
        "quotient_seconds",
        "opening_seconds",
    ]
    .iter()
    .map(|field| number(field))
    .sum();
    assert!(
        (stages / number("prove_seconds") - 1.0).abs() < 0.05,
        "{stages}"
    );
    assert!(number("yardstick_seconds") > 0.0 && number("memory_bytes") > 1e7);
    for field in ["processor", "commit", "compiler", "libraries", "command"] {
        assert!(!first[0][field].is_empty(), "{field}");
    }
    assert!(first[0]["command"].contains(ONE));

    let page = fs::read_to_string(files.path("bench/report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.contains("Disclosures about 64 tranches") && page.contains("A disclosure takes"));
    for forbidden in [
        "<script",
        "http://www.w3.org/1999",
        "src=",
        "url(",
        "NaN",
        "inf",
    ] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert_eq!(
        page.matches("<section>").count(),
        page.matches("</section>").count()
    );

    // What is measured is kept, and never measured over.
    bad(
        files.root(),
        "bench --quick --only disclosure --out bench --no-cache",
        2,
        &["points.csv exists already", "--resume"],
    );
    let again = tranche(
        files.root(),
        &[
            "bench",
            "--quick",
            "--only",
            ONE,
            "--out",
            "bench",
            "--no-cache",
            "--resume",
        ],
    );
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(again.json()["kept"], 1);
    assert_eq!(again.json()["measured"], 0);
    assert_eq!(rows(&files), first);

    hostile(&files);
}

/// Raw data that are cut off or say what cannot be, each refused with file and row.
fn hostile(files: &Files) {
    let path = files.path("bench/points.csv");
    let text = fs::read_to_string(&path).unwrap();
    let (header, row) = text.split_once('\n').unwrap();
    let row = row.trim_end();
    let set = |field: &str, value: &str| {
        let at = header.split(',').position(|name| name == field).unwrap();
        let mut record = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(row.as_bytes());
        let record = record.records().next().unwrap().unwrap();
        let mut fields: Vec<String> = record.iter().map(str::to_owned).collect();
        fields[at] = value.to_owned();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&fields).unwrap();
        String::from_utf8(writer.into_inner().unwrap()).unwrap()
    };
    let with = |second: &str| format!("{header}\n{row}\n{second}");
    for (content, words) in [
        (with(&row[..row.len() / 2]), &["row 2"][..]),
        (with(&row[..row.len() - 1]), &["row 2", "ye"]),
        (
            with(&set("prove_seconds", "inf")),
            &["row 2", "prove_seconds"],
        ),
        (
            with(&set("prove_seconds", "NaN")),
            &["row 2", "prove_seconds"],
        ),
        (
            with(&set("prove_seconds", "-1")),
            &["row 2", "prove_seconds"],
        ),
        (
            with(&set("yardstick_seconds", "0")),
            &["row 2", "yardstick_seconds"],
        ),
        (with(&set("k", "4000000000")), &["row 2", "k"]),
        (with(&set("draws", "99999999999999999999")), &["row 2"]),
        (with(&set("kind", "other")), &["row 2"]),
        (
            with(&set("circuit", &"x".repeat(1_000))),
            &["row 2", "a field"],
        ),
        (with(&format!("{row},1")), &["row 2"]),
        (header.to_owned(), &["no measured points"]),
        (
            format!("{}\n{row}", header.replace("gas_estimate", "gas")),
            &["row 1"],
        ),
        (String::new(), &["points.csv"]),
    ] {
        fs::write(&path, content).unwrap();
        let all: Vec<&str> = words.iter().copied().chain(["points.csv"]).collect();
        bad(files.root(), "bench --report bench", 2, &all);
    }
    // Text is text, whatever it says.
    fs::write(&path, with(&set("circuit", "<script>alert(1)</script>"))).unwrap();
    let report = good(files.root(), "bench --report bench");
    assert_eq!(report["kept"], 2);
    let page = fs::read_to_string(files.path("bench/report.html")).unwrap();
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
}

#[test]
fn what_cannot_be_measured_is_said_before_anything_is_written() {
    let files = Files::new();
    bad(
        files.root(),
        "bench --only no-such-point",
        2,
        &["no-such-point", "--list"],
    );
    bad(files.root(), "bench --report missing", 3, &["points.csv"]);
    bad(
        files.root(),
        "bench --quick --report here",
        2,
        &["--report"],
    );
    bad(
        files.root(),
        "bench --point {}",
        2,
        &["--point is no point"],
    );
    let list = good(files.root(), "bench --list --quick");
    assert!(list["points"].as_array().unwrap().len() >= 4);
}

#[test]
fn a_point_without_sense_is_refused_and_not_computed() {
    let files = Files::new();
    let point = |circuit: &str, draws: u64, registered: u64| {
        format!(
            "{{\"kind\":\"usage\",\"circuit\":\"{circuit}\",\"draws\":{draws},\"records\":1490,\"tranches\":1,\"registered\":{registered},\"untouched\":0,\"claims\":0,\"threads\":1}}"
        )
    };
    for (point, words) in [
        (point("usage-99", 1, 1), "usage-99"),
        (point("usage-13", 0, 1), "at least 1"),
        (point("usage-13", 1, 0), "registry"),
        (point("usage-13", 1, 1 << 40), "registry"),
    ] {
        let done = tranche(files.root(), &["bench", "--point", &point]);
        assert_eq!(done.code, 1, "{}", done.err);
        assert!(done.err.contains(words), "{}", done.err);
    }
}
