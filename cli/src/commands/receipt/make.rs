//! `tranche receipt make`.

use std::path::PathBuf;

use clap::Args;
use tranche_protocol::address::Address;
use tranche_workspace::error::Error;
use tranche_workspace::steps;
use tranche_workspace::steps::receipt::{MadeReceipts, MakeReceiptsRequest, Recipients};

use crate::args::parse_address;

/// The word that means every tranche.
const ALL: &str = "all";

/// `tranche receipt make`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche receipt make --run run/ --out receipts/
  tranche receipt make --run run/ --tranche books --out receipts/
  tranche receipt make --run run/ --by-owner --proof usage.proof --out receipts/

With --by-owner each owner has a folder, named by the address, with all of the owner's receipts in one file: hand over the folder.")]
pub(crate) struct MakeArgs {
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
    /// A name of the run's log, or `all`
    #[arg(long, value_name = "NAME", default_value = "all")]
    pub tranche: String,
    /// Write a folder for each owner, with all receipts of that owner in one file
    #[arg(long, conflicts_with = "tranche")]
    pub by_owner: bool,
    /// Only this owner's folder
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address, requires = "by_owner")]
    pub owner: Option<Address>,
    /// Put the run's usage proof into each owner's folder
    #[arg(long, value_name = "FILE", requires = "by_owner")]
    pub proof: Option<PathBuf>,
    /// The folder to write to; each receipt is readable by its owner only until it is handed over
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Runs `tranche receipt make`.
///
/// # Errors
/// As [`steps::receipt::make`].
pub(crate) fn make(args: &MakeArgs) -> Result<MadeReceipts, Error> {
    let recipients = if args.by_owner {
        Recipients::Owners {
            only: args.owner,
            proof: args.proof.clone(),
        }
    } else if args.tranche == ALL {
        Recipients::EachTranche
    } else {
        Recipients::Tranche(args.tranche.clone())
    };
    steps::receipt::make(&MakeReceiptsRequest {
        run: args.run.clone(),
        recipients,
        out: args.out.clone(),
    })
}
