//! The index: `index.json`.

use serde::{Deserialize, Serialize};

use crate::case::{Beside, Class, FileCase, ProofCase, Said, Stage, Verdict};
use crate::word::Word;

/// Version of the folder's format.
pub(super) const FORMAT: u32 = 1;

/// A byte string in `corpus.bin`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Range {
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl Range {
    pub(super) fn of<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let from = usize::try_from(self.offset).ok()?;
        let length = usize::try_from(self.length).ok()?;
        bytes.get(from..)?.get(..length)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Index {
    pub(super) format: u32,
    pub(super) keys: Vec<KeyEntry>,
    pub(super) proofs: Vec<ProofEntry>,
    pub(super) files: Vec<FileEntry>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeyEntry {
    pub(super) circuit: String,
    pub(super) file: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ProofEntry {
    pub(super) name: String,
    family: String,
    key: String,
    digest: String,
    digest_derived: bool,
    pub(super) inputs: Range,
    pub(super) proof: Range,
    verdict: Verdict,
    class: Option<Class>,
}

impl ProofEntry {
    pub(super) fn new(case: &ProofCase, inputs: Range, proof: Range) -> Self {
        Self {
            name: case.name.clone(),
            family: case.family.clone(),
            key: case.key.clone(),
            digest: format!("0x{}", hex::encode(case.digest)),
            digest_derived: case.digest_derived,
            inputs,
            proof,
            verdict: case.verdict,
            class: case.class,
        }
    }

    pub(super) fn digest(&self) -> Option<Word> {
        let mut digest = [0; 32];
        hex::decode_to_slice(self.digest.strip_prefix("0x")?, &mut digest).ok()?;
        Some(digest)
    }

    pub(super) fn case(&self, digest: Word, inputs: Vec<Word>, proof: Vec<u8>) -> ProofCase {
        ProofCase {
            name: self.name.clone(),
            family: self.family.clone(),
            key: self.key.clone(),
            digest,
            digest_derived: self.digest_derived,
            inputs,
            proof,
            verdict: self.verdict,
            class: self.class,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BesideEntry {
    pub(super) key: String,
    pub(super) file: Range,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileEntry {
    name: String,
    family: String,
    key: String,
    pub(super) file: Range,
    pub(super) beside: Option<BesideEntry>,
    verdict: Verdict,
    said: Said,
    stage: Option<Stage>,
}

impl FileEntry {
    pub(super) fn new(case: &FileCase, file: Range, beside: Option<BesideEntry>) -> Self {
        Self {
            name: case.name.clone(),
            family: case.family.clone(),
            key: case.key.clone(),
            file,
            beside,
            verdict: case.verdict(),
            said: case.said,
            stage: case.stage,
        }
    }

    pub(super) fn case(&self, file: Vec<u8>, beside: Option<Beside>) -> FileCase {
        FileCase {
            name: self.name.clone(),
            family: self.family.clone(),
            key: self.key.clone(),
            file,
            beside,
            said: self.said,
            stage: self.stage,
        }
    }
}
