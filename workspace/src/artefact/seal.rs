//! Seals of a recording's segments, written beside them.

use std::path::{Path, PathBuf};

use k256::ecdsa::SigningKey;
use tranche_fs::atomic::Existing;
use tranche_fs::temporary::Visibility;
use tranche_ingest::training_log::recorder::Seal;

use super::write::write_json;
use crate::error::Error;

/// Seals the first `frames` frames of a segment, over an earlier seal, and gives the seal's file.
///
/// # Errors
/// As [`write_json`]; [`Error::Internal`] in the case, never met in practice, that there is no signature.
pub fn seal_segment(
    segment: &Path,
    chain: [u8; 32],
    frames: u64,
    key: &SigningKey,
) -> Result<PathBuf, Error> {
    let seal = Seal::sign(chain, frames, key);
    let seal = seal.map_err(|error| Error::Internal(error.to_string()))?;
    let path = Seal::path(segment);
    write_json(&path, &seal, Visibility::Public, Existing::Replace)?;
    Ok(path)
}
