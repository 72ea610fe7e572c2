//! The append-only list of tranches.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::lock::FolderLock;
use tranche_fs::temporary::Visibility;
use tranche_protocol::Shape;
use tranche_protocol::registry::RegistryRoot;
use tranche_protocol::registry::{Entry, Registry};

use crate::artefact::ArtefactFault;
use crate::artefact::{read_manifest, read_registry};
use crate::error::Error;

/// Tranches to register.
#[derive(Clone, Debug)]
pub struct RegisterRequest {
    /// The registry's snapshot; made if it does not exist.
    pub registry: PathBuf,
    /// Tranche folders or manifests, in the order to be registered.
    pub manifests: Vec<PathBuf>,
    /// Whether manifests are accepted that their owners have not signed.
    pub allow_unsigned: bool,
}

/// What was registered.
#[derive(Clone, Debug, Serialize)]
pub struct Registered {
    /// The new registrations.
    pub registered: Vec<Entry>,
    /// The root after it.
    pub root: RegistryRoot,
    /// Registrations after it: a cut-off that counts these.
    pub registrations: usize,
}

/// What a registry holds.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrySummary {
    /// The root.
    pub root: RegistryRoot,
    /// Registrations under the root.
    pub registrations: usize,
    /// The registrations, where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
    /// What was checked besides the root, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<&'static str>,
    /// Manifests given that are registered, but that their owners have not signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsigned: Vec<PathBuf>,
}

impl RegistrySummary {
    fn of(registry: &Registry) -> Self {
        Self {
            root: registry.root(),
            registrations: registry.entries().len(),
            entries: Vec::new(),
            verified: None,
            unsigned: Vec::new(),
        }
    }
}

/// Registers tranches: all of them, or none.
///
/// # Errors
/// [`Error`] of a manifest or the registry; then nothing is registered.
///
/// ```no_run
/// use tranche_workspace::steps::registry::{RegisterRequest, register};
///
/// let registered = register(&RegisterRequest {
///     registry: "registry.json".into(),
///     manifests: vec!["books".into(), "play/manifest.json".into()],
///     allow_unsigned: false,
/// })?;
/// println!("{} registrations", registered.registrations);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn register(request: &RegisterRequest) -> Result<Registered, Error> {
    atomic::check_place(&request.registry)?;
    let _lock = FolderLock::of(&request.registry)?;
    let mut registry = if request.registry.exists() {
        read_registry(&request.registry)?
    } else {
        Registry::new(&Shape::STANDARD)
    };
    let mut registered = Vec::with_capacity(request.manifests.len());
    for path in &request.manifests {
        let manifest = read_manifest(path)?;
        if manifest.signature().is_some() || !request.allow_unsigned {
            manifest
                .verify_owner()
                .map_err(|error| Error::file(path, ArtefactFault::Manifest(error)))?;
        }
        let entry = registry
            .append(manifest.tranche())
            .map_err(|error| Error::file(path, ArtefactFault::Registry(error)))?;
        registered.push(entry);
    }
    atomic::write(
        &request.registry,
        (registry.to_json() + "\n").as_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(Registered {
        registered,
        root: registry.root(),
        registrations: registry.entries().len(),
    })
}

/// Lists the registrations of a snapshot. Its root is computed anew.
///
/// # Errors
/// As [`read_registry`].
///
/// ```no_run
/// let summary = tranche_workspace::steps::registry::list("registry.json".as_ref())?;
/// println!("{} registrations", summary.entries.len());
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn list(registry: &Path) -> Result<RegistrySummary, Error> {
    let registry = read_registry(registry)?;
    Ok(RegistrySummary {
        entries: registry.entries().to_vec(),
        ..RegistrySummary::of(&registry)
    })
}

/// The root of a snapshot, or the root as it stood after its first `at` registrations. It is computed anew.
///
/// # Errors
/// As [`read_registry`]; [`Error::Usage`] if there are fewer registrations.
///
/// ```no_run
/// let summary = tranche_workspace::steps::registry::root("registry.json".as_ref(), Some(4))?;
/// assert_eq!(summary.registrations, 4);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn root(registry: &Path, at: Option<u32>) -> Result<RegistrySummary, Error> {
    let registry = read_registry(registry)?;
    let count = registry.entries().len();
    if let Some(at) = at.filter(|at| *at as usize > count) {
        return Err(Error::usage(
            format!("the registry has {count} registrations, not {at}"),
            format!("give --at 0 to {count}"),
        ));
    }
    Ok(match at {
        Some(at) => RegistrySummary::of(&registry.at(at)),
        None => RegistrySummary::of(&registry),
    })
}

/// Computes everything of a snapshot anew, and checks that manifests are registered as they are.
///
/// # Errors
/// [`Error`] of the snapshot or a manifest; [`Error::Refused`] when a manifest is not registered as it is.
///
/// ```no_run
/// use tranche_workspace::steps::registry::verify;
///
/// let summary = verify("registry.json".as_ref(), &["books".into()])?;
/// assert!(summary.unsigned.is_empty());
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn verify(registry: &Path, manifests: &[PathBuf]) -> Result<RegistrySummary, Error> {
    let registry = read_registry(registry)?;
    let mut unsigned = Vec::new();
    for path in manifests {
        let manifest = read_manifest(path)?;
        let tranche = manifest.tranche();
        let entry = registry.find(&tranche.id()).ok_or_else(|| Error::Refused {
            reason: format!("{} is not registered", path.display()),
        })?;
        if entry.owner != tranche.owner() || entry.content_root != tranche.contents().content_root {
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
                .map_err(|error| Error::file(path, ArtefactFault::Manifest(error)))?,
            None => unsigned.push(path.clone()),
        }
    }
    let verified = if manifests.is_empty() {
        "root, order and duplicates"
    } else {
        "root, order, duplicates and the manifests given"
    };
    Ok(RegistrySummary {
        verified: Some(verified),
        unsigned,
        ..RegistrySummary::of(&registry)
    })
}
