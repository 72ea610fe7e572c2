//! An input cut at a separator, one piece in memory at a time.

use std::io;
use std::path::{Path, PathBuf};

use memchr::memmem::Finder;

use crate::error::{Error, FormatFault};
use crate::input::{Input, Stream};

/// The longest record, line or file that a reader holds in memory, in bytes.
pub(crate) const MAX_RECORD: u64 = 1 << 28;

/// Bytes that are read at once.
const BLOCK: usize = 1 << 18;

/// An input as the pieces between occurrences of a separator, leftmost occurrences first.
pub(crate) struct Pieces {
    path: PathBuf,
    stream: Box<dyn Stream>,
    separator: Finder<'static>,
    limit: u64,
    row: u64,
    /// What was read; the bytes from `next` on are of no piece yet.
    block: Vec<u8>,
    next: usize,
}

impl Pieces {
    /// An input, cut at the bytes of `separator`.
    ///
    /// # Errors
    /// [`Error::Usage`] for an empty separator.
    pub(crate) fn new(input: Input, separator: &str, limit: u64) -> Result<Self, Error> {
        check_separator(separator)?;
        let (path, stream) = input.into_parts();
        Ok(Self {
            path,
            stream,
            separator: Finder::new(separator).into_owned(),
            limit,
            row: 0,
            block: Vec::new(),
            next: 0,
        })
    }

    /// The input's name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends the next piece, without its separator, to `piece` and returns its number from 1. A file that ends with a
    /// separator has no piece after it.
    pub(crate) fn read(&mut self, piece: &mut Vec<u8>) -> Result<Option<u64>, Error> {
        let start = piece.len();
        let separator = self.separator.needle().len();
        self.row += 1;
        loop {
            let rest = &self.block[self.next..];
            let found = self.separator.find(rest);
            // The last bytes may be the beginning of a separator.
            let certain = found.unwrap_or(rest.len().saturating_sub(separator - 1));
            piece.extend_from_slice(&rest[..certain]);
            self.next += certain;
            self.bounded(piece.len() - start)?;
            if found.is_some() {
                self.next += separator;
                return Ok(Some(self.row));
            }
            if self.refill()? == 0 {
                piece.extend_from_slice(&self.block[self.next..]);
                self.next = self.block.len();
                self.bounded(piece.len() - start)?;
                return Ok((piece.len() > start).then_some(self.row));
            }
        }
    }

    fn bounded(&self, length: usize) -> Result<(), Error> {
        if length as u64 <= self.limit {
            return Ok(());
        }
        let fault = FormatFault::RecordTooLong { limit: self.limit };
        Err(Error::row(&self.path, self.row, fault))
    }

    /// Reads on after the bytes that are of no piece yet; how many bytes came.
    fn refill(&mut self) -> Result<usize, Error> {
        self.block.drain(..self.next);
        self.next = 0;
        let kept = self.block.len();
        self.block.resize(kept + BLOCK, 0);
        let read = loop {
            match self.stream.read(&mut self.block[kept..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io("read", &self.path, error)),
                Ok(read) => break read,
            }
        };
        self.block.truncate(kept + read);
        Ok(read)
    }
}

/// Refuses a separator that would cut nothing.
pub(crate) fn check_separator(separator: &str) -> Result<(), Error> {
    if separator.is_empty() {
        return Err(Error::usage(
            "the separator is empty",
            "give at least one character",
        ));
    }
    Ok(())
}

/// Drops the carriage return that some systems put before a line feed.
pub(crate) fn trim_carriage_return(line: &mut Vec<u8>) {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, separator: &str, limit: u64) -> Result<Vec<String>, Error> {
        let mut pieces = Pieces::new(Input::bytes("a", text), separator, limit)?;
        let mut found = Vec::new();
        let mut piece = Vec::new();
        while let Some(row) = pieces.read(&mut piece)? {
            found.push(String::from_utf8(std::mem::take(&mut piece)).unwrap());
            assert_eq!(row, found.len() as u64);
        }
        Ok(found)
    }

    #[test]
    fn cuts_like_a_split() {
        for separator in ["\n", "\n\n", "--", "aab"] {
            for text in [
                "",
                "a",
                "a\nb",
                "a\n\nb\n",
                "\n\n\n\n",
                "a--b---c--",
                "aaabaab",
                "aa",
            ] {
                let mut expected: Vec<&str> = text.split(separator).collect();
                if expected.last() == Some(&"") {
                    expected.pop();
                }
                assert_eq!(
                    pieces(text, separator, 99).unwrap(),
                    expected,
                    "{text:?} {separator:?}"
                );
            }
        }
    }

    #[test]
    fn a_piece_may_be_as_long_as_the_limit_and_no_longer() {
        assert_eq!(pieces("abcd--ef", "--", 4).unwrap(), ["abcd", "ef"]);
        for text in ["abcde--f", "abcde", "a--bcdefghijkl"] {
            let error = pieces(text, "--", 4).unwrap_err();
            assert_eq!(
                error.fault(),
                Some(&FormatFault::RecordTooLong { limit: 4 }),
                "{text}"
            );
        }
    }
}
