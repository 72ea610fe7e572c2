//! `tranche verify`: what a proof file is worth.

use std::path::PathBuf;

use clap::Args;
use tranche_verdict::{Condition, ConditionStatus, Verdict};
use tranche_workspace::error::Error;
use tranche_workspace::steps;
use tranche_workspace::steps::verify::{ProofInput, Verified, VerifyRequest};

use super::lines::insecure;
use crate::exit::ExitClass;
use crate::output::{Report, Table};

/// Verifies a proof, and says what it shows and what it does not.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche verify usage.proof --registry registry.json
  tranche verify share.proof --usage usage.proof

A disclosure is called valid only together with its usage proof. The exit code is 0 for valid, 1 for anything less.
Verifying keys come with the program, by circuit; a proof under another reference string needs --key.")]
pub(crate) struct VerifyArgs {
    /// The proof
    pub proof: PathBuf,
    /// The usage proof that a disclosure stands on
    #[arg(long, value_name = "FILE")]
    pub usage: Option<PathBuf>,
    /// The verifying key of the proof's circuit [default: the one that comes with the program]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The verifying key of the usage proof's circuit [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", requires = "usage")]
    pub usage_key: Option<PathBuf>,
    /// A registry's snapshot, to look the root up and to name registrations
    #[arg(long, value_name = "FILE")]
    pub registry: Option<PathBuf>,
}

impl Report for Verified {
    fn table(&self) -> Table {
        let judgement = &self.judgement;
        let table = Table::new()
            .line([format!(
                "{}  {}",
                self.proof.display(),
                judgement.verdict.words()
            )])
            .line([format!("circuit {}", judgement.circuit)]);
        let table = insecure(table, judgement.srs_insecure);
        let table = section(table, "The statement:", &judgement.statement);
        let conditions: Vec<String> = judgement.conditions.iter().map(condition).collect();
        let table = section(table, "What the terms want:", &conditions);
        let table = section(table, "This shows:", &judgement.shows);
        section(table, "This does not show:", &judgement.does_not_show)
    }

    fn class(&self) -> ExitClass {
        match self.judgement.verdict {
            Verdict::Valid => ExitClass::Success,
            _ => ExitClass::Refused,
        }
    }
}

/// Adds a title with its lines, if there are any.
fn section(table: Table, title: &str, lines: &[String]) -> Table {
    if lines.is_empty() {
        return table;
    }
    lines.iter().fold(table.line([title]), |table, line| {
        table.line([format!("  {line}")])
    })
}

fn condition(condition: &Condition) -> String {
    let standing = match condition.standing {
        ConditionStatus::Met => "met",
        ConditionStatus::Broken => "NOT MET",
        ConditionStatus::Open => "open",
    };
    format!("{standing}: {}; {}", condition.wanted, condition.found)
}

/// Runs the command.
///
/// # Errors
/// [`Error`] when a file cannot be read as what it should be. A proof that does not verify is a report, not an error.
pub(crate) fn run(args: &VerifyArgs) -> Result<Verified, Error> {
    steps::verify::verify(&VerifyRequest {
        proof: ProofInput {
            file: args.proof.clone(),
            key: args.key.clone(),
        },
        usage: args.usage.clone().map(|file| ProofInput {
            file,
            key: args.usage_key.clone(),
        }),
        registry: args.registry.clone(),
    })
}
