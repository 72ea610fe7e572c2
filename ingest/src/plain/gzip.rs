//! Gzip members, one after another.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use super::bytes::Bytes;
use super::fault::TextFault;

const NAME: &str = "gzip";

/// Bytes held of what is compressed.
const BUFFER: usize = 1 << 14;

/// Members one after another, as `cat` and parallel compressors write them. Zeros behind the last one are padding.
///
/// Files of BGZF say in each member that they are, and end with an empty member; there, an end between two members is told.
pub(super) struct Gzip {
    state: State,
    /// Whether the members are those of BGZF.
    blocked: bool,
    /// Bytes of the current member.
    length: u64,
}

enum State {
    Between(BufReader<Bytes>),
    Within(Box<GzDecoder<BufReader<Bytes>>>),
    Ended,
}

impl Gzip {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self {
            state: State::Between(BufReader::with_capacity(BUFFER, bytes)),
            blocked: false,
            length: 1,
        }
    }

    /// Goes to the next member; whether there is one.
    fn next(&mut self, mut source: BufReader<Bytes>) -> io::Result<bool> {
        match source.fill_buf()? {
            [] => {
                if self.blocked && self.length > 0 {
                    return Err(TextFault::Truncated(NAME).into());
                }
                return Ok(false);
            }
            [0x1f, ..] => {}
            [0, ..] => return padding(source),
            _ => {
                return Err(damaged("other bytes follow the last member"));
            }
        }
        self.length = 0;
        self.state = State::Within(Box::new(GzDecoder::new(source)));
        Ok(true)
    }
}

fn damaged(what: impl Into<String>) -> io::Error {
    let fault = TextFault::Damaged {
        compression: NAME,
        what: what.into(),
    };
    fault.into()
}

/// Reads to the end; what is not zero is no padding.
fn padding(mut source: BufReader<Bytes>) -> io::Result<bool> {
    loop {
        let bytes = source.fill_buf()?;
        if bytes.iter().any(|byte| *byte != 0) {
            return Err(damaged("other bytes follow the last member"));
        }
        let length = bytes.len();
        if length == 0 {
            return Ok(false);
        }
        source.consume(length);
    }
}

/// Whether a member says that it is a block of BGZF: the subfield "BC" of two bytes.
fn is_block(decoder: &GzDecoder<BufReader<Bytes>>) -> bool {
    let extra = decoder.header().and_then(|header| header.extra());
    extra.is_some_and(|extra| extra.starts_with(b"BC\x02\0"))
}

impl Read for Gzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Between(source) => {
                    if !self.next(source)? {
                        return Ok(0);
                    }
                }
                State::Within(mut decoder) => {
                    let read = decoder.read(buffer).map_err(translate)?;
                    if read > 0 {
                        self.length += read as u64;
                        self.state = State::Within(decoder);
                        return Ok(read);
                    }
                    self.blocked = is_block(&decoder);
                    self.state = State::Between(decoder.into_inner());
                }
            }
        }
    }
}

/// What the decoder says of its data; the system's errors stay as they are.
fn translate(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => TextFault::Truncated(NAME).into(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => damaged(error.to_string()),
        _ => error,
    }
}
