//! Whole files of the formats that artefacts have.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tranche_ingest::plain::text_of;
use tranche_protocol::Shape;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::registry::Registry;
use zeroize::Zeroizing;

use super::fault::ArtefactFault;
use crate::error::{Error, FormatFault};

/// The longest file that is read into memory, in bytes.
const MAX_FILE: u64 = 1 << 32;

/// Reads a whole file.
///
/// # Errors
/// [`Error::Io`]; [`FormatFault::RecordTooLong`] for one of more than 4 GiB.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(|error| Error::io("open", path, error))?;
    // The length at once: growing by doubling takes half as much again, and leaves copies behind that nobody wipes.
    let length = file.metadata().map_or(0, |about| about.len()).min(MAX_FILE);
    let mut bytes = Vec::with_capacity(length as usize + 1);
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("read", path, error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Error::file(
            path,
            FormatFault::RecordTooLong { limit: MAX_FILE },
        ));
    }
    Ok(bytes)
}

/// Reads a whole file of text; a byte order mark before it is no part of the text.
///
/// # Errors
/// As [`read_bytes`]; [`FormatFault::NotUtf8`], [`TextFault::Utf16`](tranche_ingest::plain::TextFault::Utf16).
pub fn read_text(path: &Path) -> Result<String, Error> {
    // The file may be secret.
    let bytes = Zeroizing::new(read_bytes(path)?);
    Ok(text_of(path, &bytes)?.to_owned())
}

/// Reads a JSON file.
///
/// # Errors
/// As [`read_text`]; [`FormatFault::BadJson`].
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = Zeroizing::new(read_text(path)?);
    serde_json::from_str(&text)
        .map_err(|error| Error::file(path, FormatFault::BadJson(error.to_string())))
}

/// Reads a JSON file that is secret: as [`read_json`], but an error shows the place of a fault and no value.
///
/// # Errors
/// As [`read_json`].
pub fn read_secret_json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = Zeroizing::new(read_text(path)?);
    serde_json::from_str(&text).map_err(|error| {
        let what = match error.classify() {
            Category::Data => "a field is not what it should be",
            Category::Eof => "it ends too early",
            Category::Syntax | Category::Io => "it is malformed",
        };
        let place = format!("{what} at line {} column {}", error.line(), error.column());
        Error::file(path, FormatFault::BadJson(place))
    })
}

/// Reads a registry snapshot; its root is recomputed.
///
/// # Errors
/// As [`read_text`]; [`ArtefactFault::Registry`].
pub fn read_registry(path: &Path) -> Result<Registry, Error> {
    Registry::from_json(&Shape::STANDARD, &read_text(path)?)
        .map_err(|error| Error::file(path, ArtefactFault::Registry(error)))
}

/// Reads a proof file; nothing is verified.
///
/// # Errors
/// As [`read_bytes`]; [`ArtefactFault::ProofFile`].
pub fn read_proof(path: &Path) -> Result<ProofFile, Error> {
    ProofFile::parse(&read_bytes(path)?)
        .map_err(|error| Error::file(path, ArtefactFault::ProofFile(error)))
}
