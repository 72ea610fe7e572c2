//! `tranche register` and `tranche registry`: the append-only list of tranches.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tranche_protocol::registry::Entry;
use tranche_workspace::error::Error;
use tranche_workspace::steps;
use tranche_workspace::steps::registry::{RegisterRequest, Registered, RegistrySummary};

use crate::output::{Report, Table};

/// Registers tranches.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche register --registry registry.json books play
  tranche register --registry registry.json books/manifest.json

Content that was registered before is registered again and flagged with the order of the first registration.")]
pub(crate) struct RegisterArgs {
    /// The registry's snapshot; made if it does not exist
    #[arg(long, value_name = "FILE")]
    pub registry: PathBuf,
    /// Tranche folders or manifests, in the order to be registered
    #[arg(required = true, value_name = "MANIFEST")]
    pub manifests: Vec<PathBuf>,
    /// Accept manifests that their owners have not signed
    #[arg(long)]
    pub allow_unsigned: bool,
}

/// Runs `tranche register`.
///
/// # Errors
/// [`Error`] of a manifest or the registry; then nothing is registered.
pub(crate) fn register(args: &RegisterArgs) -> Result<Registered, Error> {
    steps::registry::register(&RegisterRequest {
        registry: args.registry.clone(),
        manifests: args.manifests.clone(),
        allow_unsigned: args.allow_unsigned,
    })
}

/// Looks at a registry's snapshot; its root is recomputed in every case.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche registry show registry.json
  tranche registry root registry.json --at 4
  tranche registry verify registry.json books/manifest.json")]
pub(crate) struct RegistryArgs {
    #[command(subcommand)]
    action: RegistryAction,
}

#[derive(Clone, Debug, Subcommand)]
enum RegistryAction {
    /// Lists the registrations
    #[command(after_help = "Example: tranche registry show registry.json")]
    Show {
        /// The snapshot
        registry: PathBuf,
    },
    /// Prints the root, now or as it stood after some registrations
    #[command(after_help = "Example: tranche registry root registry.json --at 4")]
    Root {
        /// The snapshot
        registry: PathBuf,
        /// Number of registrations at the cut-off
        #[arg(long, value_name = "N")]
        at: Option<u32>,
    },
    /// Recomputes everything, and checks that manifests are registered as they are
    #[command(after_help = "Example: tranche registry verify registry.json books/manifest.json")]
    Verify {
        /// The snapshot
        registry: PathBuf,
        /// Tranche folders or manifests
        #[arg(value_name = "MANIFEST")]
        manifests: Vec<PathBuf>,
    },
}

/// Runs `tranche registry`.
///
/// # Errors
/// [`Error`] of the snapshot or a manifest; [`Error::Refused`] when a manifest is not registered as it is.
pub(crate) fn registry(args: &RegistryArgs) -> Result<RegistrySummary, Error> {
    match &args.action {
        RegistryAction::Show { registry } => steps::registry::list(registry),
        RegistryAction::Root { registry, at } => steps::registry::root(registry, *at),
        RegistryAction::Verify {
            registry,
            manifests,
        } => steps::registry::verify(registry, manifests),
    }
}

impl Report for Registered {
    fn table(&self) -> Table {
        entries(&self.registered)
            .line(["root", &self.root.to_string()])
            .line(["registrations", &self.registrations.to_string()])
    }
}

impl Report for RegistrySummary {
    fn table(&self) -> Table {
        let table = if self.entries.is_empty() {
            Table::new()
        } else {
            entries(&self.entries)
        };
        let table = table
            .line(["root", &self.root.to_string()])
            .line(["registrations", &self.registrations.to_string()]);
        let table = match self.verified {
            Some(verified) => table.line(["verified", verified]),
            None => table,
        };
        self.unsigned.iter().fold(table, |table, path| {
            table.line([
                "NOT SIGNED",
                &format!("{}: nobody vouches for its owner", path.display()),
            ])
        })
    }
}

fn entries(list: &[Entry]) -> Table {
    list.iter().fold(
        Table::new().line(["order", "tranche", "owner", "note"]),
        |table, entry| {
            let note = entry.duplicate_of.map_or_else(String::new, |first| {
                format!("same content as registration {first}")
            });
            table.line([
                &entry.index.to_string(),
                &entry.id.to_string(),
                &entry.owner.to_string(),
                &note,
            ])
        },
    )
}
