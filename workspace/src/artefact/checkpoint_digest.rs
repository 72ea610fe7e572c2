//! Digests of a checkpoint's file, as a trace of checkpoints holds them.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tranche_protocol::trace::ModelDigest;

use crate::error::Error;

/// Bytes that are read at a time.
const BLOCK: usize = 1 << 20;

/// The hash of all bytes of a checkpoint's file that a trace holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckpointDigest {
    /// BLAKE3.
    #[default]
    Blake3,
    /// SHA-256, the hash that a recorder writes down.
    Sha256,
}

impl CheckpointDigest {
    /// Hashes a file.
    pub(crate) fn of_file(self, path: &Path) -> Result<ModelDigest, Error> {
        let digest = match self {
            Self::Blake3 => {
                let mut hasher = blake3::Hasher::new();
                read_blocks(path, |block| {
                    hasher.update(block);
                })?;
                *hasher.finalize().as_bytes()
            }
            Self::Sha256 => {
                let mut hasher = Sha256::new();
                read_blocks(path, |block| hasher.update(block))?;
                hasher.finalize().into()
            }
        };
        Ok(ModelDigest::from_bytes(digest))
    }
}

/// A file's length in bytes, its SHA-256 and its BLAKE3, read once.
pub(crate) fn length_sha256_blake3(path: &Path) -> Result<(u64, [u8; 32], ModelDigest), Error> {
    let (mut sha256, mut blake3) = (Sha256::new(), blake3::Hasher::new());
    let bytes = read_blocks(path, |block| {
        sha256.update(block);
        blake3.update(block);
    })?;
    let digest = ModelDigest::from_bytes(*blake3.finalize().as_bytes());
    Ok((bytes, sha256.finalize().into(), digest))
}

/// Hands a file's bytes on, block by block; gives their number.
fn read_blocks(path: &Path, mut take: impl FnMut(&[u8])) -> Result<u64, Error> {
    let mut file = File::open(path).map_err(|error| Error::io("open", path, error))?;
    let mut block = vec![0; BLOCK];
    let mut bytes = 0;
    loop {
        let got = file
            .read(&mut block)
            .map_err(|error| Error::io("read", path, error))?;
        if got == 0 {
            return Ok(bytes);
        }
        take(&block[..got]);
        bytes += got as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_all_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights");
        let bytes = vec![7; BLOCK + 1];
        std::fs::write(&path, &bytes).unwrap();
        let (length, sha256, blake3) = length_sha256_blake3(&path).unwrap();
        assert_eq!(length, bytes.len() as u64);
        assert_eq!(sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        assert_eq!(blake3.to_bytes(), *blake3::hash(&bytes).as_bytes());
        let of = |digest: CheckpointDigest| digest.of_file(&path).unwrap();
        assert_eq!(of(CheckpointDigest::Blake3), blake3);
        assert_eq!(of(CheckpointDigest::Sha256).to_bytes(), sha256);
    }
}
