//! `tranche audit`: sampled replay, from a public value to signed evidence of level 3.

mod attach;
mod challenge;
mod check;
mod data;
mod open;
mod replay;
mod report;
mod subject;
mod work;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::error::{Error, ExitClass};
use crate::output::{Report, Table};
use crate::progress::Progress;

pub use attach::{AttachArgs, AttachReport};
pub use challenge::{ChallengeArgs, ChallengeReport};
pub use check::{CheckArgs, CheckReport, Outcome};
pub use open::{OpenArgs, OpenReport};
pub use report::{ReportArgs, ReportReport};

/// Audits a run by sampled replay: draws picked by a public value are opened and trained over again.
#[derive(Args, Clone, Debug)]
pub struct AuditArgs {
    #[command(subcommand)]
    action: AuditAction,
}

#[derive(Clone, Debug, Subcommand)]
enum AuditAction {
    /// Makes a challenge from a public value that nobody knew when the run commitment was published
    Challenge(ChallengeArgs),
    /// Answers a challenge, as the builder: a secret file for the auditor
    Open(OpenArgs),
    /// Checks an answer, its records and its replay, as the auditor; signs evidence of level 3 when all holds
    Check(CheckArgs),
    /// Puts signed evidence into a usage proof's file
    Attach(AttachArgs),
    /// Checks the signature of an audit's report, and shows it
    Report(ReportArgs),
}

/// What an audit's command came to.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum AuditReport {
    /// A challenge.
    Challenge(ChallengeReport),
    /// An answer.
    Open(OpenReport),
    /// A check.
    Check(Box<CheckReport>),
    /// A proof file with evidence.
    Attach(AttachReport),
    /// A report that was read.
    Report(Box<ReportReport>),
}

impl AuditReport {
    fn inner(&self) -> (Table, ExitClass) {
        match self {
            Self::Challenge(report) => (report.table(), report.class()),
            Self::Open(report) => (report.table(), report.class()),
            Self::Check(report) => (report.table(), report.class()),
            Self::Attach(report) => (report.table(), report.class()),
            Self::Report(report) => (report.table(), report.class()),
        }
    }
}

impl Report for AuditReport {
    fn table(&self) -> Table {
        self.inner().0
    }

    fn class(&self) -> ExitClass {
        self.inner().1
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of files, options or the disk. An answer that does not hold is a report, not an error.
pub fn run(args: &AuditArgs, progress: Progress) -> Result<AuditReport, Error> {
    Ok(match &args.action {
        AuditAction::Challenge(args) => AuditReport::Challenge(challenge::run(args)?),
        AuditAction::Open(args) => AuditReport::Open(open::run(args, progress)?),
        AuditAction::Check(args) => AuditReport::Check(Box::new(check::run(args, progress)?)),
        AuditAction::Attach(args) => AuditReport::Attach(attach::run(args)?),
        AuditAction::Report(args) => AuditReport::Report(Box::new(report::run(args)?)),
    })
}
