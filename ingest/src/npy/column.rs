//! Integers of an input, looked up by their place with one block in memory.

use std::fmt;
use std::io::{self, Read, SeekFrom};
use std::path::{Path, PathBuf};

use super::dtype::Dtype;
use crate::error::Error;
use crate::input::Stream;

/// Bytes read at once. Elements lie whole in blocks: their sizes divide it.
const BLOCK: u64 = 1 << 12;

/// An array of integers, looked up by their place.
pub struct Column {
    path: PathBuf,
    stream: Box<dyn Stream>,
    dtype: Dtype,
    start: u64,
    length: u64,
    block: Vec<u8>,
    /// The number of the block held.
    held: Option<u64>,
}

impl Column {
    /// An array of `length` elements, the first at byte `start`.
    pub(crate) fn new(
        path: PathBuf,
        stream: Box<dyn Stream>,
        dtype: Dtype,
        start: u64,
        length: u64,
    ) -> Self {
        Self {
            path,
            stream,
            dtype,
            start,
            length,
            block: Vec::new(),
            held: None,
        }
    }

    /// The input's name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The number of elements.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// An element, or `None` past the end.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn get(&mut self, place: u64) -> Result<Option<i64>, Error> {
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

    fn load(&mut self, number: u64) -> io::Result<()> {
        self.stream
            .seek(SeekFrom::Start(self.start + number * BLOCK))?;
        self.block.clear();
        (&mut self.stream)
            .take(BLOCK)
            .read_to_end(&mut self.block)?;
        Ok(())
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("path", &self.path)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
