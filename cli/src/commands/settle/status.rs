//! `tranche settle status` and `tranche settle advance`.

use clap::Args;
use tranche_settle::convert::time;
use tranche_settle::status::RunStatus;
use tranche_workspace::error::Error;
use tranche_workspace::steps::settle::{Advance, AdvanceRequest, Contracts, Seen, StatusRequest};

use super::options::{ChainOptions, RunOptions};
use super::report::{OutcomeTable, amount, describe_level};
use crate::args::parse_seconds;
use crate::output::Table;

/// Shows the contracts, or how a run stands.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle status
  tranche settle status --terms terms.json")]
pub(super) struct StatusArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    #[command(flatten)]
    pub(super) choice: RunOptions,
}

/// Moves the clock of the embedded chain or of a development node.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle advance --by 7d
  tranche settle advance --past-window --terms terms.json")]
pub(super) struct AdvanceArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    #[command(flatten)]
    pub(super) choice: RunOptions,
    /// How far
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, required_unless_present = "past_window")]
    pub(super) by: Option<u64>,
    /// Just past the challenge window of a run
    #[arg(long, conflicts_with = "by")]
    pub(super) past_window: bool,
}

impl StatusArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> StatusRequest {
        StatusRequest {
            chain: self.chain.request(),
            run: self.choice.choice(),
        }
    }
}

impl AdvanceArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> Result<AdvanceRequest, Error> {
        Ok(AdvanceRequest {
            chain: self.chain.request(),
            by: if self.past_window {
                Advance::PastWindow(self.choice.need()?)
            } else {
                Advance::Seconds(self.by.unwrap_or_default())
            },
        })
    }
}

impl OutcomeTable for Seen {
    fn lines(&self, table: Table) -> Table {
        let table = table.line([
            "block",
            &format!("{}, {}", self.block, time(self.timestamp)),
        ]);
        let table = match &self.contracts {
            Some(contracts) => contracts_table(contracts, table),
            None => table,
        };
        match &self.run {
            Some(run) => run_table(run, table),
            None => table,
        }
    }
}

fn contracts_table(contracts: &Contracts, table: Table) -> Table {
    let deployment = &contracts.deployment;
    let mut table = table
        .line([
            "registry",
            &deployment.registry.to_string(),
            &format!(
                "{} registrations, root {}",
                contracts.registrations, contracts.root
            ),
        ])
        .line(["verifier set", &deployment.verifier_set.to_string()])
        .line(["escrow", &deployment.escrow.to_string()]);
    for verifier in &deployment.verifiers {
        let active = if contracts.active.contains(&verifier.circuit) {
            "active"
        } else {
            "not active"
        };
        let string = if verifier.srs_insecure {
            "; INSECURE development string"
        } else {
            ""
        };
        table = table.line([
            &verifier.circuit,
            &verifier.address.to_string(),
            &format!("{active}{string}"),
        ]);
    }
    table
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
        .line(["evidence level", &describe_level(run.evidence_level)])
        .line(["run commitment", &run.run_commitment])
        .line(["usage commitment", &run.usage_commitment])
        .line(["usage can be proven until", &moment(run.deadline)])
        .line(["challenge window until", &moment(run.window_end)])
        .line(["refundable after", &moment(run.refundable_after)])
        .line(["opener can collect", &amount(run.token, run.remainder)]);
    for payee in &run.payees {
        let to = if payee.payout == payee.owner {
            String::new()
        } else {
            format!("to {}", payee.payout)
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
