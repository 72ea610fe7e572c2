//! `tranche receipt check`: what a contributor needs is the manifest, the receipt and the public proof.

use std::path::PathBuf;

use clap::Args;
use tranche_protocol::usage::UsageCommitment;
use tranche_workspace::error::Error;
use tranche_workspace::steps;
use tranche_workspace::steps::receipt::{
    Backing, CheckReceiptRequest, CheckedReceipt, Ground, Held,
};
use tranche_workspace::steps::verify::ProofInput;

use crate::args::parse_usage_commitment;
use crate::commands::lines::insecure;
use crate::output::{Report, Table};

/// `tranche receipt check`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche receipt check receipts/books.json --manifest books/manifest.json --proof usage.proof
  tranche receipt check receipts.json --manifest books --manifest play --proof usage.proof --html receipt.html
  tranche receipt check receipts.json --manifest books --commitment 0x2f...a1

With --commitment the usage commitment is one that somebody else accepted a proof of, for example an escrow: `tranche settle status` shows it.")]
pub(crate) struct CheckArgs {
    /// The receipt, or an owner's file of receipts
    pub receipt: PathBuf,
    /// The manifest of a tranche that it is for; may be given again
    #[arg(long, value_name = "FILE", required = true)]
    pub manifest: Vec<PathBuf>,
    /// The run's usage proof
    #[arg(long, value_name = "FILE", required_unless_present = "commitment")]
    pub proof: Option<PathBuf>,
    /// The usage commitment, where its proof was accepted elsewhere
    #[arg(long, value_name = "FELT", value_parser = parse_usage_commitment, conflicts_with = "proof")]
    pub commitment: Option<UsageCommitment>,
    /// The verifying key of the usage proof's circuit [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", requires = "proof")]
    pub key: Option<PathBuf>,
    /// Write the checked receipt as a page to read and to print
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// Runs `tranche receipt check`.
///
/// # Errors
/// As [`steps::receipt::check`]; [`Error::Usage`] when there is nothing to check against.
pub(crate) fn check(args: &CheckArgs) -> Result<CheckedReceipt, Error> {
    let ground = match (&args.proof, args.commitment) {
        (Some(proof), _) => Ground::Proof(ProofInput {
            file: proof.clone(),
            key: args.key.clone(),
        }),
        (None, Some(commitment)) => Ground::Commitment(commitment),
        (None, None) => {
            return Err(Error::usage(
                "nothing to check against",
                "give --proof or --commitment",
            ));
        }
    };
    steps::receipt::check(&CheckReceiptRequest {
        receipt: args.receipt.clone(),
        manifests: args.manifest.clone(),
        ground,
        page: args.html.clone(),
    })
}

impl Report for CheckedReceipt {
    fn table(&self) -> Table {
        let (table, backing, html) = match self {
            Self::One {
                receipt,
                held,
                backing,
                html,
            } => {
                let table = Table::new().line(["receipt", &format!("{} HOLDS", receipt.display())]);
                (held_lines(table, held), backing, html)
            }
            Self::All {
                receipt,
                owner,
                tranches,
                metered_total,
                without_receipt,
                backing,
                html,
            } => {
                let table = Table::new()
                    .line(["receipts", &format!("{} HOLD", receipt.display())])
                    .line(["owner", &owner.to_string()]);
                let table = tranches.iter().fold(table, held_lines);
                let table =
                    table.line(["in all, at the owner's rates", &metered_total.to_string()]);
                let table = without_receipt.iter().fold(table, |table, id| {
                    table.line(["no receipt for", &id.to_string()])
                });
                (table, backing, html)
            }
        };
        let table = backing_lines(table, backing);
        match html {
            Some(path) => table.line(["page to print", &path.display().to_string()]),
            None => table,
        }
    }
}

fn held_lines(table: Table, held: &Held) -> Table {
    table
        .line(["tranche", &held.tranche.to_string()])
        .line(["units", &format!("{} in {}", held.units, held.unit)])
        .line(["draws", &held.draws.to_string()])
        .line(["at the owner's rate", &held.metered_amount.to_string()])
}

fn backing_lines(table: Table, backing: &Backing) -> Table {
    let table = match &backing.run {
        Some(run) => table.line(["of", run]),
        None => table,
    };
    let table = match backing.order {
        Some(order) => table.line(["order", order.meaning()]),
        None => table,
    };
    let table = table.line(["evidence level", &backing.evidence]);
    let table = if backing.usage_proof {
        table
    } else {
        table.line([
            "No usage proof was verified here: the commitment is as good as whoever accepted one.",
        ])
    };
    insecure(table, backing.srs_insecure)
}
