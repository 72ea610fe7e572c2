//! Registrations on chain.

use std::path::PathBuf;

use serde::Serialize;
use tranche_settle::convert::felt;
use tranche_settle::registrar::{Registration, register as register_all, registry_state};

use super::session::{ChainAccess, Session};
use super::settled::Settled;
use crate::artefact::{read_manifest, read_registry};
use crate::error::Error;
use crate::progress::Progress;

/// Tranches to register, in the snapshot's order.
#[derive(Clone, Debug)]
pub struct RegisterRequest {
    /// The chain.
    pub chain: ChainAccess,
    /// The registry's snapshot, with these tranches in it.
    pub registry: PathBuf,
    /// Tranche folders or manifests. The owner's signature in each is what the contract wants; it needs none for what the
    /// owner's own account sends.
    pub manifests: Vec<PathBuf>,
}

/// Tranches that are registered now.
#[derive(Clone, Debug, Serialize)]
pub struct Registered {
    /// The tranches.
    pub registered: Vec<Registration>,
    /// The root on chain.
    pub root: String,
    /// How many registrations there are.
    pub registrations: u32,
    /// Whether the root is the snapshot's last.
    pub up_to_date: bool,
}

/// Registers tranches by commit and reveal; the roots must come out the same.
///
/// ```no_run
/// use std::path::Path;
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::settle::{ChainAccess, RegisterRequest, register};
///
/// let chain = ChainAccess::embedded(Path::new("chain.json"), Path::new("deployment.json"), None);
/// let request = RegisterRequest {
///     chain,
///     registry: "registry.json".into(),
///     manifests: vec!["books".into()],
/// };
/// assert!(register(&request, &Progress::silent())?.outcome.up_to_date);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Settle`] of the chain or the registry, with what was done before; those of the files and of the key.
pub fn register(
    request: &RegisterRequest,
    progress: &Progress,
) -> Result<Settled<Registered>, Error> {
    let snapshot = read_registry(&request.registry)?;
    let manifests: Result<Vec<_>, Error> = request
        .manifests
        .iter()
        .map(|path| read_manifest(path))
        .collect();
    let manifests = manifests?;
    let session = Session::open(&request.chain)?;
    let deployment = request.chain.read_deployment(session.chain())?;
    let _stage = progress.stage("registering", None);
    let (registered, done) = session.run(|client| {
        let registry = deployment.registry;
        let registered = register_all(client, registry, &snapshot, &manifests)?;
        let standing = registry_state(client, registry)?;
        Ok(Registered {
            registered,
            up_to_date: felt(standing.root) == snapshot.root().to_string(),
            root: felt(standing.root),
            registrations: standing.registrations,
        })
    })?;
    Ok(Settled::new(done, registered))
}
