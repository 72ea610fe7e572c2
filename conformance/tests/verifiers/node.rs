//! The WASM verifier under node: `conformance/node/run.mjs` over the corpus on disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use tranche_conformance::Said;

/// What the runner wrote.
#[derive(Debug, Deserialize)]
pub struct Results {
    /// Verdict code of each bare proof.
    pub proofs: HashMap<String, String>,
    /// What was said of each file.
    pub files: HashMap<String, SaidOfFile>,
    /// Time of the bare proofs, all workers together, in milliseconds.
    pub proof_milliseconds: f64,
    /// Time of the files.
    pub file_milliseconds: f64,
}

/// What was said of a file.
#[derive(Debug, Deserialize)]
pub struct SaidOfFile {
    pub said: Said,
    pub error: Option<String>,
}

fn crate_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn missing() -> Option<&'static str> {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|output| output.status.success()) {
        return Some("node is not there");
    }
    if !crate_path("../wasm/tranche.wasm").exists() {
        return Some("wasm/tranche.wasm is not built: run `bash scripts/wasm.sh build`");
    }
    None
}

/// The results; `None` when node or the module is missing, which `TRANCHE_REQUIRE_NODE=1` makes a failure.
pub fn results(corpus: &Path, scratch: &Path) -> Option<Results> {
    if let Some(missing) = missing() {
        let required = std::env::var_os("TRANCHE_REQUIRE_NODE").is_some_and(|value| value == "1");
        assert!(!required, "{missing}");
        eprintln!("the WASM verifier is not asked: {missing}");
        return None;
    }
    let path = scratch.join("wasm.json");
    let status = Command::new("node")
        .arg(crate_path("node/run.mjs"))
        .arg(corpus)
        .arg("--results")
        .arg(&path)
        .status()
        .unwrap();
    assert!(
        matches!(status.code(), Some(0 | 1)),
        "the node runner stopped: {status}"
    );
    let text = std::fs::read_to_string(&path).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}
