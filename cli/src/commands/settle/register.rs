//! `tranche settle register`.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::steps::settle::{RegisterRequest, Registered};

use super::options::ChainOptions;
use super::report::OutcomeTable;
use crate::output::Table;

/// Registers tranches on chain, in the snapshot's order, by commit and reveal; the roots must come out the same.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle register --registry registry.json books play
  tranche settle register --registry registry.json books --rpc-url http://127.0.0.1:8545 --key-file me.key

The owner's signature in each manifest is what the contract wants; it needs none for what the owner's own account sends.")]
pub(super) struct RegisterArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    /// The registry's snapshot, with these tranches in it
    #[arg(long, value_name = "FILE")]
    pub(super) registry: PathBuf,
    /// Tranche folders or manifests
    #[arg(required = true, value_name = "MANIFEST")]
    pub(super) manifests: Vec<PathBuf>,
}

impl RegisterArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> RegisterRequest {
        RegisterRequest {
            chain: self.chain.request(),
            registry: self.registry.clone(),
            manifests: self.manifests.clone(),
        }
    }
}

impl OutcomeTable for Registered {
    fn lines(&self, table: Table) -> Table {
        let table = self.registered.iter().fold(table, |table, place| {
            let note = if place.before { "was there before" } else { "" };
            table.line([
                &format!("registration {}", place.index),
                &place.id,
                &place.owner.to_string(),
                note,
            ])
        });
        let agreement = if self.up_to_date {
            "the snapshot's"
        } else {
            "the snapshot's at that number; it has more"
        };
        table
            .line(["root on chain", &self.root, agreement])
            .line(["registrations", &self.registrations.to_string()])
    }
}
