//! Reference strings: the project's own file, ceremonies' files, and what a verifier needs of one.

use tranche_prover::{Srs, SrsError, VerifierSrs};

use crate::scratch;

/// Bytes before the payload of the project's own file.
const HEADER: usize = 83;
const CHECKSUM: usize = 51;

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

/// What a verifier needs.
pub(crate) fn verifier(data: &[u8]) {
    match VerifierSrs::from_bytes(data) {
        Ok(srs) => assert_eq!(srs.to_bytes(), data, "a string has one encoding"),
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
}

fn refused(error: &SrsError) {
    assert!(!error.to_string().is_empty());
}
