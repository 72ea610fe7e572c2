//! numpy's `.npy` files: one flat array of little-endian integers, streamed.
//!
//! The header is read as far as it goes and never run: object arrays, which are pickles, are refused by their dtype.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Fault};

/// The longest header accepted, in bytes. numpy's own for a flat array has 118.
const MAX_HEADER: u32 = 1 << 12;

/// The element type of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dtype {
    /// Signed, 16 bits, little-endian.
    I2,
    /// Signed, 64 bits, little-endian.
    I8,
}

impl Dtype {
    fn descriptor(self) -> &'static str {
        match self {
            Self::I2 => "<i2",
            Self::I8 => "<i8",
        }
    }

    fn size(self) -> u8 {
        match self {
            Self::I2 => 2,
            Self::I8 => 8,
        }
    }
}

/// An open array.
#[derive(Debug)]
pub(super) struct Npy {
    path: PathBuf,
    reader: BufReader<File>,
    dtype: Dtype,
    length: u64,
    left: u64,
}

impl Npy {
    /// Opens an array of `dtype`. Its declared length is checked against the file's before anything is read.
    pub(super) fn open(path: &Path, dtype: Dtype) -> Result<Self, Error> {
        let failed = |error| Error::io("read", path, error);
        let file = File::open(path).map_err(|error| Error::io("open", path, error))?;
        let size = file.metadata().map_err(failed)?.len();
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut head = Vec::new();
        (&mut reader)
            .take(12)
            .read_to_end(&mut head)
            .map_err(failed)?;
        let (start, length) = prefix(&head).map_err(|fault| Error::file(path, fault))?;
        // Version 1 has a shorter prefix, so its header begins inside the bytes read.
        let mut header = head.split_off(start.min(head.len()));
        let missing = u64::from(length).saturating_sub(header.len() as u64);
        (&mut reader)
            .take(missing)
            .read_to_end(&mut header)
            .map_err(failed)?;
        let length =
            check(&header, length, start, size, dtype).map_err(|fault| Error::file(path, fault))?;
        Ok(Self {
            path: path.to_owned(),
            reader,
            dtype,
            length,
            left: length,
        })
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of elements.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The next element, or `None` at the end.
    pub(super) fn read(&mut self) -> Result<Option<i64>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let element = match self.dtype {
            Dtype::I2 => i16::from_le_bytes(self.bytes()?).into(),
            Dtype::I8 => i64::from_le_bytes(self.bytes()?),
        };
        Ok(Some(element))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.reader
            .read_exact(&mut bytes)
            .map_err(|error| Error::io("read", &self.path, error))?;
        Ok(bytes)
    }
}

/// Reads magic, version and header length; gives where the header starts and its length.
fn prefix(head: &[u8]) -> Result<(usize, u32), Fault> {
    let bad = |what: &str| Err(Fault::BadNpy(what.to_owned()));
    if head.len() < 12 {
        return bad("shorter than any header");
    }
    if !head.starts_with(b"\x93NUMPY") {
        return bad("no numpy magic");
    }
    let (start, length) = match (head[6], head[7]) {
        (1, 0) => (10, u32::from(u16::from_le_bytes([head[8], head[9]]))),
        (2 | 3, 0) => (
            12,
            u32::from_le_bytes([head[8], head[9], head[10], head[11]]),
        ),
        (major, minor) => {
            return bad(&format!(
                "expected format version 1.0, 2.0 or 3.0, got {major}.{minor}"
            ));
        }
    };
    if length > MAX_HEADER {
        return bad(&format!("a header of {length} bytes"));
    }
    // A dictionary has no fewer bytes, and the split above relies on it.
    if length < 2 {
        return bad("an empty header");
    }
    Ok((start, length))
}

/// Checks everything the header says; gives the number of elements.
fn check(
    header: &[u8],
    declared: u32,
    start: usize,
    size: u64,
    dtype: Dtype,
) -> Result<u64, Fault> {
    if header.len() as u64 != u64::from(declared) {
        let declared = start as u128 + u128::from(declared);
        return Err(Fault::Length {
            declared,
            got: size,
        });
    }
    let text = std::str::from_utf8(header)
        .map_err(|_| Fault::BadNpy("a header that is not text".to_owned()))?;
    let header = Header::parse(text).map_err(|what| Fault::BadNpy(what.to_owned()))?;
    if header.descriptor != dtype.descriptor() {
        let got = header.descriptor.to_owned();
        return Err(Fault::Dtype {
            expected: dtype.descriptor(),
            got,
        });
    }
    if header.fortran_order {
        return Err(Fault::NpyShape("Fortran order".to_owned()));
    }
    let &[length] = header.shape.as_slice() else {
        return Err(Fault::NpyShape(format!(
            "{} dimensions",
            header.shape.len()
        )));
    };
    let data = u128::from(length) * u128::from(dtype.size());
    let declared = start as u128 + u128::from(declared) + data;
    if declared == u128::from(size) {
        Ok(length)
    } else {
        Err(Fault::Length {
            declared,
            got: size,
        })
    }
}

/// The dictionary of a header: exactly the three keys that the format defines.
#[derive(Debug, PartialEq, Eq)]
struct Header<'a> {
    descriptor: &'a str,
    fortran_order: bool,
    shape: Vec<u64>,
}

impl<'a> Header<'a> {
    /// Parses the Python literal that numpy writes.
    fn parse(text: &'a str) -> Result<Self, &'static str> {
        let (mut descriptor, mut fortran_order, mut shape) = (None, None, None);
        let mut rest = Cursor(text);
        rest.expect('{')?;
        while !rest.accept('}') {
            let key = rest.string()?;
            rest.expect(':')?;
            let new = match key {
                "descr" => descriptor.replace(rest.descriptor()?).is_none(),
                "fortran_order" => fortran_order.replace(rest.boolean()?).is_none(),
                "shape" => shape.replace(rest.shape()?).is_none(),
                _ => return Err("an unknown key in the header"),
            };
            if !new {
                return Err("a key twice in the header");
            }
            if !rest.accept(',') {
                rest.expect('}')?;
                break;
            }
        }
        if !rest.0.trim().is_empty() {
            return Err("text behind the header's dictionary");
        }
        match (descriptor, fortran_order, shape) {
            (Some(descriptor), Some(fortran_order), Some(shape)) => Ok(Self {
                descriptor,
                fortran_order,
                shape,
            }),
            _ => Err("a key is missing in the header"),
        }
    }
}

/// What is left of a header.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn accept(&mut self, token: char) -> bool {
        match self.0.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: char) -> Result<(), &'static str> {
        if self.accept(token) {
            Ok(())
        } else {
            Err("a header that is no dictionary")
        }
    }

    fn string(&mut self) -> Result<&'a str, &'static str> {
        let quote = if self.accept('\'') { '\'' } else { '"' };
        if quote == '"' {
            self.expect('"')?;
        }
        let (string, rest) = self
            .0
            .split_once(quote)
            .ok_or("an open string in the header")?;
        self.0 = rest;
        Ok(string)
    }

    /// A structured dtype is a list: named as such instead of parsed.
    fn descriptor(&mut self) -> Result<&'a str, &'static str> {
        if self.0.trim_start().starts_with('[') {
            return Err("a structured dtype");
        }
        self.string()
    }

    fn boolean(&mut self) -> Result<bool, &'static str> {
        let text = self.0.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = text.strip_prefix(word) {
                self.0 = rest;
                return Ok(value);
            }
        }
        Err("a fortran_order that is no boolean")
    }

    fn shape(&mut self) -> Result<Vec<u64>, &'static str> {
        let mut shape = Vec::new();
        self.expect('(')?;
        while !self.accept(')') {
            let text = self.0.trim_start();
            let end = text
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len());
            let (digits, rest) = text.split_at(end);
            shape.push(
                digits
                    .parse()
                    .map_err(|_| "a shape that is no tuple of sizes")?,
            );
            self.0 = rest;
            if !self.accept(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_numpy_parse() {
        let text = "{'descr': '<i2', 'fortran_order': False, 'shape': (12000,), }        \n";
        let expected = Header {
            descriptor: "<i2",
            fortran_order: false,
            shape: vec![12000],
        };
        assert_eq!(Header::parse(text), Ok(expected));
        let text = "{\"shape\":(2,3),\"fortran_order\":True,\"descr\":\"<f8\"}";
        let expected = Header {
            descriptor: "<f8",
            fortran_order: true,
            shape: vec![2, 3],
        };
        assert_eq!(Header::parse(text), Ok(expected));
        let text = "{'descr': '|O', 'fortran_order': False, 'shape': ()}";
        let expected = Header {
            descriptor: "|O",
            fortran_order: false,
            shape: vec![],
        };
        assert_eq!(Header::parse(text), Ok(expected));
    }

    #[test]
    fn other_headers_do_not() {
        for text in [
            "",
            "{",
            "[]",
            "{}",
            "{'descr': '<i2', 'fortran_order': False}",
            "{'descr': '<i2', 'fortran_order': 0, 'shape': (1,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (1e9,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': 12}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<i2', 'descr': '<i2', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (1,), 'x': __import__('os')}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (1,)} + 1",
            "{'descr': '<i2",
        ] {
            assert!(Header::parse(text).is_err(), "{text}");
        }
    }
}
