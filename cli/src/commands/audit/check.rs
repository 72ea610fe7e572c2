//! `tranche audit check`: the auditor's verdict.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tranche_workspace::artefact::CheckpointDigest;
use tranche_workspace::error::Error;
use tranche_workspace::steps::audit::{AuditVerdict, CheckRequest, Outcome, ReplayRequest};

use super::data::DataOptions;
use super::run::RunOptions;
use super::standing::describe_standing;
use crate::exit::ExitClass;
use crate::output::{Report, Table};

/// `tranche audit check`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche audit check --proof usage.proof --challenge challenge.json --opening opening.json --data books=books.jsonl --work work.json
  tranche audit check --proof usage.proof --challenge challenge.json --opening opening.json --data books=books.jsonl \\
    --replayed replayed.json --sign-key auditor.key --evidence evidence.json --report report.json

First without --replayed: the opening and the records are checked, and the work list says what your training code is to execute again. Then
with it. Evidence of level 3 is written when every row is met, and never otherwise; the report is written in any case.")]
pub(super) struct CheckArgs {
    /// The run.
    #[command(flatten)]
    pub(super) run: RunOptions,
    /// The challenge
    #[arg(long, value_name = "FILE")]
    pub(super) challenge: PathBuf,
    /// The builder's answer
    #[arg(long, value_name = "FILE")]
    pub(super) opening: PathBuf,
    /// A registry's snapshot; needed without a usage proof
    #[arg(long, value_name = "FILE")]
    pub(super) registry: Option<PathBuf>,
    /// Where the records are.
    #[command(flatten)]
    pub(super) data: DataOptions,
    /// Write the work list: the stretches with their records, for the training code (secret)
    #[arg(long, value_name = "FILE")]
    pub(super) work: Option<PathBuf>,
    /// What the training code made of it: JSON {version, initial, stretches}
    #[arg(long, value_name = "FILE")]
    pub(super) replayed: Option<PathBuf>,
    /// The digest of checkpoints in the trace
    #[arg(long, value_enum, default_value_t)]
    pub(super) weights_digest: DigestName,
    /// Take digests of a replay without hashing its weights here, by the word of whoever made it
    #[arg(long, requires = "replayed")]
    pub(super) trust_digests: bool,
    /// The auditor's key: the one that the terms name as evidence_key
    #[arg(long, value_name = "FILE")]
    pub(super) sign_key: Option<PathBuf>,
    /// Where to write evidence of level 3
    #[arg(long, value_name = "FILE", requires_all = ["sign_key", "replayed"])]
    pub(super) evidence: Option<PathBuf>,
    /// Write a report of the verdict, signed if there is a key
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
}

/// Digests that a trace holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum DigestName {
    /// BLAKE3 of all bytes of the checkpoint's file
    #[default]
    Blake3,
    /// SHA-256 of all bytes of the checkpoint's file
    Sha256,
}

impl From<DigestName> for CheckpointDigest {
    fn from(name: DigestName) -> Self {
        match name {
            DigestName::Blake3 => Self::Blake3,
            DigestName::Sha256 => Self::Sha256,
        }
    }
}

impl CheckArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> Result<CheckRequest, Error> {
        let replay = self.replayed.as_ref().map(|file| ReplayRequest {
            file: file.clone(),
            digest: self.weights_digest.into(),
            trust_digests: self.trust_digests,
        });
        Ok(CheckRequest {
            run: self.run.request()?,
            challenge: self.challenge.clone(),
            opening: self.opening.clone(),
            registry: self.registry.clone(),
            data: self.data.request(),
            work: self.work.clone(),
            replay,
            sign_key: self.sign_key.clone(),
            evidence: self.evidence.clone(),
            report: self.report.clone(),
        })
    }
}

impl Report for AuditVerdict {
    fn table(&self) -> Table {
        let table = Table::new()
            .line([format!("audit {}", self.outcome.describe())])
            .line(["order", self.order.meaning()]);
        let table = self.rows.iter().fold(table, |table, row| {
            let standing = describe_standing(row.standing);
            table.line([format!("  {standing}: {}; {}", row.wanted, row.found)])
        });
        let table = self
            .notes
            .iter()
            .fold(table, |table, note| table.line([note]));
        let files = [
            ("work list (secret)", &self.work),
            ("evidence of level 3", &self.evidence),
            ("report", &self.report),
        ];
        let table = files
            .iter()
            .filter_map(|(what, path)| Some((what, path.as_ref()?)))
            .fold(table, |table, (what, path)| {
                table.line([*what, &path.display().to_string()])
            });
        self.does_not_show
            .iter()
            .fold(table.line(["This does not show:"]), |table, line| {
                table.line([format!("  {line}")])
            })
    }

    fn class(&self) -> ExitClass {
        match self.outcome {
            Outcome::Passed | Outcome::ToReplay => ExitClass::Success,
            Outcome::Incomplete | Outcome::Failed => ExitClass::Refused,
        }
    }
}
