//! The shape of the sources: no circles between files, arrows between crates as `ARCHITECTURE.md` draws them, no bare field elements at the borders of
//! `protocol`.

mod arrows;
mod borders;
mod circles;
mod modules;

use std::path::{Path, PathBuf};

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Folders of the workspace's crates.
fn crates() -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let line = manifest.lines().find(|line| line.starts_with("members"));
    let quoted = line.unwrap().split('"').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}
