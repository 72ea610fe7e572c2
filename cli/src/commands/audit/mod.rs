//! `tranche audit`: sampled replay, from a public value to signed evidence of level 3.

mod attach;
mod challenge;
mod check;
mod data;
mod open;
mod report;
mod run;
mod standing;

use clap::{Args, Subcommand};
use tranche_workspace::error::Error;
use tranche_workspace::steps::audit;

use crate::exit::ExitClass;
use crate::output::Format;
use crate::progress::Progress;

/// Audits a run by sampled replay: draws picked by a public value are opened and trained over again.
#[derive(Args, Clone, Debug)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    action: AuditAction,
}

#[derive(Clone, Debug, Subcommand)]
enum AuditAction {
    /// Makes a challenge from a public value that nobody knew when the run commitment was published
    Challenge(challenge::ChallengeArgs),
    /// Answers a challenge, as the builder: a secret file for the auditor
    Open(open::OpenArgs),
    /// Checks an answer, its records and its replay, as the auditor; signs evidence of level 3 when all holds
    Check(check::CheckArgs),
    /// Puts signed evidence into a usage proof's file
    Attach(attach::AttachArgs),
    /// Checks the signature of an audit's report, and shows it
    Report(report::ReportArgs),
}

/// Runs the command and prints its report.
///
/// # Errors
/// [`Error`] of files, options or the disk. An answer that does not hold is a report, not an error.
pub(crate) fn run(
    args: &AuditArgs,
    format: Format,
    progress: Progress,
) -> Result<ExitClass, Error> {
    match &args.action {
        AuditAction::Challenge(args) => format.print(&audit::challenge(&args.request()?)?),
        AuditAction::Open(args) => format.print(&audit::open(&args.request(), &progress)?),
        AuditAction::Check(args) => format.print(&audit::check(&args.request()?, &progress)?),
        AuditAction::Attach(args) => format.print(&audit::attach(&args.request())?),
        AuditAction::Report(args) => format.print(&audit::read_report(&args.report)?),
    }
}
