//! Verifying keys, written to files.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::statement::KeyDigest;
use tranche_prover::{KeyStore, Srs, pin};
use tranche_verifier::VerifyingKey;

use crate::builtin_keys::{Circuit, KeyRing, make};
use crate::error::Error;
use crate::progress::Progress;

/// A verifying key that was written.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedKey {
    /// The circuit.
    pub circuit: &'static str,
    /// The key's file.
    pub file: PathBuf,
    /// Bytes of the file.
    pub bytes: usize,
    /// Digest of the key.
    pub digest: KeyDigest,
    /// Whether anybody can forge proofs under the key.
    pub srs_insecure: bool,
}

/// What `params/` holds of a circuit.
#[derive(Clone, Debug)]
pub struct Pinned {
    /// The portable verifying key.
    pub key: Vec<u8>,
    /// The text that changes exactly when the key does.
    pub text: String,
}

/// Writes the portable verifying key of a circuit, under the ring's reference string.
///
/// # Errors
/// [`Error::Srs`], [`Error::Proof`], [`Error::Io`].
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::builtin_keys::{Circuit, KeyOptions, KeyRing};
/// use tranche_workspace::steps::keys::export;
///
/// let ring = KeyRing::new(KeyOptions::default());
/// let circuit = Circuit::by_name("usage-17")?;
/// let key = export(circuit, "usage-17.vk".as_ref(), &ring, &Progress::silent())?;
/// println!("{} bytes", key.bytes);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn export(
    circuit: Circuit,
    out: &Path,
    ring: &KeyRing,
    progress: &Progress,
) -> Result<ExportedKey, Error> {
    let key = ring.get(circuit, *progress)?;
    let (_, key) = &*key;
    write(out, circuit, key.portable())
}

/// Makes the keys and pins of circuits anew, under the development string, and writes them to a folder: maintenance of `params/`.
///
/// # Errors
/// As [`pinned`]; [`Error::Io`].
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::builtin_keys::Circuit;
/// use tranche_workspace::steps::keys::pin_all;
///
/// pin_all(Circuit::all(), "params".as_ref(), &Progress::silent())?;
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn pin_all(
    circuits: impl IntoIterator<Item = Circuit>,
    folder: &Path,
    progress: &Progress,
) -> Result<Vec<ExportedKey>, Error> {
    let one = |circuit: Circuit| {
        let _stage = progress.stage(circuit.name(), None);
        let pinned = pinned(circuit)?;
        let file = |suffix: &str| folder.join(format!("{}.{suffix}", circuit.name()));
        atomic::write(
            &file("pin"),
            pinned.text.as_bytes(),
            Visibility::Public,
            Existing::Replace,
        )?;
        write(&file("vk"), circuit, &pinned.key)
    };
    circuits.into_iter().map(one).collect()
}

/// Makes a circuit's key under the development string, with no cache.
///
/// # Errors
/// [`Error::Srs`], [`Error::Proof`].
pub fn pinned(circuit: Circuit) -> Result<Pinned, Error> {
    let srs = Srs::development(circuit.k())?;
    let key = make(&srs, &KeyStore::new(None), circuit)?;
    Ok(Pinned {
        key: key.portable().to_vec(),
        text: format!(
            "{}portable {}\n",
            pin(key.pair()),
            hex::encode(key.digest())
        ),
    })
}

fn write(path: &Path, circuit: Circuit, bytes: &[u8]) -> Result<ExportedKey, Error> {
    atomic::write(path, bytes, Visibility::Public, Existing::Replace)?;
    let key =
        VerifyingKey::from_bytes(bytes).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(ExportedKey {
        circuit: circuit.name(),
        file: path.to_owned(),
        bytes: bytes.len(),
        digest: key.digest(),
        srs_insecure: key.srs_is_insecure(),
    })
}
