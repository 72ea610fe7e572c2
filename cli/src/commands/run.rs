//! `tranche run`: a run's seed, terms, commitment and evidence.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_workspace::artefact::run::SECRET;
use tranche_workspace::artefact::terms::TermsFile;
use tranche_workspace::error::Error;
use tranche_workspace::steps::run::{
    CheckedTerms, CommitRunRequest, CommittedRun, NewSeed, SignRunRequest, SignedRun, Vouching,
    check_terms, commit_run, new_seed, sign_run,
};

use crate::args::parse_mapping;
use crate::output::{Report, Table};
use crate::progress::Progress;

/// Commits to a training run.
#[derive(Args, Clone, Debug)]
pub(crate) struct RunArgs {
    #[command(subcommand)]
    action: RunAction,
}

#[derive(Clone, Debug, Subcommand)]
enum RunAction {
    /// Makes a run's seed, from which all its salts come: whoever has it can open every commitment of the run
    #[command(after_help = "Example: tranche run new-seed --out run.seed")]
    NewSeed {
        /// The file to write; readable by its owner only
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Prints the terms of a run as JSON, to be edited
    #[command(after_help = "Example: tranche run terms --example > terms.json")]
    Terms {
        /// Terms to start from
        #[arg(long, required_unless_present = "check")]
        example: bool,
        /// Check this file and print its context
        #[arg(long, value_name = "FILE", conflicts_with = "example")]
        check: Option<PathBuf>,
    },
    /// Commits to a log under terms: writes the run's folder
    Commit(CommitArgs),
    /// Signs the run commitment as evidence for the log; the roots are made anew from the signer's own log first
    Sign(SignArgs),
}

/// `tranche run commit`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  tranche run commit --log run.tlog --registry registry.json --terms terms.json --trace checkpoints.json --out run/

The folder's `secret/` opens everything: keep it. A trace is a JSON list of {step, log_position, digest}. A run that no proof holds is refused with
every limit that it breaks.")]
pub(crate) struct CommitArgs {
    /// The run's log, from `tranche log import`
    #[arg(long, value_name = "FILE")]
    pub log: PathBuf,
    /// The registry's snapshot; registrations after the terms' cut-off do not count
    #[arg(long, value_name = "FILE")]
    pub registry: PathBuf,
    /// The run's terms
    #[arg(long, value_name = "FILE")]
    pub terms: PathBuf,
    /// Checkpoints of the model
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// The run's seed [default: a new one; needed where there is unregistered data]
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping)]
    pub map: Vec<(String, PathBuf)>,
    /// The folder to write
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// `tranche run sign`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  tranche run sign --run run/ --log served.tlog --key loader.key

Level 1 says: the signer served these records, kept this log itself, and made the roots from it. Sign nothing else. Level 2 says the same of a
loader that has an attestation quote, whose digest is signed too; nothing here checks a quote. Level 3 is signed by `tranche audit check`.")]
pub(crate) struct SignArgs {
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
    /// The log that the signer kept, from `tranche log import`; it must be the run's, draw by draw
    #[arg(long, value_name = "FILE")]
    pub log: PathBuf,
    /// The secret key of the address that the terms name as evidence_key
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// What the signer vouches for: 1 signed loader, 2 attested loader
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=2))]
    pub level: u8,
    /// For level 2: the attestation quote, whose digest is signed beside the level
    #[arg(long, value_name = "FILE", required_if_eq("level", "2"))]
    pub quote: Option<PathBuf>,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping)]
    pub map: Vec<(String, PathBuf)>,
}

/// What a run's command came to.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum RunReport {
    /// A seed was written.
    Seed(NewSeed),
    /// Terms to print.
    Terms(Box<TermsFile>),
    /// Terms that were checked.
    Checked(CheckedTerms),
    /// A run that was committed to.
    Committed(CommittedRun),
    /// A run commitment that was signed.
    Signed(SignedRun),
}

impl Report for RunReport {
    fn table(&self) -> Table {
        match self {
            Self::Seed(made) => {
                let text = format!("{} (secret; keep it)", made.seed.display());
                Table::new().line(["seed", &text])
            }
            Self::Terms(terms) => Table::document(terms),
            Self::Checked(checked) => Table::new()
                .line(["terms", &checked.terms.display().to_string()])
                .line(["context", &checked.context.to_string()]),
            Self::Committed(committed) => committed_table(committed),
            Self::Signed(signed) => signed_table(signed),
        }
    }
}

fn committed_table(committed: &CommittedRun) -> Table {
    let run = &committed.run;
    Table::new()
        .line(["run", &run.display().to_string()])
        .line(["run commitment", &committed.run_commitment.to_string()])
        .line(["usage commitment", &committed.usage_commitment.to_string()])
        .line(["registry root", &committed.registry_root.to_string()])
        .line(["order", committed.order.meaning()])
        .line([
            "secret",
            &run.join(SECRET).display().to_string(),
            "keep it: nothing can be proven without it",
        ])
}

fn signed_table(signed: &SignedRun) -> Table {
    let table = Table::new()
        .line(["evidence", &signed.evidence.display().to_string()])
        .line(["level", &signed.level.to_string()])
        .line(["order", signed.order.meaning()])
        .line(["signer", &signed.signer.to_string()]);
    match &signed.quote {
        Some(quote) => table.line(["digest of the quote", &quote.to_string()]),
        None => table,
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the inputs or the disk; nothing is left behind then.
pub(crate) fn run(args: &RunArgs, progress: Progress) -> Result<RunReport, Error> {
    Ok(match &args.action {
        RunAction::NewSeed { out } => RunReport::Seed(new_seed(out)?),
        RunAction::Terms {
            check: Some(path), ..
        } => RunReport::Checked(check_terms(path)?),
        RunAction::Terms { check: None, .. } => RunReport::Terms(Box::new(TermsFile::example())),
        RunAction::Commit(args) => RunReport::Committed(commit(args, progress)?),
        RunAction::Sign(args) => RunReport::Signed(sign(args, progress)?),
    })
}

/// Runs `tranche run commit`.
///
/// # Errors
/// As [`commit_run`].
pub(crate) fn commit(args: &CommitArgs, progress: Progress) -> Result<CommittedRun, Error> {
    let request = CommitRunRequest {
        log: args.log.clone(),
        registry: args.registry.clone(),
        terms: args.terms.clone(),
        trace: args.trace.clone(),
        seed: args.seed.clone(),
        moved: args.map.clone(),
        out: args.out.clone(),
    };
    commit_run(&request, &progress)
}

/// Runs `tranche run sign`.
///
/// # Errors
/// As [`sign_run`]; [`Error::Usage`] when level and quote do not belong together.
pub(crate) fn sign(args: &SignArgs, progress: Progress) -> Result<SignedRun, Error> {
    let vouching = match (args.level, &args.quote) {
        (1, None) => Vouching::SignedLoader,
        (2, Some(quote)) => Vouching::AttestedLoader {
            quote: quote.clone(),
        },
        _ => {
            return Err(Error::usage(
                "a quote and level 2 belong together",
                "give both --level 2 and --quote FILE, or neither",
            ));
        }
    };
    let request = SignRunRequest {
        run: args.run.clone(),
        log: args.log.clone(),
        key: args.key.clone(),
        vouching,
        moved: args.map.clone(),
    };
    sign_run(&request, &progress)
}
