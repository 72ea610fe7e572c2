//! The files of a folder as records.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fault::DataFault;
use super::read::ReadRecords;
use crate::error::{Error, FormatFault};
use crate::input::{Files, Input, Listed, PathKind};
use crate::lines::MAX_RECORD;
use crate::value::RecordBuf;

/// A folder, read depth first, links to files included. One folder's names per level are in memory, not the whole tree's.
///
/// Sorting each folder with `/` behind the names of its folders gives the byte order of the whole relative paths: two
/// paths differ first inside some folder's entries, and no name holds a `/`.
pub(super) struct Folder {
    files: Arc<dyn Files>,
    /// Entries still to visit, the last first, for each folder from the root down.
    levels: Vec<Vec<Entry>>,
    current: PathBuf,
    row: u64,
}

struct Entry {
    key: Vec<u8>,
    path: PathBuf,
    folder: bool,
}

impl Folder {
    pub(super) fn open(files: &Arc<dyn Files>, root: &Path) -> Result<Self, Error> {
        let mut folder = Self {
            files: Arc::clone(files),
            levels: Vec::new(),
            current: root.to_owned(),
            row: 0,
        };
        folder.enter(root)?;
        Ok(folder)
    }

    fn enter(&mut self, path: &Path) -> Result<(), Error> {
        let listed = self.files.list(path);
        let listed = listed.map_err(|error| Error::io("read", path, error))?;
        let mut entries = Vec::with_capacity(listed.len());
        for entry in listed {
            let path = path.join(&entry.name);
            // A link to a folder may lead round in a circle, and a special file may have no end.
            if entry.kind == PathKind::Other && !self.leads_to_file(&path) {
                return Err(Error::file(&path, DataFault::NoFile));
            }
            let folder = entry.kind == PathKind::Folder;
            entries.push(Entry {
                path,
                key: sort_key(entry, folder),
                folder,
            });
        }
        entries.sort_unstable_by(|a, b| b.key.cmp(&a.key));
        self.levels.push(entries);
        Ok(())
    }

    /// Whether a link leads to a file.
    fn leads_to_file(&self, path: &Path) -> bool {
        matches!(self.files.kind(path), Ok(PathKind::File))
    }
}

fn sort_key(entry: Listed, folder: bool) -> Vec<u8> {
    let mut key = entry.name.into_encoded_bytes();
    if folder {
        key.push(b'/');
    }
    key
}

impl ReadRecords for Folder {
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error> {
        while let Some(level) = self.levels.last_mut() {
            let Some(entry) = level.pop() else {
                self.levels.pop();
                continue;
            };
            if entry.folder {
                self.enter(&entry.path)?;
                continue;
            }
            self.row += 1;
            self.current = entry.path;
            let (_, file) = Input::open(&*self.files, &self.current)?.into_parts();
            file.take(MAX_RECORD + 1)
                .read_to_end(record.raw())
                .map_err(|error| Error::io("read", &self.current, error))?;
            if record.bytes().len() as u64 > MAX_RECORD {
                let fault = FormatFault::RecordTooLong { limit: MAX_RECORD };
                return Err(Error::row(&self.current, self.row, fault));
            }
            record.seal();
            return Ok(Some(self.row));
        }
        Ok(None)
    }

    fn file(&self) -> &Path {
        &self.current
    }

    fn skipped(&self) -> u64 {
        0
    }
}
