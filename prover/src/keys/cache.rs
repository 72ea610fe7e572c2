//! A proving key's cache file. halo2's reader panics on bytes it does not expect, so everything is checked before it.
//!
//! | bytes | field |
//! |---|---|
//! | 12 | magic `tranche-pk\0\0` |
//! | 2 | format version, u16 |
//! | 32 | digest of name, circuit version, k, SRS identity and constraint system |
//! | 32 | digest of the verifying key |
//! | 8 | payload length, u64 |
//! | 32 | BLAKE3 of the payload |
//! | … | payload: halo2's proving key, raw |
//!
//! Integers are big-endian. The checksum detects damage, not malice: the directory is trusted like the program itself, and
//! the file is its owner's alone.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use bincode::Options;
use halo2_proofs::SerdeFormat;
use halo2_proofs::plonk::{Circuit, ConstraintSystem, ProvingKey};
use halo2curves::bn256::{Fr, G1Affine};
use serde::{Deserialize, Serialize};
use tranche_srs::Srs;
use tranche_srs::replace::replace;
use tranche_srs::temporary::Visibility;

use super::digest::vk_digest;

const MAGIC: [u8; 12] = *b"tranche-pk\0\0";
const VERSION: u16 = 1;
const HEADER: usize = 12 + 2 + 32 + 32 + 8 + 32;
/// Bytes read or hashed at a time; large enough for BLAKE3 to use all cores.
const BLOCK: usize = 1 << 22;
const DOMAIN: &str = "tranche proving key cache v1";

/// What a cached key must have been made from.
pub(super) struct CacheKey([u8; 32]);

/// All that precedes the payload, in the order of the table above.
#[derive(Serialize, Deserialize)]
struct Header {
    magic: [u8; 12],
    version: u16,
    key: [u8; 32],
    verifying_key: [u8; 32],
    length: u64,
    checksum: [u8; 32],
}

impl Header {
    fn encoding() -> impl Options {
        bincode::DefaultOptions::new()
            .with_fixint_encoding()
            .with_big_endian()
            .with_limit(HEADER as u64)
    }

    fn read(file: &mut File) -> Option<Self> {
        let mut bytes = [0; HEADER];
        file.read_exact(&mut bytes).ok()?;
        Self::encoding().deserialize(&bytes).ok()
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        Self::encoding()
            .serialize_into(out, self)
            .map_err(io::Error::other)
    }
}

impl CacheKey {
    pub(super) fn new(name: &str, version: u16, srs: &Srs, system: &ConstraintSystem<Fr>) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(DOMAIN);
        hasher.update(&(name.len() as u64).to_be_bytes());
        hasher.update(name.as_bytes());
        hasher.update(&version.to_be_bytes());
        hasher.update(&srs.k().to_be_bytes());
        hasher.update(&srs.identity().digest());
        hasher.update(format!("{:?}", system.pinned()).as_bytes());
        CacheKey(hasher.finalize().into())
    }
}

/// The cached key; `None` whenever the file is not exactly what [`write`] leaves for the same cache key.
pub(super) fn read<C: Circuit<Fr>>(
    path: &Path,
    key: &CacheKey,
    circuit: &C,
) -> Option<ProvingKey<G1Affine>> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let header = Header::read(&mut file)?;
    let known = header.magic == MAGIC && header.version == VERSION && header.key == key.0;
    if !known || header.length != length.checked_sub(HEADER as u64)? {
        return None;
    }
    if checksum_of_rest(&mut file).ok()? != header.checksum {
        return None;
    }
    file.seek(SeekFrom::Start(HEADER as u64)).ok()?;
    let mut payload = BufReader::with_capacity(BLOCK, file);
    let format = SerdeFormat::RawBytesUnchecked;
    let pk = ProvingKey::read::<_, C>(&mut payload, format, circuit.params()).ok()?;
    let at_end = payload.fill_buf().ok()?.is_empty();
    (at_end && vk_digest(pk.get_vk()) == header.verifying_key).then_some(pk)
}

/// Replaces the cache file, atomically. The key is serialised twice, for the checksum and for the file, rather than held
/// in memory a second time.
pub(super) fn write(path: &Path, key: &CacheKey, pk: &ProvingKey<G1Affine>) -> io::Result<()> {
    let mut hasher = BufWriter::with_capacity(BLOCK, ParallelHasher::default());
    pk.write(&mut hasher, SerdeFormat::RawBytesUnchecked)?;
    let ParallelHasher { hasher, length } = hasher.into_inner()?;
    let header = Header {
        magic: MAGIC,
        version: VERSION,
        key: key.0,
        verifying_key: vk_digest(pk.get_vk()),
        length,
        checksum: hasher.finalize().into(),
    };
    replace(path, Visibility::Secret, |out| {
        header.write(out)?;
        pk.write(out, SerdeFormat::RawBytesUnchecked)
    })
}

/// BLAKE3 of what is written to it, on all cores.
#[derive(Default)]
struct ParallelHasher {
    hasher: blake3::Hasher,
    length: u64,
}

impl Write for ParallelHasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update_rayon(bytes);
        self.length += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn checksum_of_rest(file: &mut File) -> io::Result<[u8; 32]> {
    let mut hasher = ParallelHasher::default();
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hasher.hasher.finalize().into()),
            read => hasher.write_all(&block[..read])?,
        }
    }
}
