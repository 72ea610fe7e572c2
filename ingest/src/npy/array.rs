//! An array that is read from its start.

use std::fmt;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::column::Column;
use super::dtype::Dtype;
use super::fault::NpyFault;
use super::header::Header;
use crate::error::{Error, Fault, FormatFault};
use crate::input::{Input, Stream};

/// The longest header accepted, in bytes. numpy's own for a flat array has 118.
const MAX_HEADER: u32 = 1 << 12;

/// An array's place in its input.
struct Layout {
    path: PathBuf,
    reader: BufReader<Box<dyn Stream>>,
    dtype: Dtype,
    /// Bytes before the first element.
    start: u64,
    /// Elements of all columns.
    length: u64,
}

/// An open array that is read from its start.
///
/// ```
/// use tranche_ingest::Input;
/// use tranche_ingest::npy::{Dtype, Npy};
///
/// # fn main() -> Result<(), tranche_ingest::Error> {
/// let header = format!("{:<117}\n", "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }");
/// let file = [b"\x93NUMPY\x01\x00\x76\x00", header.as_bytes(), &[7, 0, 8, 0]].concat();
/// let mut array = Npy::new(Input::bytes("a.npy", file), &[Dtype::I2])?;
/// assert_eq!((array.read()?, array.read()?, array.read()?), (Some(7), Some(8), None));
/// # Ok(())
/// # }
/// ```
pub struct Npy {
    path: PathBuf,
    reader: BufReader<Box<dyn Stream>>,
    dtype: Dtype,
    length: u64,
    left: u64,
}

impl Npy {
    /// An array of one of some dtypes. Its declared length is checked against the input's before anything is read.
    ///
    /// # Errors
    /// [`Error::Io`]; [`NpyFault`], [`FormatFault::Length`].
    pub fn new(input: Input, dtypes: &[Dtype]) -> Result<Self, Error> {
        let layout = open(input, dtypes, 1)?;
        Ok(Self {
            path: layout.path,
            reader: layout.reader,
            dtype: layout.dtype,
            length: layout.length,
            left: layout.length,
        })
    }

    /// The input's name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The number of elements.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The next element, or `None` at the end.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn read(&mut self) -> Result<Option<i64>, Error> {
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

impl fmt::Debug for Npy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Npy")
            .field("path", &self.path)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

/// An array of one of some dtypes, of as many columns as said, for look-ups by the element's place, row by row.
///
/// # Errors
/// As [`Npy::new`].
pub fn column(input: Input, dtypes: &[Dtype], columns: u64) -> Result<Column, Error> {
    let layout = open(input, dtypes, columns)?;
    Ok(Column::new(
        layout.path,
        layout.reader.into_inner(),
        layout.dtype,
        layout.start,
        layout.length,
    ))
}

fn open(mut input: Input, dtypes: &[Dtype], columns: u64) -> Result<Layout, Error> {
    let size = input.length()?;
    let (path, stream) = input.into_parts();
    let failed = |error| Error::io("read", &path, error);
    let mut reader = BufReader::with_capacity(1 << 16, stream);
    let mut head = Vec::new();
    (&mut reader)
        .take(12)
        .read_to_end(&mut head)
        .map_err(failed)?;
    let (start, length) = prefix(&head).map_err(|fault| Error::file(&path, fault))?;
    // Version 1 has a shorter prefix, so its header begins inside the bytes read.
    let mut header = head.split_off(start.min(head.len()));
    let missing = u64::from(length).saturating_sub(header.len() as u64);
    (&mut reader)
        .take(missing)
        .read_to_end(&mut header)
        .map_err(failed)?;
    let asked = Asked { dtypes, columns };
    let (dtype, elements) =
        check(&header, length, start, size, &asked).map_err(|fault| Error::file(&path, fault))?;
    Ok(Layout {
        path,
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
fn prefix(head: &[u8]) -> Result<(usize, u32), NpyFault> {
    let bad = |what: &str| Err(NpyFault::Malformed(what.to_owned()));
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
        let got = size;
        return Err(FormatFault::Length { declared, got }.into());
    }
    let text = std::str::from_utf8(header)
        .map_err(|_| NpyFault::Malformed("a header that is not text".to_owned()))?;
    let header = Header::parse(text).map_err(|what| NpyFault::Malformed(what.to_owned()))?;
    let dtypes = asked.dtypes;
    let dtype = dtypes
        .iter()
        .find(|dtype| dtype.descriptor() == header.descriptor);
    let Some(&dtype) = dtype else {
        let fault = NpyFault::Dtype {
            expected: names(dtypes),
            got: header.descriptor.to_owned(),
        };
        return Err(fault.into());
    };
    let rows = rows(&header, asked.columns)?;
    let elements = u128::from(rows) * u128::from(asked.columns);
    let declared = start as u128 + u128::from(declared) + elements * u128::from(dtype.size());
    match u64::try_from(elements) {
        Ok(elements) if declared == u128::from(size) => Ok((dtype, elements)),
        _ => {
            let got = size;
            Err(FormatFault::Length { declared, got }.into())
        }
    }
}

/// Dtypes in words.
fn names(dtypes: &[Dtype]) -> String {
    let names: Vec<&str> = dtypes.iter().map(|dtype| dtype.descriptor()).collect();
    names.join(", ")
}

/// The rows of an array of the columns asked for.
fn rows(header: &Header<'_>, columns: u64) -> Result<u64, NpyFault> {
    let wrong = |got: String| match columns {
        1 => NpyFault::Shape(got),
        _ => NpyFault::Columns(got),
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
