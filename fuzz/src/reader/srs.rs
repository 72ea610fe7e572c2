//! Reference strings: the project's own file, others' files, a ceremony's files, and what a verifier needs of one.

use tranche_srs::ceremony::{Ceremony, Chain};
use tranche_srs::{Srs, SrsError, VerifierSrs};

use crate::scratch;

/// Bytes before the payload of the project's own file.
const HEADER: usize = 83;
const CHECKSUM: usize = 51;
/// Binary logarithm of the hashes that a run may take.
const MOST_HASHES: u8 = 12;

/// The project's own file. The first byte: 1 gives the payload its checksum.
pub(crate) fn own(data: &[u8]) {
    let Some((mode, bytes)) = data.split_first() else {
        return;
    };
    let mut bytes = bytes.to_vec();
    if mode & 1 == 1 && bytes.len() > HEADER {
        let checksum = blake3::hash(&bytes[HEADER..]);
        bytes[CHECKSUM..HEADER].copy_from_slice(checksum.as_bytes());
    }
    let path = scratch::file("own.srs", &bytes);
    match Srs::load(&path) {
        Ok(srs) => {
            let again = scratch::path("again.srs");
            srs.save(&again).expect("a string to write");
            let written = std::fs::read(again).expect("a file to read");
            assert_eq!(written, bytes, "a string has one encoding");
        }
        Err(error) => refused(&error),
    }
}

/// A ceremony's file. The first byte is the number of powers asked for, all if 0.
pub(crate) fn import(data: &[u8]) {
    let Some((k, bytes)) = data.split_first() else {
        return;
    };
    let path = scratch::file("import", bytes);
    let k = (*k > 0).then(|| u32::from(*k));
    match Srs::import(&path, k, None) {
        Ok(imported) => assert!(k.is_none_or(|k| imported.srs.k() == k)),
        Err(error) => refused(&error),
    }
}

/// A ceremony's state, or the chain of one that is finished. A beacon may ask for 2^32 hashes, so those that ask for many are left out.
pub(crate) fn ceremony(data: &[u8]) {
    if exponent(data).is_some_and(|exponent| exponent > MOST_HASHES) {
        return;
    }
    let path = scratch::file("ceremony", data);
    let mut written = Vec::new();
    match Ceremony::load(&path) {
        Ok(ceremony) => {
            ceremony.write(&mut written).expect("a state to write");
            assert_eq!(written, data, "a state has one encoding");
        }
        Err(error) => refused(&error),
    }
    match Chain::load(&path) {
        Ok(chain) if chain.beacon().is_some() => {
            chain.write(&mut written).expect("a chain to write");
            assert_eq!(written, data, "a chain has one encoding");
        }
        Ok(_) => assert_eq!(written, data, "a chain without an end is that of a state"),
        Err(error) => refused(&error),
    }
}

/// What a verifier needs.
pub(crate) fn verifier(data: &[u8]) {
    match VerifierSrs::from_bytes(data) {
        Ok(srs) => assert_eq!(srs.to_bytes(), data, "a string has one encoding"),
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
}

/// The binary logarithm of a beacon's hashes, where the records lead to a beacon.
fn exponent(data: &[u8]) -> Option<u8> {
    const HEADER: usize = 26;
    const POINTS: usize = 1 + 32 + 64 + 128;
    const PROOF: usize = 64 + 32;
    let mut rest = data.get(HEADER..)?;
    while *rest.first()? == 1 {
        let name = usize::from(*rest.get(POINTS + PROOF)?);
        rest = rest.get(POINTS + PROOF + 1 + name..)?;
    }
    rest.get(POINTS).copied()
}

fn refused(error: &SrsError) {
    assert!(!error.to_string().is_empty());
}
