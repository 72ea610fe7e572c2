//! The schema in a file's footer, looked at before the decoder builds a tree of it: the decoder goes as deep, and makes as much room, as it
//! is told (parquet-format, `FileMetaData`).

use std::io::{self, Read};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader as _, Length as _};

use super::shared::Shared;
use super::thrift::{I32, Input, LIST, STRUCT, invalid};

/// Types within types, at most.
const DEPTH: usize = 100;

/// Values within values of the footer, at most.
const NESTING: u32 = 32;

const SCHEMA: i16 = 2;
const CHILDREN: i16 = 5;

/// Refuses a schema that is nested too deep, or that counts members which are not there.
pub(super) fn check(file: &Shared) -> Result<(), ParquetError> {
    let Some(bytes) = footer(file)? else {
        // What is no footer the decoder tells.
        return Ok(());
    };
    let mut input = Input::new(&bytes[..]);
    let mut field = 0;
    while let Some(kind) = input.field(&mut field)? {
        if field == SCHEMA && kind == LIST {
            schema(&mut input).map_err(|error| match error.kind() {
                io::ErrorKind::InvalidData => ParquetError::General(format!(
                    "a schema that is not what it says, or nested deeper than {DEPTH}"
                )),
                _ => error.into(),
            })?;
        } else {
            input.pass_field(kind, NESTING)?;
        }
    }
    Ok(())
}

/// The footer's bytes, before their length and the magic.
fn footer(file: &Shared) -> Result<Option<Bytes>, ParquetError> {
    let Some(end) = file.len().checked_sub(8) else {
        return Ok(None);
    };
    let tail = file.get_bytes(end, 8)?;
    let Some(length) = tail.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)) else {
        return Ok(None);
    };
    match end.checked_sub(length.into()) {
        Some(start) if tail.ends_with(b"PAR1") => Ok(Some(file.get_bytes(start, length as usize)?)),
        _ => Ok(None),
    }
}

/// The elements of the schema, each type before its members.
fn schema<R: Read>(input: &mut Input<R>) -> io::Result<()> {
    let (kind, mut left) = input.list()?;
    if kind != STRUCT {
        return Err(invalid());
    }
    // Members of the types around, that are still to come.
    let mut open: Vec<u64> = Vec::new();
    while left > 0 {
        left -= 1;
        let children = children(input)?;
        if let Some(members) = open.last_mut() {
            *members -= 1;
        }
        if children > left {
            return Err(invalid());
        }
        if children > 0 {
            open.push(children);
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        if open.len() > DEPTH {
            return Err(invalid());
        }
    }
    Ok(())
}

/// How many members an element has.
fn children<R: Read>(input: &mut Input<R>) -> io::Result<u64> {
    let (mut children, mut field) = (0, 0);
    while let Some(kind) = input.field(&mut field)? {
        match (field, kind) {
            (CHILDREN, I32) => {
                children = u64::try_from(input.signed()?).map_err(|_| invalid())?;
            }
            (CHILDREN, _) => return Err(invalid()),
            _ => input.pass_field(kind, NESTING)?,
        }
    }
    Ok(children)
}
