//! The lock of a folder: held by a command that reads a file of it, changes what it read and writes it back.
//!
//! The system gives it back when the process ends, however it ends. It binds only commands of this program.

use std::fs::File;
use std::io;
use std::path::Path;

use tranche_srs::temporary::folder_of;

use crate::error::Error;

/// A folder's lock, for as long as it lives.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Waits for the lock of the folder that `file` stands in, which must exist.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn of(file: &Path) -> Result<Self, Error> {
        let folder = folder_of(file);
        let lock = || -> io::Result<File> {
            let file = open(folder)?;
            file.lock()?;
            Ok(file)
        };
        let file = lock().map_err(|error| Error::io("lock", folder, error))?;
        Ok(Self { _file: file })
    }
}

/// The folder itself carries the lock, so that no file is left for it.
#[cfg(unix)]
fn open(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// Where a folder cannot be opened, an empty file in it carries the lock.
#[cfg(not(unix))]
fn open(folder: &Path) -> io::Result<File> {
    File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(folder.join(".tranche.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn one_holder_at_a_time_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        let lock = FolderLock::of(&file).unwrap();
        assert!(File::open(folder.path()).unwrap().try_lock().is_err());
        drop(lock);
        drop(FolderLock::of(&file).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let missing = FolderLock::of(&folder.path().join("no").join("a.json"));
        assert!(matches!(missing, Err(Error::Io { .. })));
    }
}
