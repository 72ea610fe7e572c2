//! The report of an audit: what was checked and how it stands, signed by the auditor whatever the outcome.

use std::ops::Range;
use std::path::{Path, PathBuf};

use k256::ecdsa::SigningKey;
use serde::{Deserialize, Serialize};
use tranche_ingest::FormatFault;
use tranche_protocol::address::Address;
use tranche_protocol::audit::Beacon;
use tranche_protocol::context::ContextDigest;
use tranche_protocol::json;
use tranche_protocol::keccak::{keccak, text_word, word};
use tranche_protocol::log::LogOrder;
use tranche_protocol::run::RunCommitment;
use tranche_protocol::signature::{Signature, SigningDigest};
use tranche_verdict::{Condition, ConditionStatus};

use super::audited_run::AuditedRun;
use super::challenge::ChallengeFile;
use super::outcome::Outcome;
use crate::artefact::ArtefactFault;
use crate::artefact::read_json;
use crate::error::Error;

const VERSION: u16 = 1;

/// What is checked, and how it stands. Why is left out, as is whose records were in the sample: that would tell of the recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRow {
    /// What is checked.
    pub wanted: String,
    /// How it stands.
    pub standing: ConditionStatus,
}

impl ReportRow {
    /// The rows of a report; `data` are those of the tranches' records, which become one.
    pub(super) fn of(rows: &[Condition], data: Range<usize>) -> Vec<Self> {
        let row = |row: &Condition| Self {
            wanted: row.wanted.clone(),
            standing: row.standing,
        };
        let (before, after) = (&rows[..data.start], &rows[data.end..]);
        let any = |standing| {
            rows[data.clone()]
                .iter()
                .any(|row| row.standing == standing)
        };
        let standing = match (any(ConditionStatus::Broken), any(ConditionStatus::Open)) {
            (true, _) => ConditionStatus::Broken,
            (false, true) => ConditionStatus::Open,
            (false, false) => ConditionStatus::Met,
        };
        let merged = Self {
            wanted:
                "the records of the sample are those committed to, and weigh what was committed"
                    .to_owned(),
            standing,
        };
        let merged = (!data.is_empty()).then_some(merged);
        before
            .iter()
            .map(row)
            .chain(merged)
            .chain(after.iter().map(row))
            .collect()
    }
}

/// What a report says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    version: u16,
    outcome: Outcome,
    run_commitment: RunCommitment,
    context: ContextDigest,
    order: LogOrder,
    usage_proof: bool,
    beacon: Beacon,
    source: String,
    published: String,
    picks: u32,
    /// BLAKE3 of the opening's file, which stays with the auditor.
    #[serde(with = "json::bytes")]
    opening: [u8; 32],
    rows: Vec<ReportRow>,
}

impl Body {
    pub(super) fn new(
        run: &AuditedRun,
        file: &ChallengeFile,
        opening: &[u8],
        outcome: Outcome,
        rows: Vec<ReportRow>,
    ) -> Self {
        Self {
            version: VERSION,
            outcome,
            run_commitment: run.run_commitment,
            context: run.context.digest(),
            order: run.context.terms.order,
            usage_proof: run.proof.is_some(),
            beacon: file.beacon.clone(),
            source: file.source.clone(),
            published: file.published.clone(),
            picks: file.picks,
            opening: *blake3::hash(opening).as_bytes(),
            rows,
        }
    }

    /// EIP-191 over the Keccak-256 of four words; the last is the Keccak-256 of the body as JSON without white space.
    fn digest(&self) -> Result<SigningDigest, Error> {
        let text = serde_json::to_vec(self).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(SigningDigest::of_message(&keccak(&[
            &text_word("tranche audit report v1"),
            &self.run_commitment.to_bytes(),
            &word(u128::from(self.outcome.number())),
            &keccak(&[&text]),
        ])))
    }
}

/// `report.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignedReport {
    body: Body,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signer: Option<Address>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<Signature>,
}

impl SignedReport {
    pub(super) fn new(body: Body, key: Option<&SigningKey>) -> Result<Self, Error> {
        let internal =
            |error: tranche_protocol::signature::SignatureError| Error::Internal(error.to_string());
        let digest = body.digest()?;
        Ok(Self {
            body,
            signer: key.map(|key| Address::of_key(key.verifying_key())),
            signature: key
                .map(|key| Signature::sign(&digest, key))
                .transpose()
                .map_err(internal)?,
        })
    }
}

/// A report that was read, its signature checked.
#[derive(Clone, Debug, Serialize)]
pub struct ReadReport {
    /// The report's file.
    pub report: PathBuf,
    /// What the audit came to.
    pub outcome: Outcome,
    /// Who signed, if anybody did.
    pub signer: Option<Address>,
    /// What was checked.
    pub rows: Vec<ReportRow>,
}

/// Reads an audit's report, and checks its signature. A report is no evidence.
///
/// ```no_run
/// use std::path::Path;
/// use tranche_workspace::steps::audit::{Outcome, read_report};
///
/// let report = read_report(Path::new("report.json"))?;
/// assert_eq!(report.outcome, Outcome::Passed);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Input`] for another version, and for a signature that is not the signer's; those of the file.
pub fn read_report(path: &Path) -> Result<ReadReport, Error> {
    let report: SignedReport = read_json(path)?;
    let mismatch = |what: String| Error::file(path, ArtefactFault::Mismatch(what));
    if report.body.version != VERSION {
        let (expected, got) = (VERSION, report.body.version);
        return Err(Error::file(path, FormatFault::Version { expected, got }));
    }
    match (report.signer, report.signature) {
        (None, None) => {}
        (Some(signer), Some(signature)) => {
            let got = signature.recover(&report.body.digest()?);
            if got != Ok(signer) {
                return Err(mismatch(format!("{signer} did not sign this report")));
            }
        }
        _ => return Err(mismatch("a signature without a signer".to_owned())),
    }
    Ok(ReadReport {
        report: path.to_owned(),
        outcome: report.body.outcome,
        signer: report.signer,
        rows: report.body.rows,
    })
}
