//! A run's log as commands keep it: checked against the tranches, compact, and secret.
//!
//! Magic `TRNCHLOG`. Body: u8 order (0 planned, 1 consumed), u32 length of a JSON list of the sources, the list, the draws, u64 number of draws.
//! A draw is three variable-length integers (7 bits a byte, low first): the step less the previous draw's, the source,
//! the record. Each has its shortest form.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tranche_fs::atomic::Existing;
use tranche_fs::temporary::Visibility;
use tranche_protocol::log::LogOrder;
use tranche_protocol::tranche::TrancheId;
use zeroize::Zeroize;

use super::frame::{self, FrameKind};
use crate::error::{Error, FormatFault};

const KIND: FrameKind = FrameKind {
    magic: *b"TRNCHLOG",
    name: "log that `tranche log import` wrote",
};

/// Something that the run could draw from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSource {
    /// What the log calls it; more than one name may mean one tranche.
    pub names: Vec<String>,
    /// The tranche's folder.
    pub folder: PathBuf,
    /// The tranche id.
    pub id: TrancheId,
    /// Whether it is unregistered data.
    pub private: bool,
    /// Its records.
    pub records: u32,
}

impl LogSource {
    /// The first name.
    pub fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }
}

/// One draw of a run's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunDraw {
    /// The training step.
    pub step: u64,
    /// Index into [`RunLog::sources`].
    pub source: u32,
    /// Index of the record in its tranche.
    pub record: u32,
}

/// An open log, every draw of which names a record that exists. Secret: wiped on drop.
#[derive(Clone)]
pub struct RunLog {
    order: LogOrder,
    sources: Vec<LogSource>,
    body: Vec<u8>,
    first: usize,
    end: usize,
    count: u64,
}

impl Drop for RunLog {
    fn drop(&mut self) {
        self.body.zeroize();
    }
}

impl RunLog {
    /// Reads and checks a log.
    ///
    /// # Errors
    /// As [`frame::read`]; [`FormatFault::Malformed`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        let malformed = |what| Error::file(path, FormatFault::Malformed(what));
        let body = frame::read(path, KIND)?;
        let (head, _) = body
            .split_first_chunk::<5>()
            .ok_or_else(|| malformed("the head"))?;
        let order = LogOrder::from_flag(head[0]).ok_or_else(|| malformed("the order"))?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let first = 5 + length;
        let list = body.get(5..first).ok_or_else(|| malformed("the head"))?;
        let sources: Vec<LogSource> =
            serde_json::from_slice(list).map_err(|_| malformed("the list of sources"))?;
        let end = body.len().checked_sub(8).filter(|end| *end >= first);
        let end = end.ok_or_else(|| malformed("the number of draws"))?;
        let mut count = [0; 8];
        count.copy_from_slice(&body[end..]);
        let log = Self {
            order,
            sources,
            body,
            first,
            end,
            count: u64::from_le_bytes(count),
        };
        let mut bytes = &log.body[log.first..log.end];
        let mut got = 0;
        let mut step = 0;
        while !bytes.is_empty() {
            let draw = read_draw(&mut bytes, &mut step).ok_or_else(|| malformed("a draw"))?;
            let source = log.sources.get(draw.source as usize);
            if source.is_none_or(|source| draw.record >= source.records) {
                return Err(malformed("a draw"));
            }
            got += 1;
        }
        if got != log.count {
            return Err(malformed("the number of draws"));
        }
        Ok(log)
    }

    /// Planned or consumed.
    pub fn order(&self) -> LogOrder {
        self.order
    }

    /// What the run could draw from.
    pub fn sources(&self) -> &[LogSource] {
        &self.sources
    }

    /// Number of draws.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Has names of the log mean folders at other places, for tranches that were moved. That they are the same tranches
    /// is checked when they are opened.
    ///
    /// # Errors
    /// [`Error::Usage`] for a name that the log does not know.
    pub fn relocate(&mut self, moved: &[(String, PathBuf)]) -> Result<(), Error> {
        for (name, folder) in moved {
            let source = self
                .sources
                .iter_mut()
                .find(|source| source.names.contains(name));
            match source {
                Some(source) => {
                    let absolute = std::path::absolute(folder);
                    source.folder = absolute.map_err(|error| Error::io("find", folder, error))?;
                }
                None => {
                    let names: Vec<&str> = self.sources.iter().map(LogSource::name).collect();
                    return Err(Error::usage(
                        format!("--map {name}: the log has no source of this name"),
                        format!("choose one of {}", names.join(", ")),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Writes the log anew, with its folders where they are now.
    ///
    /// # Errors
    /// As [`RunLogWriter::finish`].
    pub fn save(&self, path: &Path, existing: Existing) -> Result<(), Error> {
        let mut writer = RunLogWriter::create(path, self.order, &self.sources)?;
        for draw in self.draws() {
            writer.push(draw)?;
        }
        writer.finish(existing).map(drop)
    }

    /// The draws in order.
    pub fn draws(&self) -> Draws<'_> {
        Draws {
            bytes: &self.body[self.first..self.end],
            step: 0,
        }
    }
}

/// The draws of a log.
#[derive(Clone)]
pub struct Draws<'a> {
    bytes: &'a [u8],
    step: u64,
}

impl Iterator for Draws<'_> {
    type Item = RunDraw;

    fn next(&mut self) -> Option<RunDraw> {
        read_draw(&mut self.bytes, &mut self.step)
    }
}

/// Bytes of draws that are written and hashed at once, and the most that one draw takes.
const BLOCK: usize = 1 << 16;
const DRAW: usize = 20;

/// Streams a log to a file.
pub struct RunLogWriter {
    file: frame::Writer,
    step: u64,
    count: u64,
    bytes: Vec<u8>,
}

impl RunLogWriter {
    /// Starts a log.
    ///
    /// # Errors
    /// As [`frame::Writer::create`].
    pub fn create(path: &Path, order: LogOrder, sources: &[LogSource]) -> Result<Self, Error> {
        let list =
            serde_json::to_vec(sources).map_err(|error| Error::Internal(error.to_string()))?;
        let length = u32::try_from(list.len())
            .map_err(|_| Error::usage("too many sources", "map fewer tranches"))?;
        let mut file = frame::Writer::create(path, KIND, Visibility::Secret)?;
        file.write(&[order as u8])?;
        file.write(&length.to_le_bytes())?;
        file.write(&list)?;
        Ok(Self {
            file,
            step: 0,
            count: 0,
            bytes: Vec::with_capacity(BLOCK + DRAW),
        })
    }

    /// Appends a draw; steps do not fall.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn push(&mut self, draw: RunDraw) -> Result<(), Error> {
        let ahead = draw.step.saturating_sub(self.step);
        for value in [ahead, draw.source.into(), draw.record.into()] {
            write_integer(value, &mut self.bytes);
        }
        self.step = draw.step;
        self.count += 1;
        if self.bytes.len() < BLOCK {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.file.write(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }

    /// Seals the log.
    ///
    /// # Errors
    /// As [`frame::Writer::finish`].
    pub fn finish(mut self, existing: Existing) -> Result<u64, Error> {
        self.flush()?;
        self.file.write(&self.count.to_le_bytes())?;
        self.file.finish(existing)?;
        Ok(self.count)
    }
}

fn write_integer(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn read_integer(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let low = u64::from(byte & 0x7f);
        if low << shift >> shift != low {
            return None;
        }
        value |= low << shift;
        if byte & 0x80 == 0 {
            // The last byte of the shortest form is not 0, but for 0 itself.
            return (low > 0 || shift == 0).then_some(value);
        }
    }
    None
}

fn read_draw(bytes: &mut &[u8], step: &mut u64) -> Option<RunDraw> {
    *step = step.checked_add(read_integer(bytes)?)?;
    Some(RunDraw {
        step: *step,
        source: read_integer(bytes)?.try_into().ok()?,
        record: read_integer(bytes)?.try_into().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_round_trip_and_overlong_ones_are_refused() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            write_integer(value, &mut bytes);
            assert_eq!(read_integer(&mut &bytes[..]), Some(value));
        }
        assert_eq!(read_integer(&mut &[0xff; 11][..]), None);
        assert_eq!(read_integer(&mut &[0x80][..]), None);
        for padded in [&[0x80, 0][..], &[0xff, 0x80, 0]] {
            assert_eq!(read_integer(&mut &padded[..]), None);
        }
    }

    #[test]
    fn logs_read_back_draw_by_draw() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.tlog");
        let source = LogSource {
            names: vec!["a".into()],
            folder: "a".into(),
            id: 3u64.into(),
            private: false,
            records: 1_000,
        };
        let draws: Vec<RunDraw> = (0..500)
            .map(|i| RunDraw {
                step: i / 7,
                source: 0,
                record: (i * 37 % 1_000) as u32,
            })
            .collect();
        let mut writer =
            RunLogWriter::create(&path, LogOrder::Planned, std::slice::from_ref(&source)).unwrap();
        draws.iter().for_each(|draw| writer.push(*draw).unwrap());
        assert_eq!(writer.finish(Existing::Keep).unwrap(), 500);
        let log = RunLog::open(&path).unwrap();
        assert_eq!(log.order(), LogOrder::Planned);
        assert_eq!(log.sources(), std::slice::from_ref(&source));
        assert_eq!(log.count(), 500);
        assert!(log.draws().eq(draws.iter().copied()));

        // A record past the end is refused even in a sealed file.
        let mut writer = RunLogWriter::create(&path, LogOrder::Planned, &[source]).unwrap();
        writer
            .push(RunDraw {
                step: 0,
                source: 0,
                record: 1_000,
            })
            .unwrap();
        writer.finish(Existing::Replace).unwrap();
        let error = RunLog::open(&path).err().unwrap();
        assert_eq!(error.fault(), Some(&FormatFault::Malformed("a draw")));
    }
}
