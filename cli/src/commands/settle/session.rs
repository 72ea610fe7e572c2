//! Which chain a command talks to, who sends, and what is kept afterwards.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use tranche_protocol::address::Address;
use tranche_settle::account::Account;
use tranche_settle::chain::Chain;
use tranche_settle::client::{Client, Step};
use tranche_settle::convert::{account as protocol_address, parse_amount};
use tranche_settle::deployment::Deployment;
use tranche_settle::embedded::Embedded;
use tranche_settle::rpc::Rpc;

use crate::artefact::{read_text, secret};
use crate::atomic::{self, Existing, Visibility};
use crate::error::Error;
use crate::lock::FolderLock;

/// What a new account of the embedded chain is given, in words.
pub const GRANT: &str = "1000 coin";

/// Which chain, and who sends.
#[derive(Args, Clone, Debug)]
pub struct ChainOptions {
    /// A node's URL; the embedded chain without it
    #[arg(long, value_name = "URL")]
    pub rpc_url: Option<String>,
    /// The sender's secret key, as `commit --new-key` writes it [default on the embedded chain: a public test key]
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// The embedded chain's state; made if it does not exist
    #[arg(
        long,
        value_name = "FILE",
        default_value = "chain.json",
        conflicts_with = "rpc_url"
    )]
    pub state: PathBuf,
    /// Where the contracts are: written by `settle deploy`
    #[arg(long, value_name = "FILE", default_value = "deployment.json")]
    pub deployment: PathBuf,
    /// Longest wait for a transaction or a block of a node, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub timeout: u64,
}

impl ChainOptions {
    /// The embedded chain of a state file, with the deployment beside it.
    pub fn embedded(state: &Path, deployment: &Path, key: Option<&Path>) -> Self {
        Self {
            rpc_url: None,
            key_file: key.map(Path::to_owned),
            state: state.to_owned(),
            deployment: deployment.to_owned(),
            timeout: 300,
        }
    }

    /// Reads the deployment file and checks it against the chain.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Settle`].
    pub fn deployment(&self, chain: &dyn Chain) -> Result<Deployment, Error> {
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
        /// What the file held when it was read.
        read: Option<String>,
    },
    Node(Box<Rpc>),
}

/// A command's chain and sender.
pub struct Session {
    backend: Backend,
    sender: Account,
    state: PathBuf,
    granted: bool,
    place: String,
}

/// What a command did on the chain.
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
    /// Opens the chain for a command that sends.
    ///
    /// # Errors
    /// [`Error::Usage`] without a key for a node; the errors of key and state files; [`Error::Settle`].
    pub fn open(options: &ChainOptions) -> Result<Self, Error> {
        if options.rpc_url.is_some() && options.key_file.is_none() {
            return Err(Error::usage(
                "a node takes signed transactions only",
                "give the sender's key: --key-file FILE",
            ));
        }
        Self::begin(options, true)
    }

    /// Opens the chain for a command that only looks.
    ///
    /// # Errors
    /// As [`Session::open`], but no key is needed.
    pub fn look(options: &ChainOptions) -> Result<Self, Error> {
        Self::begin(options, false)
    }

    fn begin(options: &ChainOptions, sends: bool) -> Result<Self, Error> {
        let sender = match &options.key_file {
            Some(path) => Account::new(secret::read_key(path)?),
            None => Account::development("sender")?,
        };
        let (mut backend, place) = match &options.rpc_url {
            Some(url) => {
                let node = Rpc::connect(url, Duration::from_secs(options.timeout))?;
                let place = format!("node of chain {}", node.chain_id());
                (Backend::Node(Box::new(node)), place)
            }
            None => {
                let (chain, read) = load(&options.state)?;
                let place = format!("embedded chain {}", options.state.display());
                let chain = Box::new(chain);
                (Backend::Embedded { chain, read }, place)
            }
        };
        let mut granted = false;
        if let Backend::Embedded { chain, .. } = &mut backend
            && sends
            && chain.is_fresh(sender.address())
        {
            let amount = parse_amount(GRANT)
                .ok_or_else(|| Error::Internal(format!("{GRANT} is no amount")))?;
            chain.grant(sender.address(), amount);
            granted = true;
        }
        Ok(Self {
            backend,
            sender,
            state: options.state.clone(),
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
        let Backend::Embedded { chain, read } = &self.backend else {
            return Ok(());
        };
        let text = chain.to_json()?;
        if read.as_ref() == Some(&text) {
            return Ok(());
        }
        let _lock = FolderLock::of(&self.state)?;
        let now = match self.state.exists() {
            true => Some(read_text(&self.state)?),
            false => None,
        };
        if now != *read {
            return Err(Error::usage(
                format!("another command changed {} meanwhile", self.state.display()),
                "nothing was kept: run this one again",
            ));
        }
        atomic::write(
            &self.state,
            text.as_bytes(),
            Visibility::Public,
            Existing::Replace,
        )
    }
}

/// Names what was done before an error of the chain.
fn after(error: Error, steps: &[Step]) -> Error {
    match error {
        Error::Settle { source, .. } => Error::Settle {
            done: steps.iter().map(step_words).collect(),
            source,
        },
        other => other,
    }
}

fn step_words(step: &Step) -> String {
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
