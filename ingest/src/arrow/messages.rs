//! The messages of an Arrow stream, one after the other; a file is a stream between two magics, with a footer that lists its batches.
//!
//! A stream says where it ends, and a file has a footer: without them messages may be missing, and it is refused.

use arrow_ipc::root_as_footer;

use super::source::{Source, Trouble, bad};
use crate::guard::catch_decoder_panic;

const MAGIC: &[u8; 6] = b"ARROW1";
/// What a message begins with.
const CONTINUATION: u32 = u32::MAX;
/// The longest metadata accepted, in bytes.
const MAX_METADATA: u64 = 1 << 24;

/// A message: its metadata, and where its body lies.
pub(super) struct Message {
    pub(super) metadata: Vec<u8>,
    /// Where the message begins, and where its body does.
    start: u64,
    pub(super) body: u64,
}

/// Messages, and where the next one begins.
pub(super) struct Messages {
    place: u64,
    /// Where the messages must have ended.
    end: u64,
    footer: Option<Footer>,
    ended: bool,
    /// Dictionaries and batches that were met: where they begin.
    dictionaries: Vec<u64>,
    batches: Vec<u64>,
}

/// Where the dictionaries and the batches of a file begin, by its footer.
struct Footer {
    dictionaries: Vec<u64>,
    batches: Vec<u64>,
}

impl Messages {
    /// The messages of a stream or a file.
    pub(super) fn new(source: &mut Source) -> Result<Self, Trouble> {
        let mut magic = [0; 8];
        source.read(0, &mut magic)?;
        let mut messages = Self {
            place: 0,
            end: source.length(),
            footer: None,
            ended: false,
            dictionaries: Vec::new(),
            batches: Vec::new(),
        };
        if magic[..6] == *MAGIC {
            messages.place = 8;
            let (end, footer) = footer(source)?;
            messages.end = end;
            messages.footer = Some(footer);
        }
        Ok(messages)
    }

    /// The next message; `None` at the end.
    pub(super) fn next(&mut self, source: &mut Source) -> Result<Option<Message>, Trouble> {
        if self.ended {
            return Ok(None);
        }
        let start = self.place;
        if self.footer.is_some() && start == self.end {
            return self.finish();
        }
        let mut head = [0; 8];
        if start + 8 > self.end {
            return Err(bad("it ends without the mark of its end"));
        }
        source.read(start, &mut head)?;
        let [a, b, c, d, rest @ ..] = head;
        if u32::from_le_bytes([a, b, c, d]) != CONTINUATION {
            return Err(bad("no Arrow message where one should begin"));
        }
        let length = u64::from(u32::from_le_bytes(rest));
        self.place = start + 8;
        if length == 0 {
            return self.finish();
        }
        if length > MAX_METADATA || length > self.end - self.place {
            return Err(bad(format!("metadata of {length} bytes")));
        }
        let mut metadata = vec![0; length as usize];
        source.read(self.place, &mut metadata)?;
        self.place += length;
        Ok(Some(Message {
            metadata,
            start,
            body: self.place,
        }))
    }

    /// Passes over the body of a message, which is there in full.
    pub(super) fn pass(&mut self, length: i64) -> Result<u64, Trouble> {
        let length = u64::try_from(length).map_err(|_| bad("a body of negative length"))?;
        if length > self.end - self.place {
            let left = self.end - self.place;
            return Err(bad(format!("a body of {length} bytes, {left} are left")));
        }
        self.place += length;
        Ok(length)
    }

    /// Notes that a message was a batch of rows, or a dictionary.
    pub(super) fn note(&mut self, message: &Message, dictionary: bool) {
        if self.footer.is_some() {
            let list = if dictionary {
                &mut self.dictionaries
            } else {
                &mut self.batches
            };
            list.push(message.start);
        }
    }

    /// Checks what there was against what the end says.
    fn finish(&mut self) -> Result<Option<Message>, Trouble> {
        self.ended = true;
        let Some(footer) = &self.footer else {
            return match self.end - self.place {
                0 => Ok(None),
                more => Err(bad(format!("{more} bytes after its end"))),
            };
        };
        if footer.batches != self.batches || footer.dictionaries != self.dictionaries {
            return Err(bad(format!(
                "its footer lists {} batches and {} dictionaries, other than the {} and {} that are there",
                footer.batches.len(),
                footer.dictionaries.len(),
                self.batches.len(),
                self.dictionaries.len()
            )));
        }
        Ok(None)
    }
}

/// The footer of a file, and where it begins.
fn footer(source: &mut Source) -> Result<(u64, Footer), Trouble> {
    let length = source.length();
    let mut tail = [0; 10];
    let at = length.checked_sub(10).filter(|at| *at >= 8);
    let at = at.ok_or_else(|| bad("no footer"))?;
    source.read(at, &mut tail)?;
    let [a, b, c, d, magic @ ..] = tail;
    if magic != *MAGIC {
        return Err(bad("no magic at its end"));
    }
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    let start = at.checked_sub(length).filter(|start| *start >= 8);
    let start = start
        .filter(|_| length <= MAX_METADATA)
        .ok_or_else(|| bad(format!("a footer of {length} bytes")))?;
    let mut bytes = vec![0; length as usize];
    source.read(start, &mut bytes)?;
    let found = catch_decoder_panic(|| {
        let footer = root_as_footer(&bytes).map_err(|error| error.to_string())?;
        let places = |blocks: Option<flatbuffers::Vector<'_, arrow_ipc::Block>>| -> Vec<u64> {
            let blocks = blocks.into_iter().flatten();
            blocks.map(|block| block.offset().cast_unsigned()).collect()
        };
        Ok::<_, String>(Footer {
            dictionaries: places(footer.dictionaries()),
            batches: places(footer.recordBatches()),
        })
    });
    match found {
        Some(Ok(footer)) => Ok((start, footer)),
        Some(Err(what)) => Err(bad(what)),
        None => Err(bad("a footer that cannot be decoded")),
    }
}
