//! How the contracts or a run stand, and the clock of development chains.

use serde::Serialize;
use tranche_settle::chain::Block;
use tranche_settle::contracts::VerifierSet;
use tranche_settle::convert::felt;
use tranche_settle::deployment::Deployment;
use tranche_settle::registrar::registry_state;
use tranche_settle::status::{RunStatus, status as read_status};

use super::run_choice::RunChoice;
use super::session::{ChainAccess, Session};
use super::settled::Settled;
use crate::error::Error;

/// What to look at.
#[derive(Clone, Debug)]
pub struct StatusRequest {
    /// The chain.
    pub chain: ChainAccess,
    /// The run; the contracts if none is chosen.
    pub run: Option<RunChoice>,
}

/// How far the clock of the embedded chain or of a development node is moved.
#[derive(Clone, Debug)]
pub struct AdvanceRequest {
    /// The chain.
    pub chain: ChainAccess,
    /// How far.
    pub by: Advance,
}

/// A move of the clock.
#[derive(Clone, Debug)]
pub enum Advance {
    /// So many seconds.
    Seconds(u64),
    /// Just past the challenge window of a run.
    PastWindow(RunChoice),
}

/// What was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// The last block's number.
    pub block: u64,
    /// Its time, seconds since 1970.
    pub timestamp: u64,
    /// The contracts, if they were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contracts: Option<Contracts>,
    /// The run, if it was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunStatus>,
}

/// How the contracts stand.
#[derive(Clone, Debug, Serialize)]
pub struct Contracts {
    /// Where they are.
    pub deployment: Deployment,
    /// Registered tranches.
    pub registrations: u32,
    /// The registry's root.
    pub root: String,
    /// Circuits whose verifiers' verdicts count now.
    pub active: Vec<String>,
}

impl Seen {
    fn new(head: Block) -> Self {
        Self {
            block: head.number,
            timestamp: head.timestamp,
            contracts: None,
            run: None,
        }
    }
}

/// Looks at the contracts, or at a run.
///
/// ```no_run
/// use std::path::Path;
/// use tranche_workspace::steps::settle::{ChainAccess, RunChoice, StatusRequest, status};
///
/// let chain = ChainAccess::embedded(Path::new("chain.json"), Path::new("deployment.json"), None);
/// let seen = status(&StatusRequest {
///     chain,
///     run: Some(RunChoice::Terms("terms.json".into())),
/// })?;
/// println!("block {}", seen.outcome.block);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Settle`] of the chain or a contract; those of the files.
pub fn status(request: &StatusRequest) -> Result<Settled<Seen>, Error> {
    let session = Session::look(&request.chain)?;
    let deployment = request.chain.read_deployment(session.chain())?;
    let run = request.run.as_ref();
    let run = run.map(|run| run.find(&deployment)).transpose()?;
    let (seen, done) = session.run(|client| {
        let mut seen = Seen::new(client.chain().head()?);
        match run {
            Some(run) => seen.run = Some(read_status(client, run).map_err(|e| run.known(e))?),
            None => {
                let standing = registry_state(client, deployment.registry)?;
                let mut active = Vec::new();
                for verifier in &deployment.verifiers {
                    let call = VerifierSet::isActiveCall {
                        verifier: verifier.address,
                    };
                    if client.read(deployment.verifier_set, &call)? {
                        active.push(verifier.circuit.clone());
                    }
                }
                seen.contracts = Some(Contracts {
                    deployment,
                    registrations: standing.registrations,
                    root: felt(standing.root),
                    active,
                });
            }
        }
        Ok(seen)
    })?;
    Ok(Settled::new(done, seen))
}

/// Moves the clock of the embedded chain or of a development node.
///
/// # Errors
/// [`Error::Usage`] for a run that has no challenge window yet; as [`status`].
pub fn advance(request: &AdvanceRequest) -> Result<Settled<Seen>, Error> {
    let session = Session::look(&request.chain)?;
    let (seconds, run) = match &request.by {
        Advance::Seconds(seconds) => (*seconds, None),
        Advance::PastWindow(run) => {
            let deployment = request.chain.read_deployment(session.chain())?;
            (0, Some(run.find(&deployment)?))
        }
    };
    let (seen, done) = session.run(|client| {
        let now = client.chain().head()?.timestamp;
        let seconds = match run {
            None => seconds,
            Some(run) => {
                let end = read_status(client, run)
                    .map_err(|e| run.known(e))?
                    .window_end;
                if end == 0 {
                    return Err(Error::usage(
                        "nothing was accepted of this run, so it has no challenge window yet",
                        "submit the usage proof first",
                    ));
                }
                end.saturating_add(1).saturating_sub(now)
            }
        };
        let head = match seconds {
            0 => client.chain().head()?,
            seconds => client.chain_mut().advance(seconds)?,
        };
        Ok(Seen::new(head))
    })?;
    Ok(Settled::new(done, seen))
}
