//! `tranche account`: signing keys and their addresses.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tranche_workspace::error::Error;
use tranche_workspace::steps::account::{KeyAccount, new, show};

use crate::output::{Report, Table};

/// Makes signing keys and shows their addresses: of owners, builders, loaders, auditors.
#[derive(Args, Clone, Debug)]
pub(crate) struct AccountArgs {
    #[command(subcommand)]
    action: AccountAction,
}

#[derive(Clone, Debug, Subcommand)]
enum AccountAction {
    /// Makes a secret key and shows its address
    #[command(after_help = "Example: tranche account new me.key

The file can be read by its owner alone (mode 0600), and is never overwritten. Whoever has it can sign and collect in its
name: keep a copy where only you can read it. Every option that takes a key file takes it: --owner-key, --key, --key-file,
--sign-key.")]
    New {
        /// The file to write
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Shows the address of a secret key
    #[command(after_help = "Example: tranche account show me.key")]
    Show {
        /// The key's file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

impl Report for KeyAccount {
    fn table(&self) -> Table {
        Table::new()
            .line(["address", &self.address.to_string()])
            .line(["key", &self.file.display().to_string()])
    }
}

/// Runs `tranche account`.
///
/// # Errors
/// [`Error::Usage`] where a new key's file is there already; [`Error::Input`], [`Error::Io`] of the file.
pub(crate) fn run(args: &AccountArgs) -> Result<KeyAccount, Error> {
    match &args.action {
        AccountAction::New { file } => new(file),
        AccountAction::Show { file } => show(file),
    }
}
