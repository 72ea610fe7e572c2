//! numpy's `.npy` files: arrays of little-endian integers, streamed or looked up.
//!
//! The header is read as far as it goes and never run: object arrays, which are pickles, are refused by their dtype.

mod header;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::column::Column;
use super::fault::LogFault;
use crate::error::{Error, Fault};
use header::Header;

/// The longest header accepted, in bytes. numpy's own for a flat array has 118.
const MAX_HEADER: u32 = 1 << 12;

/// The element type of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dtype {
    /// Signed, 16 bits, little-endian.
    I2,
    /// Signed, 32 bits, little-endian.
    I4,
    /// Signed, 64 bits, little-endian.
    I8,
    /// Unsigned, 32 bits, little-endian.
    U4,
}

impl Dtype {
    fn descriptor(self) -> &'static str {
        match self {
            Self::I2 => "<i2",
            Self::I4 => "<i4",
            Self::I8 => "<i8",
            Self::U4 => "<u4",
        }
    }

    /// Bytes of an element.
    pub(super) fn size(self) -> u8 {
        match self {
            Self::I2 => 2,
            Self::I4 | Self::U4 => 4,
            Self::I8 => 8,
        }
    }

    /// The element in the first bytes of a slice; `None` if it is too short.
    pub(super) fn element(self, bytes: &[u8]) -> Option<i64> {
        Some(match self {
            Self::I2 => i16::from_le_bytes(*bytes.first_chunk()?).into(),
            Self::I4 => i32::from_le_bytes(*bytes.first_chunk()?).into(),
            Self::U4 => u32::from_le_bytes(*bytes.first_chunk()?).into(),
            Self::I8 => i64::from_le_bytes(*bytes.first_chunk()?),
        })
    }
}

/// An array's place in its file.
struct Layout {
    reader: BufReader<File>,
    dtype: Dtype,
    /// Bytes before the first element.
    start: u64,
    /// Elements of all columns.
    length: u64,
}

/// An open array that is read from its start.
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
        let layout = open(path, &[dtype], 1)?;
        Ok(Self {
            path: path.to_owned(),
            reader: layout.reader,
            dtype,
            length: layout.length,
            left: layout.length,
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
        let mut bytes = [0; 8];
        let size = usize::from(self.dtype.size());
        self.reader
            .read_exact(&mut bytes[..size])
            .map_err(|error| Error::io("read", &self.path, error))?;
        Ok(self.dtype.element(&bytes))
    }
}

/// Opens an array of one of some dtypes, of one column or as many as said, for look-ups by the element's place, row by row.
pub(super) fn column(path: &Path, dtypes: &[Dtype], columns: u64) -> Result<Column, Error> {
    let layout = open(path, dtypes, columns)?;
    let file = layout.reader.into_inner();
    Ok(Column::new(
        path,
        file,
        layout.dtype,
        layout.start,
        layout.length,
    ))
}

fn open(path: &Path, dtypes: &[Dtype], columns: u64) -> Result<Layout, Error> {
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
    let asked = Asked { dtypes, columns };
    let (dtype, elements) =
        check(&header, length, start, size, &asked).map_err(|fault| Error::file(path, fault))?;
    Ok(Layout {
        reader,
        dtype,
        start: start as u64 + u64::from(length),
        length: elements,
    })
}

/// What an array should be.
struct Asked<'a> {
    dtypes: &'a [Dtype],
    columns: u64,
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

/// Checks everything the header says; gives the dtype and the number of elements.
fn check(
    header: &[u8],
    declared: u32,
    start: usize,
    size: u64,
    asked: &Asked<'_>,
) -> Result<(Dtype, u64), Fault> {
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
    let dtypes = asked.dtypes;
    let dtype = dtypes
        .iter()
        .find(|dtype| dtype.descriptor() == header.descriptor);
    let Some(&dtype) = dtype else {
        return Err(Fault::Dtype {
            expected: dtypes.first().map_or("", |dtype| dtype.descriptor()),
            got: header.descriptor.to_owned(),
        });
    };
    let rows = rows(&header, asked.columns)?;
    let elements = u128::from(rows) * u128::from(asked.columns);
    let declared = start as u128 + u128::from(declared) + elements * u128::from(dtype.size());
    match u64::try_from(elements) {
        Ok(elements) if declared == u128::from(size) => Ok((dtype, elements)),
        _ => Err(Fault::Length {
            declared,
            got: size,
        }),
    }
}

/// The rows of an array of the columns asked for.
fn rows(header: &Header<'_>, columns: u64) -> Result<u64, Fault> {
    let wrong = |got: String| match columns {
        1 => Fault::NpyShape(got),
        _ => Fault::Log(LogFault::Columns(got)),
    };
    if header.fortran_order {
        return Err(wrong("Fortran order".to_owned()));
    }
    match *header.shape.as_slice() {
        [rows] if columns == 1 => Ok(rows),
        [rows, got] if columns > 1 && got == columns => Ok(rows),
        [_, got] if columns > 1 => Err(wrong(format!("{got} columns"))),
        ref shape => Err(wrong(format!("{} dimensions", shape.len()))),
    }
}
