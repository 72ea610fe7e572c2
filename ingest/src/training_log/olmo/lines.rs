//! A rank's file, line by line and index by index.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::error::Error;
use crate::input::Input;
use crate::training_log::cell::not_count;
use crate::training_log::fault::LogFault;

/// Bytes held of a file, and of what it decompresses to. A run may have a thousand ranks.
const BUFFER: usize = 1 << 14;

/// Why a file cannot be read on.
#[derive(Debug)]
pub(super) enum Stop {
    /// It ends in the middle of a line or of its compressed data, after so many whole lines.
    Torn(u64),
    /// Something is wrong with the current line.
    Fault(LogFault),
    /// It cannot be read.
    Error(Error),
}

/// What ends a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Tab,
    Line,
}

/// An open file of a rank: lines of a step and indices, tabs between; compressed, in any number of gzip members, or plain.
pub(super) struct Lines {
    path: PathBuf,
    reader: Box<dyn BufRead>,
    line: u64,
    /// Whether indices of the current line are left.
    more: bool,
}

impl Lines {
    pub(super) fn new(input: Input) -> Result<Self, Error> {
        let (path, stream) = input.into_parts();
        let mut stream = BufReader::with_capacity(BUFFER, stream);
        let head = stream
            .fill_buf()
            .map_err(|error| Error::io("read", &path, error))?;
        let reader: Box<dyn BufRead> = if head.starts_with(&[0x1f, 0x8b]) {
            let decoder = MultiGzDecoder::new(stream);
            Box::new(BufReader::with_capacity(BUFFER, decoder))
        } else {
            Box::new(stream)
        };
        Ok(Self {
            path,
            reader,
            line: 0,
            more: false,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of the current line, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Goes to the next line, the rest of the current one passed over, and gives its step; `None` at the end.
    pub(super) fn step(&mut self) -> Result<Option<u64>, Stop> {
        while self.index()?.is_some() {}
        let ended = match self.reader.fill_buf() {
            Ok(bytes) => bytes.is_empty(),
            Err(error) => return Err(self.failed(error, self.line)),
        };
        if ended {
            return Ok(None);
        }
        self.line += 1;
        match self.number("step")? {
            (Some(step), End::Tab) => {
                self.more = true;
                Ok(Some(step))
            }
            (Some(_), End::Line) => Err(line("a step alone")),
            (None, _) => Err(line("no step")),
        }
    }

    /// The next index of the line, or `None` at its end.
    pub(super) fn index(&mut self) -> Result<Option<u64>, Stop> {
        if !self.more {
            return Ok(None);
        }
        let (index, end) = self.number("index")?;
        self.more = end == End::Tab;
        if index.is_none() && end == End::Tab {
            return Err(line("nothing between two tabs"));
        }
        Ok(index)
    }

    /// A number and what ends it; `None` for no digits.
    fn number(&mut self, field: &'static str) -> Result<(Option<u64>, End), Stop> {
        let mut number: Option<u64> = None;
        loop {
            let bytes = match self.reader.fill_buf() {
                Ok([]) => return Err(Stop::Torn(self.line - 1)),
                Ok(bytes) => bytes,
                Err(error) => return Err(self.failed(error, self.line - 1)),
            };
            let length = bytes.len();
            for (at, byte) in bytes.iter().enumerate() {
                let end = match byte {
                    b'0'..=b'9' => {
                        let digit = u64::from(byte - b'0');
                        let longer = number.unwrap_or(0).checked_mul(10);
                        number = longer.and_then(|number| number.checked_add(digit));
                        if number.is_none() {
                            let fault = not_count(field, "a longer number");
                            return Err(Stop::Fault(fault));
                        }
                        continue;
                    }
                    b'\t' => End::Tab,
                    b'\n' => End::Line,
                    other => {
                        let got = format!("\"{}\"", char::from(*other).escape_default());
                        return Err(line(got));
                    }
                };
                self.reader.consume(at + 1);
                return Ok((number, end));
            }
            self.reader.consume(length);
        }
    }

    /// What an error after so many whole lines means.
    fn failed(&self, error: io::Error, whole: u64) -> Stop {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Stop::Torn(whole),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Stop::Fault(LogFault::Gzip {
                    what: error.to_string(),
                    whole: None,
                })
            }
            _ => Stop::Error(Error::io("read", &self.path, error)),
        }
    }
}

fn line(got: impl Into<String>) -> Stop {
    Stop::Fault(LogFault::Line(got.into()))
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines")
            .field("path", &self.path)
            .field("line", &self.line)
            .finish()
    }
}
