//! The bytes of an Arrow file or stream, by their place.

use std::io::{self, SeekFrom};

use crate::error::FormatFault;
use crate::input::Stream;

/// Why something was not read.
pub(super) enum Trouble {
    /// The content is not what it should be.
    Fault(FormatFault),
    /// The system could not read.
    Io(io::Error),
}

impl From<FormatFault> for Trouble {
    fn from(fault: FormatFault) -> Self {
        Self::Fault(fault)
    }
}

/// Arrow that is malformed, in words.
pub(super) fn bad(what: impl Into<String>) -> Trouble {
    Trouble::Fault(FormatFault::BadArrow(what.into()))
}

/// The bytes.
pub(super) struct Source {
    stream: Box<dyn Stream>,
    length: u64,
}

impl Source {
    pub(super) fn new(stream: Box<dyn Stream>, length: u64) -> Self {
        Self { stream, length }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Reads the bytes from a place on, all of them.
    pub(super) fn read(&mut self, place: u64, bytes: &mut [u8]) -> Result<(), Trouble> {
        let end = place.checked_add(bytes.len() as u64);
        if end.is_none_or(|end| end > self.length) {
            return Err(bad("it ends in the middle"));
        }
        self.stream
            .seek(SeekFrom::Start(place))
            .and_then(|_| self.stream.read_exact(bytes))
            .map_err(Trouble::Io)
    }
}
