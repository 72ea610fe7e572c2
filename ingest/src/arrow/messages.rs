//! The messages of an Arrow stream, one after the other, or of a file, whose footer says where they are.
//!
//! A stream says where it ends, and a file has a footer: without them messages may be missing, and it is refused.

use std::collections::VecDeque;

use arrow_ipc::root_as_footer;

use super::field::Field;
use super::schema::columns;
use super::source::{Source, Trouble, bad};
use crate::guard::catch_decoder_panic;

const MAGIC: &[u8; 6] = b"ARROW1";
/// What a message begins with; the first files have its length alone.
const CONTINUATION: u32 = u32::MAX;
/// The longest metadata accepted, in bytes.
const MAX_METADATA: u64 = 1 << 24;

/// The most bytes between two messages of a file: padding, or the mark of the end.
const PADDING: u64 = 128;

/// A message: its metadata, and where its body lies.
pub(super) struct Message {
    pub(super) metadata: Vec<u8>,
    pub(super) body: u64,
    /// The body's length, where a footer tells.
    length: Option<u64>,
}

/// Messages, and where the next one is.
pub(super) struct Messages {
    /// Of a stream: where the next message begins.
    place: u64,
    /// Where messages must have ended.
    end: u64,
    /// Of a file: the messages that are to come, dictionaries first.
    blocks: Option<VecDeque<Block>>,
    ended: bool,
}

/// Where a message of a file is.
struct Block {
    start: u64,
    metadata: u64,
    body: u64,
}

impl Messages {
    /// The messages of a stream, or those of a file behind its schema, with its columns.
    pub(super) fn new(source: &mut Source) -> Result<(Self, Option<Vec<Field>>), Trouble> {
        let mut magic = [0; 8];
        source.read(0, &mut magic)?;
        let mut messages = Self {
            place: 0,
            end: source.length(),
            blocks: None,
            ended: false,
        };
        if magic[..6] != *MAGIC {
            return Ok((messages, None));
        }
        let (end, blocks, fields) = footer(source)?;
        messages.end = end;
        messages.blocks = Some(blocks);
        Ok((messages, Some(fields)))
    }

    /// The next message; `None` at the end.
    pub(super) fn next(&mut self, source: &mut Source) -> Result<Option<Message>, Trouble> {
        match &mut self.blocks {
            Some(blocks) => match blocks.pop_front() {
                Some(block) => block.read(source).map(Some),
                None => Ok(None),
            },
            None => self.follow(source),
        }
    }

    /// The next message of a stream.
    fn follow(&mut self, source: &mut Source) -> Result<Option<Message>, Trouble> {
        if self.ended {
            return Ok(None);
        }
        let start = self.place;
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
            self.ended = true;
            return match self.end - self.place {
                0 => Ok(None),
                more => Err(bad(format!("{more} bytes after its end"))),
            };
        }
        if length > MAX_METADATA || length > self.end - self.place {
            return Err(bad(format!("metadata of {length} bytes")));
        }
        let mut metadata = vec![0; length as usize];
        source.read(self.place, &mut metadata)?;
        self.place += length;
        Ok(Some(Message {
            metadata,
            body: self.place,
            length: None,
        }))
    }

    /// Passes over the body of a message, which is there in full.
    pub(super) fn pass(&mut self, message: &Message, length: i64) -> Result<u64, Trouble> {
        let length = u64::try_from(length).map_err(|_| bad("a body of negative length"))?;
        let left = self.end.saturating_sub(message.body);
        if length > left {
            return Err(bad(format!("a body of {length} bytes, {left} are left")));
        }
        if message.length.is_some_and(|listed| listed != length) {
            return Err(bad("a body of another length than its footer lists"));
        }
        self.place = message.body + length;
        Ok(length)
    }
}

impl Block {
    fn read(&self, source: &mut Source) -> Result<Message, Trouble> {
        let mut metadata = vec![0; self.metadata as usize];
        source.read(self.start, &mut metadata)?;
        let marked = metadata.starts_with(&CONTINUATION.to_le_bytes());
        metadata.drain(..if marked { 8 } else { 4 });
        Ok(Message {
            metadata,
            body: self.start + self.metadata,
            length: Some(self.body),
        })
    }
}

/// The footer of a file: where it begins, the messages that it lists, and the columns.
fn footer(source: &mut Source) -> Result<(u64, VecDeque<Block>, Vec<Field>), Trouble> {
    let mut tail = [0; 10];
    let at = source.length().checked_sub(10).filter(|at| *at >= 8);
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
        let fields = columns(&footer.schema().ok_or("a footer without a schema")?)?;
        let mut blocks = listed(footer.dictionaries())?;
        blocks.extend(listed(footer.recordBatches())?);
        check_all(&blocks, length, start)?;
        Ok::<_, String>((start, blocks, fields))
    });
    match found {
        Some(found) => found.map_err(bad),
        None => Err(bad("a footer that cannot be decoded")),
    }
}

/// The messages of a list.
fn listed(
    list: Option<flatbuffers::Vector<'_, arrow_ipc::Block>>,
) -> Result<VecDeque<Block>, String> {
    let wrong = || "a footer that lists messages where none can be".to_owned();
    let mut blocks = VecDeque::new();
    for block in list.into_iter().flatten() {
        let metadata = u64::try_from(block.metaDataLength()).map_err(|_| wrong())?;
        if !(8..=MAX_METADATA).contains(&metadata) {
            return Err(wrong());
        }
        blocks.push_back(Block {
            start: u64::try_from(block.offset()).map_err(|_| wrong())?,
            metadata,
            body: u64::try_from(block.bodyLength()).map_err(|_| wrong())?,
        });
    }
    Ok(blocks)
}

/// Checks that messages lie one behind the other between the schema and the footer, with room for no further one: a message that is not
/// listed would be rows that are not read. The schema's message is no longer than the footer, which has the schema too.
fn check_all(blocks: &VecDeque<Block>, footer: u64, end: u64) -> Result<(), String> {
    let mut ranges = Vec::with_capacity(blocks.len());
    for block in blocks {
        let after = block.start.checked_add(block.metadata);
        let after = after.and_then(|after| after.checked_add(block.body));
        let after = after.filter(|after| *after <= end);
        ranges.push((
            block.start,
            after.ok_or("a footer that lists messages past its start")?,
        ));
    }
    ranges.sort_unstable();
    let (mut before, mut most) = (8, 8 + footer + PADDING);
    for (start, after) in ranges {
        if start < before || start > most {
            return Err("a footer that lists other messages than there are".to_owned());
        }
        (before, most) = (after, after + PADDING);
    }
    if end > most {
        return Err("a footer that lists fewer messages than there are".to_owned());
    }
    Ok(())
}
