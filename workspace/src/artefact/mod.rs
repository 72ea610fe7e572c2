//! The files that commands hand to each other.
//!
//! | module | file | who may read it |
//! |---|---|---|
//! | [`folder`] | a tranche's folder: `manifest.json`, `units.bin`, `digests.bin` | everybody; of private data the owner only |
//! | [`run_log`] | `.tlog`: a run's draws | the builder only |
//! | [`terms`] | a run's terms | everybody |
//! | [`run`] | a run's folder: `run.json`, `registry.json`, `evidence.json`, `secret/` | everybody but for `secret/` |
//! | [`ledger`] | `secret/ledger.json`: what was disclosed about a run | the builder only |
//! | [`secret`] | keys and seeds | the owner only |
//!
//! The binary ones are framed alike ([`frame`]): an 8-byte magic, a u16 version, the body, and the BLAKE3 of all that.
//! Integers are little-endian.

pub mod folder;
pub mod frame;
pub mod ledger;
pub mod run;
pub mod run_log;
pub mod secret;
pub mod terms;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tranche_protocol::Shape;
use tranche_protocol::manifest::Manifest;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::registry::Registry;
use zeroize::Zeroizing;

use crate::atomic::{self, Existing, Visibility};
use crate::error::{Error, Fault};

/// The longest file that is read into memory, in bytes.
const MAX_FILE: u64 = 1 << 32;

/// Reads a whole file.
///
/// # Errors
/// [`Error::Io`]; [`Fault::RecordTooLong`] for one of more than 4 GiB.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(|error| Error::io("open", path, error))?;
    // The length at once: growing by doubling takes half as much again, and leaves copies behind that nobody wipes.
    let length = file.metadata().map_or(0, |about| about.len()).min(MAX_FILE);
    let mut bytes = Vec::with_capacity(length as usize + 1);
    file.take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("read", path, error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Error::file(path, Fault::RecordTooLong { limit: MAX_FILE }));
    }
    Ok(bytes)
}

/// Reads a whole file of text.
///
/// # Errors
/// As [`read_bytes`]; [`Fault::NotUtf8`].
pub fn read_text(path: &Path) -> Result<String, Error> {
    String::from_utf8(read_bytes(path)?).map_err(|_| Error::file(path, Fault::NotUtf8))
}

/// Reads a JSON file.
///
/// # Errors
/// As [`read_text`]; [`Fault::BadJson`].
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = Zeroizing::new(read_text(path)?);
    serde_json::from_str(&text)
        .map_err(|error| Error::file(path, Fault::BadJson(error.to_string())))
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
        Error::file(path, Fault::BadJson(place))
    })
}

/// Writes a JSON file, whole or not at all.
///
/// # Errors
/// As [`atomic::write`]; [`Error::Internal`] if the value has no JSON form.
pub fn write_json(
    path: &Path,
    value: &impl Serialize,
    visibility: Visibility,
    existing: Existing,
) -> Result<(), Error> {
    let failed = |error: serde_json::Error| Error::Internal(error.to_string());
    let mut length = Length(1);
    serde_json::to_writer_pretty(&mut length, value).map_err(failed)?;
    let mut text = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer_pretty(&mut *text, value).map_err(failed)?;
    text.push(b'\n');
    atomic::write(path, &text, visibility, existing)
}

/// Counts what is written to it, so that the text itself is written to one piece of memory, which can be wiped.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a registry snapshot; its root is recomputed.
///
/// # Errors
/// As [`read_text`]; [`Fault::Registry`].
pub fn read_registry(path: &Path) -> Result<Registry, Error> {
    Registry::from_json(&Shape::STANDARD, &read_text(path)?)
        .map_err(|error| Error::file(path, Fault::Registry(error)))
}

/// Reads a manifest: the file itself or `manifest.json` in a folder. What can be recomputed is; the signature is not
/// checked.
///
/// # Errors
/// As [`read_text`]; [`Fault::Manifest`].
pub fn read_manifest(path: &Path) -> Result<Manifest, Error> {
    let file = if path.is_dir() {
        path.join(folder::MANIFEST)
    } else {
        path.to_owned()
    };
    Manifest::from_json(&Shape::STANDARD, &read_text(&file)?)
        .map_err(|error| Error::file(&file, Fault::Manifest(error)))
}

/// Reads a proof file; nothing is verified.
///
/// # Errors
/// As [`read_bytes`]; [`Fault::ProofFile`].
pub fn read_proof(path: &Path) -> Result<ProofFile, Error> {
    ProofFile::parse(&read_bytes(path)?).map_err(|error| Error::file(path, Fault::ProofFile(error)))
}
