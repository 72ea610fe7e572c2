//! A stream and the name that messages call it by.

use std::fmt;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use super::files::Files;
use super::stream::{Forward, Seekable, Stream};
use crate::error::{Error, FormatFault};

/// A stream with a name: that of its file, or any other that a person knows it by.
///
/// ```
/// use tranche_ingest::input::Input;
///
/// let input = Input::bytes("upload.jsonl", "{\"text\": \"a\"}\n");
/// assert_eq!(input.name().to_str(), Some("upload.jsonl"));
/// ```
pub struct Input {
    name: PathBuf,
    stream: Box<dyn Stream>,
}

impl Input {
    /// A stream under a name.
    pub fn new(name: impl Into<PathBuf>, stream: Box<dyn Stream>) -> Self {
        Self {
            name: name.into(),
            stream,
        }
    }

    /// Bytes in memory.
    pub fn bytes(name: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(name, Box::new(Cursor::new(bytes.into())))
    }

    /// Anything that reads and seeks.
    pub fn seekable(name: impl Into<PathBuf>, reader: impl Read + Seek + Send + 'static) -> Self {
        Self::new(name, Box::new(Seekable(reader)))
    }

    /// Anything that reads, for formats that are read row by row: CSV, JSONL and text.
    pub fn forward(name: impl Into<PathBuf>, reader: impl Read + Send + 'static) -> Self {
        Self::new(name, Box::new(Forward(reader)))
    }

    /// A file by its path.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn open(files: &dyn Files, path: &Path) -> Result<Self, Error> {
        let stream = files
            .open(path)
            .map_err(|error| Error::io("open", path, error))?;
        Ok(Self::new(path, stream))
    }

    /// The name.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// The name and the stream apart.
    pub fn into_parts(self) -> (PathBuf, Box<dyn Stream>) {
        (self.name, self.stream)
    }

    /// How many bytes there are.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn length(&mut self) -> Result<u64, Error> {
        let length = self.stream.length();
        length.map_err(|error| Error::io("read", &self.name, error))
    }

    /// All bytes, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Io`]; [`FormatFault::RecordTooLong`].
    pub fn read_whole(self, limit: u64) -> Result<Vec<u8>, Error> {
        let Self { name, stream } = self;
        let mut bytes = Vec::new();
        stream
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Error::io("read", &name, error))?;
        if bytes.len() as u64 > limit {
            return Err(Error::file(&name, FormatFault::RecordTooLong { limit }));
        }
        Ok(bytes)
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_input_may_be_as_long_as_the_limit_and_no_longer() {
        let input = || Input::bytes("a", "abcd");
        assert_eq!(input().read_whole(4).unwrap(), b"abcd");
        let error = input().read_whole(3).unwrap_err();
        assert_eq!(
            error.fault(),
            Some(&FormatFault::RecordTooLong { limit: 3 })
        );
        assert!(error.to_string().starts_with("a: "), "{error}");
    }
}
