//! The text inside an input: decompressed, in UTF-8, without a byte order mark.
//!
//! Everything that reads rows or lines reads them from here, so that a mark, a compression or an encoding changes nothing
//! of what is read. Compression is told by the first bytes and not by the name. Memory is bounded by the window that the
//! compression declares, 128 MiB at most, whatever the text's length.
//!
//! | module | noun |
//! |---|---|
//! | `bytes` | what reads bytes, whatever it reads them from |
//! | `compression` | how an input is compressed, by its first bytes |
//! | `encoding` | from the text's encoding to UTF-8 |
//! | `ending` | whether a text ends where a line ends |
//! | `fault` | why there is no text inside |
//! | `gzip`, `zstd` | members and frames, one after another |

mod bytes;
mod compression;
mod encoding;
mod ending;
mod fault;
mod gzip;
mod zstd;

use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use tranche_protocol::manifest::reading::TextEncoding;

use crate::error::{Error, FormatFault};
use crate::input::Input;
use bytes::{Bytes, Patient};
use compression::Head;

pub(crate) use compression::uncompressed_name;
pub(crate) use ending::Ending;
pub use fault::{OtherFile, TextFault};

/// The text of an input, as a stream of bytes that should be UTF-8; whether they are, its reader checks.
pub struct PlainText {
    path: PathBuf,
    bytes: Bytes,
}

impl PlainText {
    /// Looks into an input.
    ///
    /// # Errors
    /// [`Error::Io`]; [`TextFault`] for what is no text, or is in another encoding.
    pub fn new(input: Input, encoding: TextEncoding) -> Result<Self, Error> {
        let (path, stream) = input.into_parts();
        let bytes = open(stream, encoding).map_err(|error| failed(&path, None, error))?;
        Ok(Self { path, bytes })
    }

    /// The input's name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads some bytes; none only at the end.
    ///
    /// # Errors
    /// [`Error::Io`]; [`TextFault`], at the row that is being read.
    pub fn read(&mut self, row: Option<u64>, buffer: &mut [u8]) -> Result<usize, Error> {
        let read = self.bytes.read(buffer);
        read.map_err(|error| failed(&self.path, row, error))
    }
}

impl std::fmt::Debug for PlainText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlainText")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn open(stream: impl Read + Send + 'static, encoding: TextEncoding) -> io::Result<Bytes> {
    let (head, bytes) = peek(Patient(stream))?;
    let (head, bytes) = match head.compression() {
        Some(compression) => peek(compression.open(bytes))?,
        None => (head, bytes),
    };
    if let Some(other) = head.no_text() {
        return Err(TextFault::NoText(other).into());
    }
    encoding::open(&head, bytes, encoding)
}

/// The first bytes, and all of them.
fn peek(mut stream: impl Read + Send + 'static) -> io::Result<(Head, Bytes)> {
    let mut head = Vec::new();
    (&mut stream)
        .take(Head::LENGTH as u64)
        .read_to_end(&mut head)?;
    let bytes = Cursor::new(head.clone()).chain(stream);
    Ok((Head::new(head), Box::new(bytes)))
}

/// A fault that was found while reading, or the system's error.
fn failed(path: &Path, row: Option<u64>, error: io::Error) -> Error {
    let fault = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<TextFault>());
    match (fault, row) {
        (Some(fault), Some(row)) => Error::row(path, row, fault.clone()),
        (Some(fault), None) => Error::file(path, fault.clone()),
        (None, _) => Error::io("read", path, error),
    }
}

/// The text of bytes that are in memory and should be UTF-8, without a byte order mark.
///
/// # Errors
/// [`TextFault::Utf16`], [`FormatFault::NotUtf8`].
pub fn text_of<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, Error> {
    let bytes = encoding::unmarked(bytes).map_err(|fault| Error::file(path, fault))?;
    std::str::from_utf8(bytes).map_err(|_| Error::file(path, FormatFault::NotUtf8))
}

#[cfg(test)]
mod tests;
