//! `tranche keys`: verifying keys.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_workspace::builtin_keys::{Circuit, KeyRing};
use tranche_workspace::error::Error;
use tranche_workspace::steps::keys::{ExportedKey, export, pin_all};

use super::lines::string_note;
use crate::key_args::KeyArgs;
use crate::output::{Report, Table};
use crate::progress::Progress;

/// Exports verifying keys; `tranche account` has signing keys.
#[derive(Args, Clone, Debug)]
pub(crate) struct KeysArgs {
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
        keys: KeyArgs,
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
pub(crate) struct KeysReport {
    keys: Vec<ExportedKey>,
}

impl Report for KeysReport {
    fn table(&self) -> Table {
        let head = Table::new().line(["circuit", "bytes", "digest", "file"]);
        self.keys.iter().fold(head, |table, key| {
            table.line([
                key.circuit,
                &key.bytes.to_string(),
                &key.digest.to_string(),
                &key.file.display().to_string(),
                string_note(key.srs_insecure),
            ])
        })
    }
}

/// Runs `tranche keys`.
///
/// # Errors
/// [`Error::Srs`], [`Error::Proof`], [`Error::Io`].
pub(crate) fn keys(args: &KeysArgs, progress: Progress) -> Result<KeysReport, Error> {
    let keys = match &args.action {
        KeysAction::Export { circuit, out, keys } => {
            let circuit = Circuit::by_name(circuit)?;
            let ring = KeyRing::new(keys.clone());
            vec![export(circuit, out, &ring, &progress)?]
        }
        KeysAction::Pin { dir, only } => {
            let chosen = |circuit: &Circuit| {
                only.is_empty() || only.iter().any(|name| name == circuit.name())
            };
            pin_all(Circuit::all().filter(chosen), dir, &progress)?
        }
    };
    Ok(KeysReport { keys })
}
