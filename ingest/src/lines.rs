//! A file cut at a separator, one piece in memory at a time.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use memchr::memmem::Finder;

use crate::error::{Error, Fault};

/// The longest record, line or file that a reader holds in memory, in bytes.
pub(crate) const MAX_RECORD: u64 = 1 << 28;

/// Bytes that are read at once.
const BLOCK: usize = 1 << 18;

/// A file as the pieces between occurrences of a separator, leftmost occurrences first.
#[derive(Debug)]
pub(crate) struct Pieces {
    path: PathBuf,
    file: File,
    separator: Finder<'static>,
    limit: u64,
    row: u64,
    /// What was read; the bytes from `next` on are of no piece yet.
    block: Vec<u8>,
    next: usize,
}

impl Pieces {
    /// Opens `path`, cut at the bytes of `separator`, which is not empty.
    pub(crate) fn open(path: &Path, separator: &str, limit: u64) -> Result<Self, Error> {
        if separator.is_empty() {
            return Err(Error::usage(
                "the separator is empty",
                "give at least one character",
            ));
        }
        let file = File::open(path).map_err(|error| Error::io("open", path, error))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            separator: Finder::new(separator).into_owned(),
            limit,
            row: 0,
            block: Vec::new(),
            next: 0,
        })
    }

    /// The file.
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
        match length as u64 > self.limit {
            true => {
                let fault = Fault::RecordTooLong { limit: self.limit };
                Err(Error::row(&self.path, self.row, fault))
            }
            false => Ok(()),
        }
    }

    /// Reads on after the bytes that are of no piece yet; how many bytes came.
    fn refill(&mut self) -> Result<usize, Error> {
        self.block.drain(..self.next);
        self.next = 0;
        let kept = self.block.len();
        self.block.resize(kept + BLOCK, 0);
        let read = loop {
            match self.file.read(&mut self.block[kept..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io("read", &self.path, error)),
                Ok(read) => break read,
            }
        };
        self.block.truncate(kept + read);
        Ok(read)
    }
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
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let mut pieces = Pieces::open(file.path(), separator, limit)?;
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
                Some(&Fault::RecordTooLong { limit: 4 }),
                "{text}"
            );
        }
    }
}
