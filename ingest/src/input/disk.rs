//! The file system.

use std::fs::{self, File, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{Files, Listed, PathKind};
use super::stream::Stream;

/// The file system of the machine, with paths from the process's folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

/// The file system, shared.
pub fn disk() -> Arc<dyn Files> {
    Arc::new(Disk)
}

fn kind(found: FileType) -> PathKind {
    if found.is_dir() {
        PathKind::Folder
    } else if found.is_file() {
        PathKind::File
    } else {
        PathKind::Other
    }
}

impl Files for Disk {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(File::open(path)?))
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        Ok(kind(path.metadata()?.file_type()))
    }

    fn identity(&self, path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| path.to_owned())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        let entries = fs::read_dir(folder)?.map(|entry| {
            let entry = entry?;
            Ok(Listed {
                kind: kind(entry.file_type()?),
                name: entry.file_name(),
            })
        });
        entries.collect()
    }
}
