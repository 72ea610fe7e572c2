//! `tranche settle deploy`.

use std::path::PathBuf;

use clap::Args;
use tranche_protocol::address::Address;
use tranche_workspace::steps::settle::deploy::{GRACE, REVEAL_DELAY, REVEAL_EXPIRY};
use tranche_workspace::steps::settle::{DeployRequest, Deployed};

use super::options::ChainOptions;
use super::report::OutcomeTable;
use crate::args::parse_address;
use crate::output::Table;

/// Deploys registry, verifier set, escrow and verifiers, and writes down where they are.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle deploy
  tranche settle deploy --circuit usage-17 --circuit disclosure-16
  tranche settle deploy --rpc-url https://node.example --key-file me.key --artifact Usage17Verifier.json --artifact Disclosure16Verifier.json
  tranche settle deploy --add --circuit usage-19

The verifiers that come with the program stand on the development reference string: they are refused off chains 31337 and 1337.")]
pub(super) struct DeployArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    /// Deploy the shipped verifier of this circuit; may be given again [default: all, unless --artifact is given]
    #[arg(long, value_name = "NAME")]
    pub(super) circuit: Vec<String>,
    /// Deploy the verifier of this artifact file; may be given again
    #[arg(long, value_name = "FILE")]
    pub(super) artifact: Vec<PathBuf>,
    /// Add verifiers to the set that the deployment file names, and nothing else
    #[arg(long)]
    pub(super) add: bool,
    /// Who adds and retires verifiers [default: the sender]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address, conflicts_with = "add")]
    pub(super) owner: Option<Address>,
    /// Blocks between a registration's commitment and its earliest reveal
    #[arg(long, value_name = "BLOCKS", default_value_t = REVEAL_DELAY)]
    pub(super) reveal_delay: u32,
    /// Blocks between a registration's commitment and its last reveal
    #[arg(long, value_name = "BLOCKS", default_value_t = REVEAL_EXPIRY)]
    pub(super) reveal_expiry: u32,
    /// Seconds by which retiring a verifier, or a void, extends deadlines
    #[arg(long, value_name = "SECONDS", default_value_t = GRACE)]
    pub(super) grace: u64,
    /// Seconds before a verifier's verdicts count [default: 0 on development chains, else two days]
    #[arg(long, value_name = "SECONDS")]
    pub(super) activation_delay: Option<u64>,
}

impl DeployArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> DeployRequest {
        DeployRequest {
            chain: self.chain.request(),
            circuits: self.circuit.clone(),
            artifacts: self.artifact.clone(),
            add: self.add,
            owner: self.owner,
            reveal_delay: self.reveal_delay,
            reveal_expiry: self.reveal_expiry,
            grace: self.grace,
            activation_delay: self.activation_delay,
        }
    }
}

impl OutcomeTable for Deployed {
    fn lines(&self, table: Table) -> Table {
        let deployment = &self.deployment;
        let mut table = table
            .line(["deployment", &self.file.display().to_string()])
            .line(["registry", &deployment.registry.to_string()])
            .line(["verifier set", &deployment.verifier_set.to_string()])
            .line(["escrow", &deployment.escrow.to_string()]);
        for verifier in &deployment.verifiers {
            let note = if verifier.srs_insecure {
                "INSECURE development string: for tests only"
            } else {
                ""
            };
            let at = verifier.address.to_string();
            table = table.line([&verifier.circuit, &at, note]);
        }
        table
    }
}
