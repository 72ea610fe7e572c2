//! Artefacts written whole or not at all.
//!
//! An [`AtomicFile`] is a temporary file in the folder of its destination. [`AtomicFile::commit`] flushes it to the disk,
//! renames it onto the destination and flushes the folder. Dropped before that, it leaves nothing behind. An [`AtomicFolder`]
//! is the same for a folder of files.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tranche_srs::temporary::{TemporaryFile, TemporaryFolder, folder_of, make_folders};

use crate::error::Error;

pub use tranche_srs::temporary::{Visibility, abandon_all};

/// What happens to a file that is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is replaced.
    Replace,
    /// It stays, and the write fails: for secrets, which nothing can recover.
    Keep,
}

/// A file that appears at its destination only when complete.
#[derive(Debug)]
pub struct AtomicFile {
    file: TemporaryFile,
    destination: PathBuf,
}

impl AtomicFile {
    /// Starts a write to `destination`, whose folder must exist.
    ///
    /// # Errors
    /// [`Error::Io`] if the temporary file cannot be made, [`Error::Usage`] if `destination` has no file name.
    pub fn create(destination: &Path, visibility: Visibility) -> Result<Self, Error> {
        if destination.file_name().is_none() {
            return Err(Error::usage(
                format!("{} is not a file name", destination.display()),
                "give the path of a file",
            ));
        }
        let file = TemporaryFile::create(destination, visibility)
            .map_err(|error| Error::io("write", destination, error))?;
        Ok(Self {
            file,
            destination: destination.to_owned(),
        })
    }

    /// Makes the file durable and moves it to its destination.
    ///
    /// # Errors
    /// [`Error::Usage`] if the destination exists and `existing` is [`Existing::Keep`]; [`Error::Io`] otherwise.
    pub fn commit(self, existing: Existing) -> Result<(), Error> {
        let Self { file, destination } = self;
        let moved = match existing {
            Existing::Replace => file.replace(&destination),
            Existing::Keep => file.keep_existing(&destination),
        };
        moved.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::usage(
                format!("{} exists already", destination.display()),
                "choose another path or move it away",
            ),
            _ => Error::io("write", &destination, error),
        })
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file().flush()
    }
}

/// Writes `bytes` to `destination` in one go.
///
/// # Errors
/// As [`AtomicFile::create`] and [`AtomicFile::commit`].
pub fn write(
    destination: &Path,
    bytes: &[u8],
    visibility: Visibility,
    existing: Existing,
) -> Result<(), Error> {
    let mut file = AtomicFile::create(destination, visibility)?;
    file.write_all(bytes)
        .map_err(|error| Error::io("write", destination, error))?;
    file.commit(existing)
}

/// A folder that appears at its destination only when complete.
#[derive(Debug)]
pub struct AtomicFolder {
    folder: TemporaryFolder,
    destination: PathBuf,
}

impl AtomicFolder {
    /// Starts a folder at `destination`, which must not exist or be an empty folder. Missing parents are made.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is something at `destination`, [`Error::Io`].
    pub fn create(destination: &Path, visibility: Visibility) -> Result<Self, Error> {
        check_free(destination)?;
        let parent = folder_of(destination);
        make_folders(parent).map_err(|error| Error::io("make", parent, error))?;
        let folder = TemporaryFolder::create(parent, visibility)
            .map_err(|error| Error::io("write", destination, error))?;
        Ok(Self {
            folder,
            destination: destination.to_owned(),
        })
    }

    /// Where its files are written until it is complete.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// An error of writing a file of the folder, by the place that the file is to have.
    pub fn error(&self, error: Error) -> Error {
        match error {
            Error::Io {
                action,
                path,
                source,
            } => {
                let path = match path.strip_prefix(self.path()) {
                    Ok(rest) => self.destination.join(rest),
                    Err(_) => path,
                };
                Error::io(action, &path, source)
            }
            other => other,
        }
    }

    /// Moves the folder to its destination.
    ///
    /// # Errors
    /// [`Error::Usage`] if another process has put something at the destination meanwhile; [`Error::Io`].
    pub fn commit(self) -> Result<(), Error> {
        use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotADirectory};
        let Self {
            folder,
            destination,
        } = self;
        folder
            .rename(&destination)
            .map_err(|error| match error.kind() {
                AlreadyExists | DirectoryNotEmpty | NotADirectory => occupied_already(&destination),
                _ => Error::io("write", &destination, error),
            })
    }
}

/// Checks, before work whose result is a folder at `destination`, that there is nothing or an empty folder.
///
/// # Errors
/// [`Error::Usage`].
pub fn check_free(destination: &Path) -> Result<(), Error> {
    let occupied = match std::fs::read_dir(destination) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    };
    if occupied || destination.file_name().is_none() {
        return Err(occupied_already(destination));
    }
    Ok(())
}

fn occupied_already(folder: &Path) -> Error {
    Error::usage(
        format!("{} exists already", folder.display()),
        "choose another folder or move it away",
    )
}

/// Checks, before work whose result goes to `destination`, that its folder is there.
///
/// # Errors
/// [`Error::Usage`] if it is not, or if `destination` is a folder.
pub fn check_place(destination: &Path) -> Result<(), Error> {
    if destination.is_dir() {
        return Err(Error::usage(
            format!("{} is a folder", destination.display()),
            "give the path of a file",
        ));
    }
    let parent = folder_of(destination);
    if !parent.is_dir() {
        return Err(Error::usage(
            format!("there is no folder {} to write to", parent.display()),
            "make it first, or choose another path",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn an_abandoned_write_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = AtomicFile::create(&path, Visibility::Public).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_folder_appears_whole_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("a");
        let made = AtomicFolder::create(&path, Visibility::Public).unwrap();
        std::fs::write(made.path().join("b"), b"c").unwrap();
        drop(made);
        assert!(names(path.parent().unwrap()).is_empty());
        let made = AtomicFolder::create(&path, Visibility::Public).unwrap();
        std::fs::write(made.path().join("b"), b"c").unwrap();
        made.commit().unwrap();
        assert_eq!(names(&path), ["b"]);
        let error = AtomicFolder::create(&path, Visibility::Public).unwrap_err();
        assert!(matches!(error, Error::Usage { .. }), "{error}");
    }

    #[test]
    fn replace_replaces_and_keep_keeps() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"one", Visibility::Public, Existing::Keep).unwrap();
        write(&path, b"two", Visibility::Public, Existing::Replace).unwrap();
        let error = write(&path, b"three", Visibility::Public, Existing::Keep).unwrap_err();
        assert!(matches!(error, Error::Usage { .. }), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[cfg(unix)]
    #[test]
    fn secrets_are_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        write(&path, b"s", Visibility::Secret, Existing::Replace).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_missing_folder_is_an_io_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("no").join("a");
        let error = write(&path, b"", Visibility::Public, Existing::Replace).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
    }
}
