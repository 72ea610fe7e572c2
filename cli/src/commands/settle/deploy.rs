//! `tranche settle deploy`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tranche_protocol::address::Address;
use tranche_settle::artifact::{Artifact, Verifier};
use tranche_settle::chain::is_development;
use tranche_settle::convert::address;
use tranche_settle::deploy::{Plan, add, check_strings, deploy};
use tranche_settle::deployment::Deployment;

use super::open::parse_address;
use super::report::{Outcome, SettleReport};
use super::session::{ChainOptions, Session};
use crate::artefact::{read_text, write_json};
use crate::atomic::{self, Existing, Visibility};
use crate::error::Error;
use crate::output::Table;
use crate::progress::Progress;

/// Wait before a verifier's verdicts count, off development chains: two days.
const ACTIVATION_DELAY: u64 = 172_800;

/// Deploys registry, verifier set, escrow and verifiers, and writes down where they are.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle deploy
  tranche settle deploy --circuit usage-17 --circuit disclosure-16
  tranche settle deploy --rpc-url https://node.example --key-file me.key --artifact Usage17Verifier.json --artifact Disclosure16Verifier.json
  tranche settle deploy --add --circuit usage-19

The verifiers that come with the program stand on the development reference string: they are refused off chains 31337 and 1337.")]
pub struct DeployArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    /// Deploy the shipped verifier of this circuit; may be given again [default: all, unless --artifact is given]
    #[arg(long, value_name = "NAME")]
    pub circuit: Vec<String>,
    /// Deploy the verifier of this artifact file; may be given again
    #[arg(long, value_name = "FILE")]
    pub artifact: Vec<PathBuf>,
    /// Add verifiers to the set that the deployment file names, and nothing else
    #[arg(long)]
    pub add: bool,
    /// Who adds and retires verifiers [default: the sender]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address, conflicts_with = "add")]
    pub owner: Option<Address>,
    /// Blocks between a registration's commitment and its earliest reveal
    #[arg(long, value_name = "BLOCKS", default_value_t = 1)]
    pub reveal_delay: u32,
    /// Blocks between a registration's commitment and its last reveal
    #[arg(long, value_name = "BLOCKS", default_value_t = 7_200)]
    pub reveal_expiry: u32,
    /// Seconds by which retiring a verifier, or a void, extends deadlines
    #[arg(long, value_name = "SECONDS", default_value_t = 604_800)]
    pub grace: u64,
    /// Seconds before a verifier's verdicts count [default: 0 on development chains, else two days]
    #[arg(long, value_name = "SECONDS")]
    pub activation_delay: Option<u64>,
}

impl DeployArgs {
    /// Deployment of the shipped verifiers of some circuits, all else as by default.
    pub fn new(chain: ChainOptions, circuits: &[&str]) -> Self {
        Self {
            chain,
            circuit: circuits.iter().map(|name| (*name).to_owned()).collect(),
            artifact: Vec::new(),
            add: false,
            owner: None,
            reveal_delay: 1,
            reveal_expiry: 7_200,
            grace: 604_800,
            activation_delay: None,
        }
    }
}

/// Contracts that are there now.
#[derive(Clone, Debug, Serialize)]
pub struct Deployed {
    file: PathBuf,
    deployment: Deployment,
}

impl Deployed {
    pub(super) fn table(&self, table: Table) -> Table {
        let deployment = &self.deployment;
        let mut table = table
            .line(["deployment", &self.file.display().to_string()])
            .line(["registry", &deployment.registry.to_string()])
            .line(["verifier set", &deployment.verifier_set.to_string()])
            .line(["escrow", &deployment.escrow.to_string()]);
        for verifier in &deployment.verifiers {
            let note = match verifier.srs_insecure {
                true => "INSECURE development string: for tests only",
                false => "",
            };
            let at = verifier.address.to_string();
            table = table.line([&verifier.circuit, &at, note]);
        }
        table
    }
}

pub(crate) fn run(args: &DeployArgs, progress: Progress) -> Result<SettleReport, Error> {
    let file = &args.chain.deployment;
    atomic::check_place(file)?;
    if file.exists() && !args.add {
        return Err(Error::usage(
            format!("{} exists already", file.display()),
            "give another --deployment, or add verifiers to it with --add",
        ));
    }
    let session = Session::open(&args.chain)?;
    let chain_id = session.chain().chain_id();
    let known = match args.add {
        true => Some(args.chain.deployment(session.chain())?),
        false => None,
    };
    let sender = session.sender();
    let leaves_it = args.owner.is_some_and(|owner| owner != sender);
    let stage = progress.stage("asking the verifiers' code", None);
    let verifiers = match leaves_it && args.circuit.is_empty() && args.artifact.is_empty() {
        true => Vec::new(),
        false => chosen(args)?,
    };
    check_strings(chain_id, &verifiers)?;
    drop(stage);
    let plan = Plan {
        owner: args.owner.map(|owner| address(&owner)),
        reveal_delay: args.reveal_delay,
        reveal_expiry: args.reveal_expiry,
        grace: args.grace,
        activation_delay: args.activation_delay.unwrap_or_else(|| {
            if is_development(chain_id) {
                0
            } else {
                ACTIVATION_DELAY.min(args.grace)
            }
        }),
    };
    let _stage = progress.stage("deploying", None);
    let (deployment, done) = session.run(|client| {
        let deployment = match known {
            None => deploy(client, &plan, &verifiers)?,
            Some(mut deployment) => {
                add(client, &mut deployment, &verifiers)?;
                deployment
            }
        };
        Ok(deployment)
    })?;
    write_json(file, &deployment, Visibility::Public, Existing::Replace)?;
    let outcome = Outcome::Deployed(Deployed {
        file: file.clone(),
        deployment,
    });
    Ok(SettleReport::new(done, outcome, Vec::new()))
}

fn chosen(args: &DeployArgs) -> Result<Vec<Verifier>, Error> {
    let mut verifiers = Vec::new();
    for path in &args.artifact {
        let name = path.display().to_string();
        let artifact = Artifact::parse(&name, &read_text(path)?)?;
        verifiers.push(Verifier::inspect(artifact)?);
    }
    if !args.circuit.is_empty() || args.artifact.is_empty() {
        let mut shipped = Verifier::shipped()?;
        for name in &args.circuit {
            if !shipped.iter().any(|verifier| verifier.circuit == *name) {
                let names: Vec<&str> = shipped.iter().map(|one| one.circuit.as_str()).collect();
                return Err(Error::usage(
                    format!("no verifier of a circuit \"{name}\" comes with this program"),
                    format!("choose of {}, or give --artifact", names.join(", ")),
                ));
            }
        }
        if !args.circuit.is_empty() {
            shipped.retain(|verifier| args.circuit.contains(&verifier.circuit));
        }
        verifiers.extend(shipped);
    }
    Ok(verifiers)
}
