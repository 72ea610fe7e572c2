//! `tranche audit check`: the auditor's verdict.

use std::path::{Path, PathBuf};

use clap::Args;
use k256::ecdsa::SigningKey;
use serde::Serialize;
use tranche_protocol::Shape;
use tranche_protocol::address::Address;
use tranche_protocol::audit::{AuditOpening, Challenge, Stage, Stretch, check};
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::log::LogOrder;

use super::challenge::ChallengeFile;
use super::data::DataArgs;
use super::replay::{Replay, WeightsDigest, open_rows};
use super::report::{Body, ReportRow, SignedReport};
use super::subject::{Subject, SubjectArgs};
use super::work;
use crate::artefact::{read_bytes, read_registry, secret, write_json};
use crate::atomic::{Existing, Visibility};
use crate::commands::log::order_words;
use crate::commands::prove::INSECURE;
use crate::error::{Error, ExitClass, Fault};
use crate::output::{Report, Table};
use crate::progress::Progress;
use crate::verdict::{Condition, Standing};

/// `tranche audit check`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche audit check --proof usage.proof --challenge challenge.json --opening opening.json --data books=books.jsonl --work work.json
  tranche audit check --proof usage.proof --challenge challenge.json --opening opening.json --data books=books.jsonl \\
    --replayed replayed.json --sign-key auditor.key --evidence evidence.json --report report.json

First without --replayed: the opening and the records are checked, and the work list says what your training code is to execute again. Then
with it. Evidence of level 3 is written when every row is met, and never otherwise; the report is written in any case.")]
pub struct CheckArgs {
    /// The run.
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// The challenge
    #[arg(long, value_name = "FILE")]
    pub challenge: PathBuf,
    /// The builder's answer
    #[arg(long, value_name = "FILE")]
    pub opening: PathBuf,
    /// A registry's snapshot; needed without a usage proof
    #[arg(long, value_name = "FILE")]
    pub registry: Option<PathBuf>,
    /// Where the records are.
    #[command(flatten)]
    pub data: DataArgs,
    /// Write the work list: the stretches with their records, for the training code (secret)
    #[arg(long, value_name = "FILE")]
    pub work: Option<PathBuf>,
    /// What the training code made of it: JSON {version, initial, stretches}
    #[arg(long, value_name = "FILE")]
    pub replayed: Option<PathBuf>,
    /// The digest of checkpoints in the trace
    #[arg(long, value_enum, default_value_t)]
    pub weights_digest: WeightsDigest,
    /// Take digests of a replay without hashing its weights here, by the word of whoever made it
    #[arg(long, requires = "replayed")]
    pub trust_digests: bool,
    /// The auditor's key: the one that the terms name as evidence_key
    #[arg(long, value_name = "FILE")]
    pub sign_key: Option<PathBuf>,
    /// Where to write evidence of level 3
    #[arg(long, value_name = "FILE", requires_all = ["sign_key", "replayed"])]
    pub evidence: Option<PathBuf>,
    /// Write a report of the verdict, signed if there is a key
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// What an audit came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every row is met.
    Passed,
    /// All but the replay is met.
    ToReplay,
    /// Something is not known.
    Incomplete,
    /// A row is broken.
    Failed,
}

impl Outcome {
    fn of(rows: &[Condition], replay: usize) -> Self {
        let any = |rows: &[Condition], standing| rows.iter().any(|row| row.standing == standing);
        let (before, after) = rows.split_at(rows.len() - replay);
        if any(rows, Standing::Broken) {
            Self::Failed
        } else if any(before, Standing::Open) {
            Self::Incomplete
        } else if any(after, Standing::Open) {
            Self::ToReplay
        } else {
            Self::Passed
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::ToReplay => "TO REPLAY: all else holds",
            Self::Incomplete => "INCOMPLETE: something is not known",
            Self::Failed => "FAILED",
        }
    }

    /// The number in the digest of a report.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::ToReplay => 1,
            Self::Incomplete => 2,
            Self::Failed => 3,
        }
    }
}

/// The verdict with its rows.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// What it came to.
    pub outcome: Outcome,
    /// What is checked, and how it stands.
    pub rows: Vec<Condition>,
    order: LogOrder,
    /// What of the rows everybody may read.
    #[serde(skip)]
    pub(super) public: Vec<ReportRow>,
    notes: Vec<String>,
    work: Option<PathBuf>,
    /// Evidence of level 3, where it was signed.
    pub evidence: Option<PathBuf>,
    report: Option<PathBuf>,
    does_not_show: [&'static str; 3],
}

const NOT_SHOWN: [&str; 3] = [
    "what happened in stretches that no pick fell into: a lie in few of them is met with the chance that `audit challenge` prints",
    "that one stretch which was not replayed did not change the weights in any way whatever, for instance by training on other data",
    "that commitment and beacon came in this order, and that no other commitment was held ready: compare the challenge's words",
];

/// How a row stands, in a word.
pub(super) fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Met => "met",
        Standing::Broken => "BROKEN",
        Standing::Open => "open",
    }
}

impl Report for CheckReport {
    fn table(&self) -> Table {
        let table = Table::new()
            .line([format!("audit {}", self.outcome.words())])
            .line(["order", order_words(self.order)]);
        let table = self.rows.iter().fold(table, |table, row| {
            let standing = standing_word(row.standing);
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

/// Runs the command.
pub(super) fn run(args: &CheckArgs, progress: Progress) -> Result<CheckReport, Error> {
    let subject = args.subject.read()?;
    let key = args.sign_key.as_deref().map(secret::read_key).transpose()?;
    check_key(args, &subject, key.as_ref())?;
    let file = ChallengeFile::read(&args.challenge)?;
    let bytes = read_bytes(&args.opening)?;
    let opening: AuditOpening = serde_json::from_slice(&bytes)
        .map_err(|error| Error::file(&args.opening, Fault::BadJson(error.to_string())))?;
    let _stage = progress.stage("checking the opening and the records", None);
    let mut notes = notes(&subject);
    let (mut rows, stretches) = opened(&subject, &file, &opening);
    let (mut data, mut replay) = (0..0, 0);
    if let Some(stretches) = &stretches {
        rows.push(registered(args, &subject, &opening)?);
        data.start = rows.len();
        let found = args.data.check(&opening.tranches)?;
        rows.extend(found.rows);
        notes.extend(found.notes);
        data.end = rows.len();
        let last = match &args.replayed {
            None => open_rows(),
            Some(path) => Replay::read(path, args.weights_digest, args.trust_digests)?
                .rows(&opening.checkpoints[0], stretches)?,
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
    if outcome == Outcome::ToReplay && args.replayed.is_some() {
        outcome = Outcome::Incomplete;
    }
    let mut report = CheckReport {
        outcome,
        public: ReportRow::of(&rows, data),
        rows,
        order: subject.context.terms.order,
        notes,
        work: None,
        evidence: None,
        report: None,
        does_not_show: NOT_SHOWN,
    };
    let fine = matches!(outcome, Outcome::Passed | Outcome::ToReplay);
    if let (Some(path), Some(stretches), true) = (&args.work, &stretches, fine) {
        let commitment = subject.run_commitment.to_string();
        let step = opening.checkpoints[0].step;
        work::write(path, commitment, step, &opening.tranches, stretches)?;
        report.work = Some(path.clone());
    }
    if let Some(path) = &args.report {
        write_report(path, &subject, &file, &bytes, &report, key.as_ref())?;
        report.report = Some(path.clone());
    }
    if let (Some(path), Some(key), Outcome::Passed) = (&args.evidence, &key, outcome) {
        write_evidence(path, &subject, key)?;
        report.evidence = Some(path.clone());
    }
    Ok(report)
}

/// Evidence by another key than the terms' would be worth nothing: said before the work.
fn check_key(args: &CheckArgs, subject: &Subject, key: Option<&SigningKey>) -> Result<(), Error> {
    let expected = subject.context.terms.evidence_key;
    let Some(got) = key.map(|key| Address::of_key(key.verifying_key())) else {
        return Ok(());
    };
    if got == expected || args.evidence.is_none() {
        return Ok(());
    }
    Err(Error::usage(
        format!("the key is that of {got}, the terms name {expected}"),
        "sign with the key that the terms name as evidence_key, or write a report only",
    ))
}

fn notes(subject: &Subject) -> Vec<String> {
    match subject.proof {
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
    subject: &Subject,
    file: &ChallengeFile,
    opening: &AuditOpening,
) -> (Vec<Condition>, Option<Vec<Stretch>>) {
    let row = |wanted: &str, standing, found: &str| Condition {
        wanted: wanted.to_owned(),
        standing,
        found: found.to_owned(),
    };
    let same = file.run_commitment == subject.run_commitment;
    let mut rows = vec![match same {
        true => row(
            "the challenge is that of this run commitment and of its beacon",
            Standing::Met,
            &format!("from {}; public since: {}", file.source, file.published),
        ),
        false => row(
            "the challenge is that of this run commitment and of its beacon",
            Standing::Broken,
            "it is of another run commitment",
        ),
    }];
    let challenge = Challenge {
        run_commitment: subject.run_commitment,
        ..file.challenge()
    };
    let shape = Shape::STANDARD;
    let checked = check(&shape, &challenge, &subject.context.terms, opening);
    let failed = checked.as_ref().err();
    let stage = failed.and_then(|error| error.stage());
    for (at, wanted) in STAGES {
        rows.push(match (stage, failed) {
            (Some(stage), Some(error)) if stage == at => {
                row(wanted, Standing::Broken, &error.to_string())
            }
            (Some(stage), _) if stage < at => row(wanted, Standing::Open, "not reached"),
            _ => row(wanted, Standing::Met, "so it is"),
        });
    }
    (rows, checked.ok().filter(|_| same))
}

fn registered(
    args: &CheckArgs,
    subject: &Subject,
    opening: &AuditOpening,
) -> Result<Condition, Error> {
    let (standing, found) = match (&args.registry, subject.proof) {
        (None, None) => (
            Standing::Open,
            "the registry tells: --registry FILE".to_owned(),
        ),
        (None, Some(_)) => (
            Standing::Met,
            "the usage proof shows it for its registry root".to_owned(),
        ),
        (Some(path), _) => {
            let registry = read_registry(path)?.at(subject.context.terms.registry_cutoff);
            let missing = opening.tranches.iter().find(|tranche| {
                let known = tranche.id().is_ok_and(|id| registry.find(&id).is_some());
                !tranche.private && !known
            });
            match missing {
                None => (Standing::Met, "all are in it".to_owned()),
                Some(tranche) => (
                    Standing::Broken,
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

fn write_evidence(path: &Path, subject: &Subject, key: &SigningKey) -> Result<(), Error> {
    let level = EvidenceLevel::SampledReplay;
    let order = subject.context.terms.order;
    let evidence = Evidence::sign(&subject.run_commitment, level, order, key)
        .map_err(|error| Error::Internal(error.to_string()))?;
    write_json(path, &evidence, Visibility::Public, Existing::Replace)
}

fn write_report(
    path: &Path,
    subject: &Subject,
    file: &ChallengeFile,
    opening: &[u8],
    report: &CheckReport,
    key: Option<&SigningKey>,
) -> Result<(), Error> {
    let body = Body::new(subject, file, opening, report);
    let signed = SignedReport::new(body, key)?;
    write_json(path, &signed, Visibility::Public, Existing::Replace)
}
