//! A string taken from a file, and where the file came from.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::Path;

use super::fault::ImportFault;
use super::file_hash::FileHash;
use super::points::Stop;
use super::section::Section;
use super::{halo2_file, ptau};
use crate::error::SrsError;
use crate::limits::MAX_K;
use crate::string::Srs;

/// A string taken from a file, and what is known of where the file came from.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The string.
    pub srs: Srs,
    /// The file.
    pub source: SourceFile,
}

/// A file that a string was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its format.
    pub format: Format,
    /// The hash of its bytes.
    pub hash: FileHash,
    /// Who vouches for it.
    pub origin: Origin,
    /// Whether its own Lagrange form was used, after a check against the powers; otherwise it was computed.
    pub lagrange: bool,
}

/// A file format that strings are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// snarkjs `.ptau`.
    Ptau,
    /// halo2's raw parameters.
    Halo2,
}

/// Who vouches for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file of the public ceremony, known by its hash.
    Ceremony {
        /// Binary logarithm of the ceremony file's powers, the NN of its name.
        power: u32,
    },
    /// The file has the hash that the user gave.
    Expected,
    /// Nobody: whoever made the file may know the secret.
    Unknown,
}

impl Srs {
    /// Takes the first 2^k powers of a snarkjs `.ptau` file (raw, prepared or pruned) or of a halo2 `.srs` file, with all
    /// checks of [`Srs::from_powers`]. Without `k`, as many as the file has, up to 2^[`MAX_K`]. Memory grows with 2^k, not
    /// with the file.
    ///
    /// With `expect` the file must have that hash. A Lagrange form in the file is used if it is the one for k; it is
    /// computed otherwise, which takes about half a minute at k = 17 on two cores.
    ///
    /// # Errors
    /// [`SrsError::Read`], or [`SrsError::Import`] with the fault found.
    pub fn import(
        path: &Path,
        k: Option<u32>,
        expect: Option<FileHash>,
    ) -> Result<Imported, SrsError> {
        import(path, k, expect).map_err(|stop| match stop {
            Stop::Io(source) => SrsError::Read {
                path: path.to_owned(),
                source,
            },
            Stop::Fault(fault) => SrsError::Import {
                path: path.to_owned(),
                fault: Box::new(fault),
            },
        })
    }
}

fn import(path: &Path, k: Option<u32>, expect: Option<FileHash>) -> Result<Imported, Stop> {
    if let Some(k) = k.filter(|k| !(1..=MAX_K).contains(k)) {
        return Err(ImportFault::K(k).into());
    }
    // Opening a pipe would wait for a writer, and a device has no length.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file").into());
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let format = recognise(&mut file, length)?;
    file.rewind()?;
    let hash = FileHash::of(&mut file, length)?;
    if let Some(expected) = expect.filter(|expected| *expected != hash) {
        return Err(ImportFault::Hash {
            expected: Box::new(expected),
            got: Box::new(hash),
        }
        .into());
    }
    let parts = match format {
        Format::Ptau => ptau::read(&mut file, length, k)?,
        Format::Halo2 => halo2_file::read(&mut file, length, k)?,
    };
    let origin = match hash.ceremony_file() {
        Some(power) => Origin::Ceremony { power },
        None if expect.is_some() => Origin::Expected,
        None => Origin::Unknown,
    };
    Ok(Imported {
        source: SourceFile {
            format,
            hash,
            origin,
            lagrange: parts.lagrange.is_some(),
        },
        srs: parts.check()?,
    })
}

/// The format, before a long file is hashed for nothing.
fn recognise(file: &mut File, length: u64) -> Result<Format, Stop> {
    let mut start = [0; 4];
    if length < 4 {
        return Err(ImportFault::Format.into());
    }
    file.read_exact(&mut start)?;
    if start == ptau::MAGIC {
        return Ok(Format::Ptau);
    }
    match halo2_file::length(u32::from_le_bytes(start)) {
        Some(expected) if length < expected => Err(ImportFault::Truncated {
            section: Section::Table,
            expected,
            got: length,
        }
        .into()),
        Some(expected) if length == expected => Ok(Format::Halo2),
        _ => Err(ImportFault::Format.into()),
    }
}
