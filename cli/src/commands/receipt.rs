//! `tranche receipt`: what was used of one tranche, told to its owner without a proof.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use tranche_protocol::Shape;
use tranche_protocol::felt::to_hex;
use tranche_protocol::receipt::Receipt;
use tranche_verifier::file::{Statement, verify_file};

use super::prove::INSECURE;
use crate::artefact::run::RunFolder;
use crate::artefact::{read_manifest, read_proof, read_text};
use crate::atomic::{self, Existing, Visibility};
use crate::error::{Error, Fault};
use crate::output::{Report, Table};
use crate::shipped::key_for;
use crate::verdict::run_words;

/// Makes and checks receipts: one opened leaf of the usage commitment each.
#[derive(Args, Clone, Debug)]
pub struct ReceiptArgs {
    #[command(subcommand)]
    action: ReceiptAction,
}

#[derive(Clone, Debug, Subcommand)]
enum ReceiptAction {
    /// Opens leaves of a run's usage commitment, one file a tranche: for its owner's eyes
    Make(MakeArgs),
    /// Checks a receipt against the owner's manifest and an accepted usage proof
    Check(CheckArgs),
}

/// `tranche receipt make`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche receipt make --run run/ --out receipts/
  tranche receipt make --run run/ --tranche books --out receipts/")]
pub struct MakeArgs {
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
    /// A name of the run's log, or `all`
    #[arg(long, value_name = "NAME", default_value = "all")]
    pub tranche: String,
    /// The folder to write to; each receipt is readable by its owner only until it is handed over
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// `tranche receipt check`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  tranche receipt check receipts/books.json --manifest books/manifest.json --proof usage.proof")]
pub struct CheckArgs {
    /// The receipt
    pub receipt: PathBuf,
    /// The manifest of the tranche it is for
    #[arg(long, value_name = "FILE")]
    pub manifest: PathBuf,
    /// The run's usage proof
    #[arg(long, value_name = "FILE")]
    pub proof: PathBuf,
    /// The verifying key of the usage proof's circuit [default: the one that comes with the program]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

/// What a receipt's command came to.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ReceiptReport {
    /// Receipts that were written.
    Made {
        /// Their files.
        receipts: Vec<PathBuf>,
    },
    /// A receipt that holds.
    Holds {
        /// Its file.
        receipt: PathBuf,
        /// The run that the usage proof is of.
        run: String,
        /// The tranche.
        tranche: String,
        /// Units used of it.
        units: u64,
        /// Draws from it.
        draws: u64,
        /// The unit.
        unit: String,
        /// Units times the owner's rate, as a decimal string.
        metered_amount: String,
        /// Whether anybody could have forged the usage proof.
        srs_insecure: bool,
    },
}

impl Report for ReceiptReport {
    fn table(&self) -> Table {
        match self {
            Self::Made { receipts } => receipts.iter().fold(Table::new(), |table, path| {
                table.line(["receipt", &path.display().to_string()])
            }),
            Self::Holds {
                receipt,
                run,
                tranche,
                units,
                draws,
                unit,
                metered_amount,
                srs_insecure,
            } => {
                let table = Table::new()
                    .line(["receipt", &format!("{} HOLDS", receipt.display())])
                    .line(["of", run])
                    .line(["tranche", tranche])
                    .line(["units", &format!("{units} in {unit}")])
                    .line(["draws", &draws.to_string()])
                    .line(["at the owner's rate", metered_amount]);
                match srs_insecure {
                    true => table.line([INSECURE]),
                    false => table,
                }
            }
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the files; [`Error::Refused`] when a receipt does not hold.
pub fn run(args: &ReceiptArgs) -> Result<ReceiptReport, Error> {
    match &args.action {
        ReceiptAction::Make(args) => make(args),
        ReceiptAction::Check(args) => check(args),
    }
}

/// Runs `tranche receipt make`.
///
/// # Errors
/// As [`run`].
pub fn make(args: &MakeArgs) -> Result<ReceiptReport, Error> {
    let folder = RunFolder::open(&args.run)?;
    let opening = folder.usage()?;
    let log = folder.log()?;
    let wanted = |names: &[String]| args.tranche == "all" || names.contains(&args.tranche);
    let mut receipts = Vec::new();
    for source in log.sources().iter().filter(|source| wanted(&source.names)) {
        let mut slots = opening.vector.slots.iter();
        let Some(slot) = slots.position(|slot| slot.tranche_id == source.id) else {
            continue;
        };
        let receipt = opening
            .receipt(&Shape::STANDARD, slot)
            .map_err(|error| Error::Internal(error.to_string()))?
            .ok_or_else(|| Error::Internal("a slot without a leaf".to_owned()))?;
        std::fs::create_dir_all(&args.out).map_err(|error| Error::io("make", &args.out, error))?;
        let path = args.out.join(format!("{}.json", file_stem(source.name())));
        atomic::write(
            &path,
            (receipt.to_json() + "\n").as_bytes(),
            Visibility::Secret,
            Existing::Replace,
        )?;
        receipts.push(path);
    }
    if receipts.is_empty() {
        return Err(Error::usage(
            format!("the run used no registered tranche \"{}\"", args.tranche),
            "give a name of the run's log, or all",
        ));
    }
    Ok(ReceiptReport::Made { receipts })
}

/// A name without what a file name cannot hold.
fn file_stem(name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.chars()
        .map(|c| if safe(c) { c } else { '_' })
        .collect()
}

/// Runs `tranche receipt check`.
///
/// # Errors
/// As [`run`].
pub fn check(args: &CheckArgs) -> Result<ReceiptReport, Error> {
    let fault = |fault| Error::file(&args.receipt, fault);
    let receipt = Receipt::from_json(&read_text(&args.receipt)?)
        .map_err(|error| fault(Fault::Receipt(error)))?;
    let manifest = read_manifest(&args.manifest)?;
    let proof = read_proof(&args.proof)?;
    let key = key_for(proof.header.circuit.as_str(), args.key.as_deref())?;
    let refused = |what: String| Error::Refused {
        reason: format!("{}: {what}", args.receipt.display()),
    };
    let usage = match verify_file(&key, &proof) {
        Ok(Statement::Usage(usage)) => usage,
        Ok(Statement::Disclosure(_)) => {
            return Err(Error::usage(
                format!("{} is a disclosure", args.proof.display()),
                "give the run's usage proof",
            ));
        }
        Err(error) => {
            return Err(refused(format!(
                "{} is not valid: {error}",
                args.proof.display()
            )));
        }
    };
    receipt
        .check(&Shape::STANDARD, usage.usage_commitment)
        .map_err(|error| refused(error.to_string()))?;
    let tranche = manifest.tranche();
    let entry = &receipt.entry;
    if entry.tranche_id != tranche.id() {
        return Err(refused(format!(
            "it is for tranche {}, the manifest is of {}",
            to_hex(&entry.tranche_id),
            to_hex(&tranche.id())
        )));
    }
    if entry.owner != tranche.owner() || entry.rate != tranche.rate() {
        return Err(refused(
            "it names another owner or rate than the manifest".to_owned(),
        ));
    }
    let amount = u128::from(entry.amounts.units) * u128::from(entry.rate);
    Ok(ReceiptReport::Holds {
        receipt: args.receipt.clone(),
        run: run_words(&proof.context),
        tranche: to_hex(&entry.tranche_id),
        units: entry.amounts.units,
        draws: entry.amounts.draws,
        unit: manifest.unit().to_string(),
        metered_amount: amount.to_string(),
        srs_insecure: proof.header.srs_insecure,
    })
}
