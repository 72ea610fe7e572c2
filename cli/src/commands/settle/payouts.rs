//! `tranche settle claim`, `redirect`, `top-up`, `refund` and `void`.

use std::path::PathBuf;

use clap::Args;
use tranche_protocol::address::Address;
use tranche_settle::amount::WrittenAmount;
use tranche_workspace::error::Error;
use tranche_workspace::steps::settle::{
    ClaimRequest, Payout, RedirectRequest, RunRequest, TopUpRequest,
};

use super::options::{ChainOptions, RunOptions};
use crate::args::{DecimalsOption, parse_address, parse_seconds};

/// Pays out what owners can collect, to their payout addresses. Anybody can send it.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle claim --terms terms.json
  tranche settle claim --run-id 0x5d… --owner 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
  tranche settle claim --terms terms.json --remainder")]
pub(super) struct ClaimArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    #[command(flatten)]
    pub(super) choice: RunOptions,
    /// An owner to pay; may be given again [default: everybody on the pay list who can collect]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub(super) owner: Vec<Address>,
    /// Pay the opener what no payee has a share in
    #[arg(long, conflicts_with = "owner")]
    pub(super) remainder: bool,
    /// Pay the builder's bond back
    #[arg(long, conflicts_with_all = ["owner", "remainder"])]
    pub(super) bond: bool,
    /// Pay the opener what was left unclaimed through its claim period
    #[arg(long, conflicts_with_all = ["owner", "remainder", "bond"])]
    pub(super) expired: bool,
}

/// Sends an owner's later payouts to another address.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle redirect --to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --key-file owner.key
  tranche settle redirect --to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --owner-key owner.key --key-file payer.key

With --owner-key the owner only signs, and the sender pays for the transaction.")]
pub(super) struct RedirectArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    /// Where payouts go; the zero address for the owner itself
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub(super) to: Address,
    /// The owner's secret key, where another sends
    #[arg(long, value_name = "FILE")]
    pub(super) owner_key: Option<PathBuf>,
    /// How long the owner's signature holds
    #[arg(long, value_name = "TIME", value_parser = parse_seconds, default_value = "1h")]
    pub(super) valid: u64,
}

/// Adds money to a run.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche settle top-up --terms terms.json --amount 1coin --key-file me.key
  tranche settle top-up --terms terms.json --amount 250.5 --decimals 6 --key-file me.key")]
pub(super) struct TopUpArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    #[command(flatten)]
    pub(super) choice: RunOptions,
    /// An integer of smallest parts of the run's token, native coin as 1.5coin or 20gwei, or a decimal number with --decimals
    #[arg(long, value_name = "AMOUNT")]
    pub(super) amount: WrittenAmount,
    #[command(flatten)]
    pub(super) decimals: DecimalsOption,
}

/// Pays deposit and bond back to the opener of a run that came to nothing. Anybody can send it.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: tranche settle refund --terms terms.json")]
pub(super) struct RefundArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    #[command(flatten)]
    pub(super) choice: RunOptions,
}

/// Voids what was accepted of a run, within the challenge window. The arbiter that the terms name must send it.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: tranche settle void --terms terms.json --key-file arbiter.key")]
pub(super) struct VoidArgs {
    #[command(flatten)]
    pub(super) chain: ChainOptions,
    #[command(flatten)]
    pub(super) choice: RunOptions,
}

impl ClaimArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> Result<ClaimRequest, Error> {
        let payout = match self {
            Self {
                remainder: true, ..
            } => Payout::Remainder,
            Self { bond: true, .. } => Payout::Bond,
            Self { expired: true, .. } => Payout::Expired,
            Self { owner, .. } if owner.is_empty() => Payout::Everybody,
            Self { owner, .. } => Payout::Owners(owner.clone()),
        };
        Ok(ClaimRequest {
            run: self.choice.on(&self.chain)?,
            payout,
        })
    }
}

impl RedirectArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> RedirectRequest {
        RedirectRequest {
            chain: self.chain.request(),
            to: self.to,
            owner_key: self.owner_key.clone(),
            valid: self.valid,
        }
    }
}

impl TopUpArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> Result<TopUpRequest, Error> {
        Ok(TopUpRequest {
            run: self.choice.on(&self.chain)?,
            amount: self.decimals.sum("--amount", &self.amount)?,
        })
    }
}

impl RefundArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> Result<RunRequest, Error> {
        self.choice.on(&self.chain)
    }
}

impl VoidArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> Result<RunRequest, Error> {
        self.choice.on(&self.chain)
    }
}
