//! A table of indices as Hugging Face `datasets` writes it: Arrow IPC, a stream or a file, one column `indices` of unsigned 64-bit integers.
//!
//! Messages are read one after the other. Only their metadata is held, never a batch: the indices are streamed out of its body. A file is a stream between
//! two magics. A row is an index of the table.

use std::io::{self, BufReader, Read as _};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use arrow_ipc::{Endianness, Message, MessageHeader, RecordBatch, Schema, Type, root_as_message};

use super::draw::{LogDraw, ReadDraws};
use super::fault::LogFault;
use super::label::{Label, Labels, SourceId, UNNAMED};
use crate::error::Error;
use crate::guard::catch_decoder_panic;
use crate::input::{Input, Stream};

const MAGIC: &[u8; 8] = b"ARROW1\0\0";
/// What a message begins with.
const CONTINUATION: u32 = u32::MAX;
/// The longest metadata accepted, in bytes.
const MAX_METADATA: u32 = 1 << 20;
const COLUMN: &str = "indices";

/// Where a batch's indices lie in the message's body.
#[derive(Clone, Copy, Debug)]
struct Batch {
    rows: u64,
    /// Bytes of the body before and after them.
    before: u64,
    after: u64,
}

/// What a message is.
enum Found {
    Schema,
    Batch(Batch),
    End,
}

/// An open table.
pub(super) struct Arrow {
    path: PathBuf,
    reader: BufReader<Box<dyn Stream>>,
    /// Bytes of the file that are left.
    bytes: u64,
    /// Indices of the batch that are left, and the bytes after them.
    left: u64,
    after: u64,
    ended: bool,
    framed: bool,
    source: SourceId,
    batch: NonZeroU64,
    row: u64,
}

impl Arrow {
    pub(super) fn new(
        mut input: Input,
        batch: NonZeroU64,
        labels: &mut Labels,
    ) -> Result<Self, Error> {
        let bytes = input.length()?;
        let (path, stream) = input.into_parts();
        let source = labels
            .intern(Label::parse(UNNAMED))
            .map_err(|fault| Error::file(&path, fault))?;
        let mut table = Self {
            path,
            reader: BufReader::with_capacity(1 << 16, stream),
            bytes,
            left: 0,
            after: 0,
            ended: false,
            framed: false,
            source,
            batch,
            row: 0,
        };
        let mut head = [0; 8];
        table.exact(&mut head)?;
        table.framed = head == *MAGIC;
        let found = if table.framed {
            table.message()?
        } else {
            table.metadata_of(head)?
        };
        match found {
            Found::Schema => Ok(table),
            _ => Err(table.bad("no schema at its start")),
        }
    }

    fn bad(&self, what: &str) -> Error {
        Error::file(&self.path, LogFault::Arrow(what.to_owned()))
    }

    fn exact(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        match self.bytes.checked_sub(bytes.len() as u64) {
            Some(left) => self.bytes = left,
            None => return Err(self.bad("it ends in the middle")),
        }
        self.reader
            .read_exact(bytes)
            .map_err(|error| Error::io("read", &self.path, error))
    }

    fn skip(&mut self, bytes: u64) -> Result<(), Error> {
        match self.bytes.checked_sub(bytes) {
            Some(left) => self.bytes = left,
            None => return Err(self.bad("it ends in the middle")),
        }
        io::copy(&mut (&mut self.reader).take(bytes), &mut io::sink())
            .map(drop)
            .map_err(|error| Error::io("read", &self.path, error))
    }

    fn message(&mut self) -> Result<Found, Error> {
        let mut head = [0; 8];
        self.exact(&mut head)?;
        self.metadata_of(head)
    }

    /// The message with this head: the mark, and the length of its metadata.
    fn metadata_of(&mut self, head: [u8; 8]) -> Result<Found, Error> {
        let [a, b, c, d, rest @ ..] = head;
        if u32::from_le_bytes([a, b, c, d]) != CONTINUATION {
            return Err(self.bad("no Arrow message where one should begin"));
        }
        let length = u32::from_le_bytes(rest);
        if length == 0 {
            return Ok(Found::End);
        }
        if length > MAX_METADATA || u64::from(length) > self.bytes {
            return Err(self.bad(&format!("metadata of {length} bytes")));
        }
        let mut metadata = vec![0; length as usize];
        self.exact(&mut metadata)?;
        let bytes = self.bytes;
        let found = catch_decoder_panic(|| {
            let message = root_as_message(&metadata).map_err(|error| error.to_string())?;
            found(&message, bytes)
        });
        match found {
            Some(Ok(found)) => Ok(found),
            Some(Err(what)) => Err(self.bad(&what)),
            None => Err(self.bad("metadata that cannot be decoded")),
        }
    }

    /// Checks what follows the end of the stream.
    fn finish(&mut self) -> Result<(), Error> {
        self.ended = true;
        if !self.framed {
            return match self.bytes {
                0 => Ok(()),
                more => Err(self.bad(&format!("{more} bytes after its end"))),
            };
        }
        let magic = &MAGIC[..6];
        if self.bytes < magic.len() as u64 {
            return Err(self.bad("no footer"));
        }
        self.skip(self.bytes - magic.len() as u64)?;
        let mut end = [0; 6];
        self.exact(&mut end)?;
        if end == *magic {
            Ok(())
        } else {
            Err(self.bad("no magic at its end"))
        }
    }
}

impl ReadDraws for Arrow {
    fn read(&mut self, _labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        while self.left == 0 {
            if self.ended {
                return Ok(None);
            }
            self.skip(self.after)?;
            self.after = 0;
            match self.message()? {
                Found::Schema => return Err(self.bad("a second schema")),
                Found::End => self.finish()?,
                Found::Batch(batch) => {
                    self.skip(batch.before)?;
                    (self.left, self.after) = (batch.rows, batch.after);
                }
            }
        }
        let mut index = [0; 8];
        self.exact(&mut index)?;
        self.left -= 1;
        self.row += 1;
        Ok(Some(LogDraw {
            step: (self.row - 1) / self.batch,
            source: self.source,
            record: u64::from_le_bytes(index),
            row: self.row,
        }))
    }

    fn file(&self) -> &Path {
        &self.path
    }
}

/// What a message is, its numbers checked against the bytes that are left.
fn found(message: &Message<'_>, bytes: u64) -> Result<Found, String> {
    let body = u64::try_from(message.bodyLength()).map_err(|_| "a body of negative length")?;
    if body > bytes {
        return Err(format!("a body of {body} bytes, {bytes} are left"));
    }
    match message.header_type() {
        MessageHeader::Schema => {
            let schema = message.header_as_schema().ok_or("an empty schema")?;
            check(&schema)?;
            match body {
                0 => Ok(Found::Schema),
                _ => Err("a schema with a body".to_owned()),
            }
        }
        MessageHeader::RecordBatch => {
            let batch = message.header_as_record_batch().ok_or("an empty batch")?;
            locate(&batch, body).map(Found::Batch)
        }
        _ => Err("a message that is neither schema nor batch".to_owned()),
    }
}

fn check(schema: &Schema<'_>) -> Result<(), String> {
    if schema.endianness() != Endianness::Little {
        return Err("big-endian".to_owned());
    }
    let fields = schema.fields().ok_or("a schema without fields")?;
    if fields.len() != 1 {
        return Err(format!("{} columns", fields.len()));
    }
    let field = fields.get(0);
    let name = field.name().unwrap_or_default();
    if name != COLUMN {
        let name: String = name.chars().take(40).collect();
        return Err(format!("a column \"{name}\""));
    }
    let integer = match field.type_type() {
        Type::Int => field.type_as_int(),
        _ => None,
    };
    let unsigned = integer.is_some_and(|int| int.bitWidth() == 64 && !int.is_signed());
    if unsigned && field.dictionary().is_none() {
        Ok(())
    } else {
        Err("indices of another type".to_owned())
    }
}

/// Finds a batch's indices in its body.
fn locate(batch: &RecordBatch<'_>, body: u64) -> Result<Batch, String> {
    if batch.compression().is_some() {
        return Err("compressed batches".to_owned());
    }
    let nodes = batch.nodes().ok_or("a batch without columns")?;
    let buffers = batch.buffers().ok_or("a batch without buffers")?;
    if nodes.len() != 1 || buffers.len() != 2 {
        return Err("a batch of another schema".to_owned());
    }
    let node = nodes.get(0);
    if node.length() != batch.length() {
        return Err("a column longer or shorter than its batch".to_owned());
    }
    if node.null_count() != 0 {
        return Err("indices that are null".to_owned());
    }
    let data = buffers.get(1);
    let count = |value: i64| u64::try_from(value).map_err(|_| "a negative length".to_owned());
    let (rows, before, length) = (
        count(batch.length())?,
        count(data.offset())?,
        count(data.length())?,
    );
    let needed = rows.checked_mul(8).filter(|needed| *needed <= length);
    let after = needed
        .filter(|_| before.checked_add(length).is_some_and(|end| end <= body))
        .map(|needed| body - before - needed);
    match after {
        Some(after) => Ok(Batch {
            rows,
            before,
            after,
        }),
        None => Err(format!("{rows} indices in a buffer of {length} bytes")),
    }
}
