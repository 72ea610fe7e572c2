//! `tranche log`: what a trainer logged becomes the run's log, checked before it is proven.

mod catalog;
mod check;
mod import;
mod input;
mod recording;
mod seal;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_protocol::log::LogOrder;

use crate::error::{Error, ExitClass};
use crate::output::{Report, Table};
use crate::progress::Progress;

pub use check::{CheckArgs, CheckReport};
pub use import::{ImportArgs, ImportReport, import};
pub use input::{CountDocuments, InputOptions, LogFormat};
pub use recording::{RecordingOptions, RecordingSummary};
pub use seal::{SealArgs, SealReport};

/// Works on logs of training runs.
#[derive(Args, Clone, Debug)]
pub struct LogArgs {
    #[command(subcommand)]
    action: LogAction,
}

#[derive(Clone, Debug, Subcommand)]
enum LogAction {
    /// Reads a trainer's log, checks every draw against the tranches, and writes the run's log (secret)
    Import(ImportArgs),
    /// Finds all that is wrong with a log before it is proven, and shows its mixture
    Check(CheckArgs),
    /// Checks a recording's segments, and signs each as the loader that served it
    Seal(SealArgs),
}

/// Reads `NAME=FOLDER`.
pub(super) fn parse_mapping(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, folder)) if !name.is_empty() && !folder.is_empty() => {
            Ok((name.to_owned(), folder.into()))
        }
        _ => Err("expected NAME=FOLDER".to_owned()),
    }
}

/// What an order means.
pub fn order_words(order: LogOrder) -> &'static str {
    match order {
        LogOrder::Planned => "planned: what the trainer meant to read",
        LogOrder::Consumed => "consumed: what training read",
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the log, a tranche or the disk; nothing is written then.
pub fn run(args: &LogArgs, progress: Progress) -> Result<LogReport, Error> {
    match &args.action {
        LogAction::Import(args) => {
            import(args, progress).map(|report| LogReport::Imported(Box::new(report)))
        }
        LogAction::Check(args) => {
            check::run(args, progress).map(|report| LogReport::Checked(Box::new(report)))
        }
        LogAction::Seal(args) => seal::run(args, progress).map(LogReport::Sealed),
    }
}

/// What an action came to.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum LogReport {
    /// A log was imported.
    Imported(Box<ImportReport>),
    /// A log was checked.
    Checked(Box<CheckReport>),
    /// A recording was checked, and sealed if there was a key.
    Sealed(SealReport),
}

impl Report for LogReport {
    fn table(&self) -> Table {
        match self {
            Self::Imported(report) => report.table(),
            Self::Checked(report) => report.table(),
            Self::Sealed(report) => report.table(),
        }
    }

    fn class(&self) -> ExitClass {
        match self {
            Self::Imported(report) => report.class(),
            Self::Checked(report) => report.class(),
            Self::Sealed(report) => report.class(),
        }
    }
}
