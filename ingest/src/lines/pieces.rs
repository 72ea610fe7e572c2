//! A text cut at a separator, one piece in memory at a time.

use std::path::Path;

use memchr::memmem::Finder;
use tranche_protocol::manifest::reading::{Separator, TextEncoding};

use crate::error::{Error, FormatFault};
use crate::input::Input;
use crate::plain::PlainText;

/// The longest record, line or file that a reader holds in memory, in bytes.
pub(crate) const MAX_RECORD: u64 = 1 << 28;

/// Bytes that are read at once.
pub(crate) const BLOCK: usize = 1 << 18;

/// A text as the pieces between occurrences of a separator, leftmost occurrences first.
pub(crate) struct Pieces {
    text: PlainText,
    separator: Finder<'static>,
    limit: u64,
    row: u64,
    /// Whether the separator was found.
    has_cut: bool,
    /// What was read; the bytes from `next` on are of no piece yet.
    block: Vec<u8>,
    next: usize,
}

impl Pieces {
    /// A text, cut at the bytes of a separator.
    pub(crate) fn new(text: PlainText, separator: &Separator, limit: u64) -> Self {
        Self::cut(text, separator.as_bytes(), limit)
    }

    /// A text, cut at line feeds.
    pub(crate) fn lines(text: PlainText, limit: u64) -> Self {
        Self::cut(text, b"\n", limit)
    }

    /// The lines of an input in UTF-8.
    ///
    /// # Errors
    /// [`Error::Io`]; [`TextFault`](crate::plain::TextFault).
    pub(crate) fn lines_of(input: Input, limit: u64) -> Result<Self, Error> {
        let text = PlainText::new(input, TextEncoding::Utf8)?;
        Ok(Self::lines(text, limit))
    }

    fn cut(text: PlainText, separator: &[u8], limit: u64) -> Self {
        Self {
            text,
            separator: Finder::new(separator).into_owned(),
            limit,
            row: 0,
            has_cut: false,
            block: Vec::new(),
            next: 0,
        }
    }

    /// The input's name.
    pub(crate) fn path(&self) -> &Path {
        self.text.path()
    }

    /// Whether the separator was found so far.
    pub(crate) fn has_cut(&self) -> bool {
        self.has_cut
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
                self.has_cut = true;
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
        Err(Error::row(self.path(), self.row, fault))
    }

    /// Reads on after the bytes that are of no piece yet; how many bytes came.
    fn refill(&mut self) -> Result<usize, Error> {
        self.block.drain(..self.next);
        self.next = 0;
        let kept = self.block.len();
        self.block.resize(kept + BLOCK, 0);
        let read = self.text.read(Some(self.row), &mut self.block[kept..])?;
        self.block.truncate(kept + read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, separator: &str, limit: u64) -> Result<Vec<String>, Error> {
        let text = PlainText::new(Input::bytes("a", text), TextEncoding::Utf8)?;
        let mut pieces = Pieces::new(text, &Separator::parse(separator).unwrap(), limit);
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
