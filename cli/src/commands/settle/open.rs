//! `tranche settle open` and `tranche settle bind`.

use std::path::PathBuf;

use clap::Args;
use tranche_protocol::address::Address;
use tranche_settle::amount::{Sum, WrittenAmount};
use tranche_settle::convert::time;
use tranche_workspace::error::Error;
use tranche_workspace::steps::settle::{BindRequest, OpenRequest, Opened, Stake};

use super::options::ChainOptions;
use super::report::OutcomeTable;
use crate::args::{DecimalsOption, parse_address, parse_seconds};
use crate::output::Table;

/// Opens a run under terms and pays its deposit; writes chain, contract and run id into the terms, for `run commit`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle open --terms terms.json --deposit 10coin
  tranche settle open --terms terms.json --deposit 2500000 --token 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --deadline 90d --window 7d
  tranche settle open --terms terms.json --deposit 2500.0 --bond 100.0 --decimals 6 --token 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
  tranche settle open --terms terms.json --predict

With --predict nothing is sent: the terms get the id that the sender's next run will have, so that the run can be committed to
first. Opening then refuses terms that name another run.")]
pub(super) struct OpenArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    /// The run's terms; chain, contract and run id in it are filled in
    #[arg(long, value_name = "FILE")]
    pub(super) terms: PathBuf,
    /// What is paid in: an integer of smallest parts, native coin as 1.5coin or 20gwei, or a decimal number with --decimals
    #[arg(long, value_name = "AMOUNT", required_unless_present = "predict")]
    pub(super) deposit: Option<WrittenAmount>,
    /// ERC-20 token of deposit and bond [default: the native coin]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub(super) token: Option<Address>,
    /// How long usage can be proven, from now
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, default_value = "30d")]
    pub(super) deadline: u64,
    /// How long the arbiter can void what was accepted
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, default_value = "7d")]
    pub(super) window: u64,
    /// How long payees can collect
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, default_value = "365d")]
    pub(super) claim_period: u64,
    /// What the builder posts, so that not proving costs something [default: nothing]
    #[arg(long, value_name = "AMOUNT")]
    pub(super) bond: Option<WrittenAmount>,
    #[command(flatten)]
    pub(super) decimals: DecimalsOption,
    /// Only write the next run's id into the terms
    #[arg(long)]
    pub(super) predict: bool,
}

impl OpenArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> Result<OpenRequest, Error> {
        let sum = |option: &str, amount: &Option<WrittenAmount>| match amount {
            Some(amount) => self.decimals.sum(option, amount),
            None => Ok(Sum::of_parts(0)),
        };
        let stake = Stake {
            deposit: sum("--deposit", &self.deposit)?,
            token: self.token,
            deadline: self.deadline,
            window: self.window,
            claim_period: self.claim_period,
            bond: sum("--bond", &self.bond)?,
        };
        Ok(OpenRequest {
            chain: self.chain.request(),
            terms: self.terms.clone(),
            stake: (!self.predict).then_some(stake),
        })
    }
}

/// Binds the run commitment of a run's folder, and posts the bond. The builder that the terms name must send it.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: tranche settle bind --run run/ --key-file builder.key")]
pub(super) struct BindArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub(super) run: PathBuf,
}

impl BindArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> BindRequest {
        BindRequest {
            chain: self.chain.request(),
            run: self.run.clone(),
        }
    }
}

impl OutcomeTable for Opened {
    fn lines(&self, table: Table) -> Table {
        let note = if self.opened {
            ""
        } else {
            "predicted: not opened yet"
        };
        let table = table
            .line(["run", &self.run_id, note])
            .line(["context", &self.context])
            .line([
                "terms",
                &format!(
                    "{} (chain, contract and run id filled in)",
                    self.terms.display()
                ),
            ]);
        match self.deadline {
            Some(deadline) => table.line(["deadline", &time(deadline)]),
            None => table,
        }
    }
}
