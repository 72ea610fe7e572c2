//! halo2's own parameter file, with raw points.
//!
//! | bytes | field |
//! |---|---|
//! | 4 | k, u32 little-endian |
//! | 64·2^k | g, the powers |
//! | 64·2^k | g_lagrange |
//! | 128 | g2 |
//! | 128 | s_g2 |
//!
//! The Lagrange part is read, and checked, when all powers are taken. For fewer powers it is another basis: it is not
//! read and cannot do harm.

use std::fs::File;
use std::io::{Read, Seek};

use super::fault::ImportFault;
use super::points::{Parts, Stop, choose_k, g2_pair, points};
use super::section::Section;
use crate::encoding::{G1_BYTES, G2_BYTES};
use crate::limits::MAX_K;

const HEADER: u64 = 4;

/// The length of a file of 2^k powers; `None` for a k that no string has.
pub(super) fn length(k: u32) -> Option<u64> {
    (1..=MAX_K)
        .contains(&k)
        .then(|| HEADER + 2 * list(k) + 2 * G2_BYTES as u64)
}

fn list(k: u32) -> u64 {
    (G1_BYTES as u64) << k
}

/// Reads the first 2^k powers, or all of them.
///
/// # Errors
/// [`ImportFault`] of the first part that is wrong.
pub(super) fn read(file: &mut File, length: u64, k: Option<u32>) -> Result<Parts, Stop> {
    let mut header = [0; HEADER as usize];
    file.rewind()?;
    file.read_exact(&mut header)?;
    let available = u32::from_le_bytes(header);
    // Compared again: the lengths below rest on it.
    if self::length(available) != Some(length) {
        return Err(ImportFault::Format.into());
    }
    let k = choose_k(k, available)?;
    let count = 1 << k;
    let g2 = g2_pair(file, HEADER + 2 * list(available), Section::G2)?;
    let powers = points(file, HEADER, count, Section::Powers, "the powers")?;
    let lagrange = if k == available {
        let section = Section::Lagrange;
        let offset = HEADER + list(available);
        let points = points(file, offset, count, section, "the Lagrange form")?;
        Some((section, points))
    } else {
        None
    };
    Ok(Parts {
        powers: (Section::Powers, powers),
        lagrange,
        g2,
    })
}
