//! The `.ceremony` file of a state, and the `.chain` file of what is finished.
//!
//! | bytes | field |
//! |---|---|
//! | 12 | magic `tranche-pot\0` |
//! | 2 | format version, u16 |
//! | 4 | k, u32 |
//! | 4 | number of records, u32 |
//! | 4 | bytes of all records, u32 |
//! | | the records |
//! | 64·2^k | the powers, from g1 on; absent when the last record is a beacon |
//!
//! Integers are big-endian; points are as the EVM encodes them.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use halo2curves::bn256::G1Affine;
use rayon::prelude::*;

use super::bounds::{MAX_BEACON, MAX_NAME, MAX_RECORDS};
use super::chain::Chain;
use super::error::{CeremonyFault, check_k};
use super::state::Ceremony;
use crate::encoding::{G1_BYTES, G2_BYTES, g1_from_bytes, g1_to_bytes};
use crate::error::SrsError;
use crate::fault::SrsFault;

const MAGIC: [u8; 12] = *b"tranche-pot\0";
const VERSION: u16 = 1;
const HEADER: usize = 12 + 2 + 4 + 4 + 4;
/// Points written or read at a time.
const CHUNK: usize = 1 << 14;
/// No record is longer.
const RECORD: usize = 1 + 32 + G1_BYTES + G2_BYTES + G1_BYTES + 32 + 1 + MAX_NAME + MAX_BEACON;

impl Ceremony {
    /// Reads and checks the file of a state: every record, and that the powers are those of the last one.
    ///
    /// # Errors
    /// [`SrsError::Read`], [`SrsError::Ceremony`] with the fault found; [`CeremonyFault::Finalised`] for a finished chain.
    pub fn load(path: &Path) -> Result<Self, SrsError> {
        match read(path)? {
            (chain, Some(powers)) => {
                Ceremony::checked(chain, powers).map_err(|fault| refused(path, fault))
            }
            (_, None) => Err(refused(path, CeremonyFault::Finalised)),
        }
    }

    /// Writes the state; [`Ceremony::load`] reads it.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write_chain(&self.chain, out)?;
        for chunk in self.powers.chunks(CHUNK) {
            let bytes: Vec<[u8; G1_BYTES]> = chunk.par_iter().map(g1_to_bytes).collect();
            out.write_all(bytes.as_flattened())?;
        }
        Ok(())
    }
}

impl Chain {
    /// Reads and checks the chain in either file, and in the file of a state the powers too.
    ///
    /// # Errors
    /// [`SrsError::Read`], [`SrsError::Ceremony`] with the fault found.
    pub fn load(path: &Path) -> Result<Self, SrsError> {
        match read(path)? {
            (chain, Some(powers)) => Ceremony::checked(chain, powers)
                .map(|ceremony| ceremony.chain)
                .map_err(|fault| refused(path, fault)),
            (chain, None) => Ok(chain),
        }
    }

    /// Writes a finished chain; [`Chain::load`] reads it.
    ///
    /// # Errors
    /// The writer's; [`io::ErrorKind::InvalidInput`] for a chain without a beacon, whose powers belong to its file.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        match self.beacon() {
            Some(_) => write_chain(self, out),
            None => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                CeremonyFault::Open,
            )),
        }
    }
}

fn refused(path: &Path, fault: CeremonyFault) -> SrsError {
    SrsError::Ceremony {
        path: path.to_owned(),
        fault: Box::new(fault),
    }
}

fn write_chain(chain: &Chain, out: &mut impl Write) -> io::Result<()> {
    let records = chain.to_bytes();
    // Both are bounded by MAX_RECORDS and RECORD.
    out.write_all(&MAGIC)?;
    out.write_all(&VERSION.to_be_bytes())?;
    out.write_all(&chain.k().to_be_bytes())?;
    out.write_all(&(chain.len() as u32).to_be_bytes())?;
    out.write_all(&(records.len() as u32).to_be_bytes())?;
    out.write_all(&records)
}

enum Stop {
    Io(io::Error),
    Fault(CeremonyFault),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Io(error)
    }
}

impl From<CeremonyFault> for Stop {
    fn from(fault: CeremonyFault) -> Self {
        Stop::Fault(fault)
    }
}

/// A chain, and the powers if there are any: valid points, not yet compared with the chain.
fn read(path: &Path) -> Result<(Chain, Option<Vec<G1Affine>>), SrsError> {
    read_parts(path).map_err(|stop| match stop {
        Stop::Io(source) => SrsError::Read {
            path: path.to_owned(),
            source,
        },
        Stop::Fault(fault) => refused(path, fault),
    })
}

fn read_parts(path: &Path) -> Result<(Chain, Option<Vec<G1Affine>>), Stop> {
    // Opening a pipe would wait for a writer, and a device has no length.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file").into());
    }
    let file = File::open(path)?;
    let got = file.metadata()?.len();
    let mut file = BufReader::with_capacity(1 << 20, file);
    let expect = |expected: u64| {
        if got == expected {
            return Ok(());
        }
        Err(CeremonyFault::Length { expected, got })
    };
    if got < HEADER as u64 {
        let mut start = Vec::new();
        file.read_to_end(&mut start)?;
        if start.is_empty() || !MAGIC.starts_with(&start[..start.len().min(12)]) {
            return Err(CeremonyFault::Magic.into());
        }
        return Err(CeremonyFault::Length {
            expected: HEADER as u64,
            got,
        }
        .into());
    }
    if take(&mut file)? != MAGIC {
        return Err(CeremonyFault::Magic.into());
    }
    let version = u16::from_be_bytes(take(&mut file)?);
    if version != VERSION {
        return Err(CeremonyFault::Version {
            expected: VERSION,
            got: version,
        }
        .into());
    }
    let k = check_k(u32::from_be_bytes(take(&mut file)?))?;
    let count = u32::from_be_bytes(take(&mut file)?) as usize;
    let length = u32::from_be_bytes(take(&mut file)?) as usize;
    if count > MAX_RECORDS || length > count * RECORD {
        return Err(CeremonyFault::Records(count).into());
    }
    let finished = (HEADER + length) as u64;
    if got < finished {
        expect(finished)?;
    }
    let mut records = vec![0; length];
    file.read_exact(&mut records)?;
    // Lengths are compared before the records, which take longer.
    let powers = (G1_BYTES as u64) << k;
    if got != finished {
        expect(finished + powers)?;
    }
    let chain = Chain::from_bytes(k, count, &records)?;
    if chain.beacon().is_some() {
        expect(finished)?;
        return Ok((chain, None));
    }
    expect(finished + powers)?;
    Ok((chain, Some(read_powers(&mut file, 1 << k)?)))
}

fn take<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// `count` points; the caller has compared their extent with the file's.
fn read_powers(file: &mut impl Read, count: usize) -> Result<Vec<G1Affine>, Stop> {
    let mut powers = Vec::with_capacity(count);
    let mut buffer = vec![[0; G1_BYTES]; count.min(CHUNK)];
    while powers.len() < count {
        let chunk = &mut buffer[..CHUNK.min(count - powers.len())];
        file.read_exact(chunk.as_flattened_mut())?;
        let start = powers.len();
        let points: Result<Vec<G1Affine>, CeremonyFault> = chunk
            .par_iter()
            .enumerate()
            .map(|(index, bytes)| {
                g1_from_bytes(bytes).ok_or(CeremonyFault::Powers(SrsFault::Point {
                    part: "the powers",
                    index: start + index,
                }))
            })
            .collect();
        powers.extend(points?);
    }
    Ok(powers)
}
