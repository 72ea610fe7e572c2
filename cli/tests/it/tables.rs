//! Tables and shards through the command.

use std::fs;

use crate::common::{Files, bad, good};

const SHARDS: [(&str, &[u8]); 3] = [
    (
        "train-00000-of-00003.parquet",
        include_bytes!("../../../ingest/tests/data/shards/train-00000-of-00003.parquet"),
    ),
    (
        "train-00001-of-00003.parquet",
        include_bytes!("../../../ingest/tests/data/shards/train-00001-of-00003.parquet"),
    ),
    (
        "train-00002-of-00003.parquet",
        include_bytes!("../../../ingest/tests/data/shards/train-00002-of-00003.parquet"),
    ),
];
const SAVED: [(&str, &[u8]); 3] = [
    (
        "data-00000-of-00002.arrow",
        include_bytes!("../../../ingest/tests/data/saved/data-00000-of-00002.arrow"),
    ),
    (
        "data-00001-of-00002.arrow",
        include_bytes!("../../../ingest/tests/data/saved/data-00001-of-00002.arrow"),
    ),
    (
        "state.json",
        include_bytes!("../../../ingest/tests/data/saved/state.json"),
    ),
];

fn place(files: &Files, folder: &str, contents: &[(&str, &[u8])]) {
    fs::create_dir_all(files.path(folder)).unwrap();
    for (name, bytes) in contents {
        files.write(&format!("{folder}/{name}"), bytes);
    }
}

fn commit(inputs: &str, out: &str, rest: &str) -> String {
    let owner = "0x1111111111111111111111111111111111111111";
    format!("commit {inputs} --out {out} --rate 1 --terms t --owner {owner}{rest}")
}

#[test]
fn a_folder_of_shards_is_committed_once_somebody_says_how() {
    let files = Files::new();
    place(&files, "shards", &SHARDS);
    files.write("shards/README.md", b"# data");
    bad(
        files.root(),
        &commit("shards", "none", ""),
        2,
        &[
            "train-00000-of-00003.parquet",
            "--format parquet",
            "--format folder",
        ],
    );
    let whole = good(
        files.root(),
        &commit("shards", "whole", " --format parquet"),
    );
    assert_eq!(whole["records"], 60);
    assert_eq!(whole["ignored"], serde_json::json!(["shards/README.md"]));
    let manifest = fs::read_to_string(files.path("whole/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let sources = SHARDS.map(|(name, _)| serde_json::json!({"name": name, "records": 20}));
    assert_eq!(manifest["sources"], serde_json::json!(sources));
    // The same files one by one, as a shell lists them.
    let inputs = SHARDS.map(|(name, _)| format!("shards/{name}")).join(" ");
    let listed = good(files.root(), &commit(&inputs, "listed", ""));
    assert_eq!(listed["id"], whole["id"]);
    let taken = good(files.root(), &commit("shards", "taken", " --format folder"));
    assert_eq!(taken["records"], 4);
    fs::remove_file(files.path("shards/train-00001-of-00003.parquet")).unwrap();
    bad(
        files.root(),
        &commit("shards", "none", " --format parquet"),
        2,
        &["shards", "1 of 3", "train-00001-of-00003.parquet"],
    );
}

#[test]
fn a_codec_changes_no_id() {
    let files = Files::new();
    files.write(
        "zstd.parquet",
        include_bytes!("../../../ingest/tests/data/tables/zstd.parquet"),
    );
    files.write(
        "plain.parquet",
        include_bytes!("../../../ingest/tests/data/tables/codec-none.parquet"),
    );
    let packed = good(files.root(), &commit("zstd.parquet", "zstd", ""));
    let plain = good(files.root(), &commit("plain.parquet", "plain", ""));
    assert_eq!(packed["id"], plain["id"]);
}

#[test]
fn conversations_are_committed_alike_from_parquet_and_jsonl() {
    let files = Files::new();
    files.write(
        "chat.parquet",
        include_bytes!("../../../ingest/tests/data/tables/chat.parquet"),
    );
    let lines: String = (0..20)
        .map(|i| {
            let message = serde_json::json!({"role": "user", "content": format!("q{i}")});
            serde_json::json!({ "messages": [message] }).to_string() + "\n"
        })
        .collect();
    files.write("chat.jsonl", lines);
    let parquet = good(files.root(), &commit("chat.parquet", "parquet", ""));
    let jsonl = commit("chat.jsonl", "jsonl", " --field messages");
    assert_eq!(good(files.root(), &jsonl)["id"], parquet["id"]);
}

#[test]
fn a_saved_data_set_is_committed_as_its_rows_are_in_jsonl() {
    let files = Files::new();
    place(&files, "saved", &SAVED);
    bad(
        files.root(),
        &commit("saved", "none", ""),
        2,
        &["data-00000-of-00002.arrow", "--format arrow"],
    );
    let arrow = commit("saved", "arrow", " --format arrow --column text");
    let arrow = good(files.root(), &arrow);
    let lines: Vec<String> = (0..5).map(|i| format!("{{\"text\":\"t{i}\"}}\n")).collect();
    files.write("a.jsonl", lines[..3].concat());
    files.write("b.jsonl", lines[3..].concat());
    let jsonl = commit("a.jsonl b.jsonl", "jsonl", " --field text");
    assert_eq!(good(files.root(), &jsonl)["id"], arrow["id"]);
    bad(
        files.root(),
        &commit("a.jsonl saved/data-00000-of-00002.arrow", "none", ""),
        2,
        &["a.jsonl is read as JSON lines", "arrow", "--format"],
    );
}
