//! Seals: a signature over the chain of a segment's frames.

use std::path::{Path, PathBuf};

use k256::ecdsa::SigningKey;
use serde::{Deserialize, Serialize};
use tranche_protocol::address::Address;
use tranche_protocol::json;
use tranche_protocol::keccak::{keccak, text_word, word};
use tranche_protocol::signature::{Signature, SigningDigest};

use super::fault::RecordingFault;
use crate::artefact::{read_json, write_json};
use crate::atomic::{Existing, Visibility};
use crate::error::{Error, Fault};

const VERSION: u16 = 1;

/// The file beside a segment that seals its first frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    version: u16,
    /// The frames sealed, from the first.
    pub frames: u64,
    /// The chain after them.
    #[serde(with = "json::bytes")]
    pub chain: [u8; 32],
    /// Who sealed.
    pub signer: Address,
    /// The signature.
    pub signature: Signature,
}

/// The digest that is signed: EIP-191 over the Keccak-256 of three words.
fn digest(chain: &[u8; 32], frames: u64) -> SigningDigest {
    SigningDigest::of_message(&keccak(&[
        &text_word("tranche recording seal v1"),
        chain,
        &word(frames.into()),
    ]))
}

impl Seal {
    /// Signs the chain after `frames` frames.
    ///
    /// # Errors
    /// [`Error::Internal`] in the case, never met in practice, that there is no signature.
    pub fn sign(chain: [u8; 32], frames: u64, key: &SigningKey) -> Result<Self, Error> {
        let signature = Signature::sign(&digest(&chain, frames), key)
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self {
            version: VERSION,
            frames,
            chain,
            signer: Address::of_key(key.verifying_key()),
            signature,
        })
    }

    /// The seal's file of a segment's.
    pub fn path(segment: &Path) -> PathBuf {
        segment.with_extension("seal.json")
    }

    /// Reads the seal of a segment, if there is one, and checks its signature.
    ///
    /// # Errors
    /// As [`read_json`]; [`Fault::Version`]; [`Fault::Recording`] for a signature of somebody else.
    pub fn read(segment: &Path) -> Result<Option<Self>, Error> {
        let path = Self::path(segment);
        if !path.exists() {
            return Ok(None);
        }
        let seal: Self = read_json(&path)?;
        let fault = |fault| Error::file(&path, fault);
        if seal.version != VERSION {
            return Err(fault(Fault::Version {
                expected: VERSION,
                got: seal.version,
            }));
        }
        let signer = seal
            .signature
            .recover(&digest(&seal.chain, seal.frames))
            .map_err(|error| fault(Fault::Recording(RecordingFault::SealBytes(error))))?;
        if signer != seal.signer {
            let signer = seal.signer;
            return Err(fault(Fault::Recording(RecordingFault::SealSignature {
                signer,
            })));
        }
        Ok(Some(seal))
    }

    /// Writes the seal beside its segment, over an earlier one.
    ///
    /// # Errors
    /// As [`write_json`].
    pub fn write(&self, segment: &Path) -> Result<PathBuf, Error> {
        let path = Self::path(segment);
        write_json(&path, self, Visibility::Public, Existing::Replace)?;
        Ok(path)
    }

    /// The fault of a segment that has other frames than these.
    pub(super) fn broken(&self, segment: &Path) -> Error {
        let fault = RecordingFault::SealBroken {
            frames: self.frames,
        };
        Error::file(&Self::path(segment), Fault::Recording(fault))
    }
}
