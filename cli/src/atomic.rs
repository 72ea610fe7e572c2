//! Artefacts written whole or not at all.
//!
//! An [`AtomicFolder`] is the same for a folder of files. An [`AtomicFile`] is a temporary file in the folder of its destination. [`AtomicFile::commit`] flushes it to the disk,
//! renames it onto the destination and flushes the folder. Dropped before that, it leaves nothing behind.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile, TempDir};

use crate::error::Error;

/// What is being written and not complete.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A path in the list of unfinished ones for as long as it lives.
#[derive(Debug)]
struct Listed(PathBuf);

impl Listed {
    fn new(path: &Path) -> Self {
        // Absolute, for a program that changes its folder; as given where that fails.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        unfinished().push(path.clone());
        Self(path)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

/// Removes all that is being written and not complete: for a program that is about to end without dropping it. Nothing
/// is completed any more after it.
pub fn abandon_all() {
    let list = unfinished();
    for path in list.iter().rev() {
        // What is gone already is as it should be, and for the rest there is nothing better to do.
        if path.is_dir() {
            // Another thread may put one more file there before it waits for the lock.
            let _ = (0..3).any(|_| std::fs::remove_dir_all(path).is_ok());
        } else {
            let _ = std::fs::remove_file(path);
        }
    }
    // The lock is never given back: a write that is about to complete waits here until the program ends.
    std::mem::forget(list);
}

/// Who may read an artefact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody, as far as the process's umask allows: 0666 less the umask.
    Public,
    /// The owner only: 0600.
    Secret,
}

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
    file: NamedTempFile,
    destination: PathBuf,
    listed: Listed,
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
        let mut builder = Builder::new();
        builder.prefix(".tranche-").suffix(".tmp");
        set_mode(&mut builder, visibility);
        let file = builder
            .tempfile_in(folder(destination))
            .map_err(|error| Error::io("write", destination, bare(error)))?;
        let listed = Listed::new(file.path());
        Ok(Self {
            file,
            destination: destination.to_owned(),
            listed,
        })
    }

    /// Makes the file durable and moves it to its destination.
    ///
    /// # Errors
    /// [`Error::Usage`] if the destination exists and `existing` is [`Existing::Keep`]; [`Error::Io`] otherwise.
    pub fn commit(self, existing: Existing) -> Result<(), Error> {
        let Self {
            file,
            destination,
            listed,
        } = self;
        let failed = |error| Error::io("write", &destination, error);
        file.as_file().sync_all().map_err(failed)?;
        let list = unfinished();
        match existing {
            Existing::Replace => file
                .persist(&destination)
                .map_err(|error| failed(error.error))?,
            Existing::Keep => file.persist_noclobber(&destination).map_err(|error| {
                if error.error.kind() == io::ErrorKind::AlreadyExists {
                    Error::usage(
                        format!("{} exists already", destination.display()),
                        "choose another path or move it away",
                    )
                } else {
                    failed(error.error)
                }
            })?,
        };
        drop(list);
        drop(listed);
        sync_folder(folder(&destination)).map_err(failed)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
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
    folder: TempDir,
    destination: PathBuf,
    listed: Listed,
}

impl AtomicFolder {
    /// Starts a folder at `destination`, which must not exist or be an empty folder. Missing parents are made.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is something at `destination`, [`Error::Io`].
    pub fn create(destination: &Path, visibility: Visibility) -> Result<Self, Error> {
        let occupied = match std::fs::read_dir(destination) {
            Ok(mut entries) => entries.next().is_some(),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        };
        if occupied || destination.file_name().is_none() {
            return Err(Error::usage(
                format!("{} exists already", destination.display()),
                "choose another folder or move it away",
            ));
        }
        let parent = folder(destination);
        std::fs::create_dir_all(parent).map_err(|error| Error::io("make", parent, error))?;
        let mut builder = Builder::new();
        builder.prefix(".tranche-").suffix(".tmp");
        set_folder_mode(&mut builder, visibility);
        let folder = builder
            .tempdir_in(parent)
            .map_err(|error| Error::io("write", destination, bare(error)))?;
        let listed = Listed::new(folder.path());
        Ok(Self {
            folder,
            destination: destination.to_owned(),
            listed,
        })
    }

    /// Where its files are written until it is complete.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Moves the folder to its destination.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn commit(self) -> Result<(), Error> {
        let Self {
            folder: made,
            destination,
            listed,
        } = self;
        let failed = |error| Error::io("write", &destination, error);
        sync_folder(made.path()).map_err(failed)?;
        let list = unfinished();
        std::fs::rename(made.path(), &destination).map_err(failed)?;
        drop(list);
        // Nothing is left at the temporary name.
        let _ = made.keep();
        drop(listed);
        sync_folder(folder(&destination)).map_err(failed)
    }
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
    let parent = folder(destination);
    if !parent.is_dir() {
        return Err(Error::usage(
            format!("there is no folder {} to write to", parent.display()),
            "make it first, or choose another path",
        ));
    }
    Ok(())
}

/// The system's answer without the temporary name that the library adds.
fn bare(error: io::Error) -> io::Error {
    match error.get_ref() {
        Some(_) => error.kind().into(),
        None => error,
    }
}

fn folder(destination: &Path) -> &Path {
    match destination.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn set_mode(builder: &mut Builder<'_, '_>, visibility: Visibility) {
    use std::os::unix::fs::PermissionsExt;
    let mode = match visibility {
        Visibility::Public => 0o666,
        Visibility::Secret => 0o600,
    };
    builder.permissions(Permissions::from_mode(mode));
}

#[cfg(unix)]
fn set_folder_mode(builder: &mut Builder<'_, '_>, visibility: Visibility) {
    use std::os::unix::fs::PermissionsExt;
    let mode = match visibility {
        Visibility::Public => 0o777,
        Visibility::Secret => 0o700,
    };
    builder.permissions(Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn set_folder_mode(_builder: &mut Builder<'_, '_>, _visibility: Visibility) {}

#[cfg(not(unix))]
fn set_mode(_builder: &mut Builder<'_, '_>, _visibility: Visibility) {}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
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
