//! Inputs that are not what they should be: a clear error, the right exit code, nothing half-written.

use std::fs;

use serde_json::json;

use crate::common::{Files, bad, good, npy, npy_i2, terms, tranche};

/// A registered tranche `a` of three records, uniform.
fn tranche_a(files: &Files) {
    files.write("a.txt", "one\n\ntwo\n\nthree");
    good(
        files.root(),
        "commit a.txt --out a --owner-key a.key --new-key --rate 1 --terms t",
    );
    good(files.root(), "register --registry registry.json a");
}

#[test]
fn data_that_cannot_be_committed() {
    let files = Files::new();
    let folder = files.root();
    files.write("a.txt", "one\n\nthree");
    files.write("big.txt", vec![b'x'; 1 << 24]);
    files.write("none.txt", "");
    files.write("bad.jsonl", "{\"a\":1}\n{\"a\":");
    files.write("open.key", format!("0x{}", "11".repeat(32)));
    let commit = |rest: &str| format!("commit {rest} --out out --rate 1 --terms t");
    let owner = "--owner 0x1111111111111111111111111111111111111111";
    for (line, code, words) in [
        (commit("a.txt"), 2, &["no owner", "--owner-key"][..]),
        (
            format!("commit a.txt --out out {owner} --terms t"),
            2,
            &["--rate"],
        ),
        (
            format!("commit a.txt --out out {owner} --rate 1"),
            2,
            &["--terms"],
        ),
        (commit(&format!("missing.txt {owner}")), 3, &["missing.txt"]),
        (commit(&format!("none.txt {owner}")), 2, &["no records"]),
        (commit(&format!("a.txt --units word {owner}")), 2, &["word"]),
        (
            commit(&format!("a.txt --units byte --uniform {owner}")),
            2,
            &["row 3", "not uniform"],
        ),
        (
            commit(&format!("big.txt --units byte {owner}")),
            2,
            &["row 1", "16777216", "split"],
        ),
        (
            commit(&format!("bad.jsonl --field a {owner}")),
            2,
            &["row 2", "JSON"],
        ),
        (commit("a.txt --owner 0x12"), 2, &["40 digits"]),
        #[cfg(unix)]
        (commit("a.txt --owner-key open.key"), 2, &["chmod 600"]),
        (commit("a.txt --private"), 2, &["--seed"]),
    ] {
        bad(folder, &line, code, words);
    }
    good(folder, &commit(&format!("a.txt {owner}")));
    bad(
        folder,
        &commit(&format!("a.txt {owner}")),
        2,
        &["exists already"],
    );
    bad(
        folder,
        "register --registry r.json out",
        2,
        &["not signed", "--allow-unsigned"],
    );
    good(folder, "register --registry r.json out --allow-unsigned");
}

#[test]
fn manifests_and_registries_that_were_altered() {
    let files = Files::new();
    let folder = files.root();
    tranche_a(&files);
    let manifest = fs::read_to_string(folder.join("a/manifest.json")).unwrap();
    for (from, to, words) in [
        ("\"rate\": \"1\"", "\"rate\": \"2\"", "id"),
        ("\"records\": 3", "\"records\": 4", "total_units"),
        (
            "\"terms_text\": \"t\"",
            "\"terms_text\": \"u\"",
            "terms_text",
        ),
        ("{", "[", "not valid"),
    ] {
        files.write("m.json", manifest.replacen(from, to, 1));
        bad(
            folder,
            "register --registry registry.json m.json",
            2,
            &["m.json", words],
        );
    }
    let registry = fs::read_to_string(folder.join("registry.json")).unwrap();
    let mut forged: serde_json::Value = serde_json::from_str(&registry).unwrap();
    forged["entries"][0]["id"] = json!(format!("0x{:064x}", 7));
    files.write("forged.json", forged.to_string());
    bad(
        folder,
        "registry show forged.json",
        2,
        &["forged.json", "root", "altered"],
    );
    files.write("cut.json", &registry[..registry.len() / 2]);
    bad(folder, "registry root cut.json", 2, &["cut.json", "JSON"]);
    files.write("b.txt", "four");
    good(
        folder,
        "commit b.txt --out b --owner-key b.key --new-key --rate 1 --terms t",
    );
    bad(
        folder,
        "registry verify registry.json b",
        1,
        &["not registered"],
    );
}

#[test]
fn logs_that_do_not_fit() {
    let files = Files::new();
    let folder = files.root();
    tranche_a(&files);
    for (text, words) in [
        ("0,a,0\n1,b,0\n", &["row 2", "is not mapped", "--map"]),
        ("0,a,0\n1,a,2\n2,a,3\n", &["row 3", "record 3", "3 records"]),
        ("0,a,99999999999\n", &["row 1", "99999999999", "3 records"]),
        ("5,a,0\n4,a,1\n", &["row 2", "step 4", "5"]),
        ("", &["no draws", "log.csv", "path"]),
    ] {
        files.write("log.csv", format!("step,tranche,record\n{text}"));
        bad(
            folder,
            "log import log.csv --consumed --map a=a --out run.tlog",
            2,
            words,
        );
    }
    files.write("log.csv", "step,tranche,record\n0,a,0\n");
    bad(
        folder,
        "log import log.csv --map a=a --out run.tlog",
        2,
        &["--planned"],
    );
    bad(
        folder,
        "log import log.csv --consumed --map a=cache --out run.tlog",
        2,
        &["commit"],
    );

    // A Megatron blend with the wrong element type, and one said to be consumed.
    files.write(
        "blend/x-BlendedDataset-train-dataset_index.npy",
        npy_i2(&[0, 0]),
    );
    let floats = npy(1, "<f8", "(2,)", &[0; 16]);
    files.write(
        "blend/x-BlendedDataset-train-dataset_sample_index.npy",
        floats,
    );
    files.write(
        "blend/x-BlendedDataset-train-description.txt",
        json!({"datasets": [{"dataset_path": "a"}], "size": 2}).to_string(),
    );
    let import = "log import blend --batch 4 --map a=a --out run.tlog";
    bad(
        folder,
        &format!("{import} --planned"),
        2,
        &["dtype <i8", "<f8"],
    );
    bad(folder, &format!("{import} --consumed"), 2, &["--planned"]);

    // A log that was sealed by another program, or damaged.
    files.write("foreign.tlog", "TRNCHLOG");
    terms(folder, "terms.json", &[]);
    let commit = "run commit --registry registry.json --terms terms.json --out run --log";
    bad(
        folder,
        &format!("{commit} foreign.tlog"),
        2,
        &["foreign.tlog", "checksum"],
    );
    bad(
        folder,
        &format!("{commit} log.csv"),
        2,
        &["log.csv", "log import"],
    );
}

#[test]
fn runs_that_do_not_fit_their_terms() {
    let files = Files::new();
    let folder = files.root();
    tranche_a(&files);
    files.write("log.csv", "step,tranche,record\n0,a,0\n1,a,2\n");
    good(
        folder,
        "log import log.csv --consumed --map a=a --out run.tlog",
    );
    let commit = "run commit --log run.tlog --registry registry.json --out run --terms";
    terms(folder, "planned.json", &[("order", json!("planned"))]);
    bad(
        folder,
        &format!("{commit} planned.json"),
        2,
        &["Planned", "Consumed"],
    );
    terms(folder, "bytes.json", &[("unit", json!("byte"))]);
    bad(
        folder,
        &format!("{commit} bytes.json"),
        2,
        &["byte", "record"],
    );
    terms(folder, "early.json", &[("registry_cutoff", json!(0))]);
    bad(
        folder,
        &format!("{commit} early.json"),
        2,
        &["not registered", "cut-off"],
    );
    terms(folder, "odd.json", &[("pay_rule", json!("gifts"))]);
    bad(
        folder,
        &format!("{commit} odd.json"),
        2,
        &["odd.json", "gifts"],
    );
    terms(folder, "terms.json", &[]);
    good(folder, &format!("{commit} terms.json"));

    // The folder of a tranche is looked at again when it is needed.
    fs::rename(folder.join("a"), folder.join("moved")).unwrap();
    bad(
        folder,
        "prove --run run --out usage.proof",
        2,
        &["restore it"],
    );
}

#[test]
fn usage_and_help() {
    let files = Files::new();
    let folder = files.root();
    assert_eq!(tranche(folder, &["--help"]).code, 0);
    assert_eq!(tranche(folder, &["no-such-command"]).code, 2);
    bad(
        folder,
        "keys export --circuit usage-99 --out x",
        2,
        &["usage-17"],
    );
    bad(folder, "srs dev --k 40 --out x", 2, &["k from 1 to 24"]);
    good(folder, "srs dev --k 4 --out dev.srs");
    assert_eq!(good(folder, "srs info dev.srs")["insecure"], true);
    let srs = fs::read(folder.join("dev.srs")).unwrap();
    files.write("cut.srs", &srs[..srs.len() - 1]);
    bad(folder, "srs info cut.srs", 2, &["cut.srs"]);
    bad(folder, "srs info missing.srs", 3, &["missing.srs"]);
}
