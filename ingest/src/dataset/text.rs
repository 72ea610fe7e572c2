//! Text records.

use std::path::Path;

use super::read::ReadRecords;
use crate::error::{Error, FormatFault};
use crate::input::Input;
use crate::lines::{MAX_RECORD, Pieces};
use crate::value::RecordBuf;

/// UTF-8 text cut at a separator. Pieces of ASCII white space only are skipped and counted; the others are kept byte for
/// byte, a line end before the end of the file included.
pub(super) struct Text {
    pieces: Pieces,
    skipped: u64,
}

impl Text {
    pub(super) fn new(input: Input, separator: &str) -> Result<Self, Error> {
        Ok(Self {
            pieces: Pieces::new(input, separator, MAX_RECORD)?,
            skipped: 0,
        })
    }
}

impl ReadRecords for Text {
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error> {
        loop {
            record.clear();
            let Some(row) = self.pieces.read(record.raw())? else {
                return Ok(None);
            };
            if record.bytes().iter().all(u8::is_ascii_whitespace) {
                self.skipped += 1;
                continue;
            }
            if std::str::from_utf8(record.bytes()).is_err() {
                return Err(Error::row(self.pieces.path(), row, FormatFault::NotUtf8));
            }
            record.seal();
            return Ok(Some(row));
        }
    }

    fn file(&self) -> &Path {
        self.pieces.path()
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }
}
