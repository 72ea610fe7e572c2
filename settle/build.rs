//! Lists the contracts of `contracts/artifacts` that have code: a table of names and files to include.
//! Writes the ABI of each hand-written contract with plain types in place of value types, which the bindings' generator
//! looks for in the wrong scope.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The contracts that have bindings.
const BOUND: [&str; 3] = ["TrancheRegistry", "VerifierSet", "RewardEscrow"];

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
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("contracts.rs"), table)?;
    for name in BOUND {
        let mut artifact = read(&folder.join(format!("{name}.json")))?;
        let mut abi = artifact["abi"].take();
        name_plain_types(&mut abi);
        std::fs::write(out.join(format!("{name}.json")), abi.to_string())?;
    }
    Ok(())
}

fn has_code(path: &Path) -> Result<bool, Box<dyn Error>> {
    let artifact = read(path)?;
    let code = artifact["bytecode"].as_str();
    Ok(code.is_some_and(|code| code.len() > 2))
}

fn read(path: &Path) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

/// Leaves the names of structs, enums and contracts, and replaces every other by the type that is encoded.
fn name_plain_types(abi: &mut Value) {
    match abi {
        Value::Array(items) => items.iter_mut().for_each(name_plain_types),
        Value::Object(fields) => {
            let named = |name: &str| {
                ["struct ", "enum ", "contract "]
                    .iter()
                    .any(|kind| name.starts_with(kind))
            };
            let internal = fields.get("internalType").and_then(Value::as_str);
            if internal.is_some_and(|internal| !named(internal)) {
                let plain = fields.get("type").cloned().unwrap_or_default();
                fields.insert("internalType".to_owned(), plain);
            }
            fields.values_mut().for_each(name_plain_types);
        }
        _ => {}
    }
}
