//! Text records.

use std::path::Path;

use tranche_protocol::manifest::reading::{Cut, TextEncoding};

use super::fault::DataFault;
use super::read::ReadRecords;
use crate::error::Error;
use crate::input::Input;
use crate::lines::{MAX_RECORD, Paragraphs, Pieces, is_blank, text, trim_carriage_return};
use crate::plain::PlainText;
use crate::value::RecordBuf;

/// UTF-8 text in pieces. Those of white space only are skipped and counted; the others are kept byte for byte.
pub(super) struct Text {
    source: Source,
    skipped: u64,
}

enum Source {
    Paragraphs(Paragraphs),
    Lines(Pieces),
    Pieces(Pieces),
}

impl Text {
    pub(super) fn new(input: Input, cut: &Cut, encoding: TextEncoding) -> Result<Self, Error> {
        let text = PlainText::new(input, encoding)?;
        let source = match cut {
            Cut::Paragraphs => Source::Paragraphs(Paragraphs::new(text)),
            Cut::Lines => Source::Lines(Pieces::lines(text, MAX_RECORD)),
            Cut::Separator(separator) => Source::Pieces(Pieces::new(text, separator, MAX_RECORD)),
        };
        Ok(Self { source, skipped: 0 })
    }

    /// Whether a text that lines should cut has none: nothing was cut so far, and carriage returns are all its line ends.
    fn has_no_lines(&self, piece: &[u8]) -> bool {
        let cut = match &self.source {
            Source::Paragraphs(paragraphs) => paragraphs.has_lines(),
            Source::Lines(pieces) => pieces.has_cut(),
            Source::Pieces(_) => true,
        };
        !cut && piece.contains(&b'\r')
    }
}

impl ReadRecords for Text {
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error> {
        loop {
            record.clear();
            let row = match &mut self.source {
                Source::Paragraphs(paragraphs) => paragraphs.read(record.raw())?,
                Source::Lines(pieces) | Source::Pieces(pieces) => pieces.read(record.raw())?,
            };
            let Some(row) = row else {
                return Ok(None);
            };
            if let Source::Lines(_) = self.source {
                trim_carriage_return(record.raw());
            }
            if is_blank(record.bytes()) {
                self.skipped += 1;
                continue;
            }
            text(record.bytes()).map_err(|fault| Error::row(self.file(), row, fault))?;
            if self.has_no_lines(record.bytes()) {
                return Err(Error::row(self.file(), row, DataFault::CarriageReturns));
            }
            record.seal();
            return Ok(Some(row));
        }
    }

    fn file(&self) -> &Path {
        match &self.source {
            Source::Paragraphs(paragraphs) => paragraphs.path(),
            Source::Lines(pieces) | Source::Pieces(pieces) => pieces.path(),
        }
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }
}
