//! Seals: a signature over the chain of a segment's frames.

use std::path::{Path, PathBuf};

use k256::ecdsa::SigningKey;
use serde::{Deserialize, Serialize};
use tranche_protocol::address::Address;
use tranche_protocol::json;
use tranche_protocol::keccak::{keccak, text_word, word};
use tranche_protocol::signature::{Signature, SignatureError, SigningDigest};

use super::fault::RecordingFault;
use crate::error::{Error, Fault, FormatFault};
use crate::input::{Disk, Files, Input};

const VERSION: u16 = 1;
/// The longest seal accepted, in bytes.
const MAX_FILE: u64 = 1 << 32;

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
    /// In the case, never met in practice, that there is no signature.
    pub fn sign(chain: [u8; 32], frames: u64, key: &SigningKey) -> Result<Self, SignatureError> {
        let signature = Signature::sign(&digest(&chain, frames), key)?;
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

    /// Reads the seal of a segment of the file system, if there is one, and checks its signature.
    ///
    /// # Errors
    /// As [`Seal::read_in`].
    pub fn read(segment: &Path) -> Result<Option<Self>, Error> {
        Self::read_in(&Disk, segment)
    }

    /// Reads the seal of a segment of `files`, if there is one, and checks its signature.
    ///
    /// # Errors
    /// [`Error::Io`]; [`FormatFault`] of text, JSON and version; [`RecordingFault`] for a signature of somebody else.
    pub fn read_in(files: &dyn Files, segment: &Path) -> Result<Option<Self>, Error> {
        let path = Self::path(segment);
        if !files.exists(&path) {
            return Ok(None);
        }
        let fault = |fault: Fault| Error::file(&path, fault);
        let text = Input::open(files, &path)?.read_whole(MAX_FILE)?;
        let text = String::from_utf8(text).map_err(|_| fault(FormatFault::NotUtf8.into()))?;
        let seal: Self = serde_json::from_str(&text)
            .map_err(|error| fault(FormatFault::BadJson(error.to_string()).into()))?;
        if seal.version != VERSION {
            let (expected, got) = (VERSION, seal.version);
            return Err(fault(FormatFault::Version { expected, got }.into()));
        }
        let signer = seal
            .signature
            .recover(&digest(&seal.chain, seal.frames))
            .map_err(|error| fault(RecordingFault::SealBytes(error).into()))?;
        if signer != seal.signer {
            let signer = seal.signer;
            return Err(fault(RecordingFault::SealSignature { signer }.into()));
        }
        Ok(Some(seal))
    }

    /// The fault of a segment that has other frames than these.
    pub(super) fn broken(&self, segment: &Path) -> Error {
        let fault = RecordingFault::SealBroken {
            frames: self.frames,
        };
        Error::file(&Self::path(segment), fault)
    }
}
