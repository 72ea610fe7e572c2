//! Integers in a file, looked up by their place with one block in memory.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::npy::Dtype;
use crate::error::Error;

/// Bytes read at once. Elements lie whole in blocks: their sizes divide it.
const BLOCK: u64 = 1 << 12;

/// An array of integers in a file.
#[derive(Debug)]
pub(super) struct Column {
    path: PathBuf,
    file: File,
    dtype: Dtype,
    start: u64,
    length: u64,
    block: Vec<u8>,
    /// The number of the block held.
    held: Option<u64>,
}

impl Column {
    /// An array whose first element is at byte `start`.
    pub(super) fn new(path: &Path, file: File, dtype: Dtype, start: u64, length: u64) -> Self {
        Self {
            path: path.to_owned(),
            file,
            dtype,
            start,
            length,
            block: Vec::new(),
            held: None,
        }
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of elements.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// An element, or `None` past the end.
    pub(super) fn get(&mut self, place: u64) -> Result<Option<i64>, Error> {
        if place >= self.length {
            return Ok(None);
        }
        let offset = place * u64::from(self.dtype.size());
        let (number, within) = (offset / BLOCK, (offset % BLOCK) as usize);
        if self.held != Some(number) {
            self.held = None;
            self.load(number)
                .map_err(|error| Error::io("read", &self.path, error))?;
            self.held = Some(number);
        }
        let bytes = self.block.get(within..).unwrap_or_default();
        Ok(self.dtype.element(bytes))
    }

    fn load(&mut self, number: u64) -> std::io::Result<()> {
        self.file
            .seek(SeekFrom::Start(self.start + number * BLOCK))?;
        self.block.clear();
        (&mut self.file).take(BLOCK).read_to_end(&mut self.block)?;
        Ok(())
    }
}
