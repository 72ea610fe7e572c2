//! Lists the contracts of `contracts/artifacts` that have code: a table of names and files to include.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let folder = manifest.join("../contracts/artifacts");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "json") && has_code(&path)? {
            files.push(path);
        }
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        writeln!(table, "    ({name:?}, include_str!({file:?})),")?;
    }
    table.push_str("]\n");
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("contracts.rs");
    std::fs::write(out, table)?;
    Ok(())
}

fn has_code(path: &Path) -> Result<bool, Box<dyn Error>> {
    let artifact: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let code = artifact["bytecode"].as_str();
    Ok(code.is_some_and(|code| code.len() > 2))
}
