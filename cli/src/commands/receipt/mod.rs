//! `tranche receipt`: what was used of an owner's tranches, told without a proof.

mod bundle;
mod check;
mod make;
mod page;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_protocol::address::Address;

use crate::error::Error;
use crate::output::{Report, Table};

pub use check::{CheckArgs, Ground, Held, check};
pub use make::{MakeArgs, make};

/// Makes and checks receipts: opened leaves of the usage commitment.
#[derive(Args, Clone, Debug)]
pub struct ReceiptArgs {
    #[command(subcommand)]
    action: ReceiptAction,
}

#[derive(Clone, Debug, Subcommand)]
enum ReceiptAction {
    /// Opens leaves of a run's usage commitment, for their owners' eyes: a file a tranche, or a folder an owner
    Make(MakeArgs),
    /// Checks a receipt against the owner's manifests and an accepted usage proof, and writes it as a page to print
    Check(CheckArgs),
}

/// What a receipt's command came to.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ReceiptReport {
    /// Receipts that were written.
    Made {
        /// Their files.
        receipts: Vec<PathBuf>,
    },
    /// A receipt of one tranche that holds.
    Holds {
        /// Its file.
        receipt: PathBuf,
        /// What it says.
        #[serde(flatten)]
        held: Held,
        /// What it stands on.
        #[serde(flatten)]
        ground: Ground,
        /// The page that was written.
        html: Option<PathBuf>,
    },
    /// All receipts of an owner's file hold.
    AllHold {
        /// The file.
        receipt: PathBuf,
        /// Whose they are.
        owner: Address,
        /// What they say.
        tranches: Vec<Held>,
        /// Sum of units times rate, as a decimal string.
        metered_total: String,
        /// Manifests without a receipt, by tranche id.
        without_receipt: Vec<String>,
        /// What they stand on.
        #[serde(flatten)]
        ground: Ground,
        /// The page that was written.
        html: Option<PathBuf>,
    },
}

impl Report for ReceiptReport {
    fn table(&self) -> Table {
        match self {
            Self::Made { receipts } => receipts.iter().fold(Table::new(), |table, path| {
                table.line(["receipt", &path.display().to_string()])
            }),
            Self::Holds {
                receipt,
                held,
                ground,
                html,
            } => {
                let table = Table::new().line(["receipt", &format!("{} HOLDS", receipt.display())]);
                page_line(ground.lines(held.lines(table)), html.as_ref())
            }
            Self::AllHold {
                receipt,
                owner,
                tranches,
                metered_total,
                without_receipt,
                ground,
                html,
            } => {
                let table = Table::new()
                    .line(["receipts", &format!("{} HOLD", receipt.display())])
                    .line(["owner", &owner.to_string()]);
                let table = tranches.iter().fold(table, |table, held| held.lines(table));
                let table = table.line(["in all, at the owner's rates", metered_total]);
                let table = without_receipt
                    .iter()
                    .fold(table, |table, id| table.line(["no receipt for", id]));
                page_line(ground.lines(table), html.as_ref())
            }
        }
    }
}

fn page_line(table: Table, html: Option<&PathBuf>) -> Table {
    match html {
        Some(path) => table.line(["page to print", &path.display().to_string()]),
        None => table,
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the files; [`Error::Refused`] when a receipt does not hold.
pub fn run(args: &ReceiptArgs) -> Result<ReceiptReport, Error> {
    match &args.action {
        ReceiptAction::Make(args) => make(args),
        ReceiptAction::Check(args) => check(args),
    }
}
