//! Makes file cases from one valid file.

use tranche_protocol::proof_file::ProofFile;

use super::map::Map;
use crate::case::{Beside, FileCase, Said, Stage};
use crate::error::Error;
use crate::valid::{Group, ValidProof, ValidProofs};

/// A valid file and the list that its cases go to.
pub(super) struct Maker<'a> {
    pub(super) all: &'a ValidProofs,
    pub(super) group: &'a Group,
    pub(super) base: &'a ValidProof,
    pub(super) map: Map,
    bytes: Vec<u8>,
    cases: &'a mut Vec<FileCase>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(
        all: &'a ValidProofs,
        group: &'a Group,
        base: &'a ValidProof,
        cases: &'a mut Vec<FileCase>,
    ) -> Result<Self, Error> {
        let map = Map::new(&base.file);
        let bytes = base.file.to_bytes();
        if map.checksum + 32 != bytes.len() {
            return Err(Error::sample("the proof file's layout", group.circuit.name));
        }
        Ok(Self {
            all,
            group,
            base,
            map,
            bytes,
            cases,
        })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// The usage proof that the base stands on, if it is a disclosure.
    pub(super) fn beside(&self) -> Option<Beside> {
        let usage = &self.all.usage;
        (self.group.circuit.name != usage.circuit.name)
            .then(|| usage.proofs.first())
            .flatten()
            .map(|valid| beside(usage, &valid.file))
    }

    pub(super) fn push(
        &mut self,
        family: &str,
        what: &str,
        file: Vec<u8>,
        said: Said,
        stage: Option<Stage>,
    ) {
        self.cases.push(FileCase {
            name: format!(
                "{}/{}/{family}/{what}",
                self.group.circuit.name, self.base.name
            ),
            family: family.to_owned(),
            key: self.group.circuit.name.to_owned(),
            beside: self.beside(),
            file,
            said,
            stage,
        });
    }

    /// Bytes that must be refused before a proof is looked at, or in verifying it; the valid file itself is left out.
    pub(super) fn refused(&mut self, family: &str, what: &str, file: Vec<u8>, stage: Stage) {
        if file != self.bytes {
            self.push(family, what, file, Said::Invalid, Some(stage));
        }
    }

    /// As [`Maker::refused`] by another circuit's key.
    pub(super) fn under(&mut self, key: &Group, family: &str, what: &str) {
        let file = self.bytes();
        self.push(family, what, file, Said::Invalid, Some(Stage::Verification));
        if let Some(case) = self.cases.last_mut() {
            key.circuit.name.clone_into(&mut case.key);
        }
    }
}

/// A file beside a disclosure.
pub(super) fn beside(group: &Group, file: &ProofFile) -> Beside {
    Beside {
        key: group.circuit.name.to_owned(),
        file: file.to_bytes(),
    }
}

/// The body with its checksum.
pub(super) fn sealed(mut body: Vec<u8>) -> Vec<u8> {
    let checksum = blake3::hash(&body);
    body.extend(checksum.as_bytes());
    body
}

/// The file with the checksum of what it holds now.
pub(super) fn resealed(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.len().saturating_sub(32));
    sealed(file)
}

/// A copy with one byte changed.
pub(super) fn with_byte(bytes: &[u8], at: usize, change: u8) -> Vec<u8> {
    let mut out = bytes.to_vec();
    out[at] ^= change;
    out
}

/// A copy with some bytes replaced by others, of any length.
pub(super) fn spliced(bytes: &[u8], from: usize, to: usize, instead: &[u8]) -> Vec<u8> {
    [&bytes[..from], instead, &bytes[to..]].concat()
}
