//! `tranche run`: a run's seed, terms, commitment and evidence.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_protocol::address::Address;
use tranche_protocol::evidence::attestation::quote_digest;
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::felt::to_hex;
use tranche_protocol::log::LogOrder;
use tranche_protocol::unit::UnitDefinition;
use tranche_protocol::usage_relation::RunArtefacts;

use super::log::{order_words, parse_mapping};
use crate::artefact::folder::TrancheFolder;
use crate::artefact::run::{self as folder, PublicRun, RunFolder, RunParts, TraceEntry};
use crate::artefact::run_log::RunLog;
use crate::artefact::terms::TermsFile;
use crate::artefact::{read_bytes, read_json, read_registry, secret, write_json};
use crate::atomic::{AtomicFolder, Existing, Visibility};
use crate::error::{Error, Fault};
use crate::output::{Report, Table};
use crate::progress::Progress;

/// Commits to a training run.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
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

The folder's `secret/` opens everything: keep it. A trace is a JSON list of {step, log_position, digest}.")]
pub struct CommitArgs {
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
pub struct SignArgs {
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
pub enum RunReport {
    /// A seed was written.
    Seed {
        /// Its file.
        seed: PathBuf,
    },
    /// Terms to print.
    Terms(Box<TermsFile>),
    /// Terms that were checked.
    Context {
        /// The file.
        terms: PathBuf,
        /// What proofs are bound to.
        context: String,
    },
    /// A run that was committed to.
    Committed {
        /// Its folder.
        run: PathBuf,
        /// Commitment to log, arrangement and trace.
        run_commitment: String,
        /// Commitment to the usage vector.
        usage_commitment: String,
        /// The registry's root at the cut-off.
        registry_root: String,
        /// Planned or consumed.
        order: LogOrder,
    },
    /// A run commitment that was signed.
    Signed {
        /// The evidence's file.
        evidence: PathBuf,
        /// Its level.
        level: u8,
        /// What the level means.
        meaning: &'static str,
        /// For level 2: the quote's digest.
        #[serde(skip_serializing_if = "Option::is_none")]
        quote: Option<String>,
        /// Planned or consumed.
        order: LogOrder,
        /// Who signed.
        signer: Address,
    },
}

impl Report for RunReport {
    fn table(&self) -> Table {
        let table = Table::new();
        match self {
            Self::Seed { seed } => {
                table.line(["seed", &format!("{} (secret; keep it)", seed.display())])
            }
            Self::Terms(terms) => {
                let text = serde_json::to_string_pretty(terms).unwrap_or_default();
                text.lines().fold(table, |table, line| table.line([line]))
            }
            Self::Context { terms, context } => table
                .line(["terms", &terms.display().to_string()])
                .line(["context", context]),
            Self::Committed {
                run,
                run_commitment,
                usage_commitment,
                registry_root,
                order,
            } => table
                .line(["run", &run.display().to_string()])
                .line(["run commitment", run_commitment])
                .line(["usage commitment", usage_commitment])
                .line(["registry root", registry_root])
                .line(["order", order_words(*order)])
                .line([
                    "secret",
                    &run.join(folder::SECRET).display().to_string(),
                    "keep it: nothing can be proven without it",
                ]),
            Self::Signed {
                evidence,
                level,
                meaning,
                quote,
                order,
                signer,
            } => {
                let table = table
                    .line(["evidence", &evidence.display().to_string()])
                    .line(["level", &format!("{level} ({meaning})")])
                    .line(["order", order_words(*order)])
                    .line(["signer", &signer.to_string()]);
                match quote {
                    Some(quote) => table.line(["digest of the quote", quote]),
                    None => table,
                }
            }
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the inputs or the disk; nothing is left behind then.
pub fn run(args: &RunArgs, progress: Progress) -> Result<RunReport, Error> {
    match &args.action {
        RunAction::NewSeed { out } => {
            secret::write_seed(out, &secret::new_seed())?;
            Ok(RunReport::Seed { seed: out.clone() })
        }
        RunAction::Terms {
            check: Some(path), ..
        } => Ok(RunReport::Context {
            terms: path.clone(),
            context: to_hex(&TermsFile::read(path)?.context().felt()),
        }),
        RunAction::Terms { check: None, .. } => {
            Ok(RunReport::Terms(Box::new(TermsFile::example())))
        }
        RunAction::Commit(args) => commit(args, progress),
        RunAction::Sign(args) => sign(args, progress),
    }
}

/// Runs `tranche run commit`.
///
/// # Errors
/// As [`run`].
pub fn commit(args: &CommitArgs, progress: Progress) -> Result<RunReport, Error> {
    let terms = TermsFile::read(&args.terms)?;
    let mut log = RunLog::open(&args.log)?;
    log.relocate(&args.map)?;
    let registry = read_registry(&args.registry)?.at(terms.registry_cutoff);
    let checkpoints = match &args.trace {
        Some(path) => read_json(path)?,
        None => Vec::new(),
    };
    check_terms(args, &terms, &log, &checkpoints)?;
    let seed = match &args.seed {
        Some(path) => secret::read_seed(path)?,
        None if log.sources().iter().any(|source| source.private) => {
            return Err(Error::usage(
                "the log names unregistered data, which is hidden by the run's seed",
                "give the seed that it was committed with: --seed FILE",
            ));
        }
        None => secret::new_seed(),
    };
    let parts = RunParts {
        log,
        log_path: args.log.clone(),
        registry,
        seed,
        checkpoints,
    };
    let _stage = progress.stage("committing to the run", None);
    let (_, artefacts) = parts.build()?;
    let out = AtomicFolder::create(&args.out, Visibility::Public)?;
    let public = write(out.path(), terms, &parts, &artefacts).map_err(|error| out.error(error))?;
    out.commit()?;
    Ok(RunReport::Committed {
        run: args.out.clone(),
        run_commitment: to_hex(&public.run_commitment),
        usage_commitment: to_hex(&public.usage_commitment),
        registry_root: to_hex(&public.registry_root),
        order: terms.order,
    })
}

fn write(
    out: &Path,
    terms: TermsFile,
    parts: &RunParts,
    artefacts: &RunArtefacts,
) -> Result<PublicRun, Error> {
    let secret = out.join(folder::SECRET);
    AtomicFolder::create(&secret, Visibility::Secret)?.commit()?;
    parts.log.save(&secret.join("run.tlog"), Existing::Keep)?;
    folder::write(out, terms, parts, artefacts)
}

/// What the terms say of the log must be so: a proof could not be accepted otherwise.
fn check_terms(
    args: &CommitArgs,
    terms: &TermsFile,
    log: &RunLog,
    checkpoints: &[TraceEntry],
) -> Result<(), Error> {
    let mismatch = |what: String| Err(Error::file(&args.terms, Fault::Mismatch(what)));
    if terms.order != log.order() {
        return mismatch(format!(
            "the terms want a {:?} log, {} is {:?}",
            terms.order,
            args.log.display(),
            log.order()
        ));
    }
    if let Some((name, unit)) = first_unit(log)?.filter(|(_, unit)| *unit != terms.unit) {
        return mismatch(format!(
            "the terms count in {}, the tranche \"{name}\" in {unit}",
            terms.unit
        ));
    }
    if let Some(last) = checkpoints
        .last()
        .filter(|c| c.digest != terms.model_digest)
    {
        return mismatch(format!(
            "the terms name the model 0x{}, the last checkpoint is 0x{}",
            hex::encode(terms.model_digest),
            hex::encode(last.digest)
        ));
    }
    Ok(())
}

fn first_unit(log: &RunLog) -> Result<Option<(String, UnitDefinition)>, Error> {
    log.sources()
        .first()
        .map(|source| {
            let folder = TrancheFolder::open(&source.folder)?;
            Ok((source.name().to_owned(), folder.unit()))
        })
        .transpose()
}

/// Runs `tranche run sign`.
///
/// # Errors
/// As [`run`]; [`Error::Refused`] when the signer's log is not the run's.
pub fn sign(args: &SignArgs, progress: Progress) -> Result<RunReport, Error> {
    let run = RunFolder::open_moved(&args.run, &args.map)?;
    let key = secret::read_key(&args.key)?;
    let signer = Address::of_key(key.verifying_key());
    let terms = &run.public().terms;
    if signer != terms.evidence_key {
        return Err(Error::usage(
            format!(
                "{} is the key of {signer}, the terms name {}",
                args.key.display(),
                terms.evidence_key
            ),
            "give the key that the terms name as evidence_key",
        ));
    }
    let _stage = progress.stage("making the roots anew", None);
    check_own_log(&args.log, &run)?;
    let (_, artefacts) = run.build()?;
    let commitment = &artefacts.run_commitment;
    let evidence = match (args.level, &args.quote) {
        (2, Some(path)) => {
            let quote = quote_digest(&read_bytes(path)?);
            Evidence::sign_attested(commitment, terms.order, quote, &key)
        }
        (1, None) => Evidence::sign(commitment, EvidenceLevel::SignedLoader, terms.order, &key),
        _ => {
            return Err(Error::usage(
                "a quote and level 2 belong together",
                "give both --level 2 and --quote FILE, or neither",
            ));
        }
    };
    let evidence = evidence.map_err(|error| Error::Internal(error.to_string()))?;
    let path = run.evidence_path();
    write_json(&path, &evidence, Visibility::Public, Existing::Replace)?;
    Ok(RunReport::Signed {
        evidence: path,
        level: args.level,
        meaning: evidence.level.meaning(),
        quote: evidence
            .attestation
            .map(|attestation| format!("0x{}", hex::encode(attestation.quote))),
        order: terms.order,
        signer,
    })
}

fn check_own_log(path: &Path, run: &RunFolder) -> Result<(), Error> {
    let (own, theirs) = (RunLog::open(path)?, run.log()?);
    let id = |log: &RunLog, source: u32| log.sources()[source as usize].id;
    let same = own.count() == theirs.count()
        && own.order() == theirs.order()
        && own.draws().zip(theirs.draws()).all(|(a, b)| {
            a.record == b.record && a.step == b.step && id(&own, a.source) == id(&theirs, b.source)
        });
    if same {
        return Ok(());
    }
    Err(Error::Refused {
        reason: format!("{} is not the log of the run", path.display()),
    })
}
