//! Files for readers that take paths, in the folder that the variable `FUZZ_SCRATCH` names, best one in memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let made = match std::env::var_os("FUZZ_SCRATCH") {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    made.expect("a temporary folder")
});

/// A path in the process's own folder.
pub fn path(name: &str) -> PathBuf {
    FOLDER.path().join(name)
}

/// Writes a file that only its owner may read.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = path(name);
    fs::write(&path, bytes).expect("a file in the temporary folder");
    private(&path);
    path
}

/// An empty folder, whatever was in it.
pub fn folder(name: &str) -> PathBuf {
    let path = path(name);
    if path.exists() {
        fs::remove_dir_all(&path).expect("a folder to remove");
    }
    fs::create_dir_all(&path).expect("a folder to make");
    path
}

/// Removes the folder. A process that libFuzzer ends leaves it to whoever named the place.
pub fn clear() {
    let _ = fs::remove_dir_all(FOLDER.path());
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("a mode to set");
}

#[cfg(not(unix))]
fn private(_path: &Path) {}
