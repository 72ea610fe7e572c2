//! A file cut at a separator, one piece in memory at a time.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Fault};

/// The longest record, line or file that a reader holds in memory, in bytes.
pub(crate) const MAX_RECORD: u64 = 1 << 28;

/// A file as the pieces between occurrences of a separator, leftmost occurrences first.
#[derive(Debug)]
pub(crate) struct Pieces {
    path: PathBuf,
    reader: BufReader<File>,
    separator: Vec<u8>,
    last: u8,
    limit: u64,
    row: u64,
}

impl Pieces {
    /// Opens `path`, cut at the bytes of `separator`, which is not empty.
    pub(crate) fn open(path: &Path, separator: &str, limit: u64) -> Result<Self, Error> {
        let Some(&last) = separator.as_bytes().last() else {
            return Err(Error::usage(
                "the separator is empty",
                "give at least one character",
            ));
        };
        let file = File::open(path).map_err(|error| Error::io("open", path, error))?;
        Ok(Self {
            path: path.to_owned(),
            reader: BufReader::with_capacity(1 << 16, file),
            separator: separator.into(),
            last,
            limit,
            row: 0,
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
        self.row += 1;
        let most = self.limit + self.separator.len() as u64;
        loop {
            let used = (piece.len() - start) as u64;
            let read = (&mut self.reader)
                .take(most - used)
                .read_until(self.last, piece)
                .map_err(|error| Error::io("read", &self.path, error))?;
            if piece[start..].ends_with(&self.separator) {
                piece.truncate(piece.len() - self.separator.len());
                return Ok(Some(self.row));
            }
            let used = (piece.len() - start) as u64;
            let over = if read == 0 {
                used > self.limit
            } else {
                used == most
            };
            if over {
                let fault = Fault::RecordTooLong { limit: self.limit };
                return Err(Error::row(&self.path, self.row, fault));
            }
            if read == 0 {
                return Ok((used > 0).then_some(self.row));
            }
        }
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
