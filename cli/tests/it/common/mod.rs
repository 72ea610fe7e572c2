//! The program, run in a folder of its own; and the files that tests of several crates share.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use tranche_testkit::files::{Files, npy, npy_i2, npy_i8, real};

/// What the program did.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// The JSON document that was printed.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// Runs the program in a folder with `--json`.
pub(crate) fn tranche(folder: &Path, arguments: &[&str]) -> Done {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tranche"))
        .current_dir(folder)
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .arg("--json")
        .args(arguments)
        .output()
        .unwrap();
    Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// As [`tranche`], for what must succeed.
pub(crate) fn good(folder: &Path, line: &str) -> serde_json::Value {
    let done = tranche(folder, &line.split(' ').collect::<Vec<_>>());
    assert_eq!(done.code, 0, "{line}: {}{}", done.out, done.err);
    done.json()
}

/// As [`tranche`], for what must fail: checks the exit code and that the message holds all the words, and that no file
/// came or went.
pub(crate) fn bad(folder: &Path, line: &str, code: i32, words: &[&str]) {
    let before = listing(folder);
    let done = tranche(folder, &line.split(' ').collect::<Vec<_>>());
    let said = format!("{}{}", done.out, done.err);
    assert_eq!(done.code, code, "{line}: {said}");
    for word in words {
        assert!(said.contains(word), "{line}: no \"{word}\" in {said}");
    }
    assert_eq!(listing(folder), before, "{line}: left something behind");
}

fn listing(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path.clone());
            }
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Terms in words of the example, with some replaced.
pub(crate) fn terms(folder: &Path, name: &str, changes: &[(&str, serde_json::Value)]) {
    let mut terms = good(folder, "run terms --example");
    for (field, value) in changes {
        terms[*field] = value.clone();
    }
    fs::write(folder.join(name), terms.to_string()).unwrap();
}
