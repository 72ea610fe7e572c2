//! The auditor's verdict.

use std::path::{Path, PathBuf};

use k256::ecdsa::SigningKey;
use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::temporary::Visibility;
use tranche_ingest::FormatFault;
use tranche_ingest::plain::text_of;
use tranche_protocol::Shape;
use tranche_protocol::address::Address;
use tranche_protocol::audit::{AuditOpening, Challenge, Stage, Stretch, check as check_opening};
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::log::LogOrder;
use tranche_verdict::{Condition, ConditionStatus};

use super::audited_run::{AuditedRun, RunSource};
use super::challenge::ChallengeFile;
use super::data::DataRequest;
use super::outcome::Outcome;
use super::replay::{Replay, ReplayRequest, open_rows};
use super::report::{Body, ReportRow, SignedReport};
use super::work;
use crate::artefact::{read_bytes, read_registry, secret, write_json};
use crate::error::Error;
use crate::progress::Progress;
use crate::steps::notice::INSECURE;

/// An answer to check: first without a replay, for the work list, then with it.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// The run.
    pub run: RunSource,
    /// The challenge.
    pub challenge: PathBuf,
    /// The builder's answer.
    pub opening: PathBuf,
    /// A registry's snapshot; needed without a usage proof.
    pub registry: Option<PathBuf>,
    /// Where the records are.
    pub data: DataRequest,
    /// The work list to write, where all but the replay holds: the stretches with their records (secret).
    pub work: Option<PathBuf>,
    /// What the training code made of it.
    pub replay: Option<ReplayRequest>,
    /// The auditor's key, which signs evidence and report.
    pub sign_key: Option<PathBuf>,
    /// Evidence of level 3 to write, with a key that the terms name as evidence_key; written when every row is met, and
    /// never otherwise.
    pub evidence: Option<PathBuf>,
    /// A report to write whatever the verdict, signed if there is a key.
    pub report: Option<PathBuf>,
}

/// The verdict with its rows.
#[derive(Clone, Debug, Serialize)]
pub struct AuditVerdict {
    /// What it came to.
    pub outcome: Outcome,
    /// What is checked, and how it stands.
    pub rows: Vec<Condition>,
    /// Planned or consumed.
    pub order: LogOrder,
    /// What a reader is to know and to judge.
    pub notes: Vec<String>,
    /// The work list, where it was written.
    pub work: Option<PathBuf>,
    /// Evidence of level 3, where it was signed.
    pub evidence: Option<PathBuf>,
    /// The report, where it was written.
    pub report: Option<PathBuf>,
    /// What no audit of this kind shows.
    pub does_not_show: [&'static str; 3],
}

const NOT_SHOWN: [&str; 3] = [
    "what happened in stretches that no pick fell into: a lie in few of them is met with the chance that `audit challenge` prints",
    "that one stretch which was not replayed did not change the weights in any way whatever, for instance by training on other data",
    "that commitment and beacon came in this order, and that no other commitment was held ready: compare the challenge's words",
];

/// Checks an answer, its records and its replay; signs evidence of level 3 when all of it holds.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::audit::{CheckRequest, DataRequest, Outcome, RunSource, check};
/// use tranche_workspace::steps::verify::ProofInput;
///
/// let request = CheckRequest {
///     run: RunSource::UsageProof(ProofInput { file: "usage.proof".into(), key: None }),
///     challenge: "challenge.json".into(),
///     opening: "opening.json".into(),
///     registry: None,
///     data: DataRequest {
///         data: vec![("books".to_owned(), "books.jsonl".into())],
///         ..DataRequest::default()
///     },
///     work: Some("work.json".into()),
///     replay: None,
///     sign_key: None,
///     evidence: None,
///     report: None,
/// };
/// assert_eq!(check(&request, &Progress::silent())?.outcome, Outcome::ToReplay);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Usage`] for evidence by another key than the terms'; those of files that cannot be read as what they should be.
/// An answer that does not hold is a verdict, not an error.
pub fn check(request: &CheckRequest, progress: &Progress) -> Result<AuditVerdict, Error> {
    let run = request.run.read()?;
    let key = request
        .sign_key
        .as_deref()
        .map(secret::read_key)
        .transpose()?;
    check_key(request, &run, key.as_ref())?;
    let file = ChallengeFile::read(&request.challenge)?;
    let bytes = read_bytes(&request.opening)?;
    let opening: AuditOpening = serde_json::from_str(text_of(&request.opening, &bytes)?)
        .map_err(|error| Error::file(&request.opening, FormatFault::BadJson(error.to_string())))?;
    let _stage = progress.stage("checking the opening and the records", None);
    let mut notes = notes(&run);
    let (mut rows, stretches) = opened(&run, &file, &opening);
    let (mut data, mut replay) = (0..0, 0);
    if let Some(stretches) = &stretches {
        rows.push(registered(request, &run, &opening)?);
        data.start = rows.len();
        let found = request.data.check(&opening.tranches)?;
        rows.extend(found.rows);
        notes.extend(found.notes);
        data.end = rows.len();
        let last = match &request.replay {
            None => open_rows(),
            Some(replay) => Replay::read(replay)?.rows(&opening.checkpoints[0], stretches)?,
        };
        replay = last.len();
        rows.extend(last);
        notes.push(format!(
            "{} picks fell into {} stretches",
            file.picks,
            stretches.len()
        ));
    }
    let mut outcome = Outcome::of(&rows, replay);
    if outcome == Outcome::ToReplay && request.replay.is_some() {
        outcome = Outcome::Incomplete;
    }
    // What of the rows everybody may read.
    let public = ReportRow::of(&rows, data);
    let mut verdict = AuditVerdict {
        outcome,
        rows,
        order: run.context.terms.order,
        notes,
        work: None,
        evidence: None,
        report: None,
        does_not_show: NOT_SHOWN,
    };
    let fine = matches!(outcome, Outcome::Passed | Outcome::ToReplay);
    if let (Some(path), Some(stretches), true) = (&request.work, &stretches, fine) {
        let commitment = run.run_commitment.to_string();
        let step = opening.checkpoints[0].step;
        work::write(path, commitment, step, &opening.tranches, stretches)?;
        verdict.work = Some(path.clone());
    }
    if let Some(path) = &request.report {
        let body = Body::new(&run, &file, &bytes, outcome, public);
        let signed = SignedReport::new(body, key.as_ref())?;
        write_json(path, &signed, Visibility::Public, Existing::Replace)?;
        verdict.report = Some(path.clone());
    }
    if let (Some(path), Some(key), Outcome::Passed) = (&request.evidence, &key, outcome) {
        write_evidence(path, &run, key)?;
        verdict.evidence = Some(path.clone());
    }
    Ok(verdict)
}

/// Evidence by another key than the terms' would be worth nothing: said before the work.
fn check_key(
    request: &CheckRequest,
    run: &AuditedRun,
    key: Option<&SigningKey>,
) -> Result<(), Error> {
    let expected = run.context.terms.evidence_key;
    let Some(got) = key.map(|key| Address::of_key(key.verifying_key())) else {
        return Ok(());
    };
    if got == expected || request.evidence.is_none() {
        return Ok(());
    }
    Err(Error::usage(
        format!("the key is that of {got}, the terms name {expected}"),
        "sign with the key that the terms name as evidence_key, or write a report only",
    ))
}

fn notes(run: &AuditedRun) -> Vec<String> {
    match run.proof {
        None => vec![
            "no usage proof was given: that the log ends where the commitment says, and what it counts, is shown by one only"
                .to_owned(),
        ],
        Some(true) => vec![INSECURE.to_owned()],
        Some(false) => Vec::new(),
    }
}

const STAGES: [(Stage, &str); 5] = [
    (
        Stage::Run,
        "the opening is of this run commitment and of the terms' order",
    ),
    (
        Stage::Trace,
        "the checkpoints are the whole trace, from the first draw to the model of the terms, with draws between any two",
    ),
    (
        Stage::Leaves,
        "the log leaves of every picked stretch are the log's, without padding",
    ),
    (
        Stage::Places,
        "the chunks that their draws are of are the arrangement's",
    ),
    (
        Stage::Tranches,
        "the tranches of those chunks are opened, and have these records",
    ),
];

/// The rows of what is checked without data, and the stretches where all of it holds.
fn opened(
    run: &AuditedRun,
    file: &ChallengeFile,
    opening: &AuditOpening,
) -> (Vec<Condition>, Option<Vec<Stretch>>) {
    let row = |wanted: &str, standing, found: &str| Condition {
        wanted: wanted.to_owned(),
        standing,
        found: found.to_owned(),
    };
    let same = file.run_commitment == run.run_commitment;
    let (standing, found) = if same {
        let found = format!("from {}; public since: {}", file.source, file.published);
        (ConditionStatus::Met, found)
    } else {
        (
            ConditionStatus::Broken,
            "it is of another run commitment".to_owned(),
        )
    };
    let mut rows = vec![row(
        "the challenge is that of this run commitment and of its beacon",
        standing,
        &found,
    )];
    let challenge = Challenge {
        run_commitment: run.run_commitment,
        ..file.challenge()
    };
    let shape = Shape::STANDARD;
    let checked = check_opening(&shape, &challenge, &run.context.terms, opening);
    let failed = checked.as_ref().err();
    let stage = failed.and_then(|error| error.stage());
    for (at, wanted) in STAGES {
        rows.push(match (stage, failed) {
            (Some(stage), Some(error)) if stage == at => {
                row(wanted, ConditionStatus::Broken, &error.to_string())
            }
            (Some(stage), _) if stage < at => row(wanted, ConditionStatus::Open, "not reached"),
            _ => row(wanted, ConditionStatus::Met, "so it is"),
        });
    }
    (rows, checked.ok().filter(|_| same))
}

fn registered(
    request: &CheckRequest,
    run: &AuditedRun,
    opening: &AuditOpening,
) -> Result<Condition, Error> {
    let (standing, found) = match (&request.registry, run.proof) {
        (None, None) => (
            ConditionStatus::Open,
            "the registry tells: --registry FILE".to_owned(),
        ),
        (None, Some(_)) => (
            ConditionStatus::Met,
            "the usage proof shows it for its registry root".to_owned(),
        ),
        (Some(path), _) => {
            let registry = read_registry(path)?.at(run.context.terms.registry_cutoff);
            let missing = opening.tranches.iter().find(|tranche| {
                let known = tranche.id().is_ok_and(|id| registry.find(&id).is_some());
                !tranche.private && !known
            });
            match missing {
                None => (ConditionStatus::Met, "all are in it".to_owned()),
                Some(tranche) => (
                    ConditionStatus::Broken,
                    format!("\"{}\" is not among those up to the cut-off", tranche.name),
                ),
            }
        }
    };
    Ok(Condition {
        wanted: "tranches that are not unregistered data are registered".to_owned(),
        standing,
        found,
    })
}

fn write_evidence(path: &Path, run: &AuditedRun, key: &SigningKey) -> Result<(), Error> {
    let level = EvidenceLevel::SampledReplay;
    let order = run.context.terms.order;
    let evidence = Evidence::sign(&run.run_commitment, level, order, key)
        .map_err(|error| Error::Internal(error.to_string()))?;
    write_json(path, &evidence, Visibility::Public, Existing::Replace)
}
