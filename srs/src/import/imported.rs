//! Taking a string from a ceremony's file.
//!
//! | format | recognised by | module |
//! |---|---|---|
//! | snarkjs `.ptau` | the magic `ptau` | [`super::ptau`] |
//! | halo2 `.srs` | its length, which its k implies | [`super::halo2_file`] |
//!
//! Nothing in a file is trusted: every length is compared with the file's before anything is allocated, and the points
//! go through [`Srs::from_powers`]. What no check can tell is whether somebody knows the secret; for that the file's hash
//! is compared with those of the public ceremony, or with one that the user brings.
//!
//! Test strategy: files made from a known secret, broken one property at a time (`tests/srs_import.rs`).

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use halo2curves::bn256::{G1Affine, G2Affine};
use halo2curves::group::prime::PrimeCurveAffine;
use halo2curves::serde::SerdeObject;
use thiserror::Error;

use super::file::read_points;
use super::public_file::FileHash;
use super::{MAX_K, Srs, SrsError, SrsFault, halo2_file, ptau};

/// Points read and checked at a time.
const CHUNK: usize = 1 << 14;

/// A string taken from a file, and what is known of where the file came from.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The string.
    pub srs: Srs,
    /// The file.
    pub source: Source,
}

/// A file that a string was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
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

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The numbers before the points of a halo2 file, the table of sections of a `.ptau` file.
    Table,
    /// `.ptau` section 1.
    Header,
    /// `.ptau` section 2.
    TauG1,
    /// `.ptau` section 3.
    TauG2,
    /// `.ptau` section 12.
    LagrangeG1,
    /// A `.ptau` section that is not read.
    Other(u32),
    /// halo2's g.
    Powers,
    /// halo2's g_lagrange.
    Lagrange,
    /// halo2's g2 and s·g2.
    G2,
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table => f.write_str("the start of the file"),
            Self::Header => f.write_str("section 1 (header)"),
            Self::TauG1 => f.write_str("section 2 (tauG1)"),
            Self::TauG2 => f.write_str("section 3 (tauG2)"),
            Self::LagrangeG1 => f.write_str("section 12 (lagrangeG1)"),
            Self::Other(id) => write!(f, "section {id}"),
            Self::Powers => f.write_str("g"),
            Self::Lagrange => f.write_str("g_lagrange"),
            Self::G2 => f.write_str("g2 and s_g2"),
        }
    }
}

/// Why a file was not imported.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ImportFault {
    /// Neither format.
    #[error(
        "neither a snarkjs .ptau file nor a halo2 .srs file, whose length would be 4 + 128·2^k + 256 bytes: \
         give the ceremony's file, whole and not compressed"
    )]
    Format,
    /// Another version of the format.
    #[error("ptau format version {got}, expected 1: export the file again with snarkjs")]
    Version {
        /// The file's.
        got: u32,
    },
    /// More sections than any ceremony file has.
    #[error("{got} sections, at most {max} are read: this is not a file that snarkjs wrote")]
    Sections {
        /// What is read.
        max: u32,
        /// The file's.
        got: u32,
    },
    /// The file ends within a section.
    #[error(
        "{section} needs {expected} bytes, {got} are left: the file is truncated, fetch it again"
    )]
    Truncated {
        /// Where.
        section: Section,
        /// What it claims.
        expected: u64,
        /// What is left of the file.
        got: u64,
    },
    /// Bytes after the last section.
    #[error("{got} bytes after the last section: the file is damaged, fetch it again")]
    Trailing {
        /// How many.
        got: u64,
    },
    /// A section twice.
    #[error("{section} is there twice: do not use this file")]
    Duplicate {
        /// Which.
        section: Section,
    },
    /// A section that is needed.
    #[error("{section} is missing: fetch the ceremony's file again")]
    Missing {
        /// Which.
        section: Section,
    },
    /// A section too short for the powers asked for.
    #[error(
        "{section} is {got} bytes, 2^{k} powers need {expected}: choose a smaller k or fetch the file again"
    )]
    Short {
        /// Which.
        section: Section,
        /// The k asked for.
        k: u32,
        /// What is needed.
        expected: u64,
        /// What there is.
        got: u64,
    },
    /// A section whose length its header excludes.
    #[error(
        "{section} is {got} bytes, which its header's 2^{power} powers exclude: the file is damaged, fetch it again"
    )]
    Length {
        /// Which.
        section: Section,
        /// The header's.
        power: u32,
        /// What there is.
        got: u64,
    },
    /// Another curve.
    #[error(
        "section 1 (header) is of another field than BN254's: take a ceremony on bn128, as snarkjs calls the curve"
    )]
    Prime,
    /// A power that no ceremony has.
    #[error(
        "section 1 (header) claims 2^{0} powers, expected 2^1 to 2^28: the file is damaged, fetch it again"
    )]
    Power(u32),
    /// A k that is not supported.
    #[error("2^{0} powers are not supported: choose k from 1 to {MAX_K}")]
    K(u32),
    /// More powers than the file has.
    #[error(
        "2^{asked} powers were asked for, the file has 2^{available}: choose k up to {available}, or a larger file"
    )]
    TooFew {
        /// The k asked for.
        asked: u32,
        /// The file's.
        available: u32,
    },
    /// The file is not the one that the user expects.
    #[error(
        "the file's BLAKE2b-512 is {got}, expected {expected}: fetch the file again, or correct the expected hash"
    )]
    Hash {
        /// The user's.
        expected: Box<FileHash>,
        /// The file's.
        got: Box<FileHash>,
    },
    /// Points that are not those of a string.
    #[error("{section}: {fault}")]
    Points {
        /// Where.
        section: Section,
        /// What is wrong.
        fault: SrsFault,
    },
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

/// What ends an import.
pub(super) enum Stop {
    Io(io::Error),
    Fault(ImportFault),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Io(error)
    }
}

impl From<ImportFault> for Stop {
    fn from(fault: ImportFault) -> Self {
        Stop::Fault(fault)
    }
}

/// The points of a file, each valid by itself, and where each list stood.
pub(super) struct Parts {
    pub(super) powers: (Section, Vec<G1Affine>),
    pub(super) lagrange: Option<(Section, Vec<G1Affine>)>,
    pub(super) g2: (Section, G2Affine, G2Affine),
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
        source: Source {
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

impl Parts {
    fn check(self) -> Result<Srs, ImportFault> {
        let (section_g2, g2, s_g2) = self.g2;
        let (section_powers, powers) = self.powers;
        let (section_lagrange, lagrange) = match self.lagrange {
            Some((section, lagrange)) => (section, Some(lagrange)),
            None => (section_powers, None),
        };
        if g2 != G2Affine::generator() {
            return Err(ImportFault::Points {
                section: section_g2,
                fault: SrsFault::Generator("g2"),
            });
        }
        Srs::from_powers(powers, lagrange, s_g2).map_err(|fault| ImportFault::Points {
            section: match fault {
                SrsFault::Subgroup | SrsFault::Point { part: "s·g2", .. } => section_g2,
                SrsFault::Lagrange => section_lagrange,
                _ => section_powers,
            },
            fault,
        })
    }
}

/// The k to read: the one asked for, or all that the file has.
pub(super) fn choose_k(asked: Option<u32>, available: u32) -> Result<u32, ImportFault> {
    match asked {
        Some(asked) if asked > available => Err(ImportFault::TooFew { asked, available }),
        Some(asked) => Ok(asked),
        None => Ok(available.min(MAX_K)),
    }
}

/// `count` points at an offset, each canonical, on the curve and not the identity. The caller has compared the extent
/// with the file's length: `count` is bounded by it.
pub(super) fn points<C: PrimeCurveAffine + SerdeObject>(
    file: &mut File,
    offset: u64,
    count: usize,
    section: Section,
    part: &'static str,
) -> Result<Vec<C>, Stop> {
    let size = C::generator().to_raw_bytes().len();
    file.seek(SeekFrom::Start(offset))?;
    let mut points = Vec::with_capacity(count);
    let mut buffer = vec![0; size * count.min(CHUNK)];
    while points.len() < count {
        let bytes = &mut buffer[..size * CHUNK.min(count - points.len())];
        file.read_exact(bytes)?;
        let chunk = read_points::<C>(bytes, part).map_err(|fault| ImportFault::Points {
            section,
            fault: match fault {
                SrsFault::Point { part, index } => SrsFault::Point {
                    part,
                    index: points.len() + index,
                },
                other => other,
            },
        })?;
        points.extend(chunk);
    }
    Ok(points)
}

/// g2 and s·g2, which stand side by side in both formats.
pub(super) fn g2_pair(
    file: &mut File,
    offset: u64,
    section: Section,
) -> Result<(Section, G2Affine, G2Affine), Stop> {
    let mut one = |offset, part| {
        let points = points::<G2Affine>(file, offset, 1, section, part)?;
        // One point was asked for; the identity in its place would be refused further on.
        Ok::<_, Stop>(points.first().copied().unwrap_or_default())
    };
    let g2 = one(offset, "g2")?;
    let s_g2 = one(offset + super::G2_BYTES as u64, "s·g2")?;
    Ok((section, g2, s_g2))
}
