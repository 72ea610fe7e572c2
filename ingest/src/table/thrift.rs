//! Thrift structs in the compact encoding, field by field.

use std::io::{self, Read};

use super::varint;

pub(super) const I32: u8 = 5;
pub(super) const LIST: u8 = 9;
pub(super) const STRUCT: u8 = 12;
const BYTE: u8 = 3;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const SET: u8 = 10;

/// What a struct is read from.
pub(super) struct Input<R> {
    reader: R,
    length: u64,
}

/// The error of what is no such struct.
pub(super) fn invalid() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

impl<R: Read> Input<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, length: 0 }
    }

    /// Bytes read so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.reader.read_exact(&mut byte)?;
        self.length += 1;
        Ok(byte[0])
    }

    fn number(&mut self) -> io::Result<u64> {
        varint::read(64, || self.byte())?.ok_or_else(invalid)
    }

    /// A signed one.
    pub(super) fn signed(&mut self) -> io::Result<i64> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
    }

    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let skipped = io::copy(&mut (&mut self.reader).take(bytes), &mut io::sink())?;
        self.length += skipped;
        if skipped == bytes {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    /// The type of the struct's next field, whose number becomes `field`; `None` at its end. A boolean is its type.
    pub(super) fn field(&mut self, field: &mut i16) -> io::Result<Option<u8>> {
        let head = self.byte()?;
        let kind = head & 0x0f;
        if kind == 0 {
            return Ok(None);
        }
        *field = match head >> 4 {
            0 => self.signed()?.try_into().map_err(|_| invalid())?,
            step => field.checked_add(step.into()).ok_or_else(invalid)?,
        };
        Ok(Some(kind))
    }

    /// The type and the number of a list's items.
    pub(super) fn list(&mut self) -> io::Result<(u8, u64)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.number()?,
            count => count.into(),
        };
        Ok((head & 0x0f, count))
    }

    /// Passes over the value of a field.
    pub(super) fn pass_field(&mut self, kind: u8, depth: u32) -> io::Result<()> {
        match kind {
            1 | 2 => Ok(()),
            _ => self.pass(kind, depth),
        }
    }

    /// Passes over a value, of a list or of a field that is no boolean.
    pub(super) fn pass(&mut self, kind: u8, depth: u32) -> io::Result<()> {
        let depth = depth.checked_sub(1).ok_or_else(invalid)?;
        match kind {
            1 | 2 | BYTE => self.skip(1),
            4 | I32 | 6 => self.number().map(drop),
            DOUBLE => self.skip(8),
            BINARY => {
                let length = self.number()?;
                self.skip(length)
            }
            LIST | SET => {
                let (kind, count) = self.list()?;
                for _ in 0..count {
                    self.pass(kind, depth)?;
                }
                Ok(())
            }
            STRUCT => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.pass_field(kind, depth)?;
                }
                Ok(())
            }
            _ => Err(invalid()),
        }
    }
}
