//! The values of a batch: where they lie in its body, and a window on each part.

use std::cell::Cell;
use std::rc::Rc;

use arrow_ipc::{CompressionType, RecordBatch};

use super::field::{Field, Kind};
use super::source::{Source, Trouble, bad};
use crate::codec::Codec;
use crate::lines::MAX_RECORD;

/// Bytes that the windows of a batch have together, about; no window is smaller than the least or larger than the most.
const WINDOWS: u64 = 1 << 25;
const LEAST: u64 = 1 << 12;
const MOST: u64 = 1 << 16;

/// A type's values in a batch.
pub(super) struct Array {
    pub(super) length: u64,
    /// Whether some are null, by the bits of `validity`.
    nulls: bool,
    validity: Option<Buffer>,
    pub(super) buffers: Vec<Buffer>,
    pub(super) children: Vec<Self>,
}

/// A part of a batch's body.
pub(super) struct Buffer {
    place: u64,
    length: u64,
    packed: Option<Packed>,
    window: Vec<u8>,
    /// Where the window begins, and how large one is made.
    at: u64,
    size: u64,
}

/// A part that is compressed, and what its batch may still unpack.
struct Packed {
    codec: Codec,
    budget: Rc<Cell<u64>>,
}

/// What is handed out to the arrays of a batch, in the order of its schema.
pub(super) struct Layout {
    nodes: std::vec::IntoIter<(u64, i64)>,
    buffers: std::vec::IntoIter<(u64, u64)>,
    views: std::vec::IntoIter<u64>,
    codec: Option<Codec>,
    budget: Rc<Cell<u64>>,
    size: u64,
}

impl Layout {
    /// The layout of a batch whose body is `length` bytes from `body` on.
    ///
    /// # Errors
    /// In words.
    pub(super) fn new(batch: &RecordBatch<'_>, body: u64, length: u64) -> Result<Self, String> {
        let count = |value: i64| u64::try_from(value).map_err(|_| "a negative length".to_owned());
        let codec = match batch.compression() {
            None => None,
            Some(compression) => Some(match compression.codec() {
                CompressionType::LZ4_FRAME => Codec::Lz4Frame,
                CompressionType::ZSTD => Codec::Zstd,
                _ => return Err("a batch in an unknown compression".to_owned()),
            }),
        };
        let mut nodes = Vec::new();
        for node in batch.nodes().into_iter().flatten() {
            nodes.push((count(node.length())?, node.null_count()));
        }
        let mut buffers = Vec::new();
        for buffer in batch.buffers().into_iter().flatten() {
            let (offset, size) = (count(buffer.offset())?, count(buffer.length())?);
            if offset.checked_add(size).is_none_or(|end| end > length) {
                return Err("a buffer outside of its batch".to_owned());
            }
            buffers.push((body + offset, size));
        }
        let mut views = Vec::new();
        for number in batch.variadicBufferCounts().into_iter().flatten() {
            views.push(count(number)?);
        }
        let size = (WINDOWS / (buffers.len() as u64).max(1)).clamp(LEAST, MOST);
        Ok(Self {
            nodes: nodes.into_iter(),
            buffers: buffers.into_iter(),
            views: views.into_iter(),
            codec,
            budget: Rc::new(Cell::new(MAX_RECORD)),
            size,
        })
    }

    /// Takes the values of a type.
    pub(super) fn take(&mut self, field: &Field) -> Result<Array, String> {
        let (length, nulls) = self.nodes.next().ok_or("a batch without all its columns")?;
        let mut array = Array {
            length,
            nulls: nulls != 0,
            validity: None,
            buffers: Vec::new(),
            children: Vec::new(),
        };
        if matches!(field.kind, Kind::Null) && field.dictionary.is_none() {
            return Ok(array);
        }
        let bare = matches!(
            field.kind,
            Kind::Unread {
                validity: false,
                ..
            }
        );
        if !bare || field.dictionary.is_some() {
            let validity = self.buffer()?;
            if nulls > 0 && validity.length == 0 {
                return Err("nulls without the bits that tell them".to_owned());
            }
            array.validity = (validity.length > 0).then_some(validity);
        }
        let buffers = match &field.kind {
            _ if field.dictionary.is_some() => 1,
            Kind::Bytes { .. } => 2,
            Kind::Views { .. } => {
                let more = self
                    .views
                    .next()
                    .ok_or("views without their number of buffers")?;
                1 + more.min(self.buffers.len() as u64)
            }
            Kind::FixedList { .. } | Kind::Struct { .. } | Kind::Null => 0,
            Kind::Unread { buffers, .. } => *buffers as u64,
            _ => 1,
        };
        for _ in 0..buffers {
            array.buffers.push(self.buffer()?);
        }
        if field.dictionary.is_some() {
            return Ok(array);
        }
        match &field.kind {
            Kind::List { item, .. } | Kind::FixedList { item, .. } => {
                array.children.push(self.take(item)?);
            }
            Kind::Map { entry, .. } => array.children.push(self.take(entry)?),
            Kind::Struct { members, .. }
            | Kind::Unread {
                children: members, ..
            } => {
                for member in members {
                    array.children.push(self.take(member)?);
                }
            }
            _ => {}
        }
        Ok(array)
    }

    /// Checks that all was taken.
    pub(super) fn finish(mut self) -> Result<(), String> {
        if self.nodes.next().is_some() || self.buffers.next().is_some() {
            return Err("a batch with more columns than its schema".to_owned());
        }
        Ok(())
    }

    fn buffer(&mut self) -> Result<Buffer, String> {
        let (place, length) = self
            .buffers
            .next()
            .ok_or("a batch without all its buffers")?;
        Ok(Buffer {
            place,
            length,
            packed: self.codec.filter(|_| length > 0).map(|codec| Packed {
                codec,
                budget: Rc::clone(&self.budget),
            }),
            window: Vec::new(),
            at: 0,
            size: self.size,
        })
    }
}

impl Array {
    /// Whether a value is null.
    pub(super) fn is_null(&mut self, row: u64, source: &mut Source) -> Result<bool, Trouble> {
        match &mut self.validity {
            Some(bits) if self.nulls => Ok(!bits.bit(row, source)?),
            _ => Ok(false),
        }
    }

    /// The part of this number.
    pub(super) fn buffer(&mut self, number: usize) -> Result<&mut Buffer, Trouble> {
        self.buffers
            .get_mut(number)
            .ok_or_else(|| bad("a buffer that is not there"))
    }
}

impl Buffer {
    /// A bit, from the lowest of the first byte on.
    pub(super) fn bit(&mut self, number: u64, source: &mut Source) -> Result<bool, Trouble> {
        let byte = self.bytes(number / 8, 1, source)?[0];
        Ok(byte >> (number % 8) & 1 == 1)
    }

    /// Bytes of the part.
    pub(super) fn bytes(
        &mut self,
        at: u64,
        length: u64,
        source: &mut Source,
    ) -> Result<&[u8], Trouble> {
        if self.packed.is_some() {
            self.unpack(source)?;
        }
        let outside = || bad("a value outside of its buffer");
        let end = at.checked_add(length).ok_or_else(outside)?;
        if end > self.length {
            return Err(outside());
        }
        if length > MAX_RECORD {
            return Err(bad(format!(
                "a value of {length} bytes; at most {MAX_RECORD} are read"
            )));
        }
        if at < self.at || end > self.at + self.window.len() as u64 {
            let size = length.max(self.size).min(self.length - at);
            self.window.clear();
            self.window.shrink_to(self.size as usize);
            self.window.resize(size as usize, 0);
            source.read(self.place + at, &mut self.window)?;
            self.at = at;
        }
        let start = (at - self.at) as usize;
        Ok(&self.window[start..start + length as usize])
    }

    /// Unpacks the part as a whole: its length, or -1 where it is not packed after all, comes first.
    fn unpack(&mut self, source: &mut Source) -> Result<(), Trouble> {
        let Some(packed) = self.packed.take() else {
            return Ok(());
        };
        let mut head = [0; 8];
        let rest = self
            .length
            .checked_sub(8)
            .ok_or_else(|| bad("a compressed buffer without its length"))?;
        source.read(self.place, &mut head)?;
        let length = i64::from_le_bytes(head);
        self.place += 8;
        self.length = rest;
        if length == -1 {
            return Ok(());
        }
        let length = u64::try_from(length).map_err(|_| bad("a buffer of negative length"))?;
        let cost = length.saturating_add(rest);
        let left = packed.budget.get().checked_sub(cost).ok_or_else(|| {
            bad(format!("a batch of more than {MAX_RECORD} bytes unpacked, which is read as a whole: write smaller batches"))
        })?;
        packed.budget.set(left);
        let mut bytes = vec![0; rest as usize];
        source.read(self.place, &mut bytes)?;
        self.window = packed
            .codec
            .unpack(&bytes, length as usize)
            .map_err(|what| bad(format!("a buffer that cannot be unpacked: {what}")))?;
        self.at = 0;
        self.length = length;
        Ok(())
    }
}
