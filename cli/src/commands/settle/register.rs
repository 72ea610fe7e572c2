//! `tranche settle register`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tranche_settle::convert::felt;
use tranche_settle::registrar::{Registration, register, registry_state};

use super::report::{Outcome, SettleReport};
use super::session::{ChainOptions, Session};
use crate::artefact::{read_manifest, read_registry};
use crate::error::Error;
use crate::output::Table;
use crate::progress::Progress;

/// Registers tranches on chain, in the snapshot's order, by commit and reveal; the roots must come out the same.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle register --registry registry.json books play
  tranche settle register --registry registry.json books --rpc-url http://127.0.0.1:8545 --key-file me.key

The owner's signature in each manifest is what the contract wants; it needs none for what the owner's own account sends.")]
pub struct RegisterArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    /// The registry's snapshot, with these tranches in it
    #[arg(long, value_name = "FILE")]
    pub registry: PathBuf,
    /// Tranche folders or manifests
    #[arg(required = true, value_name = "MANIFEST")]
    pub manifests: Vec<PathBuf>,
}

impl RegisterArgs {
    /// Registration of these manifests.
    pub fn new(chain: ChainOptions, registry: PathBuf, manifests: Vec<PathBuf>) -> Self {
        Self {
            chain,
            registry,
            manifests,
        }
    }
}

/// Tranches that are registered now.
#[derive(Clone, Debug, Serialize)]
pub struct Registered {
    registered: Vec<Registration>,
    root: String,
    registrations: u32,
    /// Whether the root is the snapshot's last.
    up_to_date: bool,
}

impl Registered {
    pub(super) fn table(&self, table: Table) -> Table {
        let table = self.registered.iter().fold(table, |table, place| {
            let note = match place.before {
                true => "was there before",
                false => "",
            };
            table.line([
                &format!("registration {}", place.index),
                &place.id,
                &place.owner.to_string(),
                note,
            ])
        });
        let agreement = match self.up_to_date {
            true => "the snapshot's",
            false => "the snapshot's at that number; it has more",
        };
        table
            .line(["root on chain", &self.root, agreement])
            .line(["registrations", &self.registrations.to_string()])
    }
}

pub(crate) fn run(args: &RegisterArgs, progress: Progress) -> Result<SettleReport, Error> {
    let snapshot = read_registry(&args.registry)?;
    let manifests: Result<Vec<_>, Error> = args
        .manifests
        .iter()
        .map(|path| read_manifest(path))
        .collect();
    let manifests = manifests?;
    let session = Session::open(&args.chain)?;
    let deployment = args.chain.deployment(session.chain())?;
    let _stage = progress.stage("registering", None);
    let (registered, done) = session.run(|client| {
        let registry = deployment.registry;
        let registered = register(client, registry, &snapshot, &manifests)?;
        let standing = registry_state(client, registry)?;
        Ok(Registered {
            registered,
            up_to_date: felt(standing.root) == snapshot.root().to_string(),
            root: felt(standing.root),
            registrations: standing.registrations,
        })
    })?;
    Ok(SettleReport::new(
        done,
        Outcome::Registered(registered),
        Vec::new(),
    ))
}
