//! Options that settlement commands share: which chain, who sends, which run.

use std::path::PathBuf;
use std::time::Duration;

use alloy_primitives::B256;
use clap::Args;
use tranche_settle::convert::parse_word;
use tranche_workspace::error::Error;
use tranche_workspace::steps::settle::{ChainAccess, ChainPlace, RunChoice, RunRequest};

/// Which chain, and who sends.
#[derive(Args, Clone, Debug)]
pub(super) struct ChainOptions {
    /// A node's URL; the embedded chain without it
    #[arg(long, value_name = "URL")]
    pub(super) rpc_url: Option<String>,
    /// The sender's secret key, as `commit --new-key` writes it [default on the embedded chain: a public test key]
    #[arg(long, value_name = "FILE")]
    pub(super) key_file: Option<PathBuf>,
    /// The embedded chain's state; made if it does not exist
    #[arg(
        long,
        value_name = "FILE",
        default_value = "chain.json",
        conflicts_with = "rpc_url"
    )]
    pub(super) state: PathBuf,
    /// Where the contracts are: written by `settle deploy`
    #[arg(long, value_name = "FILE", default_value = "deployment.json")]
    pub(super) deployment: PathBuf,
    /// Longest wait for a transaction or a block of a node, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(super) timeout: u64,
}

impl ChainOptions {
    /// What the options mean.
    pub(super) fn request(&self) -> ChainAccess {
        ChainAccess {
            chain: match &self.rpc_url {
                Some(url) => ChainPlace::Node {
                    url: url.clone(),
                    timeout: Duration::from_secs(self.timeout),
                },
                None => ChainPlace::Embedded {
                    state: self.state.clone(),
                },
            },
            key_file: self.key_file.clone(),
            deployment: self.deployment.clone(),
        }
    }
}

/// Which run.
#[derive(Args, Clone, Debug)]
#[group(multiple = false)]
pub(super) struct RunOptions {
    /// The run of this folder
    #[arg(long, value_name = "DIR")]
    pub(super) run: Option<PathBuf>,
    /// The run that this terms file names
    #[arg(long, value_name = "FILE")]
    pub(super) terms: Option<PathBuf>,
    /// The run of this id
    #[arg(long, value_name = "HEX", value_parser = parse_id)]
    pub(super) run_id: Option<B256>,
}

impl RunOptions {
    /// The run that the options choose; `None` when they choose none.
    pub(super) fn choice(&self) -> Option<RunChoice> {
        match self {
            Self {
                run: Some(path), ..
            } => Some(RunChoice::Folder(path.clone())),
            Self {
                terms: Some(path), ..
            } => Some(RunChoice::Terms(path.clone())),
            Self {
                run_id: Some(id), ..
            } => Some(RunChoice::Id(*id)),
            Self { .. } => None,
        }
    }

    /// The run that the options choose.
    ///
    /// # Errors
    /// [`Error::Usage`] when they choose none.
    pub(super) fn need(&self) -> Result<RunChoice, Error> {
        self.choice().ok_or_else(|| {
            Error::usage(
                "no run is named",
                "give --run FOLDER, --terms FILE or --run-id HEX",
            )
        })
    }

    /// The run that the options choose, on a chain.
    ///
    /// # Errors
    /// As [`Self::need`].
    pub(super) fn on(&self, chain: &ChainOptions) -> Result<RunRequest, Error> {
        Ok(RunRequest {
            chain: chain.request(),
            run: self.need()?,
        })
    }
}

fn parse_id(text: &str) -> Result<B256, String> {
    parse_word(text).ok_or_else(|| "a run id is 0x and 64 digits".to_owned())
}
