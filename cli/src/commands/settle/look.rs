//! `tranche settle status` and `tranche settle advance`.

use clap::Args;
use serde::Serialize;
use tranche_protocol::evidence::EvidenceLevel;
use tranche_settle::chain::Block;
use tranche_settle::contracts::VerifierSet;
use tranche_settle::convert::{felt, time};
use tranche_settle::deployment::Deployment;
use tranche_settle::registrar::registry_state;
use tranche_settle::status::{RunStatus, status as read_status};

use super::money::RunChoice;
use super::open::parse_seconds;
use super::report::{Outcome, SettleReport, amount};
use super::session::{ChainOptions, Session};
use crate::error::Error;
use crate::output::Table;

/// Shows the contracts, or how a run stands.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle status
  tranche settle status --terms terms.json")]
pub struct StatusArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    #[command(flatten)]
    pub(crate) choice: RunChoice,
}

/// Moves the clock of the embedded chain or of a development node.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle advance --by 7d
  tranche settle advance --past-window --terms terms.json")]
pub struct AdvanceArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    #[command(flatten)]
    pub(crate) choice: RunChoice,
    /// How far
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, required_unless_present = "past_window")]
    pub by: Option<u64>,
    /// Just past the challenge window of a run
    #[arg(long, conflicts_with = "by")]
    pub past_window: bool,
}

impl AdvanceArgs {
    /// Just past the challenge window of a run.
    pub fn past_window(chain: ChainOptions, choice: RunChoice) -> Self {
        Self {
            chain,
            choice,
            by: None,
            past_window: true,
        }
    }
}

/// What was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// The last block's number.
    block: u64,
    /// Its time, seconds since 1970.
    timestamp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    contracts: Option<Contracts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<RunStatus>,
}

#[derive(Clone, Debug, Serialize)]
struct Contracts {
    deployment: Deployment,
    registrations: u32,
    root: String,
    /// Circuits whose verifiers' verdicts count now.
    active: Vec<String>,
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

    pub(super) fn table(&self, table: Table) -> Table {
        let table = table.line([
            "block",
            &format!("{}, {}", self.block, time(self.timestamp)),
        ]);
        let table = match &self.contracts {
            Some(contracts) => contracts.table(table),
            None => table,
        };
        match &self.run {
            Some(run) => run_table(run, table),
            None => table,
        }
    }
}

impl Contracts {
    fn table(&self, table: Table) -> Table {
        let deployment = &self.deployment;
        let mut table = table
            .line([
                "registry",
                &deployment.registry.to_string(),
                &format!("{} registrations, root {}", self.registrations, self.root),
            ])
            .line(["verifier set", &deployment.verifier_set.to_string()])
            .line(["escrow", &deployment.escrow.to_string()]);
        for verifier in &deployment.verifiers {
            let active = match self.active.contains(&verifier.circuit) {
                true => "active",
                false => "not active",
            };
            let string = match verifier.srs_insecure {
                true => "; INSECURE development string",
                false => "",
            };
            table = table.line([
                &verifier.circuit,
                &verifier.address.to_string(),
                &format!("{active}{string}"),
            ]);
        }
        table
    }
}

/// The escrow reads a level and its signature, no quote: a level 2 there is as stated.
fn level_words(level: u8) -> String {
    EvidenceLevel::from_number(level).map_or_else(|| level.to_string(), |level| level.to_string())
}

fn run_table(run: &RunStatus, table: Table) -> Table {
    let money = |value: u128| amount(run.token, value.try_into().unwrap_or_default());
    let moment = |seconds| match seconds {
        0 => "none yet".to_owned(),
        seconds => time(seconds),
    };
    let mut table = table
        .line(["run", &run.run.to_string()])
        .line(["state", run.state])
        .line(["context", &run.context])
        .line(["opener", &run.opener.to_string()])
        .line(["builder", &run.builder.to_string()])
        .line(["pays by", run.pay_rule])
        .line(["received", &money(run.received)])
        .line(["paid out", &money(run.paid_out)])
        .line(["bond held", &money(run.bond_held)])
        .line(["evidence level", &level_words(run.evidence_level)])
        .line(["run commitment", &run.run_commitment])
        .line(["usage commitment", &run.usage_commitment])
        .line(["usage can be proven until", &moment(run.deadline)])
        .line(["challenge window until", &moment(run.window_end)])
        .line(["refundable after", &moment(run.refundable_after)])
        .line(["opener can collect", &amount(run.token, run.remainder)]);
    for payee in &run.payees {
        let to = match payee.payout == payee.owner {
            true => String::new(),
            false => format!("to {}", payee.payout),
        };
        let share = match run.pay_rule {
            "shares" => format!("{} in 10^9", payee.amount),
            _ => amount(run.token, payee.amount),
        };
        table = table.line([
            &format!("payee {}", payee.owner),
            &share,
            &format!("can collect {}", amount(run.token, payee.claimable)),
            &to,
        ]);
    }
    table
}

pub(crate) fn status(args: &StatusArgs) -> Result<SettleReport, Error> {
    let session = Session::look(&args.chain)?;
    let deployment = args.chain.deployment(session.chain())?;
    let run = args.choice.find(&deployment)?;
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
    Ok(SettleReport::new(
        done,
        Outcome::Seen(Box::new(seen)),
        Vec::new(),
    ))
}

pub(crate) fn advance(args: &AdvanceArgs) -> Result<SettleReport, Error> {
    let session = Session::look(&args.chain)?;
    let run = match args.past_window {
        true => {
            let deployment = args.chain.deployment(session.chain())?;
            let run = args.choice.find(&deployment)?;
            Some(run.ok_or_else(|| {
                Error::usage(
                    "no run is named",
                    "give --run FOLDER, --terms FILE or --run-id HEX",
                )
            })?)
        }
        false => None,
    };
    let (seen, done) = session.run(|client| {
        let now = client.chain().head()?.timestamp;
        let seconds = match run {
            None => args.by.unwrap_or_default(),
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
    Ok(SettleReport::new(
        done,
        Outcome::Seen(Box::new(seen)),
        Vec::new(),
    ))
}
