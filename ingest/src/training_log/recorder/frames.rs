//! The frames of a segment file (docs/recording.md).

use std::io::{self, BufReader, Read as _, SeekFrom};
use std::path::PathBuf;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::fault::RecordingFault;
use crate::error::{Error, FormatFault};
use crate::input::{Input, Stream};

const PREFIX: &[u8; 10] = b"TRNCHREC\x01\x00";
const MARKER: &[u8; 4] = b"\xf7TRF";
const HEAD: usize = 12;
const BUFFER: usize = 1 << 20;
/// The longest payload, in bytes.
const MAX_PAYLOAD: u32 = 1 << 26;
/// Bytes of a step's payload before its draws.
const STEP_HEAD: usize = 16;

/// What a segment says of itself.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Head {
    pub(super) rank: u32,
    pub(super) world_size: u32,
    pub(super) segment: u32,
    pub(super) order: String,
    pub(super) previous: String,
    pub(super) sources: Vec<Declared>,
}

/// A source as a recording declares it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) tranche: Option<String>,
}

/// A checkpoint as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Entry {
    pub(super) step: u64,
    pub(super) after: Option<u64>,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Where a step's draws stand in its payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) step: u64,
    pub(super) count: usize,
    source: u16,
    /// Byte of the first record.
    records: usize,
    mixed: bool,
    wide: bool,
}

impl Step {
    fn parse(payload: &[u8]) -> Option<Self> {
        let (head, rest) = payload.split_first_chunk::<STEP_HEAD>()?;
        let [_, form, s0, s1, t @ .., c0, c1, c2, c3] = *head;
        let count = u32::from_le_bytes([c0, c1, c2, c3]) as usize;
        let (wide, mixed) = (form & 1 != 0, form & 2 != 0);
        let names = if mixed { 2 * count } else { 0 };
        let width = if wide { 8 } else { 4 };
        let fits = form < 4 && rest.len() == names + width * count;
        fits.then_some(Self {
            step: u64::from_le_bytes(t),
            count,
            source: u16::from_le_bytes([s0, s1]),
            records: STEP_HEAD + names,
            mixed,
            wide,
        })
    }

    /// Source and record of draw `i`, below the count, in the payload that the step was parsed from.
    pub(super) fn draw(&self, payload: &[u8], i: usize) -> Option<(u16, u64)> {
        let source = if self.mixed {
            u16::from_le_bytes(*payload.get(STEP_HEAD + 2 * i..)?.first_chunk()?)
        } else {
            self.source
        };
        let record = if self.wide {
            u64::from_le_bytes(*payload.get(self.records + 8 * i..)?.first_chunk()?)
        } else {
            u32::from_le_bytes(*payload.get(self.records + 4 * i..)?.first_chunk()?).into()
        };
        Some((source, record))
    }

    /// The highest source named.
    fn highest(&self, payload: &[u8]) -> Option<u16> {
        match (self.mixed, self.count) {
            (_, 0) => None,
            (false, _) => Some(self.source),
            (true, _) => payload
                .get(STEP_HEAD..self.records)?
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .max(),
        }
    }
}

/// A frame's meaning. The draws of a step stay in [`Frames::payload`].
#[derive(Debug)]
pub(super) enum Frame {
    Head(Box<Head>),
    Step(Step),
    Attempt { first: u64 },
    Checkpoint(Box<Entry>),
    Source(Declared),
    Close,
}

/// The whole frames of one file, in order.
pub(super) struct Frames {
    path: PathBuf,
    stream: BufReader<Box<dyn Stream>>,
    size: u64,
    start: u64,
    end: u64,
    read: u64,
    chain: [u8; 32],
    payload: Vec<u8>,
    sources: usize,
}

impl Frames {
    /// The frames of a segment; one that is cut within its first ten bytes has none.
    pub(super) fn new(mut input: Input) -> Result<Self, Error> {
        let size = input.length()?;
        let (path, mut stream) = input.into_parts();
        let mut prefix = Vec::with_capacity(PREFIX.len());
        (&mut stream)
            .take(PREFIX.len() as u64)
            .read_to_end(&mut prefix)
            .map_err(|error| Error::io("read", &path, error))?;
        let whole = prefix == PREFIX;
        if !whole && !PREFIX.starts_with(&prefix) && prefix.iter().any(|byte| *byte != 0) {
            let expected = "segment of a recording";
            return Err(Error::file(&path, FormatFault::Magic { expected }));
        }
        Ok(Self {
            path,
            stream: BufReader::with_capacity(BUFFER, stream),
            size: if whole { size } else { 0 },
            start: 0,
            end: if whole { PREFIX.len() as u64 } else { 0 },
            read: 0,
            chain: Sha256::digest(PREFIX).into(),
            payload: Vec::new(),
            sources: 0,
        })
    }

    /// The frames read.
    pub(super) fn count(&self) -> u64 {
        self.read
    }

    /// The chain after the last frame read.
    pub(super) fn chain(&self) -> [u8; 32] {
        self.chain
    }

    /// The payload of the last frame read.
    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Bytes of the segment, as long as it is now, after the last frame read.
    pub(super) fn rest(&mut self) -> Result<u64, Error> {
        Ok(self.length()?.saturating_sub(self.end))
    }

    fn length(&mut self) -> Result<u64, Error> {
        let length = self.stream.get_mut().length();
        length.map_err(|error| Error::io("read", &self.path, error))
    }

    /// The next whole frame; `None` at the end or where one is not whole.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, Error> {
        let Some(length) = self.read_frame()? else {
            return Ok(None);
        };
        self.start = self.end;
        self.end += (HEAD + length) as u64;
        self.read += 1;
        self.parse().map(Some)
    }

    /// Reads a frame at the file's place into the payload; gives its length, or `None` if it is not whole.
    fn read_frame(&mut self) -> Result<Option<usize>, Error> {
        let left = self.size.saturating_sub(self.end);
        if left < HEAD as u64 {
            return Ok(None);
        }
        let io = |error| Error::io("read", &self.path, error);
        let mut head = [0; HEAD];
        self.stream.read_exact(&mut head).map_err(io)?;
        let Some((length, crc)) =
            frame_head(&head).filter(|(n, _)| u64::from(*n) <= left - HEAD as u64)
        else {
            return Ok(None);
        };
        self.payload.resize(length as usize, 0);
        self.stream.read_exact(&mut self.payload).map_err(io)?;
        if checksum(length, &self.payload) != crc {
            return Ok(None);
        }
        let mut link = Sha256::new();
        link.update(self.chain);
        link.update(head);
        link.update(&self.payload);
        self.chain = link.finalize().into();
        Ok(Some(length as usize))
    }

    fn parse(&mut self) -> Result<Frame, Error> {
        let payload = &self.payload;
        let at = self.start;
        let malformed = |what| Error::file(&self.path, RecordingFault::Frame { at, what });
        let frame = match payload[0] {
            0 => Frame::Head(Box::new(serde_json::from_slice(&payload[1..]).map_err(
                |error| {
                    let fault = RecordingFault::Head(error.to_string());
                    Error::file(&self.path, fault)
                },
            )?)),
            1 => {
                let step = Step::parse(payload).ok_or_else(|| malformed("a step's counts"))?;
                if step
                    .highest(payload)
                    .is_some_and(|id| usize::from(id) >= self.sources)
                {
                    return Err(malformed("a source that is not declared"));
                }
                Frame::Step(step)
            }
            2 => match payload.first_chunk::<13>() {
                Some([_, first @ .., _, _, _, _]) if payload.len() == 13 => Frame::Attempt {
                    first: u64::from_le_bytes(*first),
                },
                _ => return Err(malformed("an attempt's length")),
            },
            3 => Frame::Checkpoint(Box::new(
                serde_json::from_slice(&payload[1..]).map_err(|_| malformed("a checkpoint"))?,
            )),
            4 => Frame::Source(
                serde_json::from_slice(&payload[1..]).map_err(|_| malformed("a source"))?,
            ),
            5 => Frame::Close,
            _ => return Err(malformed("its kind")),
        };
        match &frame {
            Frame::Head(head) => self.sources = head.sources.len(),
            Frame::Source(_) => self.sources += 1,
            _ => {}
        }
        Ok(frame)
    }

    /// Checks that no whole frame follows the broken one after [`Frames::end`]; a torn end has none. No frame can be read after it.
    pub(super) fn check_tail(&mut self) -> Result<(), Error> {
        let size = self.length()?;
        let io = |error| Error::io("read", &self.path, error);
        let stream = self.stream.get_mut();
        let mut start = self.end + 1;
        let mut block = Vec::new();
        while start < size {
            stream.seek(SeekFrom::Start(start)).map_err(io)?;
            block.clear();
            (&mut *stream)
                .take((BUFFER + MARKER.len() - 1) as u64)
                .read_to_end(&mut block)
                .map_err(io)?;
            let found = block.windows(MARKER.len()).position(|four| four == MARKER);
            let Some(found) = found else {
                start += BUFFER as u64;
                continue;
            };
            start += found as u64;
            stream.seek(SeekFrom::Start(start)).map_err(io)?;
            if whole_frame(&mut **stream).map_err(io)? {
                let fault = RecordingFault::Damaged {
                    at: self.end,
                    next: start,
                };
                return Err(Error::file(&self.path, fault));
            }
            start += 1;
        }
        Ok(())
    }
}

/// Length and checksum of a frame's head.
fn frame_head(head: &[u8; HEAD]) -> Option<(u32, u32)> {
    let [marker @ .., n0, n1, n2, n3, c0, c1, c2, c3] = *head;
    let length = u32::from_le_bytes([n0, n1, n2, n3]);
    let fits = marker == *MARKER && (1..=MAX_PAYLOAD).contains(&length);
    fits.then_some((length, u32::from_le_bytes([c0, c1, c2, c3])))
}

fn checksum(length: u32, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length.to_le_bytes());
    hasher.update(payload);
    hasher.finalize()
}

fn whole_frame(stream: &mut dyn Stream) -> io::Result<bool> {
    let mut head = Vec::with_capacity(HEAD);
    stream.take(HEAD as u64).read_to_end(&mut head)?;
    let Some((length, crc)) = head.first_chunk().and_then(frame_head) else {
        return Ok(false);
    };
    let mut payload = Vec::new();
    stream.take(length.into()).read_to_end(&mut payload)?;
    Ok(payload.len() == length as usize && checksum(length, &payload) == crc)
}
