//! Which chain a step talks to, who sends, and what is kept afterwards.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alloy_primitives::U256;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::lock::FolderLock;
use tranche_fs::temporary::Visibility;
use tranche_protocol::address::Address;
use tranche_settle::account::Account;
use tranche_settle::chain::Chain;
use tranche_settle::client::{Client, Step};
use tranche_settle::convert::account as protocol_address;
use tranche_settle::deployment::Deployment;
use tranche_settle::embedded::Embedded;
use tranche_settle::rpc::Rpc;

use crate::artefact::{read_text, secret};
use crate::error::Error;

/// What a new account of the embedded chain is given, in words.
pub const GRANT: u128 = 1_000_000_000_000_000_000_000;

/// Which chain, who sends, and where the contracts are.
#[derive(Clone, Debug)]
pub struct ChainAccess {
    /// The chain.
    pub chain: ChainPlace,
    /// The file of the sender's secret key; on the embedded chain a public test key if none is named.
    pub key_file: Option<PathBuf>,
    /// Where the contracts are, as a deployment writes it down.
    pub deployment: PathBuf,
}

/// Where a chain runs.
#[derive(Clone, Debug)]
pub enum ChainPlace {
    /// In this process.
    Embedded {
        /// The file of the chain's state; made if it does not exist.
        state: PathBuf,
    },
    /// Behind a node.
    Node {
        /// Its URL.
        url: String,
        /// Longest wait for a transaction or a block.
        timeout: Duration,
    },
}

impl ChainAccess {
    /// The embedded chain of a state file.
    pub fn embedded(state: &Path, deployment: &Path, key: Option<&Path>) -> Self {
        Self {
            chain: ChainPlace::Embedded {
                state: state.to_owned(),
            },
            key_file: key.map(Path::to_owned),
            deployment: deployment.to_owned(),
        }
    }

    /// Reads the deployment file and checks it against the chain.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is none; [`Error::Io`]; [`Error::Settle`].
    pub fn read_deployment(&self, chain: &dyn Chain) -> Result<Deployment, Error> {
        if !self.deployment.exists() {
            return Err(Error::usage(
                format!("there is no deployment file {}", self.deployment.display()),
                "deploy first (`tranche settle deploy`), or say where it is with --deployment",
            ));
        }
        let deployment = Deployment::from_json(&read_text(&self.deployment)?)?;
        deployment.check(chain)?;
        Ok(deployment)
    }
}

enum Backend {
    Embedded {
        chain: Box<Embedded>,
        /// The file of its state.
        state: PathBuf,
        /// What the file held when it was read.
        read: Option<String>,
    },
    Node(Box<Rpc>),
}

/// A step's chain and sender.
pub struct Session {
    backend: Backend,
    sender: Account,
    granted: bool,
    place: String,
}

/// What a step did on the chain.
#[derive(Clone, Debug)]
pub struct Done {
    /// The chain.
    pub chain_id: u64,
    /// Where it runs, in words.
    pub place: String,
    /// Who sent.
    pub sender: Address,
    /// Whether the sender was given coin, being new on the embedded chain.
    pub granted: bool,
    /// The transactions.
    pub steps: Vec<Step>,
}

impl Session {
    /// Opens the chain for a step that sends.
    ///
    /// # Errors
    /// [`Error::Usage`] without a key for a node; the errors of key and state files; [`Error::Settle`].
    pub fn open(access: &ChainAccess) -> Result<Self, Error> {
        if matches!(access.chain, ChainPlace::Node { .. }) && access.key_file.is_none() {
            return Err(Error::usage(
                "a node takes signed transactions only",
                "give the sender's key: --key-file FILE",
            ));
        }
        Self::begin(access, true)
    }

    /// Opens the chain for a step that only looks.
    ///
    /// # Errors
    /// As [`Session::open`], but no key is needed.
    pub fn look(access: &ChainAccess) -> Result<Self, Error> {
        Self::begin(access, false)
    }

    fn begin(access: &ChainAccess, sends: bool) -> Result<Self, Error> {
        let sender = match &access.key_file {
            Some(path) => Account::new(secret::read_key(path)?),
            None => Account::development("sender")?,
        };
        let (mut backend, place) = match &access.chain {
            ChainPlace::Node { url, timeout } => {
                let node = Rpc::connect(url, *timeout)?;
                let place = format!("node of chain {}", node.chain_id());
                (Backend::Node(Box::new(node)), place)
            }
            ChainPlace::Embedded { state } => {
                let (chain, read) = load(state)?;
                let place = format!("embedded chain {}", state.display());
                let backend = Backend::Embedded {
                    chain: Box::new(chain),
                    state: state.clone(),
                    read,
                };
                (backend, place)
            }
        };
        let mut granted = false;
        if let Backend::Embedded { chain, .. } = &mut backend
            && sends
            && chain.is_fresh(sender.address())
        {
            chain.grant(sender.address(), U256::from(GRANT));
            granted = true;
        }
        Ok(Self {
            backend,
            sender,
            granted,
            place,
        })
    }

    /// The chain.
    pub fn chain(&self) -> &dyn Chain {
        match &self.backend {
            Backend::Embedded { chain, .. } => chain.as_ref(),
            Backend::Node(node) => node.as_ref(),
        }
    }

    /// Who sends.
    pub fn sender(&self) -> Address {
        protocol_address(self.sender.address())
    }

    /// Does work on the chain and keeps the embedded chain's state, also when the work fails half-way.
    ///
    /// # Errors
    /// Those of the work, with what was done before; [`Error::Io`].
    pub fn run<T>(
        mut self,
        work: impl FnOnce(&mut Client<'_>) -> Result<T, Error>,
    ) -> Result<(T, Done), Error> {
        let chain: &mut dyn Chain = match &mut self.backend {
            Backend::Embedded { chain, .. } => chain.as_mut(),
            Backend::Node(node) => node.as_mut(),
        };
        let chain_id = chain.chain_id();
        let mut client = Client::new(chain, self.sender.clone());
        let outcome = work(&mut client);
        let steps = client.into_steps();
        self.keep()?;
        let outcome = outcome.map_err(|error| after(error, &steps))?;
        let done = Done {
            chain_id,
            place: self.place.clone(),
            sender: self.sender(),
            granted: self.granted,
            steps,
        };
        Ok((outcome, done))
    }

    fn keep(&self) -> Result<(), Error> {
        let Backend::Embedded { chain, state, read } = &self.backend else {
            return Ok(());
        };
        let text = chain.to_json()?;
        if read.as_ref() == Some(&text) {
            return Ok(());
        }
        let _lock = FolderLock::of(state)?;
        let now = if state.exists() {
            Some(read_text(state)?)
        } else {
            None
        };
        if now != *read {
            return Err(Error::usage(
                format!("another command changed {} meanwhile", state.display()),
                "nothing was kept: run this one again",
            ));
        }
        Ok(atomic::write(
            state,
            text.as_bytes(),
            Visibility::Public,
            Existing::Replace,
        )?)
    }
}

/// Names what was done before an error of the chain.
fn after(error: Error, steps: &[Step]) -> Error {
    match error {
        Error::Settle { source, .. } => Error::Settle {
            done: steps.iter().map(describe_step).collect(),
            source,
        },
        other => other,
    }
}

fn describe_step(step: &Step) -> String {
    match step.created {
        Some(created) => format!("{} at {created}", step.what),
        None => format!("{} in {}", step.what, step.transaction),
    }
}

fn load(path: &Path) -> Result<(Embedded, Option<String>), Error> {
    if !path.exists() {
        atomic::check_place(path)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |time| time.as_secs());
        return Ok((Embedded::new(now), None));
    }
    let text = read_text(path)?;
    let chain = Embedded::from_json(&text).map_err(|error| match error {
        tranche_settle::Error::State(what) => Error::usage(
            format!(
                "{}: no readable state of an embedded chain ({what})",
                path.display()
            ),
            "give another --state, or delete it to begin a new chain",
        ),
        other => other.into(),
    })?;
    Ok((chain, Some(text)))
}
