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
//! Integers are big-endian. The checksum detects damage, not malice: the directory is trusted like the program itself.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use halo2_proofs::SerdeFormat;
use halo2_proofs::plonk::{Circuit, ConstraintSystem, ProvingKey};
use halo2curves::bn256::{Fr, G1Affine};

use super::vk_digest;
use crate::srs::Srs;

const MAGIC: [u8; 12] = *b"tranche-pk\0\0";
const VERSION: u16 = 1;
const HEADER: usize = 12 + 2 + 32 + 32 + 8 + 32;
/// Bytes read or hashed at a time; large enough for BLAKE3 to use all cores.
const BLOCK: usize = 1 << 22;
const DOMAIN: &str = "tranche proving key cache v1";

/// What a cached key must have been made from.
pub(super) struct CacheKey([u8; 32]);

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
    let mut header = [0; HEADER];
    file.read_exact(&mut header).ok()?;
    let (prefix, rest) = header.split_at(14 + 32);
    let (digest, rest) = rest.split_at(32);
    let (payload_length, checksum) = rest.split_first_chunk::<8>()?;
    let expected = length.checked_sub(HEADER as u64)?.to_be_bytes();
    if prefix != header_prefix(key) || *payload_length != expected {
        return None;
    }
    if checksum_of_rest(&mut file).ok()? != checksum {
        return None;
    }
    file.seek(SeekFrom::Start(HEADER as u64)).ok()?;
    let mut payload = BufReader::with_capacity(BLOCK, file);
    let format = SerdeFormat::RawBytesUnchecked;
    let pk = ProvingKey::read::<_, C>(&mut payload, format, circuit.params()).ok()?;
    let at_end = payload.fill_buf().ok()?.is_empty();
    (at_end && vk_digest(pk.get_vk()) == digest).then_some(pk)
}

/// Replaces the cache file, atomically. The key is serialised twice, for the checksum and for the file, rather than held
/// in memory a second time.
pub(super) fn write(path: &Path, key: &CacheKey, pk: &ProvingKey<G1Affine>) -> io::Result<()> {
    let mut hasher = BufWriter::with_capacity(BLOCK, ParallelHasher::default());
    pk.write(&mut hasher, SerdeFormat::RawBytesUnchecked)?;
    let ParallelHasher { hasher, length } = hasher.into_inner()?;
    crate::file::replace(path, |out| {
        out.write_all(&header_prefix(key))?;
        out.write_all(&vk_digest(pk.get_vk()))?;
        out.write_all(&length.to_be_bytes())?;
        out.write_all(hasher.finalize().as_bytes())?;
        pk.write(out, SerdeFormat::RawBytesUnchecked)
    })
}

fn header_prefix(key: &CacheKey) -> Vec<u8> {
    [&MAGIC[..], &VERSION.to_be_bytes(), &key.0].concat()
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
