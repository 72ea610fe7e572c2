//! Files for the tests: the real data where it is present, and generated twins.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder of test files, removed when dropped.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// A file of the real data: in the folder that `TRANCHE_DATA` names, else beside the project. A test skips with a message
/// where it is absent.
pub(crate) fn real(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TRANCHE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join(name);
    if path.exists() {
        Some(path)
    } else {
        println!("skipped: {} is not here; set TRANCHE_DATA", path.display());
        None
    }
}

/// An `.npy` file as numpy writes it, of the version, dtype and shape text given.
pub(crate) fn npy(version: u8, dtype: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let start = if version == 1 { 10 } else { 12 };
    let mut header = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}");
    while (start + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut file = b"\x93NUMPY".to_vec();
    file.extend([version, 0]);
    if version == 1 {
        file.extend((header.len() as u16).to_le_bytes());
    } else {
        file.extend((header.len() as u32).to_le_bytes());
    }
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

/// A flat int16 array.
pub(crate) fn npy_i2(values: &[i16]) -> Vec<u8> {
    let data: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    npy(1, "<i2", &format!("({},)", values.len()), &data)
}

/// A flat int64 array.
pub(crate) fn npy_i8(values: &[i64]) -> Vec<u8> {
    let data: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    npy(1, "<i8", &format!("({},)", values.len()), &data)
}

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
