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
use std::io::{self, Read, Write};
use std::path::Path;

use halo2_proofs::SerdeFormat;
use halo2_proofs::plonk::{Circuit, ConstraintSystem, ProvingKey};
use halo2curves::bn256::{Fr, G1Affine};

use super::vk_digest;
use crate::srs::Srs;

const MAGIC: [u8; 12] = *b"tranche-pk\0\0";
const VERSION: u16 = 1;
const HEADER: usize = 12 + 2 + 32 + 32 + 8 + 32;
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
    let payload_length = u64::from_be_bytes(*payload_length);
    if prefix != header_prefix(key) || length.checked_sub(HEADER as u64)? != payload_length {
        return None;
    }
    let mut payload = vec![0; usize::try_from(payload_length).ok()?];
    file.read_exact(&mut payload).ok()?;
    if checksum_of(&payload) != checksum {
        return None;
    }
    let mut rest = payload.as_slice();
    let pk = ProvingKey::read::<_, C>(&mut rest, SerdeFormat::RawBytesUnchecked, circuit.params());
    let pk = pk.ok()?;
    (rest.is_empty() && vk_digest(pk.get_vk()) == digest).then_some(pk)
}

/// Replaces the cache file, atomically.
pub(super) fn write(path: &Path, key: &CacheKey, pk: &ProvingKey<G1Affine>) -> io::Result<()> {
    let payload = pk.to_bytes(SerdeFormat::RawBytesUnchecked);
    crate::file::replace(path, |out| {
        out.write_all(&header_prefix(key))?;
        out.write_all(&vk_digest(pk.get_vk()))?;
        out.write_all(&(payload.len() as u64).to_be_bytes())?;
        out.write_all(&checksum_of(&payload))?;
        out.write_all(&payload)
    })
}

fn header_prefix(key: &CacheKey) -> Vec<u8> {
    [&MAGIC[..], &VERSION.to_be_bytes(), &key.0].concat()
}

fn checksum_of(payload: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update_rayon(payload);
    hasher.finalize().into()
}
