//! `tranche audit report`: the report of an audit, read and its signature checked.

use std::path::PathBuf;

use clap::Args;
use tranche_workspace::steps::audit::{Outcome, ReadReport};

use super::standing::describe_standing;
use crate::exit::ExitClass;
use crate::output::{Report, Table};

/// `tranche audit report`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example: tranche audit report report.json

A report is no evidence: only signed evidence of level 3 counts under a run's terms, and it is written for a passed audit only.")]
pub(super) struct ReportArgs {
    /// The report
    pub(super) report: PathBuf,
}

impl Report for ReadReport {
    fn table(&self) -> Table {
        let signer = self
            .signer
            .map_or("nobody".to_owned(), |signer| signer.to_string());
        let table = Table::new()
            .line(["report", &self.report.display().to_string()])
            .line(["audit", self.outcome.describe()])
            .line(["signed by", &signer]);
        self.rows.iter().fold(table, |table, row| {
            table.line([format!(
                "  {}: {}",
                describe_standing(row.standing),
                row.wanted
            )])
        })
    }

    fn class(&self) -> ExitClass {
        match self.outcome {
            Outcome::Passed => ExitClass::Success,
            _ => ExitClass::Refused,
        }
    }
}
