//! Finds all that is wrong with a log before it is proven.

mod draws;
mod noted;
mod tranches;

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_ingest::doctor::finding::{Finding, Findings};
use tranche_ingest::doctor::mixture::Part;
use tranche_ingest::doctor::nanotron::{self, Claim, ComparedFolder, Counted};
use tranche_ingest::doctor::plot::Picture;
use tranche_ingest::doctor::tally::Tally;
use tranche_ingest::training_log::recorder::RecordingReport;
use tranche_protocol::address::Address;
use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::Registry;
use tranche_protocol::unit::UnitDefinition;

use super::super::demand::{SourceDemand, demand};
use super::input::{ChosenFormat, LogInput};
use super::recording::RecordingRequest;
use super::told::LogTold;
use crate::artefact::run_log::LogSource;
use crate::artefact::terms::TermsFile;
use crate::artefact::{read_registry, read_text};
use crate::error::Error;
use crate::progress::Progress;
use draws::{ReadLog, is_run_log, read_run_log, read_trainer_log};
use noted::note_error;
use tranches::Looked;

/// A log to check, and what it is compared with.
#[derive(Clone, Debug, Default)]
pub struct CheckRequest {
    /// The log: a trainer's, or one that an import wrote.
    pub input: LogInput,
    /// A registry that must have every registered tranche.
    pub registry: Option<PathBuf>,
    /// Terms that the log must fit: order, unit, registry cut-off.
    pub terms: Option<PathBuf>,
    /// A Nanotron checkpoint's metadata, whose token counts must be the log's.
    pub nanotron: Option<PathBuf>,
    /// A picture of the mixture to write: a file that ends with .svg or .html.
    pub plot: Option<PathBuf>,
    /// For recordings: the address whose seals count.
    pub evidence_key: Option<Address>,
}

impl CheckRequest {
    fn recording(&self) -> RecordingRequest {
        RecordingRequest {
            evidence_key: self.evidence_key,
            ..RecordingRequest::default()
        }
    }
}

/// What a check found.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedLog {
    /// The log.
    pub log: PathBuf,
    /// What a trainer's log was read as, where it could be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<ChosenFormat>,
    /// Whether nothing is wrong.
    pub clean: bool,
    /// Planned or consumed, where the log could be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<LogOrder>,
    /// Draws that can be counted.
    pub draws: u64,
    /// Steps: runs of draws with the same number.
    pub steps: u64,
    /// The least number of a step.
    pub first_step: Option<u64>,
    /// The greatest.
    pub last_step: Option<u64>,
    /// The tranches.
    pub sources: Vec<CheckedSource>,
    /// What the files told besides.
    #[serde(flatten)]
    pub told: LogTold,
    /// What a recording told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingReport>,
    /// The circuit that holds the run.
    pub circuit: Option<&'static str>,
    /// One sentence about the mixture.
    pub conclusion: String,
    /// The run in parts of the same number of draws.
    pub mixture: Vec<Part>,
    /// Folders of a Nanotron checkpoint against the log.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nanotron: Vec<ComparedFolder>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Findings that found no room in the list.
    pub more_findings: u64,
    /// The picture that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plot: Option<PathBuf>,
}

/// A source as it was drawn from.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedSource {
    /// The names that the log has for it.
    pub name: String,
    /// Whether it is a registered tranche.
    pub registered: bool,
    /// Its records, drawn or not.
    pub records: u32,
    /// Its draws.
    pub draws: u64,
    /// Units of its draws; nothing where they are not known.
    pub units: Option<u64>,
    /// Chunks of its records that were drawn from.
    pub chunks: u64,
}

/// What all is compared with.
struct Expected {
    terms: Option<TermsFile>,
    registry: Option<Registry>,
    claim: Option<(PathBuf, Claim)>,
}

/// Checks a log to its end, past what is wrong with it.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::log::{CheckRequest, LogInput, check};
///
/// let request = CheckRequest {
///     input: LogInput {
///         files: vec!["run.tlog".into()],
///         ..LogInput::default()
///     },
///     registry: Some("registry.json".into()),
///     ..CheckRequest::default()
/// };
/// for finding in check(&request, &Progress::silent())?.findings {
///     println!("{}: {}", finding.what, finding.remedy);
/// }
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error`] of the request, or of a file that cannot be opened at all. What is wrong with the log is in the result.
pub fn check(request: &CheckRequest, progress: &Progress) -> Result<CheckedLog, Error> {
    let picture = request.plot.as_deref().map(picture).transpose()?;
    let mut findings = Findings::default();
    let expected = expected(request, &mut findings)?;
    request.input.refuse_pipes()?;
    let checked = if is_run_log(request.input.path())? {
        read_run_log(&request.input, progress, &mut findings)?
    } else {
        read_trainer_log(
            &request.input,
            &request.recording(),
            progress,
            &mut findings,
        )?
    };
    let ReadLog {
        format,
        told,
        recording,
        order,
        sources,
        looked,
        tally,
        catalog,
    } = checked;
    if let (Some(TermsFile { order: wanted, .. }), Some(order)) = (&expected.terms, order)
        && *wanted != order
    {
        findings.note(
            request.terms.as_deref(),
            format!("the terms want a {wanted:?} log, this is {order:?}"),
            "say in the terms what the log is, or import a log of the other kind",
        );
    }
    tranches::compare(
        &sources,
        &looked,
        expected.terms.as_ref().map(|terms| terms.unit),
        expected.registry.as_ref(),
        &mut findings,
    );
    usage(request.input.path(), &sources, &tally, &mut findings);
    let circuit = capacity(
        &sources,
        &looked,
        &tally,
        expected.terms.as_ref(),
        &mut findings,
    );
    let nanotron = match &expected.claim {
        Some((path, claim)) => {
            let find = |name: &str| match &catalog {
                Some(catalog) => catalog.find(name),
                None => sources
                    .iter()
                    .position(|s| s.names.iter().any(|known| known == name)),
            };
            cross_check(path, claim, &sources, &looked, &tally, &find, &mut findings)
        }
        None => Vec::new(),
    };
    let names: Vec<String> = sources
        .iter()
        .map(|source| source.names.join(", "))
        .collect();
    if let (Some(picture), Some(path)) = (picture, &request.plot) {
        let text = picture.render(&tally.mixture, &names);
        atomic::write(path, text.as_bytes(), Visibility::Secret, Existing::Replace)?;
    }
    let conclusion = tally.mixture.conclusion(&names);
    let (findings, more_findings) = findings.finish();
    Ok(CheckedLog {
        log: request.input.path().to_owned(),
        format,
        told,
        recording,
        clean: findings.is_empty(),
        order,
        draws: tally.draws(),
        steps: tally.steps,
        first_step: tally.first_step,
        last_step: tally.last_step,
        sources: sources
            .iter()
            .zip(&tally.sources)
            .zip(names)
            .map(|((source, tally), name)| CheckedSource {
                name,
                registered: !source.private,
                records: source.records,
                draws: tally.draws,
                units: tally.units,
                chunks: tally.chunks(),
            })
            .collect(),
        circuit,
        conclusion,
        mixture: tally.mixture.parts().to_vec(),
        nanotron,
        findings,
        more_findings,
        plot: request.plot.clone(),
    })
}

/// The kind of picture that a file's name says.
fn picture(path: &Path) -> Result<Picture, Error> {
    Picture::of(path).ok_or_else(|| {
        Error::usage(
            format!("{} is no picture's name", path.display()),
            "give a name that ends with .svg or .html",
        )
    })
}

/// Reads what the log is compared with; what is wrong with it is a finding too.
fn expected(request: &CheckRequest, findings: &mut Findings) -> Result<Expected, Error> {
    let mut expected = Expected {
        terms: None,
        registry: None,
        claim: None,
    };
    let mut cutoff = None;
    if let Some(path) = &request.terms {
        let terms = TermsFile::read(path)?;
        cutoff = Some(terms.registry_cutoff);
        expected.terms = Some(terms);
    }
    if let Some(path) = &request.registry {
        let registry = read_registry(path)?;
        expected.registry = Some(match cutoff {
            Some(cutoff) => registry.at(cutoff),
            None => registry,
        });
    }
    if let Some(path) = &request.nanotron {
        let claim = read_text(path)
            .and_then(|text| Claim::parse(&text).map_err(|fault| Error::file(path, fault)));
        match claim {
            Ok(claim) => expected.claim = Some((path.clone(), claim)),
            Err(error @ Error::Input(_)) => note_error(findings, &error),
            Err(error) => return Err(error),
        }
    }
    Ok(expected)
}

/// Notes sources that nothing was drawn from.
fn usage(path: &Path, sources: &[LogSource], tally: &Tally, findings: &mut Findings) {
    if tally.draws() == 0 {
        findings.note(
            Some(path),
            "no draw can be counted".to_owned(),
            "check the path and the format",
        );
        return;
    }
    for (source, tally) in sources.iter().zip(&tally.sources) {
        if tally.draws == 0 {
            findings.note(
                Some(&source.folder),
                format!("\"{}\" is never drawn from", source.names.join(", ")),
                "leave it out, or give the log of the whole run",
            );
        }
    }
}

/// The smallest circuit that holds the run; notes every limit that it breaks.
fn capacity(
    sources: &[LogSource],
    looked: &[Looked],
    tally: &Tally,
    terms: Option<&TermsFile>,
    findings: &mut Findings,
) -> Option<&'static str> {
    let sources: Vec<SourceDemand> = sources
        .iter()
        .zip(looked)
        .zip(&tally.sources)
        .map(|((source, looked), tally)| {
            SourceDemand::new(tally, looked.uniform, !source.private, looked.payee)
        })
        .collect();
    match demand(&sources, terms, 0).circuit() {
        Ok(size) => Some(size.name),
        Err(broken) => {
            for limit in broken.limits() {
                findings.note(None, limit.what(), limit.remedy());
            }
            None
        }
    }
}

/// Compares a checkpoint's token counts with the log's.
fn cross_check(
    path: &Path,
    claim: &Claim,
    sources: &[LogSource],
    looked: &[Looked],
    tally: &Tally,
    find: &dyn Fn(&str) -> Option<usize>,
    findings: &mut Findings,
) -> Vec<ComparedFolder> {
    let counted: Vec<Counted<'_>> = sources
        .iter()
        .zip(looked)
        .zip(&tally.sources)
        .map(|((source, looked), tally)| Counted {
            names: &source.names,
            draws: tally.draws,
            tokens: match looked.unit {
                Some(UnitDefinition::Token(_)) => tally.units,
                _ => claim
                    .sequence_length
                    .and_then(|length| tally.draws.checked_mul(length)),
            },
        })
        .collect();
    nanotron::compare(path, claim, &counted, find, findings)
}
