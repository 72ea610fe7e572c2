//! `tranche settle submit-usage` and `tranche settle submit-pay`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use tranche_protocol::evidence::EvidenceLevel;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::ProofKind;
use tranche_settle::convert::time;
use tranche_settle::escrow;
use tranche_settle::status::status as read_status;
use tranche_verifier::file::{Statement, verify_file};

use super::report::{Outcome, SettleReport};
use super::session::{ChainOptions, Session};
use crate::artefact::read_proof;
use crate::commands::prove::INSECURE;
use crate::error::Error;
use crate::output::Table;
use crate::progress::Progress;
use crate::shipped::key_for;
use crate::verdict::claim_words;

/// Submits a usage proof; it is verified here first. Anybody can carry it.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Example: tranche settle submit-usage usage.proof --key-file me.key

The proof names its run, and the deployment's verifier is the one that has the proof's verifying key."
)]
pub struct SubmitUsageArgs {
    /// The proof and where it goes.
    #[command(flatten)]
    pub submit: SubmitArgs,
}

/// Submits a pay list: a disclosure made with --pay, and with --registered-share where the terms want a minimum.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Example: tranche settle submit-pay pay.proof --key-file me.key

From the next second after the challenge window each payee can collect."
)]
pub struct SubmitPayArgs {
    /// The proof and where it goes.
    #[command(flatten)]
    pub submit: SubmitArgs,
}

/// A proof and where it goes.
#[derive(Args, Clone, Debug)]
pub struct SubmitArgs {
    #[command(flatten)]
    pub(crate) chain: ChainOptions,
    /// The proof file
    pub proof: PathBuf,
    /// Its circuit's verifying key [default: the one that comes with the program]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

impl SubmitArgs {
    /// Submission of a proof under a shipped key.
    pub fn new(chain: ChainOptions, proof: PathBuf) -> Self {
        Self {
            chain,
            proof,
            key: None,
        }
    }
}

/// A proof that the escrow accepted.
#[derive(Clone, Debug, Serialize)]
pub struct Submitted {
    /// The file.
    pub proof: PathBuf,
    /// The circuit.
    pub circuit: String,
    /// The run.
    pub run_id: String,
    /// Whether anybody could have forged it.
    pub srs_insecure: bool,
    /// Digest of the reference string.
    pub srs: String,
    /// The accepted evidence.
    pub evidence_level: u8,
    /// Until when the arbiter can void, seconds since 1970.
    pub window_end: u64,
    /// What the pay list says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pays: Vec<String>,
}

impl Submitted {
    pub(super) fn table(&self, table: Table) -> Table {
        let level = EvidenceLevel::from_number(self.evidence_level).map_or_else(
            || self.evidence_level.to_string(),
            |level| level.to_string(),
        );
        let mut table = table
            .line(["proof", &self.proof.display().to_string()])
            .line(["circuit", &self.circuit])
            .line(["run", &self.run_id])
            .line([
                "verified",
                "here by the portable verifier, then by the contract",
            ])
            .line(["evidence level", &level])
            .line([
                "reference string",
                &match self.srs_insecure {
                    true => INSECURE.to_owned(),
                    false => self.srs.clone(),
                },
            ]);
        for line in &self.pays {
            table = table.line(["tells", line]);
        }
        table.line(["challenge window until", &time(self.window_end)])
    }
}

pub(crate) fn usage(args: &SubmitUsageArgs, progress: Progress) -> Result<SettleReport, Error> {
    submit(&args.submit, ProofKind::Usage, progress)
}

pub(crate) fn pay(args: &SubmitPayArgs, progress: Progress) -> Result<SettleReport, Error> {
    submit(&args.submit, ProofKind::Disclosure, progress)
}

fn submit(args: &SubmitArgs, kind: ProofKind, progress: Progress) -> Result<SettleReport, Error> {
    let file = read_proof(&args.proof)?;
    let session = Session::open(&args.chain)?;
    let deployment = args.chain.deployment(session.chain())?;
    let stage = progress.stage("verifying here", None);
    let statement = verified(args, &file, kind)?;
    drop(stage);
    let _stage = progress.stage("submitting", None);
    let (submitted, done) = session.run(|client| {
        let run = escrow::submit(client, &deployment, &file)?;
        Ok(Submitted {
            proof: args.proof.clone(),
            circuit: file.header.circuit.as_str().to_owned(),
            run_id: run.id.to_string(),
            srs_insecure: file.header.srs_insecure,
            srs: file.header.srs.to_string(),
            evidence_level: run.read(client)?.evidenceLevel,
            window_end: read_status(client, run)?.window_end,
            pays: match statement {
                Statement::Usage(_) => Vec::new(),
                Statement::Disclosure(disclosure) => claim_words(&disclosure, &|_| None),
            },
        })
    })?;
    Ok(SettleReport::new(
        done,
        Outcome::Submitted(submitted),
        Vec::new(),
    ))
}

/// The portable verifier's verdict comes before any transaction.
fn verified(args: &SubmitArgs, file: &ProofFile, kind: ProofKind) -> Result<Statement, Error> {
    if file.header.kind != kind {
        let (is, other) = match kind {
            ProofKind::Usage => ("a disclosure", "submit-pay"),
            ProofKind::Disclosure => ("a usage proof", "submit-usage"),
        };
        return Err(Error::usage(
            format!("{} is {is}", args.proof.display()),
            format!("use `tranche settle {other}`"),
        ));
    }
    let key = key_for(file.header.circuit.as_str(), args.key.as_deref())?;
    let statement = verify_file(&key, file).map_err(|error| invalid(&args.proof, &error))?;
    match &statement {
        Statement::Disclosure(disclosure) if disclosure.pay.is_none() => Err(Error::usage(
            format!("{} has no pay list", args.proof.display()),
            "make it with `tranche disclose --pay`",
        )),
        _ => Ok(statement),
    }
}

fn invalid(proof: &Path, reason: &impl std::fmt::Display) -> Error {
    Error::Refused {
        reason: format!("{}: {reason}; nothing was sent", proof.display()),
    }
}
