//! `tranche verify`: what a proof file is worth.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tranche_protocol::proof_file::ProofFile;

use super::prove::INSECURE;
use crate::artefact::{read_proof, read_registry};
use crate::error::{Error, ExitClass};
use crate::output::{Report, Table};
use crate::shipped::key_for;
use crate::verdict::{Bench, Judgement, Standing, Verdict, judge};

/// Verifies a proof, and says what it shows and what it does not.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche verify usage.proof --registry registry.json
  tranche verify share.proof --usage usage.proof

A disclosure is called valid only together with its usage proof. The exit code is 0 for valid, 1 for anything less.
Verifying keys come with the program, by circuit; a proof under another reference string needs --key.")]
pub struct VerifyArgs {
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

/// A verdict with what it is about.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyReport {
    proof: PathBuf,
    /// The judgement.
    #[serde(flatten)]
    pub judgement: Judgement,
}

impl Report for VerifyReport {
    fn table(&self) -> Table {
        let judgement = &self.judgement;
        let mut table = Table::new()
            .line([format!(
                "{}  {}",
                self.proof.display(),
                judgement.verdict.words()
            )])
            .line([format!("circuit {}", judgement.circuit)]);
        if judgement.srs_insecure {
            table = table.line([INSECURE]);
        }
        let section = |table: Table, title: &str, lines: &[String]| match lines.is_empty() {
            true => table,
            false => lines.iter().fold(table.line([title]), |table, line| {
                table.line([format!("  {line}")])
            }),
        };
        table = section(table, "The statement:", &judgement.statement);
        let conditions: Vec<String> = judgement
            .conditions
            .iter()
            .map(|condition| {
                let standing = match condition.standing {
                    Standing::Met => "met",
                    Standing::Broken => "NOT MET",
                    Standing::Open => "open",
                };
                format!("{standing}: {}; {}", condition.wanted, condition.found)
            })
            .collect();
        table = section(table, "What the terms want:", &conditions);
        table = section(table, "This shows:", &judgement.shows);
        section(table, "This does not show:", &judgement.does_not_show)
    }

    fn class(&self) -> ExitClass {
        match self.judgement.verdict {
            Verdict::Valid => ExitClass::Success,
            _ => ExitClass::Refused,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] when a file cannot be read as what it should be. A proof that does not verify is a report, not an error.
pub fn run(args: &VerifyArgs) -> Result<VerifyReport, Error> {
    let file = read_proof(&args.proof)?;
    let key = key_for(circuit(&file), args.key.as_deref())?;
    let usage = match &args.usage {
        Some(path) => {
            let file = read_proof(path)?;
            let key = key_for(circuit(&file), args.usage_key.as_deref())?;
            Some((file, key))
        }
        None => None,
    };
    let registry = args.registry.as_deref().map(read_registry).transpose()?;
    let judgement = judge(&Bench {
        file: &file,
        key: &key,
        usage: usage.as_ref().map(|(file, key)| (file, key)),
        registry: registry.as_ref(),
    });
    Ok(VerifyReport {
        proof: args.proof.clone(),
        judgement,
    })
}

fn circuit(file: &ProofFile) -> &str {
    file.header.circuit.as_str()
}
