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

/// The results. Panics where node or the module is missing, and says how to get it.
pub fn results(corpus: &Path, scratch: &Path) -> Results {
    let node = Command::new("node").arg("--version").output();
    assert!(
        node.is_ok_and(|output| output.status.success()),
        "there is no node: install node 20"
    );
    assert!(
        crate_path("../wasm/tranche.wasm").exists(),
        "wasm/tranche.wasm is not built: run `bash scripts/wasm.sh build`"
    );
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
    serde_json::from_str(&text).unwrap()
}
