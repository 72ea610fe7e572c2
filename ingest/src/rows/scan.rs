//! Fields of rows, from the bytes.
//!
//! A quote stands around a whole field, and twice for one inside of quotes; anything else is refused, because programs
//! disagree on what it means. A row ends with a line feed, a carriage return, or both.

use csv::ByteRecord;
use memchr::{memchr, memchr_iter};

use super::dialect::Dialect;
use super::fault::RowFault;
use crate::error::{Error, Fault, FormatFault};
use crate::lines::{BLOCK, MAX_RECORD};
use crate::plain::PlainText;

/// Where a row is being read.
pub(super) struct Scanner {
    text: PlainText,
    delimiter: u8,
    quotes: bool,
    block: Vec<u8>,
    next: usize,
    /// The current line, from 1.
    line: u64,
    /// Empty lines so far.
    empty: u64,
    field: Vec<u8>,
    /// Bytes of the row so far.
    length: u64,
}

impl Scanner {
    pub(super) fn new(text: PlainText, dialect: &Dialect) -> Self {
        Self {
            text,
            delimiter: dialect.delimiter.byte(),
            quotes: dialect.quotes,
            block: Vec::new(),
            next: 0,
            line: 1,
            empty: 0,
            field: Vec::new(),
            length: 0,
        }
    }

    pub(super) fn text(&self) -> &PlainText {
        &self.text
    }

    /// Empty lines so far, which are no rows.
    pub(super) fn empty(&self) -> u64 {
        self.empty
    }

    /// Reads a row into an empty record; whether there was one. `row` is its number in messages.
    pub(super) fn read(
        &mut self,
        row: Option<u64>,
        record: &mut ByteRecord,
    ) -> Result<bool, Error> {
        let place = Place(row);
        while let Some(byte) = self.peek(place)? {
            if !is_line_end(byte) {
                break;
            }
            self.end_line(place)?;
            self.empty += 1;
        }
        if self.peek(place)?.is_none() {
            return Ok(false);
        }
        self.length = 0;
        loop {
            self.field.clear();
            if self.quotes && self.peek(place)? == Some(b'"') {
                self.quoted(place)?;
            } else {
                self.plain(place)?;
            }
            record.push_field(&self.field);
            match self.peek(place)? {
                Some(byte) if byte == self.delimiter => self.next += 1,
                Some(_) => {
                    self.end_line(place)?;
                    return Ok(true);
                }
                None => return Ok(true),
            }
        }
    }

    /// A field up to a delimiter, a line end or the end of the file.
    fn plain(&mut self, place: Place) -> Result<(), Error> {
        while self.peek(place)?.is_some() {
            let rest = &self.block[self.next..];
            let ends = |byte: &u8| {
                *byte == self.delimiter || is_line_end(*byte) || (self.quotes && *byte == b'"')
            };
            let found = rest.iter().position(ends);
            self.take(found.unwrap_or(rest.len()), place)?;
            if found.is_none() {
                continue;
            }
            if self.quotes && self.block[self.next] == b'"' {
                return Err(self.fault(place, RowFault::StrayQuote { line: self.line }));
            }
            break;
        }
        Ok(())
    }

    /// A field in quotes, up to what follows the closing one.
    fn quoted(&mut self, place: Place) -> Result<(), Error> {
        let opened = self.line;
        self.next += 1;
        loop {
            if self.peek(place)?.is_none() {
                return Err(self.fault(place, RowFault::OpenQuote { line: opened }));
            }
            let rest = &self.block[self.next..];
            let found = memchr(b'"', rest);
            let length = found.unwrap_or(rest.len());
            self.line += memchr_iter(b'\n', &rest[..length]).count() as u64;
            self.take(length, place)?;
            if found.is_none() {
                continue;
            }
            self.next += 1;
            match self.peek(place)? {
                Some(b'"') => self.take(1, place)?,
                Some(byte) if byte != self.delimiter && !is_line_end(byte) => {
                    let line = self.line;
                    return Err(self.fault(place, RowFault::AfterQuote { opened, line }));
                }
                _ => return Ok(()),
            }
        }
    }

    /// Moves bytes of the block to the field.
    fn take(&mut self, length: usize, place: Place) -> Result<(), Error> {
        self.length += length as u64;
        if self.length > MAX_RECORD {
            return Err(self.fault(place, FormatFault::RecordTooLong { limit: MAX_RECORD }));
        }
        let bytes = &self.block[self.next..self.next + length];
        self.field.extend_from_slice(bytes);
        self.next += length;
        Ok(())
    }

    /// Passes a line end.
    fn end_line(&mut self, place: Place) -> Result<(), Error> {
        let first = self.block[self.next];
        self.next += 1;
        self.line += 1;
        if first == b'\r' && self.peek(place)? == Some(b'\n') {
            self.next += 1;
        }
        Ok(())
    }

    /// The next byte, which then is in the block; `None` at the end.
    fn peek(&mut self, place: Place) -> Result<Option<u8>, Error> {
        if self.next == self.block.len() {
            self.next = 0;
            self.block.resize(BLOCK, 0);
            let read = self.text.read(place.0, &mut self.block);
            self.block.truncate(*read.as_ref().unwrap_or(&0));
            read?;
        }
        Ok(self.block.get(self.next).copied())
    }

    fn fault(&self, place: Place, fault: impl Into<Fault>) -> Error {
        place.error(&self.text, fault)
    }
}

/// The row of messages; none for the header.
#[derive(Clone, Copy)]
struct Place(Option<u64>);

impl Place {
    fn error(self, text: &PlainText, fault: impl Into<Fault>) -> Error {
        match self.0 {
            Some(row) => Error::row(text.path(), row, fault),
            None => Error::file(text.path(), fault),
        }
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}
