//! A stream and the name that messages call it by.

use std::fmt;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
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
    /// [`Error::Io`]; [`FormatFault::LfsPointer`].
    pub fn open(files: &dyn Files, path: &Path) -> Result<Self, Error> {
        let mut stream = files
            .open(path)
            .map_err(|error| Error::io("open", path, error))?;
        if is_lfs_pointer(&mut *stream).map_err(|error| Error::io("read", path, error))? {
            return Err(Error::file(path, FormatFault::LfsPointer));
        }
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

/// Whether a stream holds what Git LFS leaves in place of a file (its specification, "The Pointer"). What cannot tell its length is not looked at.
fn is_lfs_pointer(stream: &mut dyn Stream) -> io::Result<bool> {
    const FIRST_LINE: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
    const LONGEST: u64 = 1_024;
    let lengths = FIRST_LINE.len() as u64..LONGEST;
    if !stream
        .length()
        .is_ok_and(|length| lengths.contains(&length))
    {
        return Ok(false);
    }
    let mut head = [0; FIRST_LINE.len()];
    stream.read_exact(&mut head)?;
    stream.seek(SeekFrom::Start(0))?;
    Ok(head == FIRST_LINE)
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
    use crate::input::Memory;

    #[test]
    fn pointers_of_git_lfs_are_no_files() {
        let mut files = Memory::default();
        let pointer = format!(
            "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 7\n",
            "0".repeat(64)
        );
        files.insert("pointer.csv", pointer.clone());
        files.insert("longer.txt", pointer.repeat(9));
        let open = |name| Input::open(&files, Path::new(name));
        let error = open("pointer.csv").unwrap_err();
        assert_eq!(error.fault(), Some(&FormatFault::LfsPointer));
        let longer = open("longer.txt").unwrap().read_whole(1 << 12).unwrap();
        assert_eq!(longer, pointer.repeat(9).as_bytes());
    }

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
