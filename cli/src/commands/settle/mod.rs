//! `tranche settle`: the contracts, from deployment to the last payout, on an embedded chain or any node.
//!
//! | module | part |
//! |---|---|
//! | `options` | which chain, who sends, which run |
//! | `report` | what a step came to, as a table |
//! | `deploy` | `deploy` |
//! | `register` | `register` |
//! | `open` | `open`, `bind` |
//! | `submit` | `submit-usage`, `submit-pay` |
//! | `payouts` | `claim`, `top-up`, `refund`, `redirect`, `void` |
//! | `status` | `status`, `advance` |

mod deploy;
mod open;
mod options;
mod payouts;
mod register;
pub(crate) mod report;
mod status;
mod submit;

use clap::{Args, Subcommand};
use tranche_workspace::error::Error;
use tranche_workspace::steps::settle;

use crate::exit::ExitClass;
use crate::output::Format;
use crate::progress::Progress;

/// Deploys the settlement contracts and moves money by proofs: on an embedded chain, or on any node with --rpc-url.
#[derive(Args, Clone, Debug)]
pub(crate) struct SettleArgs {
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
    Claim(payouts::ClaimArgs),
    Redirect(payouts::RedirectArgs),
    TopUp(payouts::TopUpArgs),
    Refund(payouts::RefundArgs),
    Void(payouts::VoidArgs),
    Status(status::StatusArgs),
    Advance(status::AdvanceArgs),
}

/// Runs the command and prints its report.
///
/// # Errors
/// [`Error::Settle`] of the chain or a contract, with what was done before; the errors of files and keys.
pub(crate) fn run(
    args: &SettleArgs,
    format: Format,
    progress: Progress,
) -> Result<ExitClass, Error> {
    let progress = &progress;
    match &args.action {
        SettleAction::Deploy(args) => format.print(&settle::deploy(&args.request(), progress)?),
        SettleAction::Register(args) => format.print(&settle::register(&args.request(), progress)?),
        SettleAction::Open(args) => format.print(&settle::open(&args.request()?, progress)?),
        SettleAction::Bind(args) => format.print(&settle::bind(&args.request(), progress)?),
        SettleAction::SubmitUsage(args) => {
            format.print(&settle::submit_usage(&args.submit.request(), progress)?)
        }
        SettleAction::SubmitPay(args) => {
            format.print(&settle::submit_pay(&args.submit.request(), progress)?)
        }
        SettleAction::Claim(args) => format.print(&settle::claim(&args.request()?, progress)?),
        SettleAction::Redirect(args) => format.print(&settle::redirect(&args.request(), progress)?),
        SettleAction::TopUp(args) => format.print(&settle::top_up(&args.request()?, progress)?),
        SettleAction::Refund(args) => format.print(&settle::refund(&args.request()?, progress)?),
        SettleAction::Void(args) => format.print(&settle::void(&args.request()?, progress)?),
        SettleAction::Status(args) => format.print(&settle::status(&args.request())?),
        SettleAction::Advance(args) => format.print(&settle::advance(&args.request()?)?),
    }
}
