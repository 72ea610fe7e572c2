//! `tranche settle`: the contracts, from deployment to the last payout, on an embedded chain or any node.
//!
//! | module | part |
//! |---|---|
//! | `session` | which chain, who sends, what is kept |
//! | `report` | steps with their gas, balances before and after |
//! | `deploy` | `deploy` |
//! | `register` | `register` |
//! | `open` | `open`, `bind` |
//! | `submit` | `submit-usage`, `submit-pay` |
//! | `money` | `claim`, `top-up`, `refund`, `redirect`, `void` |
//! | `look` | `status`, `advance` |

pub mod deploy;
pub mod look;
pub mod money;
pub mod open;
pub mod register;
pub mod report;
pub mod session;
pub mod submit;

use clap::{Args, Subcommand};

use crate::error::Error;
use crate::progress::Progress;
use report::SettleReport;

/// Deploys the settlement contracts and moves money by proofs: on an embedded chain, or on any node with --rpc-url.
#[derive(Args, Clone, Debug)]
pub struct SettleArgs {
    #[command(subcommand)]
    action: SettleAction,
}

#[derive(Clone, Debug, Subcommand)]
enum SettleAction {
    Deploy(deploy::DeployArgs),
    Register(register::RegisterArgs),
    Open(open::OpenArgs),
    Bind(open::BindArgs),
    SubmitUsage(submit::SubmitUsageArgs),
    SubmitPay(submit::SubmitPayArgs),
    Claim(money::ClaimArgs),
    Redirect(money::RedirectArgs),
    TopUp(money::TopUpArgs),
    Refund(money::RefundArgs),
    Void(money::VoidArgs),
    Status(look::StatusArgs),
    Advance(look::AdvanceArgs),
}

/// Runs the command.
///
/// # Errors
/// [`Error::Settle`] of the chain or a contract, with what was done before; the errors of files and keys.
pub fn run(args: &SettleArgs, progress: Progress) -> Result<SettleReport, Error> {
    match &args.action {
        SettleAction::Deploy(args) => deploy::run(args, progress),
        SettleAction::Register(args) => register::run(args, progress),
        SettleAction::Open(args) => open::open(args, progress),
        SettleAction::Bind(args) => open::bind(args, progress),
        SettleAction::SubmitUsage(args) => submit::usage(args, progress),
        SettleAction::SubmitPay(args) => submit::pay(args, progress),
        SettleAction::Claim(args) => money::claim(args, progress),
        SettleAction::Redirect(args) => money::redirect(args, progress),
        SettleAction::TopUp(args) => money::top_up(args, progress),
        SettleAction::Refund(args) => money::refund(args, progress),
        SettleAction::Void(args) => money::void(args, progress),
        SettleAction::Status(args) => look::status(args),
        SettleAction::Advance(args) => look::advance(args),
    }
}
