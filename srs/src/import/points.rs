//! The points of a file: read in place, bounded, each valid by itself.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use halo2curves::bn256::{G1Affine, G2Affine};
use halo2curves::group::prime::PrimeCurveAffine;
use halo2curves::serde::SerdeObject;

use super::fault::ImportFault;
use super::section::Section;
use crate::encoding::G2_BYTES;
use crate::fault::SrsFault;
use crate::limits::MAX_K;
use crate::raw_points::read_points;
use crate::string::Srs;

/// Points read and checked at a time.
const CHUNK: usize = 1 << 14;

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

impl Parts {
    /// The string of the points, checked as a whole.
    pub(super) fn check(self) -> Result<Srs, ImportFault> {
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
    let s_g2 = one(offset + G2_BYTES as u64, "s·g2")?;
    Ok((section, g2, s_g2))
}
