//! `tranche receipt check`: what a contributor needs is the manifest, the receipt and the public proof.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use tranche_protocol::Shape;
use tranche_protocol::evidence::{EvidenceError, EvidenceLevel, level_under};
use tranche_protocol::felt::{Felt, from_hex, to_hex};
use tranche_protocol::log::LogOrder;
use tranche_protocol::manifest::Manifest;
use tranche_protocol::receipt::Receipt;
use tranche_verifier::file::{Statement, verify_file};

use super::ReceiptReport;
use super::bundle::ReceiptFile;
use super::page;
use crate::artefact::{read_manifest, read_proof};
use crate::atomic::{self, Existing, Visibility};
use crate::commands::log::order_words;
use crate::commands::prove::INSECURE;
use crate::error::Error;
use crate::output::Table;
use crate::shipped::key_for;
use crate::verdict::run_words;

/// `tranche receipt check`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche receipt check receipts/books.json --manifest books/manifest.json --proof usage.proof
  tranche receipt check receipts.json --manifest books --manifest play --proof usage.proof --html receipt.html
  tranche receipt check receipts.json --manifest books --commitment 0x2f...a1

With --commitment the usage commitment is one that somebody else accepted a proof of, for example an escrow: `tranche settle status` shows it.")]
pub struct CheckArgs {
    /// The receipt, or an owner's file of receipts
    pub receipt: PathBuf,
    /// The manifest of a tranche that it is for; may be given again
    #[arg(long, value_name = "FILE", required = true)]
    pub manifest: Vec<PathBuf>,
    /// The run's usage proof
    #[arg(long, value_name = "FILE", required_unless_present = "commitment")]
    pub proof: Option<PathBuf>,
    /// The usage commitment, where its proof was accepted elsewhere
    #[arg(long, value_name = "FELT", value_parser = parse_felt, conflicts_with = "proof")]
    pub commitment: Option<Felt>,
    /// The verifying key of the usage proof's circuit [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", requires = "proof")]
    pub key: Option<PathBuf>,
    /// Write the checked receipt as a page to read and to print
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

fn parse_felt(text: &str) -> Result<Felt, String> {
    from_hex(text).map_err(|error| error.to_string())
}

/// What a receipt says of one tranche.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// The tranche.
    pub tranche: String,
    /// What the manifest calls its data.
    pub sources: Vec<String>,
    /// Records of the tranche.
    pub records: u32,
    /// Units used of it.
    pub units: u64,
    /// Draws from it.
    pub draws: u64,
    /// The unit.
    pub unit: String,
    /// Price of one unit, as a decimal string.
    pub rate: String,
    /// Units times the rate, as a decimal string.
    pub metered_amount: String,
    #[serde(skip)]
    pub(super) amount: u128,
}

/// What receipts stand on.
#[derive(Clone, Debug, Serialize)]
pub struct Ground {
    /// The usage commitment that they open.
    pub usage_commitment: String,
    /// Whether a usage proof of it was verified here.
    pub usage_proof: bool,
    /// Whether anybody could have forged that proof.
    pub srs_insecure: bool,
    /// Planned or consumed, where a proof tells.
    pub order: Option<LogOrder>,
    /// What stands behind the log, where a proof tells and its evidence holds.
    pub evidence_level: Option<u8>,
    /// The same in words.
    pub evidence: String,
    /// Run, contract and chain, where a proof tells.
    pub run: Option<String>,
}

impl Held {
    pub(super) fn lines(&self, table: Table) -> Table {
        table
            .line(["tranche", &self.tranche])
            .line(["units", &format!("{} in {}", self.units, self.unit)])
            .line(["draws", &self.draws.to_string()])
            .line(["at the owner's rate", &self.metered_amount])
    }
}

impl Ground {
    pub(super) fn lines(&self, table: Table) -> Table {
        let table = match &self.run {
            Some(run) => table.line(["of", run]),
            None => table,
        };
        let table = match self.order {
            Some(order) => table.line(["order", order_words(order)]),
            None => table,
        };
        let table = table.line(["evidence level", &self.evidence]);
        let table = match self.usage_proof {
            true => table,
            false => table.line([
                "No usage proof was verified here: the commitment is as good as whoever accepted one.",
            ]),
        };
        match self.srs_insecure {
            true => table.line([INSECURE]),
            false => table,
        }
    }
}

/// Runs `tranche receipt check`.
///
/// # Errors
/// [`Error`] of the files; [`Error::Refused`] when a receipt does not hold. No page is written then.
pub fn check(args: &CheckArgs) -> Result<ReceiptReport, Error> {
    if let Some(path) = &args.html {
        atomic::check_place(path)?;
    }
    let file = ReceiptFile::read(&args.receipt)?;
    let manifests: Vec<Manifest> = args
        .manifest
        .iter()
        .map(|path| read_manifest(path))
        .collect::<Result<_, _>>()?;
    let (commitment, ground) = ground(args)?;
    let html = args.html.clone();
    let receipt = args.receipt.clone();
    match file {
        ReceiptFile::One(one) => {
            let held = hold(&args.receipt, &one, commitment, &manifests)?;
            let owner = one.entry.owner;
            write_page(args, owner, std::slice::from_ref(&held), &ground)?;
            Ok(ReceiptReport::Holds {
                receipt,
                held,
                ground,
                html,
            })
        }
        ReceiptFile::Owner(bundle) => {
            let each = bundle.receipts.iter();
            let tranches: Vec<Held> = each
                .map(|one| hold(&args.receipt, one, commitment, &manifests))
                .collect::<Result<_, _>>()?;
            write_page(args, bundle.owner, &tranches, &ground)?;
            let told = |id: &Felt| bundle.receipts.iter().any(|r| r.entry.tranche_id == *id);
            let ids = manifests.iter().map(|manifest| manifest.tranche().id());
            Ok(ReceiptReport::AllHold {
                receipt,
                owner: bundle.owner,
                metered_total: total(&tranches).to_string(),
                tranches,
                without_receipt: ids.filter(|id| !told(id)).map(|id| to_hex(&id)).collect(),
                ground,
                html,
            })
        }
    }
}

/// Units times rate is below 2^128 for each of at most 64 tranches.
pub(super) fn total(tranches: &[Held]) -> u128 {
    tranches
        .iter()
        .fold(0, |sum: u128, held| sum.saturating_add(held.amount))
}

fn write_page(
    args: &CheckArgs,
    owner: tranche_protocol::address::Address,
    tranches: &[Held],
    ground: &Ground,
) -> Result<(), Error> {
    let Some(path) = &args.html else {
        return Ok(());
    };
    let text = page::render(owner, tranches, ground);
    atomic::write(path, text.as_bytes(), Visibility::Secret, Existing::Replace)
}

fn refused(path: &Path, what: &str) -> Error {
    Error::Refused {
        reason: format!("{}: {what}", path.display()),
    }
}

fn ground(args: &CheckArgs) -> Result<(Felt, Ground), Error> {
    let Some(path) = &args.proof else {
        let commitment = args.commitment.ok_or_else(|| {
            Error::usage("nothing to check against", "give --proof or --commitment")
        })?;
        let ground = Ground {
            usage_commitment: to_hex(&commitment),
            usage_proof: false,
            srs_insecure: false,
            order: None,
            evidence_level: None,
            evidence: "not known without the usage proof".to_owned(),
            run: None,
        };
        return Ok((commitment, ground));
    };
    let proof = read_proof(path)?;
    let key = key_for(proof.header.circuit.as_str(), args.key.as_deref())?;
    let usage = match verify_file(&key, &proof) {
        Ok(Statement::Usage(usage)) => usage,
        Ok(Statement::Disclosure(_)) => {
            return Err(Error::usage(
                format!("{} is a disclosure", path.display()),
                "give the run's usage proof",
            ));
        }
        Err(error) => {
            let what = format!("{} is not valid: {error}", path.display());
            return Err(refused(&args.receipt, &what));
        }
    };
    let context = &proof.context;
    let level = level_under(
        &context.terms,
        &usage.run_commitment,
        proof.evidence.as_ref(),
    );
    let (evidence_level, evidence) = match level {
        Ok(level) => (Some(level as u8), level.to_string()),
        Err(EvidenceError::TooLow { got, expected }) => {
            let level = EvidenceLevel::from_number(got).unwrap_or(EvidenceLevel::SelfDeclared);
            let words = format!("{level}, BELOW level {expected} that the run's terms want");
            (Some(got), words)
        }
        Err(error) => (None, format!("none that holds: {error}")),
    };
    let ground = Ground {
        usage_commitment: to_hex(&usage.usage_commitment),
        usage_proof: true,
        srs_insecure: proof.header.srs_insecure,
        order: Some(usage.order),
        evidence_level,
        evidence,
        run: Some(run_words(context)),
    };
    Ok((usage.usage_commitment, ground))
}

/// Checks one receipt against the commitment and the manifest of its tranche.
fn hold(
    path: &Path,
    receipt: &Receipt,
    commitment: Felt,
    manifests: &[Manifest],
) -> Result<Held, Error> {
    receipt
        .check(&Shape::STANDARD, commitment)
        .map_err(|error| refused(path, &error.to_string()))?;
    let entry = &receipt.entry;
    let own = manifests
        .iter()
        .find(|manifest| manifest.tranche().id() == entry.tranche_id);
    let Some(manifest) = own else {
        let given: Vec<String> = manifests
            .iter()
            .map(|manifest| to_hex(&manifest.tranche().id()))
            .collect();
        let what = format!(
            "it is for tranche {}, the manifest is of {}",
            to_hex(&entry.tranche_id),
            given.join(", ")
        );
        return Err(refused(path, &what));
    };
    let tranche = manifest.tranche();
    if entry.owner != tranche.owner() || entry.rate != tranche.rate() {
        return Err(refused(
            path,
            "it names another owner or rate than the manifest",
        ));
    }
    let amount = u128::from(entry.amounts.units) * u128::from(entry.rate);
    Ok(Held {
        tranche: to_hex(&entry.tranche_id),
        sources: manifest
            .sources()
            .iter()
            .map(|source| source.name.clone())
            .collect(),
        records: tranche.contents().records,
        units: entry.amounts.units,
        draws: entry.amounts.draws,
        unit: manifest.unit().to_string(),
        rate: entry.rate.to_string(),
        metered_amount: amount.to_string(),
        amount,
    })
}
