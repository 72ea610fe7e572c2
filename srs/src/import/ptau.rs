//! snarkjs' powers-of-tau file.
//!
//! | bytes | field |
//! |---|---|
//! | 4 | magic `ptau` |
//! | 4 | format version, 1 |
//! | 4 | number of sections |
//! | 12 + length, each | id (u32), length (u64), data |
//!
//! | id | section | data |
//! |---|---|---|
//! | 1 | header | 32 (u32), the prime of the base field (32 bytes), p (u32), the ceremony's p (u32) |
//! | 2 | tauG1 | 2^(p+1) − 1 powers in G1 |
//! | 3 | tauG2 | 2^p powers in G2, of which g2 and s·g2 are read |
//! | 12 | lagrangeG1 | the Lagrange forms of 1, 2, 4, … 2^(p+1) powers, one after the other |
//!
//! Sections stand in any order; others are skipped, pruned files lack them. Integers are little-endian; points are raw as
//! halo2curves has them: uncompressed, little-endian, Montgomery form.
//!
//! The Lagrange forms are over another root of unity than halo2's: 5^((r−1)/2^28) where halo2 has 7^((r−1)/2^28). The
//! domain is the same group, so the basis is the same up to order. With w the file's root and ω halo2's, w = ω^e, and the
//! file's element i belongs to w^i = ω^(e·i).

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use halo2curves::bn256::{Fq, Fr, G1Affine};
use halo2curves::ff::{Field, PrimeField};

use super::fault::ImportFault;
use super::points::{Parts, Stop, choose_k, g2_pair, points};
use super::section::Section;
use crate::domain::root_of_unity;
use crate::encoding::{G1_BYTES, G2_BYTES};

pub(super) const MAGIC: [u8; 4] = *b"ptau";
const VERSION: u32 = 1;
const START: u64 = 12;
const ENTRY: u64 = 12;
const HEADER: usize = 4 + 32 + 4 + 4;
/// snarkjs writes 11 at most.
const MAX_SECTIONS: u32 = 64;
/// The largest p: r − 1 has 28 factors of two.
const MAX_POWER: u32 = Fr::S;

/// Where a section's data lies; within the file.
#[derive(Clone, Copy)]
struct Extent {
    offset: u64,
    length: u64,
}

#[derive(Default)]
struct Table {
    header: Option<Extent>,
    tau_g1: Option<Extent>,
    tau_g2: Option<Extent>,
    lagrange: Option<Extent>,
}

/// Reads the first 2^k powers, or 2^p.
///
/// # Errors
/// [`ImportFault`] of the first section that is wrong.
pub(super) fn read(file: &mut File, length: u64, k: Option<u32>) -> Result<Parts, Stop> {
    let table = Table::read(file, length)?;
    let need = |extent: Option<Extent>, section| extent.ok_or(ImportFault::Missing { section });
    let power = read_header(file, need(table.header, Section::Header)?)?;
    let tau_g1 = need(table.tau_g1, Section::TauG1)?;
    let tau_g2 = need(table.tau_g2, Section::TauG2)?;
    let k = choose_k(k, power)?;
    let count = 1usize << k;
    // A pruned file may have fewer points than the ceremony's, never more.
    tau_g1.check(Section::TauG1, G1_BYTES, (2 << power) - 1, power)?;
    tau_g2.check(Section::TauG2, G2_BYTES, 1 << power, power)?;
    tau_g1.holds(Section::TauG1, (G1_BYTES as u64) << k, k)?;
    tau_g2.holds(Section::TauG2, 2 * G2_BYTES as u64, k)?;
    if let Some(lagrange) = table.lagrange {
        lagrange.check(Section::LagrangeG1, G1_BYTES, (4 << power) - 1, power)?;
    }

    let g2 = g2_pair(file, tau_g2.offset, Section::TauG2)?;
    let powers = points(file, tau_g1.offset, count, Section::TauG1, "the powers")?;
    let before = G1_BYTES as u64 * ((1 << k) - 1);
    let lagrange = match table.lagrange {
        Some(extent) if extent.length >= before + ((G1_BYTES as u64) << k) => {
            let section = Section::LagrangeG1;
            let offset = extent.offset + before;
            let points = points(file, offset, count, section, "the Lagrange form")?;
            Some((section, in_our_order(&points, k)))
        }
        _ => None,
    };
    Ok(Parts {
        powers: (Section::TauG1, powers),
        lagrange,
        g2,
    })
}

impl Table {
    /// Walks the sections; every extent lies within `length`.
    fn read(file: &mut File, length: u64) -> Result<Self, Stop> {
        if length < START {
            return Err(ImportFault::Truncated {
                section: Section::Table,
                expected: START,
                got: length,
            }
            .into());
        }
        file.seek(SeekFrom::Start(MAGIC.len() as u64))?;
        let version = read_u32(file)?;
        if version != VERSION {
            return Err(ImportFault::Version { got: version }.into());
        }
        let sections = read_u32(file)?;
        if sections > MAX_SECTIONS {
            return Err(ImportFault::Sections {
                max: MAX_SECTIONS,
                got: sections,
            }
            .into());
        }
        let mut table = Table::default();
        let mut offset = START;
        for _ in 0..sections {
            let left = length - offset;
            if left < ENTRY {
                return Err(ImportFault::Truncated {
                    section: Section::Table,
                    expected: ENTRY,
                    got: left,
                }
                .into());
            }
            file.seek(SeekFrom::Start(offset))?;
            let id = read_u32(file)?;
            let extent = Extent {
                offset: offset + ENTRY,
                length: read_u64(file)?,
            };
            let section = Section::of(id);
            if extent.length > left - ENTRY {
                return Err(ImportFault::Truncated {
                    section,
                    expected: extent.length,
                    got: left - ENTRY,
                }
                .into());
            }
            if let Some(entry) = table.entry(section)
                && entry.replace(extent).is_some()
            {
                return Err(ImportFault::Duplicate { section }.into());
            }
            offset = extent.offset + extent.length;
        }
        match length - offset {
            0 => Ok(table),
            got => Err(ImportFault::Trailing { got }.into()),
        }
    }

    fn entry(&mut self, section: Section) -> Option<&mut Option<Extent>> {
        match section {
            Section::Header => Some(&mut self.header),
            Section::TauG1 => Some(&mut self.tau_g1),
            Section::TauG2 => Some(&mut self.tau_g2),
            Section::LagrangeG1 => Some(&mut self.lagrange),
            _ => None,
        }
    }
}

impl Extent {
    /// A whole number of points, and no more than the header's power allows.
    fn check(
        self,
        section: Section,
        point: usize,
        most: u64,
        power: u32,
    ) -> Result<(), ImportFault> {
        let point = point as u64;
        if self.length.is_multiple_of(point) && self.length / point <= most {
            return Ok(());
        }
        Err(ImportFault::Length {
            section,
            power,
            got: self.length,
        })
    }

    fn holds(self, section: Section, expected: u64, k: u32) -> Result<(), ImportFault> {
        if self.length >= expected {
            return Ok(());
        }
        Err(ImportFault::Short {
            section,
            k,
            expected,
            got: self.length,
        })
    }
}

/// The header's power.
fn read_header(file: &mut File, extent: Extent) -> Result<u32, Stop> {
    let section = Section::Header;
    if extent.length < HEADER as u64 {
        return Err(ImportFault::Truncated {
            section,
            expected: HEADER as u64,
            got: extent.length,
        }
        .into());
    }
    file.seek(SeekFrom::Start(extent.offset))?;
    let size = read_u32(file)?;
    let mut prime = [0; 32];
    // A longer prime is of another curve; its first bytes need not be read.
    if size != 32 {
        return Err(ImportFault::Prime.into());
    }
    file.read_exact(&mut prime)?;
    if prime != base_prime() {
        return Err(ImportFault::Prime.into());
    }
    let power = read_u32(file)?;
    if !(1..=MAX_POWER).contains(&power) {
        return Err(ImportFault::Power(power).into());
    }
    if extent.length != HEADER as u64 {
        return Err(ImportFault::Length {
            section,
            power,
            got: extent.length,
        }
        .into());
    }
    Ok(power)
}

/// q, little-endian: q − 1 is even, so adding one carries nowhere.
fn base_prime() -> [u8; 32] {
    let mut prime = (-Fq::ONE).to_repr();
    prime[0] += 1;
    prime
}

/// A Lagrange form over the file's root of unity, in the order of halo2's.
fn in_our_order(theirs: &[G1Affine], k: u32) -> Vec<G1Affine> {
    let step = logarithm(&their_root(k), &root_of_unity(k), k);
    let mask = theirs.len() - 1;
    let mut ours = vec![G1Affine::default(); theirs.len()];
    for (i, point) in theirs.iter().enumerate() {
        ours[step.wrapping_mul(i) & mask] = *point;
    }
    ours
}

/// 5^((r−1)/2^k), of order 2^k: 5 is the smallest number that is not a square.
fn their_root(k: u32) -> Fr {
    let mut exponent = [0u64; 4];
    for (limb, bytes) in exponent
        .iter_mut()
        .zip((-Fr::ONE).to_repr().chunks_exact(8))
    {
        *limb = bytes
            .iter()
            .rev()
            .fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    for _ in 0..k {
        let mut carry = 0;
        for limb in exponent.iter_mut().rev() {
            (*limb, carry) = (*limb >> 1 | carry << 63, *limb & 1);
        }
    }
    Fr::from(5).pow_vartime(exponent)
}

/// The e below 2^k with base^e = value, bit by bit; both of order 2^k.
fn logarithm(value: &Fr, base: &Fr, k: u32) -> usize {
    let inverse = base.invert().unwrap_or(Fr::ZERO);
    (0..k).fold(0, |found, bit| {
        let rest = value * inverse.pow_vartime([found as u64]);
        let one = rest.pow_vartime([1 << (k - 1 - bit)]) == Fr::ONE;
        found | usize::from(!one) << bit
    })
}

fn read_u32(file: &mut File) -> Result<u32, Stop> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn read_u64(file: &mut File) -> Result<u64, Stop> {
    let mut bytes = [0; 8];
    file.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}
