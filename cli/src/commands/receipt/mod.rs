//! `tranche receipt`: what was used of an owner's tranches, told without a proof.

mod check;
mod make;

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_workspace::error::Error;
use tranche_workspace::steps::receipt::{CheckedReceipt, MadeReceipts};

use crate::output::{Report, Table};

pub(crate) use check::{CheckArgs, check};
pub(crate) use make::{MakeArgs, make};

/// Makes and checks receipts: opened leaves of the usage commitment.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReceiptArgs {
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
pub(crate) enum ReceiptReport {
    /// Receipts that were written.
    Made(MadeReceipts),
    /// Receipts that hold.
    Checked(Box<CheckedReceipt>),
}

impl Report for ReceiptReport {
    fn table(&self) -> Table {
        match self {
            Self::Made(made) => made.receipts.iter().fold(Table::new(), |table, path| {
                table.line(["receipt", &path.display().to_string()])
            }),
            Self::Checked(checked) => checked.table(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the files; [`Error::Refused`] when a receipt does not hold.
pub(crate) fn run(args: &ReceiptArgs) -> Result<ReceiptReport, Error> {
    match &args.action {
        ReceiptAction::Make(args) => make(args).map(ReceiptReport::Made),
        ReceiptAction::Check(args) => {
            check(args).map(|checked| ReceiptReport::Checked(Box::new(checked)))
        }
    }
}
