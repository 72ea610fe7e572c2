//! How the program ends: by panic, by signal, by wrong usage.

use std::fs;
use std::process::Command;

use crate::common::{Files, bad, tranche};

#[test]
fn wrong_usage_is_one_json_document_too() {
    let files = Files::new();
    for (line, word) in [
        ("commit a.txt", "--out"),
        ("estimate --tranche x", "--tranche"),
        ("no-such-command", "no-such-command"),
        ("prove --run r --out p --circus usage-13", "--circus"),
    ] {
        let done = tranche(files.root(), &line.split(' ').collect::<Vec<_>>());
        assert_eq!(done.code, 2, "{line}");
        assert!(done.out.is_empty(), "{line}");
        let value: serde_json::Value = serde_json::from_str(&done.err).unwrap();
        let message = value["error"]["message"].as_str().unwrap();
        assert!(message.contains(word), "{line}: {message}");
    }
    let done = tranche(files.root(), &["--version"]);
    assert_eq!(done.code, 0);
}

#[test]
fn options_are_judged_before_the_data_is_read() {
    let files = Files::new();
    files.write("bad.jsonl", "not JSON");
    files.write("a.csv", "a\n1\n");
    files.write("data/a.txt", "one");
    let owner = "--owner 0x1111111111111111111111111111111111111111";
    for (line, words) in [
        (
            format!("commit bad.jsonl --out o {owner} --terms t"),
            "--rate",
        ),
        (
            "commit bad.jsonl --out o --owner-key no.key --rate 1 --terms t".to_owned(),
            "--new-key",
        ),
        (
            "commit bad.jsonl --out o --owner-key bad.jsonl --new-key --rate 1 --terms t"
                .to_owned(),
            "leave --new-key out",
        ),
        (
            format!("commit data --out data/o {owner} --rate 1 --terms t"),
            "outside",
        ),
        (
            format!("commit a.csv --separator , --out o {owner} --rate 1 --terms t"),
            "--format",
        ),
    ] {
        bad(files.root(), &line, 2, &[words]);
    }
}

#[cfg(unix)]
#[test]
fn a_signal_to_stop_leaves_nothing_behind() {
    use std::io::Write;
    use std::process::Stdio;

    let files = Files::new();
    let pipe = files.path("a.jsonl");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for signal in ["-INT", "-TERM"] {
        let program = Command::new(env!("CARGO_BIN_EXE_tranche"))
            .current_dir(files.root())
            .args(
                "commit a.jsonl --format jsonl --units byte --out a --rate 1 --terms t".split(' '),
            )
            .args(["--owner", "0x1111111111111111111111111111111111111111"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The program has opened its end once this returns, and waits for more until it is told to stop.
        let mut feed = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        feed.write_all(b"{\"a\":1}\n").unwrap();
        while fs::read_dir(files.root()).unwrap().count() < 2 {
            std::thread::yield_now();
        }
        let id = program.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let output = program.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        let left: Vec<_> = fs::read_dir(files.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["a.jsonl"]);
    }
}
