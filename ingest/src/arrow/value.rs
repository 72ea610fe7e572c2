//! Single values of an array.

use std::collections::BTreeMap;

use super::array::Array;
use super::field::{Field, Index, Kind};
use super::source::{Source, Trouble, bad};
use crate::cell::{Cell, half, write_map};
use crate::error::FormatFault;
use crate::value::write_string;

/// The values of dictionaries: by number, parts that follow each other.
#[derive(Default)]
pub(super) struct Dictionaries {
    pub(super) types: BTreeMap<i64, Field>,
    pub(super) values: BTreeMap<i64, Vec<Array>>,
}

/// Dictionaries whose values are of dictionaries, at most.
const DEPTH: u32 = 8;

/// What values are read from.
pub(super) struct Reader<'a> {
    source: &'a mut Source,
    dictionaries: &'a mut Dictionaries,
    /// Dictionaries that the value is in.
    depth: u32,
}

/// What takes a value.
type Take<'t> = &'t mut dyn FnMut(Cell<'_>) -> Result<(), FormatFault>;

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a mut Source, dictionaries: &'a mut Dictionaries) -> Self {
        Self {
            source,
            dictionaries,
            depth: 0,
        }
    }

    /// Hands over a value.
    pub(super) fn value(
        &mut self,
        field: &Field,
        array: &mut Array,
        row: u64,
        take: Take<'_>,
    ) -> Result<(), Trouble> {
        if row >= array.length {
            return Err(bad("a value past the end of its column"));
        }
        if matches!(field.kind, Kind::Null) || array.is_null(row, self.source)? {
            return Ok(take(Cell::Null)?);
        }
        if let Some(index) = field.dictionary {
            return self.entry(index, array, row, take);
        }
        match &field.kind {
            Kind::Null => Ok(take(Cell::Null)?),
            Kind::Unread { what, .. } => Err(bad(what.as_str())),
            Kind::Boolean => {
                let bit = array.buffer(0)?.bit(row, self.source)?;
                Ok(take(Cell::Boolean(bit))?)
            }
            Kind::Integer {
                bytes,
                signed,
                scale,
                ..
            } => {
                let value = self.integer(array, row, *bytes, *signed)?;
                let value = scale.apply(value).ok_or_else(|| {
                    bad(format!(
                        "a date of {value} milliseconds, which are no whole days"
                    ))
                })?;
                Ok(take(Cell::Integer(value))?)
            }
            Kind::Decimal { bytes, .. } => {
                let value = self.integer(array, row, *bytes, true)?;
                Ok(take(Cell::Integer(value))?)
            }
            Kind::Float(bytes) => {
                let stored =
                    array
                        .buffer(0)?
                        .bytes(row.saturating_mul(*bytes), *bytes, self.source)?;
                let cell = match *stored {
                    [a, b] => Cell::Single(half(u16::from_le_bytes([a, b]))),
                    [a, b, c, d] => Cell::Single(f32::from_le_bytes([a, b, c, d])),
                    [a, b, c, d, e, f, g, h] => {
                        Cell::Double(f64::from_le_bytes([a, b, c, d, e, f, g, h]))
                    }
                    _ => return Err(bad("a float of unknown width")),
                };
                Ok(take(cell)?)
            }
            Kind::Bytes { offsets, text } => {
                let (start, end) = self.range(array, row, *offsets)?;
                let bytes = array.buffer(1)?.bytes(start, end - start, self.source)?;
                Ok(take(bytes_cell(bytes, *text))?)
            }
            Kind::Views { text } => self.view(array, row, *text, take),
            Kind::Fixed(length) => {
                let start = row.saturating_mul(*length);
                let bytes = array.buffer(0)?.bytes(start, *length, self.source)?;
                Ok(take(Cell::Opaque(bytes))?)
            }
            Kind::List { offsets, item } => {
                let (start, end) = self.range(array, row, *offsets)?;
                self.list(item, array, start, end, take)
            }
            Kind::FixedList { length, item } => {
                let start = row.saturating_mul(*length);
                self.list(item, array, start, start.saturating_add(*length), take)
            }
            Kind::Struct { members, order } => {
                let mut json = Vec::new();
                for (place, member) in order.iter().enumerate() {
                    json.push(if place == 0 { b'{' } else { b',' });
                    write_string(&members[*member].name, &mut json);
                    json.push(b':');
                    let child = child(array, *member)?;
                    self.value(&members[*member], child, row, &mut |cell| {
                        cell.write_json(&mut json)
                    })?;
                }
                if order.is_empty() {
                    json.push(b'{');
                }
                json.push(b'}');
                Ok(take(Cell::Nested(&json))?)
            }
            Kind::Map { entry, text } => {
                let (start, end) = self.range(array, row, 4)?;
                match &entry.kind {
                    Kind::Struct { members, .. } if *text => {
                        self.map(members, child(array, 0)?, start, end, take)
                    }
                    _ => self.list(entry, array, start, end, take),
                }
            }
        }
    }

    fn list(
        &mut self,
        item: &Field,
        array: &mut Array,
        start: u64,
        end: u64,
        take: Take<'_>,
    ) -> Result<(), Trouble> {
        let items = child(array, 0)?;
        let mut json = vec![b'['];
        for row in start..end {
            if row > start {
                json.push(b',');
            }
            self.value(item, items, row, &mut |cell| cell.write_json(&mut json))?;
        }
        json.push(b']');
        Ok(take(Cell::Nested(&json))?)
    }

    fn map(
        &mut self,
        members: &[Field],
        entries: &mut Array,
        start: u64,
        end: u64,
        take: Take<'_>,
    ) -> Result<(), Trouble> {
        let [key, value] = members else {
            return Err(bad("a map of unknown form"));
        };
        let mut pairs = Vec::new();
        for row in start..end {
            let (mut name, mut json) = (None, Vec::new());
            self.value(key, child(entries, 0)?, row, &mut |cell| {
                if let Cell::Text(text) = cell {
                    name = Some(text.to_vec());
                }
                Ok(())
            })?;
            self.value(value, child(entries, 1)?, row, &mut |cell| {
                cell.write_json(&mut json)
            })?;
            let name = name.ok_or_else(|| bad("a key that is null"))?;
            pairs.push((name, json));
        }
        let mut json = Vec::new();
        write_map(pairs, &mut json)?;
        Ok(take(Cell::Nested(&json))?)
    }

    /// A value of a dictionary, by the number that stands in its place.
    fn entry(
        &mut self,
        index: Index,
        array: &mut Array,
        row: u64,
        take: Take<'_>,
    ) -> Result<(), Trouble> {
        let outside = || bad("a number of no value in its dictionary");
        if self.depth == DEPTH {
            return Err(bad("dictionaries within dictionaries"));
        }
        let number = self.integer(array, row, index.bytes, index.signed)?;
        let mut number = u64::try_from(number).map_err(|_| outside())?;
        // Taken out while it is read: a dictionary cannot refer to itself.
        let field = self
            .dictionaries
            .types
            .remove(&index.id)
            .ok_or_else(outside)?;
        let mut parts = self
            .dictionaries
            .values
            .remove(&index.id)
            .ok_or_else(|| bad("a dictionary that is not there"))?;
        for part in &mut parts {
            if number < part.length {
                self.depth += 1;
                self.value(&field, part, number, take)?;
                self.depth -= 1;
                self.dictionaries.types.insert(index.id, field);
                self.dictionaries.values.insert(index.id, parts);
                return Ok(());
            }
            number -= part.length;
        }
        Err(outside())
    }

    /// A text or bytes by a view: its length, then itself if it is short, else its start, and its place in another buffer.
    fn view(
        &mut self,
        array: &mut Array,
        row: u64,
        text: bool,
        take: Take<'_>,
    ) -> Result<(), Trouble> {
        let mut view = [0; 16];
        let stored = array
            .buffer(0)?
            .bytes(row.saturating_mul(16), 16, self.source)?;
        view.copy_from_slice(stored);
        let number = |at: usize| -> u64 {
            let mut bytes = [0; 4];
            bytes.copy_from_slice(&view[at..at + 4]);
            u32::from_le_bytes(bytes).into()
        };
        let length = number(0);
        if length <= 12 {
            return Ok(take(bytes_cell(&view[4..4 + length as usize], text))?);
        }
        let buffer = array.buffer(1 + number(8) as usize)?;
        let bytes = buffer.bytes(number(12), length, self.source)?;
        Ok(take(bytes_cell(bytes, text))?)
    }

    /// The offsets before and after a value.
    fn range(&mut self, array: &mut Array, row: u64, bytes: u64) -> Result<(u64, u64), Trouble> {
        let start = self.integer(array, row, bytes, true)?;
        let end = self.integer(array, row + 1, bytes, true)?;
        match (u64::try_from(start), u64::try_from(end)) {
            (Ok(start), Ok(end)) if start <= end => Ok((start, end)),
            _ => Err(bad("offsets that fall")),
        }
    }

    /// An integer of so many bytes, at most 32, of which 16 count.
    fn integer(
        &mut self,
        array: &mut Array,
        row: u64,
        bytes: u64,
        signed: bool,
    ) -> Result<i128, Trouble> {
        let at = row.saturating_mul(bytes);
        let stored = array.buffer(0)?.bytes(at, bytes, self.source)?;
        let negative = signed && stored.last().is_some_and(|byte| byte & 0x80 != 0);
        let sign = if negative { 0xff } else { 0 };
        let (low, high) = stored.split_at(stored.len().min(16));
        let mut whole = [sign; 16];
        whole[..low.len()].copy_from_slice(low);
        let value = i128::from_le_bytes(whole);
        if high.iter().any(|byte| *byte != sign) || (value < 0) != negative {
            return Err(bad("a decimal of more digits than its type has"));
        }
        Ok(value)
    }
}

fn child(array: &mut Array, number: usize) -> Result<&mut Array, Trouble> {
    array
        .children
        .get_mut(number)
        .ok_or_else(|| bad("a column without its parts"))
}

fn bytes_cell(bytes: &[u8], text: bool) -> Cell<'_> {
    if text {
        Cell::Text(bytes)
    } else {
        Cell::Opaque(bytes)
    }
}
