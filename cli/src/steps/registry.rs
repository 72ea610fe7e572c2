//! `tranche register` and `tranche registry`: the append-only list of tranches.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_protocol::Shape;
use tranche_protocol::felt::to_hex;
use tranche_protocol::registry::{Entry, Registry};

use crate::artefact::{read_manifest, read_registry};
use crate::atomic::{self, Existing, Visibility};
use crate::error::{Error, Fault};
use crate::lock::FolderLock;
use crate::output::{Report, Table};

/// Registers tranches.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche register --registry registry.json books play
  tranche register --registry registry.json books/manifest.json

Content that was registered before is registered again and flagged with the order of the first registration.")]
pub struct RegisterArgs {
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

/// What was registered.
#[derive(Clone, Debug, Serialize)]
pub struct RegisterReport {
    registered: Vec<Entry>,
    /// The root after it.
    pub root: String,
    /// Registrations after it: a cut-off that counts these.
    pub registrations: usize,
}

impl Report for RegisterReport {
    fn table(&self) -> Table {
        entries(&self.registered)
            .line(["root", &self.root])
            .line(["registrations", &self.registrations.to_string()])
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
                &to_hex(&entry.id),
                &entry.owner.to_string(),
                &note,
            ])
        },
    )
}

/// Runs `tranche register`.
///
/// # Errors
/// [`Error`] of a manifest or the registry; then nothing is registered.
pub fn register(args: &RegisterArgs) -> Result<RegisterReport, Error> {
    atomic::check_place(&args.registry)?;
    let _lock = FolderLock::of(&args.registry)?;
    let mut registry = match args.registry.exists() {
        true => read_registry(&args.registry)?,
        false => Registry::new(&Shape::STANDARD),
    };
    let mut registered = Vec::with_capacity(args.manifests.len());
    for path in &args.manifests {
        let manifest = read_manifest(path)?;
        if manifest.signature().is_some() || !args.allow_unsigned {
            manifest
                .verify_owner()
                .map_err(|error| Error::file(path, Fault::Manifest(error)))?;
        }
        let entry = registry
            .append(manifest.tranche())
            .map_err(|error| Error::file(path, Fault::Registry(error)))?;
        registered.push(entry);
    }
    atomic::write(
        &args.registry,
        (registry.to_json() + "\n").as_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(RegisterReport {
        registered,
        root: to_hex(&registry.root()),
        registrations: registry.entries().len(),
    })
}

/// Looks at a registry's snapshot; its root is recomputed in every case.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche registry show registry.json
  tranche registry root registry.json --at 4
  tranche registry verify registry.json books/manifest.json")]
pub struct RegistryArgs {
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

/// What a registry holds.
#[derive(Clone, Debug, Serialize)]
pub struct RegistryReport {
    root: String,
    registrations: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entries: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<&'static str>,
    /// Manifests given that are registered, but that their owners have not signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unsigned: Vec<PathBuf>,
}

impl Report for RegistryReport {
    fn table(&self) -> Table {
        let table = match self.entries.is_empty() {
            true => Table::new(),
            false => entries(&self.entries),
        };
        let table = table
            .line(["root", &self.root])
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

/// Runs `tranche registry`.
///
/// # Errors
/// [`Error`] of the snapshot or a manifest; [`Error::Refused`] when a manifest is not registered as it is.
pub fn registry(args: &RegistryArgs) -> Result<RegistryReport, Error> {
    let report = |registry: &Registry, list: bool, verified| RegistryReport {
        root: to_hex(&registry.root()),
        registrations: registry.entries().len(),
        entries: match list {
            true => registry.entries().to_vec(),
            false => Vec::new(),
        },
        verified,
        unsigned: Vec::new(),
    };
    match &args.action {
        RegistryAction::Show { registry } => Ok(report(&read_registry(registry)?, true, None)),
        RegistryAction::Root { registry, at } => {
            let registry = read_registry(registry)?;
            let count = registry.entries().len();
            if let Some(at) = at.filter(|at| *at as usize > count) {
                return Err(Error::usage(
                    format!("the registry has {count} registrations, not {at}"),
                    format!("give --at 0 to {count}"),
                ));
            }
            let registry = at.map_or_else(|| registry.clone(), |count| registry.at(count));
            Ok(report(&registry, false, None))
        }
        RegistryAction::Verify {
            registry,
            manifests,
        } => {
            let registry = read_registry(registry)?;
            let mut unsigned = Vec::new();
            for path in manifests {
                let manifest = read_manifest(path)?;
                let tranche = manifest.tranche();
                let entry = registry.find(&tranche.id()).ok_or_else(|| Error::Refused {
                    reason: format!("{} is not registered", path.display()),
                })?;
                if entry.owner != tranche.owner()
                    || entry.content_root != tranche.contents().content_root
                {
                    return Err(Error::Refused {
                        reason: format!(
                            "{}: registration {} gives another owner or content root for this id",
                            path.display(),
                            entry.index
                        ),
                    });
                }
                match manifest.signature() {
                    Some(_) => manifest
                        .verify_owner()
                        .map_err(|error| Error::file(path, Fault::Manifest(error)))?,
                    None => unsigned.push(path.clone()),
                }
            }
            let verified = match manifests.is_empty() {
                true => "root, order and duplicates",
                false => "root, order, duplicates and the manifests given",
            };
            Ok(RegistryReport {
                unsigned,
                ..report(&registry, false, Some(verified))
            })
        }
    }
}
