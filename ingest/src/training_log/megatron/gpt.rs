//! A GPT data set's three index arrays and its token index: from a sample to pieces of documents.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::description::{self, Description};
use super::find::{DESCRIPTION, beside};
use super::tokens;
use crate::error::{Error, FormatFault};
use crate::input::{Files, Input};
use crate::npy::{self, Column, Dtype};
use crate::training_log::fault::LogFault;

/// The end of the name of the array of documents.
pub(super) const DOCUMENTS: &str = "-document_index.npy";
const SAMPLES: &str = "-sample_index.npy";
const SHUFFLE: &str = "-shuffle_index.npy";

/// An open data set.
///
/// The *document index* lists documents in the order of all passes. Row j of the *sample index* says where sample j begins: a place in that list and a
/// token of the document there. It ends where row j + 1 begins. The *shuffle index* says which sample comes when.
pub(super) struct Gpt {
    documents: Column,
    samples: Column,
    shuffle: Column,
    lengths: Column,
    /// Tokens of a sample, by the description.
    sequence_length: Option<u64>,
}

/// Where a sample begins and ends in the list of documents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    place: u64,
    offset: u64,
    last: u64,
    end: u64,
    /// The tokens met so far.
    tokens: u64,
    /// The tokens that it should have.
    expected: Option<u64>,
}

/// A part of a document that a sample covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// The document: its place in the token index.
    pub(super) document: u64,
    /// Its tokens that the sample covers, at least 1.
    pub(super) tokens: u64,
    /// Whether they begin with the document's first.
    pub(super) begins: bool,
    /// All tokens of the document.
    pub(super) length: u64,
}

impl Gpt {
    /// The description of the data set with this document index.
    pub(super) fn description(files: &dyn Files, documents: &Path) -> Result<Description, Error> {
        Description::read(files, &beside(documents, DOCUMENTS, DESCRIPTION)?)
    }

    /// Opens the data set with this document index.
    pub(super) fn open(
        files: &dyn Files,
        documents: &Path,
        value: &Value,
        index: &Path,
    ) -> Result<Self, Error> {
        let description = beside(documents, DOCUMENTS, DESCRIPTION)?;
        let count = |name| description::count(&description, value, name);
        let open = |path: &Path| Input::open(files, path);
        let other = |suffix| open(&beside(documents, DOCUMENTS, suffix)?);
        let set = Self {
            documents: npy::column(open(documents)?, &[Dtype::I4, Dtype::I8], 1)?,
            samples: npy::column(other(SAMPLES)?, &[Dtype::I4, Dtype::I8], 2)?,
            shuffle: npy::column(other(SHUFFLE)?, &[Dtype::U4, Dtype::I8], 1)?,
            lengths: tokens::lengths(open(index)?)?,
            sequence_length: count("sequence_length")?,
        };
        let bounds = set.samples.length() / 2;
        let got = set.shuffle.length();
        if bounds != got.saturating_add(1) {
            let fault = FormatFault::Count {
                what: "rows of the sample index, one more than samples",
                expected: got.saturating_add(1),
                got: bounds,
            };
            return Err(Error::file(set.samples.path(), fault));
        }
        if let Some(asked) = count("num_samples")?
            && got < asked
        {
            let fault = FormatFault::Count {
                what: "samples against the description's number, which are no fewer",
                expected: asked,
                got,
            };
            return Err(Error::file(set.shuffle.path(), fault));
        }
        Ok(set)
    }

    /// The number of samples.
    pub(super) fn length(&self) -> u64 {
        self.shuffle.length()
    }

    /// The file that a data set is known by.
    pub(super) fn path(&self) -> &Path {
        self.documents.path()
    }

    /// The span of a sample of the data set.
    pub(super) fn span(&mut self, sample: u64) -> Result<Span, LogFault> {
        let samples = self.length();
        let wrong = |what: String| Err(LogFault::Index(what));
        let Some(place) = get(&mut self.shuffle, sample)? else {
            return wrong(format!(
                "sample {sample} of a data set of {samples} samples"
            ));
        };
        if place >= samples {
            return wrong(format!(
                "the shuffle index names sample {place} of {samples}"
            ));
        }
        let mut bound = |row: u64| -> Result<(u64, u64), LogFault> {
            let place = get(&mut self.samples, 2 * row)?;
            let offset = get(&mut self.samples, 2 * row + 1)?;
            place
                .zip(offset)
                .ok_or_else(|| LogFault::Index(format!("sample {row} has no bounds")))
        };
        let (first, end) = (bound(place)?, bound(place + 1)?);
        let last = end.0;
        let over = match end.1 {
            0 => last > self.documents.length(),
            _ => last >= self.documents.length(),
        };
        if end < first || over {
            return wrong(format!(
                "sample {place} goes from document {} token {} to document {} token {} of {} documents",
                first.0,
                first.1,
                last,
                end.1,
                self.documents.length()
            ));
        }
        // Only the last sample of all may be shorter.
        let expected = self.sequence_length.filter(|_| place + 1 < samples);
        Ok(Span {
            place: first.0,
            offset: first.1,
            last,
            end: end.1,
            tokens: 0,
            expected,
        })
    }

    /// The next piece of a span that covers a token, or `None` at its end.
    pub(super) fn piece(&mut self, span: &mut Span) -> Result<Option<Piece>, LogFault> {
        let wrong = |what: String| Err(LogFault::Index(what));
        while span.place < span.last || (span.place == span.last && span.offset < span.end) {
            let Some(document) = get(&mut self.documents, span.place)? else {
                return wrong(format!("no document at place {}", span.place));
            };
            let Some(length) = get(&mut self.lengths, document)? else {
                return wrong(format!(
                    "document {document}, but the token index has {}",
                    self.lengths.length()
                ));
            };
            let end = if span.place == span.last {
                span.end
            } else {
                length
            };
            let (offset, place) = (span.offset, span.place);
            if offset > length || end > length {
                let beyond = offset.max(end);
                return wrong(format!(
                    "token {beyond} of document {document}, which has {length}"
                ));
            }
            (span.place, span.offset) = if place == span.last {
                (place, end)
            } else {
                (place + 1, 0)
            };
            let tokens = end.saturating_sub(offset);
            if tokens > 0 {
                span.tokens += tokens;
                if span.expected.is_some_and(|expected| span.tokens > expected) {
                    break;
                }
                return Ok(Some(Piece {
                    document,
                    tokens,
                    begins: offset == 0,
                    length,
                }));
            }
        }
        match span.expected {
            Some(expected) if span.tokens != expected => wrong(format!(
                "a sample of {} tokens or more; the description says {expected}",
                span.tokens
            )),
            _ => Ok(None),
        }
    }
}

/// An element that counts something.
fn get(column: &mut Column, place: u64) -> Result<Option<u64>, LogFault> {
    let element = column
        .get(place)
        .map_err(|error| LogFault::Index(error.to_string()))?;
    match element.map(u64::try_from) {
        None => Ok(None),
        Some(Ok(element)) => Ok(Some(element)),
        Some(Err(_)) => {
            let name: PathBuf = column
                .path()
                .file_name()
                .map_or_else(PathBuf::new, PathBuf::from);
            let what = format!("a negative element in {}", name.display());
            Err(LogFault::Index(what))
        }
    }
}
