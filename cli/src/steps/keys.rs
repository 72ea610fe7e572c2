//! `tranche keys`: verifying keys.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_prover::{KeyStore, Srs, pin};

use crate::atomic::{self, Existing, Visibility};
use crate::error::Error;
use crate::output::{Report, Table};
use crate::progress::Progress;
use crate::shipped::{Circuit, KeyOptions, KeyRing, make};

/// Exports verifying keys.
#[derive(Args, Clone, Debug)]
pub struct KeysArgs {
    #[command(subcommand)]
    action: KeysAction,
}

#[derive(Clone, Debug, Subcommand)]
enum KeysAction {
    /// Writes the portable verifying key of a circuit
    #[command(after_help = "Examples:
  tranche keys export --circuit usage-17 --out usage-17.vk
  tranche keys export --circuit usage-20 --srs ceremony.srs --out usage-20.vk")]
    Export {
        /// The circuit
        #[arg(long, value_name = "NAME")]
        circuit: String,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        keys: KeyOptions,
    },
    /// Makes the keys and pins of all circuits anew, under the development string (maintenance of params/)
    #[command(hide = true, after_help = "Example: tranche keys pin --dir params")]
    Pin {
        /// The folder
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// Only these circuits
        #[arg(long, value_name = "NAME")]
        only: Vec<String>,
    },
}

/// Keys that were written.
#[derive(Clone, Debug, Serialize)]
pub struct KeysReport {
    keys: Vec<ExportedKey>,
}

#[derive(Clone, Debug, Serialize)]
struct ExportedKey {
    circuit: &'static str,
    file: PathBuf,
    bytes: usize,
    digest: String,
    srs_insecure: bool,
}

impl Report for KeysReport {
    fn table(&self) -> Table {
        let head = Table::new().line(["circuit", "bytes", "digest", "file"]);
        self.keys.iter().fold(head, |table, key| {
            let note = match key.srs_insecure {
                true => "INSECURE development string",
                false => "",
            };
            table.line([
                key.circuit,
                &key.bytes.to_string(),
                &key.digest,
                &key.file.display().to_string(),
                note,
            ])
        })
    }
}

/// Runs `tranche keys`.
///
/// # Errors
/// [`Error::Srs`], [`Error::Proof`], [`Error::Io`].
pub fn keys(args: &KeysArgs, progress: Progress) -> Result<KeysReport, Error> {
    match &args.action {
        KeysAction::Export { circuit, out, keys } => {
            let circuit = Circuit::by_name(circuit)?;
            let ring = KeyRing::new(keys.clone());
            let key = ring.get(circuit, progress)?;
            let (srs, key) = &*key;
            let exported = write(out, circuit, key.portable(), srs)?;
            Ok(KeysReport {
                keys: vec![exported],
            })
        }
        KeysAction::Pin { dir, only } => {
            let chosen = |circuit: &Circuit| {
                only.is_empty() || only.iter().any(|name| name == circuit.name())
            };
            let mut keys = Vec::new();
            for circuit in Circuit::all().filter(chosen) {
                let _stage = progress.stage(circuit.name(), None);
                let pinned = pinned(circuit)?;
                let file = |suffix: &str| dir.join(format!("{}.{suffix}", circuit.name()));
                atomic::write(
                    &file("pin"),
                    pinned.text.as_bytes(),
                    Visibility::Public,
                    Existing::Replace,
                )?;
                keys.push(write(&file("vk"), circuit, &pinned.key, &pinned.srs)?);
            }
            Ok(KeysReport { keys })
        }
    }
}

/// What `params/` holds of a circuit.
pub struct Pinned {
    /// The portable verifying key.
    pub key: Vec<u8>,
    /// The text that changes exactly when the key does.
    pub text: String,
    srs: Srs,
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
        srs,
    })
}

fn write(path: &Path, circuit: Circuit, bytes: &[u8], srs: &Srs) -> Result<ExportedKey, Error> {
    atomic::write(path, bytes, Visibility::Public, Existing::Replace)?;
    let key = tranche_verifier::VerifyingKey::from_bytes(bytes)
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(ExportedKey {
        circuit: circuit.name(),
        file: path.to_owned(),
        bytes: bytes.len(),
        digest: format!("0x{}", hex::encode(key.digest())),
        srs_insecure: srs.identity().is_insecure(),
    })
}
