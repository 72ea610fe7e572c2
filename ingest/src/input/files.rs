//! Where streams are found by their paths.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::stream::Stream;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, where links are not followed, or a special file.
    Other,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name in the folder.
    pub name: OsString,
    /// What it is; a symbolic link is not followed.
    pub kind: PathKind,
}

/// A tree of files that readers open by their paths: the file system, or one in memory.
pub trait Files: Send + Sync {
    /// Opens a file at its start.
    ///
    /// # Errors
    /// The system's.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Stream>>;

    /// What a path leads to, symbolic links followed.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::NotFound`] where there is nothing.
    fn kind(&self, path: &Path) -> io::Result<PathKind>;

    /// The entries of a folder, in no order.
    ///
    /// # Errors
    /// The system's.
    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>>;

    /// One name for everything that leads to the same file: two paths of one file have the same.
    fn identity(&self, path: &Path) -> PathBuf;

    /// Whether a path leads to a folder.
    fn is_folder(&self, path: &Path) -> bool {
        matches!(self.kind(path), Ok(PathKind::Folder))
    }

    /// Whether a path leads to anything.
    fn exists(&self, path: &Path) -> bool {
        self.kind(path).is_ok()
    }
}
