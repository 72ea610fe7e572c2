//! Deployment of registry, verifier set, escrow and verifiers.

use std::path::PathBuf;

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::address::Address;
use tranche_settle::artifact::{Artifact, Verifier};
use tranche_settle::chain::is_development;
use tranche_settle::convert::address;
use tranche_settle::deploy::{Plan, add, check_strings, deploy as deploy_plan};
use tranche_settle::deployment::Deployment;

use super::session::{ChainAccess, Session};
use super::settled::Settled;
use crate::artefact::{read_text, write_json};
use crate::error::Error;
use crate::progress::Progress;

/// Wait before a verifier's verdicts count, off development chains: two days.
const ACTIVATION_DELAY: u64 = 172_800;
/// Blocks between a registration's commitment and its earliest reveal, where nothing else is said.
pub const REVEAL_DELAY: u32 = 1;
/// Blocks between a registration's commitment and its last reveal, where nothing else is said.
pub const REVEAL_EXPIRY: u32 = 7_200;
/// Seconds by which retiring a verifier, or a void, extends deadlines, where nothing else is said: a week.
pub const GRACE: u64 = 604_800;

/// Contracts to deploy, or verifiers to add to those that are there.
#[derive(Clone, Debug)]
pub struct DeployRequest {
    /// The chain. Its deployment file is written.
    pub chain: ChainAccess,
    /// Circuits whose verifiers come with the program; all of those where this and `artifacts` are empty.
    pub circuits: Vec<String>,
    /// Artifact files of other verifiers.
    pub artifacts: Vec<PathBuf>,
    /// Whether verifiers are added to the set that the deployment file names, and nothing else.
    pub add: bool,
    /// Who adds and retires verifiers; the sender if nobody is named.
    pub owner: Option<Address>,
    /// Blocks between a registration's commitment and its earliest reveal.
    pub reveal_delay: u32,
    /// Blocks between a registration's commitment and its last reveal.
    pub reveal_expiry: u32,
    /// Seconds by which retiring a verifier, or a void, extends deadlines.
    pub grace: u64,
    /// Seconds before a verifier's verdicts count; where none are said 0 on development chains, else two days.
    pub activation_delay: Option<u64>,
}

impl DeployRequest {
    /// Deployment of the shipped verifiers of some circuits, all else as by default.
    pub fn new(chain: ChainAccess, circuits: &[&str]) -> Self {
        Self {
            chain,
            circuits: circuits.iter().map(|name| (*name).to_owned()).collect(),
            artifacts: Vec::new(),
            add: false,
            owner: None,
            reveal_delay: REVEAL_DELAY,
            reveal_expiry: REVEAL_EXPIRY,
            grace: GRACE,
            activation_delay: None,
        }
    }
}

/// Contracts that are there now.
#[derive(Clone, Debug, Serialize)]
pub struct Deployed {
    /// The deployment file that was written.
    pub file: PathBuf,
    /// What it says.
    pub deployment: Deployment,
}

/// Deploys the contracts, and writes down where they are.
///
/// ```no_run
/// use std::path::Path;
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::settle::{ChainAccess, DeployRequest, deploy};
///
/// let chain = ChainAccess::embedded(Path::new("chain.json"), Path::new("deployment.json"), None);
/// let request = DeployRequest::new(chain, &["usage-13", "disclosure-16"]);
/// let deployed = deploy(&request, &Progress::silent())?;
/// println!("escrow {}", deployed.outcome.deployment.escrow);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Usage`] where contracts are deployed already, or for a circuit that no verifier comes for; [`Error::Settle`] of the
/// chain, also for an insecure verifier off development chains; those of the files and of the key.
pub fn deploy(request: &DeployRequest, progress: &Progress) -> Result<Settled<Deployed>, Error> {
    let file = &request.chain.deployment;
    atomic::check_place(file)?;
    if file.exists() && !request.add {
        return Err(Error::usage(
            format!("{} exists already", file.display()),
            "give another --deployment, or add verifiers to it with --add",
        ));
    }
    let session = Session::open(&request.chain)?;
    let chain_id = session.chain().chain_id();
    let known = if request.add {
        Some(request.chain.read_deployment(session.chain())?)
    } else {
        None
    };
    let sender = session.sender();
    let leaves_it = request.owner.is_some_and(|owner| owner != sender);
    let stage = progress.stage("asking the verifiers' code", None);
    let verifiers = if leaves_it && request.circuits.is_empty() && request.artifacts.is_empty() {
        Vec::new()
    } else {
        chosen(request)?
    };
    check_strings(chain_id, &verifiers)?;
    drop(stage);
    let plan = Plan {
        owner: request.owner.map(|owner| address(&owner)),
        reveal_delay: request.reveal_delay,
        reveal_expiry: request.reveal_expiry,
        grace: request.grace,
        activation_delay: request.activation_delay.unwrap_or_else(|| {
            if is_development(chain_id) {
                0
            } else {
                ACTIVATION_DELAY.min(request.grace)
            }
        }),
    };
    let _stage = progress.stage("deploying", None);
    let (deployment, done) = session.run(|client| {
        let deployment = match known {
            None => deploy_plan(client, &plan, &verifiers)?,
            Some(mut deployment) => {
                add(client, &mut deployment, &verifiers)?;
                deployment
            }
        };
        Ok(deployment)
    })?;
    write_json(file, &deployment, Visibility::Public, Existing::Replace)?;
    let file = file.clone();
    Ok(Settled::new(done, Deployed { file, deployment }))
}

fn chosen(request: &DeployRequest) -> Result<Vec<Verifier>, Error> {
    let mut verifiers = Vec::new();
    for path in &request.artifacts {
        let name = path.display().to_string();
        let artifact = Artifact::parse(&name, &read_text(path)?)?;
        verifiers.push(Verifier::inspect(artifact)?);
    }
    if !request.circuits.is_empty() || request.artifacts.is_empty() {
        let mut shipped = Verifier::shipped()?;
        for name in &request.circuits {
            if !shipped.iter().any(|verifier| verifier.circuit == *name) {
                let names: Vec<&str> = shipped.iter().map(|one| one.circuit.as_str()).collect();
                return Err(Error::usage(
                    format!("no verifier of a circuit \"{name}\" comes with this program"),
                    format!("choose of {}, or give --artifact", names.join(", ")),
                ));
            }
        }
        if !request.circuits.is_empty() {
            shipped.retain(|verifier| request.circuits.contains(&verifier.circuit));
        }
        verifiers.extend(shipped);
    }
    Ok(verifiers)
}
