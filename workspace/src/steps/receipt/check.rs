//! An owner checks receipts: what that needs is the manifest, the receipt and the public proof.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::Shape;
use tranche_protocol::address::Address;
use tranche_protocol::evidence::{EvidenceError, EvidenceLevel, level_under};
use tranche_protocol::manifest::Manifest;
use tranche_protocol::receipt::Receipt;
use tranche_protocol::tranche::TrancheId;
use tranche_protocol::usage::UsageCommitment;
use tranche_verdict::describe_run;
use tranche_verifier::file::{Statement, verify_file};

use super::bundle::ReceiptFile;
use super::held::{Backing, Held, total};
use super::page;
use crate::artefact::read_manifest;
use crate::error::Error;
use crate::steps::document;
use crate::steps::verify::ProofInput;

/// Receipts to check.
#[derive(Clone, Debug)]
pub struct CheckReceiptRequest {
    /// The receipt, or an owner's file of receipts.
    pub receipt: PathBuf,
    /// Manifests of the tranches that it is for, or their folders.
    pub manifests: Vec<PathBuf>,
    /// What the receipts are checked against.
    pub ground: Ground,
    /// Where the checked receipt is written as a page, if anywhere.
    pub page: Option<PathBuf>,
}

/// What receipts are checked against.
#[derive(Clone, Debug)]
pub enum Ground {
    /// The run's usage proof, which is verified.
    Proof(ProofInput),
    /// A usage commitment whose proof was accepted elsewhere.
    Commitment(UsageCommitment),
}

/// Receipts that hold.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum CheckedReceipt {
    /// A receipt of one tranche.
    One {
        /// Its file.
        receipt: PathBuf,
        /// What it says.
        #[serde(flatten)]
        held: Held,
        /// What it stands on.
        #[serde(flatten)]
        backing: Backing,
        /// The page that was written.
        html: Option<PathBuf>,
    },
    /// All receipts of an owner's file.
    All {
        /// The file.
        receipt: PathBuf,
        /// Whose they are.
        owner: Address,
        /// What they say.
        tranches: Vec<Held>,
        /// Sum of units times rate.
        #[serde(serialize_with = "document::wide")]
        metered_total: u128,
        /// Manifests without a receipt, by tranche id.
        without_receipt: Vec<TrancheId>,
        /// What they stand on.
        #[serde(flatten)]
        backing: Backing,
        /// The page that was written.
        html: Option<PathBuf>,
    },
}

/// Checks receipts against the owner's manifests and an accepted usage proof, and writes them as a page if that is asked for.
///
/// # Errors
/// [`Error`] of the files; [`Error::Refused`] when a receipt does not hold. No page is written then.
///
/// ```no_run
/// use tranche_workspace::steps::receipt::{CheckReceiptRequest, CheckedReceipt, Ground, check};
/// use tranche_workspace::steps::verify::ProofInput;
///
/// let checked = check(&CheckReceiptRequest {
///     receipt: "receipts/books.json".into(),
///     manifests: vec!["books".into()],
///     ground: Ground::Proof(ProofInput { file: "usage.proof".into(), key: None }),
///     page: None,
/// })?;
/// if let CheckedReceipt::One { held, .. } = checked {
///     println!("{} units", held.units);
/// }
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn check(request: &CheckReceiptRequest) -> Result<CheckedReceipt, Error> {
    if let Some(path) = &request.page {
        atomic::check_place(path)?;
    }
    let file = ReceiptFile::read(&request.receipt)?;
    let manifests: Vec<Manifest> = request
        .manifests
        .iter()
        .map(|path| read_manifest(path))
        .collect::<Result<_, _>>()?;
    let backing = backing(request)?;
    let held = |one| {
        let commitment = backing.usage_commitment;
        hold(&request.receipt, one, commitment, &manifests)
    };
    let receipt = request.receipt.clone();
    let html = request.page.clone();
    match file {
        ReceiptFile::One(one) => {
            let held = held(&one)?;
            let owner = one.entry.owner;
            write_page(request, owner, std::slice::from_ref(&held), &backing)?;
            Ok(CheckedReceipt::One {
                receipt,
                held,
                backing,
                html,
            })
        }
        ReceiptFile::Owner(bundle) => {
            let each = bundle.receipts.iter();
            let tranches: Vec<Held> = each.map(held).collect::<Result<_, _>>()?;
            write_page(request, bundle.owner, &tranches, &backing)?;
            let told = |id: &TrancheId| bundle.receipts.iter().any(|r| r.entry.tranche_id == *id);
            let ids = manifests.iter().map(|manifest| manifest.tranche().id());
            Ok(CheckedReceipt::All {
                receipt,
                owner: bundle.owner,
                metered_total: total(&tranches),
                tranches,
                without_receipt: ids.filter(|id| !told(id)).collect(),
                backing,
                html,
            })
        }
    }
}

fn write_page(
    request: &CheckReceiptRequest,
    owner: Address,
    tranches: &[Held],
    backing: &Backing,
) -> Result<(), Error> {
    let Some(path) = &request.page else {
        return Ok(());
    };
    let text = page::render(owner, tranches, backing);
    Ok(atomic::write(
        path,
        text.as_bytes(),
        Visibility::Secret,
        Existing::Replace,
    )?)
}

fn refused(path: &Path, what: &str) -> Error {
    Error::Refused {
        reason: format!("{}: {what}", path.display()),
    }
}

fn backing(request: &CheckReceiptRequest) -> Result<Backing, Error> {
    let input = match &request.ground {
        Ground::Proof(input) => input,
        Ground::Commitment(commitment) => {
            return Ok(Backing {
                usage_commitment: *commitment,
                usage_proof: false,
                srs_insecure: false,
                order: None,
                evidence_level: None,
                evidence: "not known without the usage proof".to_owned(),
                run: None,
            });
        }
    };
    let path = &input.file;
    let (proof, key) = input.read()?;
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
            return Err(refused(&request.receipt, &what));
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
    Ok(Backing {
        usage_commitment: usage.usage_commitment,
        usage_proof: true,
        srs_insecure: proof.header.srs_insecure,
        order: Some(usage.order),
        evidence_level,
        evidence,
        run: Some(describe_run(context)),
    })
}

/// Checks one receipt against the commitment and the manifest of its tranche.
fn hold(
    path: &Path,
    receipt: &Receipt,
    commitment: UsageCommitment,
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
            .map(|manifest| manifest.tranche().id().to_string())
            .collect();
        let what = format!(
            "it is for tranche {}, the manifest is of {}",
            entry.tranche_id,
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
    Ok(Held {
        tranche: entry.tranche_id,
        sources: manifest
            .sources()
            .iter()
            .map(|source| source.name.clone())
            .collect(),
        records: tranche.contents().records,
        units: entry.amounts.units,
        draws: entry.amounts.draws,
        unit: manifest.unit(),
        rate: entry.rate,
        metered_amount: u128::from(entry.amounts.units) * u128::from(entry.rate),
    })
}
