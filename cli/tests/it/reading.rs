//! Data as people have it, through `commit`: what is read, what is refused, and what the report says of it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{Files, bad, good, tranche};

const OFFER: &str = "--owner 0x1111111111111111111111111111111111111111 --rate 1 --terms t";

/// Copies a file of the readers' cases.
fn case(files: &Files, name: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../ingest/tests/data/cases")
        .join(name);
    files.write(name, fs::read(from).unwrap());
}

/// Commits to a file into a folder of its own; the report.
fn commit(files: &Files, out: &str, rest: &str) -> Value {
    good(files.root(), &format!("commit {rest} --out {out} {OFFER}"))
}

fn refuse(files: &Files, rest: &str, words: &[&str]) {
    let line = format!("commit {rest} --out out {OFFER}");
    bad(files.root(), &line, 2, words);
}

#[test]
fn quotes_that_never_close_are_refused_in_data_and_in_logs() {
    let files = Files::new();
    case(&files, "openquote.csv");
    case(&files, "log_openquote.csv");
    refuse(&files, "openquote.csv", &["line 5", "--no-quotes"]);
    assert_eq!(
        commit(&files, "o", "openquote.csv --no-quotes")["records"],
        50
    );
    let books: String = (0..200).map(|i| format!("record {i}\n")).collect();
    files.write("books.txt", books);
    commit(&files, "books", "books.txt --separator \\n");
    let import = "log import log_openquote.csv --consumed --map books=books --out run.tlog";
    bad(files.root(), import, 2, &["line 9", "never closed"]);
}

#[test]
fn paragraphs_are_cut_whatever_the_line_ends() {
    let files = Files::new();
    case(&files, "dos.txt");
    case(&files, "mixed.txt");
    let dos = commit(&files, "d", "dos.txt");
    assert_eq!((&dos["records"], &dos["skipped"]), (&json!(20), &json!(0)));
    assert_eq!(
        dos["reading"],
        json!({"format": "text", "cut": "paragraphs", "encoding": "utf-8"})
    );
    assert_eq!(dos["first_record"], "Paragraph 0,\\r\\nsecond line.");
    assert_eq!(commit(&files, "m", "mixed.txt")["records"], 20);
    let cut = commit(&files, "s", "dos.txt --separator \\r\\n\\r\\n");
    assert_eq!(cut["records"], 20);
    assert_eq!(cut["reading"]["cut"], json!({"separator": "\\r\\n\\r\\n"}));
    refuse(&files, "dos.txt --separator \\q", &["\\\\q", "\\\\xNN"]);
}

#[test]
fn a_last_row_without_line_end_is_told() {
    let files = Files::new();
    files.write("cut.csv", "a,b\n1,2\n3,4");
    files.write("whole.csv", "a,b\n1,2\n3,4\n");
    let report = commit(&files, "c", "cut.csv");
    assert_eq!(report["records"], 2);
    assert_eq!(report["open_ended"], json!(["cut.csv"]));
    let report = commit(&files, "w", "whole.csv cut.csv");
    assert_eq!(report["open_ended"], json!(["cut.csv"]));
    assert_eq!(commit(&files, "n", "whole.csv")["open_ended"], Value::Null);
}

#[test]
fn pointers_of_git_lfs_are_refused_in_every_format() {
    let files = Files::new();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    for name in [
        "a.csv",
        "a.jsonl",
        "a.txt",
        "a.parquet",
        "a.arrow",
        "d/a.bin",
    ] {
        files.write(name, pointer);
        let input = if name == "d/a.bin" { "d" } else { name };
        refuse(&files, input, &["pointer of Git LFS", "git lfs pull"]);
    }
}

#[test]
fn compression_and_marks_change_no_id() {
    let files = Files::new();
    for name in [
        "docs.jsonl.gz",
        "docs.json.gz",
        "docs.jsonl.zst",
        "bom.jsonl",
    ] {
        case(&files, name);
    }
    let marked = fs::read_to_string(files.path("bom.jsonl")).unwrap();
    files.write("plain.jsonl", marked.strip_prefix('\u{feff}').unwrap());
    let plain = commit(&files, "p", "plain.jsonl --units byte");
    assert_eq!(plain["records"], 5);
    for (out, name) in [
        ("a", "docs.jsonl.gz"),
        ("b", "docs.json.gz"),
        ("c", "docs.jsonl.zst"),
        ("d", "bom.jsonl"),
    ] {
        let other = commit(&files, out, &format!("{name} --units byte"));
        assert_eq!(other["id"], plain["id"], "{name}");
        assert_eq!(other["reading"], plain["reading"], "{name}");
    }
    let whole = fs::read(files.path("docs.jsonl.gz")).unwrap();
    files.write("cut.jsonl.gz", &whole[..whole.len() - 5]);
    refuse(
        &files,
        "cut.jsonl.gz",
        &["cut.jsonl.gz", "end in the middle", "again"],
    );
    // A mark before terms, a manifest or a registry is no part of them either.
    let manifest = fs::read_to_string(files.path("p/manifest.json")).unwrap();
    files.write("marked.json", format!("\u{feff}{manifest}"));
    good(
        files.root(),
        "register --registry r.json marked.json --allow-unsigned",
    );
    let registry = fs::read_to_string(files.path("r.json")).unwrap();
    files.write("s.json", format!("\u{feff}{registry}"));
    good(files.root(), "registry verify s.json p/manifest.json");
}

#[test]
fn delimiters_and_headers_are_as_they_are_said_to_be() {
    let files = Files::new();
    case(&files, "semi_nocomma.csv");
    case(&files, "noheader.csv");
    for rest in ["", " --column text"] {
        let words = ["semicolon", "--delimiter"];
        refuse(&files, &format!("semi_nocomma.csv{rest}"), &words);
    }
    let semicolons = commit(
        &files,
        "a",
        "semi_nocomma.csv --delimiter ; --column text --units byte",
    );
    assert_eq!(semicolons["columns"], json!(["id", "text", "label"]));
    assert_eq!(semicolons["total_units"], "alpha betagamma delta".len());
    assert_eq!(semicolons["first_record"], "alpha beta");
    let headed = commit(&files, "b", "noheader.csv");
    assert_eq!(
        (&headed["records"], &headed["columns"]),
        (&json!(2), &json!(["1", "alpha"]))
    );
    let whole = commit(&files, "c", "noheader.csv --no-header --column 2");
    assert_eq!(
        (&whole["records"], &whole["first_record"]),
        (&json!(3), &json!("alpha"))
    );
    let text = tranche(files.root(), &["commit", "--help"]).out;
    assert!(
        text.contains("--no-header") && text.contains("--delimiter"),
        "{text}"
    );
    refuse(
        &files,
        "noheader.csv --delimiter colon",
        &["semicolon", "pipe"],
    );
    refuse(
        &files,
        "noheader.csv --separator ;",
        &["--delimiter", "--separator"],
    );
}

#[test]
fn the_report_for_people_shows_header_and_first_record() {
    let files = Files::new();
    case(&files, "noheader.csv");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tranche"))
        .current_dir(files.root())
        .args(format!("commit noheader.csv --out o {OFFER}").split(' '))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for words in ["taken as header: 1 | alpha", "delimiter comma", "2,beta"] {
        assert!(text.contains(words), "no \"{words}\" in {text}");
    }
}

#[test]
fn a_manifest_says_how_its_data_was_cut() {
    let files = Files::new();
    files.write("a.csv", b"id;gr\xf6\xdfe\n1;a\n");
    let options = "a.csv --delimiter semicolon --encoding windows-1252 --column größe --units byte";
    refuse(
        &files,
        "a.csv --delimiter semicolon",
        &["UTF-8", "--encoding windows-1252"],
    );
    let report = commit(&files, "a", options);
    let manifest = fs::read_to_string(files.path("a/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let wanted = json!({
        "format": "csv", "delimiter": "semicolon", "header": true, "quotes": true,
        "columns": ["größe"], "encoding": "windows-1252",
    });
    assert_eq!(manifest["reading"], wanted);
    assert_eq!(report["reading"], wanted);
    assert_eq!(commit(&files, "b", options)["id"], report["id"]);
}

#[test]
fn empty_texts_and_half_characters_are_refused_with_their_row() {
    let files = Files::new();
    case(&files, "surrogate.jsonl");
    for rest in ["", " --field text", " --field id"] {
        refuse(
            &files,
            &format!("surrogate.jsonl{rest}"),
            &["row 2", "JSON"],
        );
    }
    files.write("e.csv", "id,text\n1,a\n2,\n");
    refuse(
        &files,
        "e.csv --column text --units byte",
        &["row 2", "--units record"],
    );
    assert_eq!(
        commit(&files, "e", "e.csv --column text --units record")["records"],
        2
    );
}

#[test]
fn workbooks_are_named() {
    let files = Files::new();
    files.write("a.xlsx", b"PK\x03\x04\x14\0\x06\0");
    refuse(&files, "a.xlsx", &["CSV UTF-8"]);
    refuse(&files, "a.xlsx --format csv", &["workbook", "CSV UTF-8"]);
}
