//! `tranche log`: what a trainer logged becomes the run's log, checked before it is proven.

mod check;
mod import;
mod input;
mod recording;
mod seal;
mod told;

use clap::{Args, Subcommand};
use tranche_workspace::error::Error;
use tranche_workspace::steps::log;

use crate::exit::ExitClass;
use crate::output::Format;
use crate::progress::Progress;

/// Works on logs of training runs.
#[derive(Args, Clone, Debug)]
pub(crate) struct LogArgs {
    #[command(subcommand)]
    action: LogAction,
}

#[derive(Clone, Debug, Subcommand)]
enum LogAction {
    /// Reads a trainer's log, checks every draw against the tranches, and writes the run's log (secret)
    Import(import::ImportArgs),
    /// Finds all that is wrong with a log before it is proven, and shows its mixture
    Check(check::CheckArgs),
    /// Checks a recording's segments, and signs each as the loader that served it
    Seal(seal::SealArgs),
}

/// Runs the command and prints its report.
///
/// # Errors
/// [`Error`] of the log, a tranche or the disk; nothing is written then.
pub(crate) fn run(args: &LogArgs, format: Format, progress: Progress) -> Result<ExitClass, Error> {
    match &args.action {
        LogAction::Import(args) => format.print(&log::import(&args.request(), &progress)?),
        LogAction::Check(args) => format.print(&log::check(&args.request(), &progress)?),
        LogAction::Seal(args) => format.print(&log::seal(&args.request(), &progress)?),
    }
}
