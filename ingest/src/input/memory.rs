//! Files that are in memory.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::files::{Files, Listed, PathKind};
use super::stream::Stream;

/// A tree of files in memory. A folder is there for as long as a file is under it; `./a` and `a` are one path.
///
/// ```
/// use std::path::Path;
/// use tranche_ingest::input::{Files, Memory};
///
/// let files = Memory::new().with("log/rank0.tsv", "0\t7\n");
/// assert!(files.is_folder(Path::new("log")) && files.exists(Path::new("./log/rank0.tsv")));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Arc<[u8]>>,
}

impl Memory {
    /// A tree without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, over one of the same path.
    #[must_use]
    pub fn with(mut self, path: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) -> Self {
        self.insert(path, bytes);
        self
    }

    /// Adds a file, over one of the same path.
    pub fn insert(&mut self, path: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(plain(path.as_ref()), bytes.into().into());
    }
}

/// A path without the components that mean the folder itself.
fn plain(path: &Path) -> PathBuf {
    path.components()
        .filter(|component| *component != Component::CurDir)
        .collect()
}

impl Files for Memory {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Stream>> {
        match self.files.get(&plain(path)) {
            Some(bytes) => Ok(Box::new(Cursor::new(Arc::clone(bytes)))),
            None => Err(match self.kind(path)? {
                PathKind::Folder => io::ErrorKind::IsADirectory.into(),
                _ => io::ErrorKind::NotFound.into(),
            }),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        let path = plain(path);
        if self.files.contains_key(&path) {
            return Ok(PathKind::File);
        }
        if self.files.keys().any(|file| file.starts_with(&path)) {
            return Ok(PathKind::Folder);
        }
        Err(io::ErrorKind::NotFound.into())
    }

    fn identity(&self, path: &Path) -> PathBuf {
        plain(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        match self.kind(folder)? {
            PathKind::Folder => {}
            _ => return Err(io::ErrorKind::NotADirectory.into()),
        }
        let folder = plain(folder);
        let mut listed: Vec<Listed> = Vec::new();
        for file in self.files.keys() {
            let Ok(rest) = file.strip_prefix(&folder) else {
                continue;
            };
            let mut components = rest.components();
            let Some(first) = components.next() else {
                continue;
            };
            let name = first.as_os_str().to_owned();
            let kind = match components.next() {
                Some(_) => PathKind::Folder,
                None => PathKind::File,
            };
            if listed.last().is_none_or(|last| last.name != name) {
                listed.push(Listed { name, kind });
            }
        }
        Ok(listed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_listed_folder_by_folder() {
        let files = Memory::new()
            .with("a/b/1", "x")
            .with("a/b/2", "y")
            .with("a/c", "z")
            .with("d", "");
        let names = |folder: &str| -> Vec<(String, PathKind)> {
            let listed = files.list(Path::new(folder)).unwrap();
            let name = |one: Listed| (one.name.into_string().unwrap(), one.kind);
            listed.into_iter().map(name).collect()
        };
        let (file, folder) = (PathKind::File, PathKind::Folder);
        assert_eq!(
            names("a"),
            [("b".to_owned(), folder), ("c".to_owned(), file)]
        );
        assert_eq!(
            names("."),
            [("a".to_owned(), folder), ("d".to_owned(), file)]
        );
        let missing = |error: io::Error| error.kind();
        assert_eq!(
            files.open(Path::new("e")).map(drop).map_err(missing),
            Err(io::ErrorKind::NotFound)
        );
        assert_eq!(
            files.open(Path::new("a")).map(drop).map_err(missing),
            Err(io::ErrorKind::IsADirectory)
        );
    }
}
