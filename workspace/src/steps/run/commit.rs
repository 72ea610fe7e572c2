//! The commitment to a run's log under terms.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::temporary::Visibility;
use tranche_fs::{AtomicFolder, Existing};
use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::RegistryRoot;
use tranche_protocol::run::RunCommitment;
use tranche_protocol::unit::UnitDefinition;
use tranche_protocol::usage::UsageCommitment;
use tranche_protocol::usage_relation::RunArtefacts;

use crate::artefact::ArtefactFault;
use crate::artefact::folder::TrancheFolder;
use crate::artefact::run::{self as folder, PublicRun, RunParts, TraceEntry};
use crate::artefact::run_log::RunLog;
use crate::artefact::terms::TermsFile;
use crate::artefact::{read_json, read_registry, secret};
use crate::error::Error;
use crate::progress::Progress;
use crate::steps::demand;

/// A run to commit to.
#[derive(Clone, Debug)]
pub struct CommitRunRequest {
    /// The run's log.
    pub log: PathBuf,
    /// The registry's snapshot; registrations after the terms' cut-off do not count.
    pub registry: PathBuf,
    /// The run's terms.
    pub terms: PathBuf,
    /// Checkpoints of the model, a JSON list of [`TraceEntry`]; none if it is not given.
    pub trace: Option<PathBuf>,
    /// The run's seed; a new one if it is not given. Needed where there is unregistered data.
    pub seed: Option<PathBuf>,
    /// Where tranches of the log are now, by their names in it, if they were moved since the import.
    pub moved: Vec<(String, PathBuf)>,
    /// The folder to write. There must be nothing there, or an empty folder.
    pub out: PathBuf,
}

/// A run that was committed to.
#[derive(Clone, Debug, Serialize)]
pub struct CommittedRun {
    /// Its folder.
    pub run: PathBuf,
    /// Commitment to log, arrangement and trace.
    pub run_commitment: RunCommitment,
    /// Commitment to the usage vector.
    pub usage_commitment: UsageCommitment,
    /// The registry's root at the cut-off.
    pub registry_root: RegistryRoot,
    /// Planned or consumed.
    pub order: LogOrder,
}

/// Commits to a log under terms: writes the run's folder, whose secret part opens everything.
///
/// # Errors
/// [`Error`] of the inputs or the disk; [`ArtefactFault::Mismatch`] when the terms are not of this log; [`Error::Capacity`] with every limit that the
/// run breaks. Nothing is left behind then.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::run::{CommitRunRequest, commit_run};
///
/// let committed = commit_run(
///     &CommitRunRequest {
///         log: "run.tlog".into(),
///         registry: "registry.json".into(),
///         terms: "terms.json".into(),
///         trace: Some("checkpoints.json".into()),
///         seed: None,
///         moved: Vec::new(),
///         out: "run".into(),
///     },
///     &Progress::silent(),
/// )?;
/// # let _ = committed.run_commitment;
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn commit_run(request: &CommitRunRequest, progress: &Progress) -> Result<CommittedRun, Error> {
    let terms = TermsFile::read(&request.terms)?;
    let mut log = RunLog::open(&request.log)?;
    log.relocate(&request.moved)?;
    let registry = read_registry(&request.registry)?.at(terms.registry_cutoff);
    let checkpoints = match &request.trace {
        Some(path) => read_json(path)?,
        None => Vec::new(),
    };
    check_terms(request, &terms, &log, &checkpoints)?;
    let stage = progress.stage("counting draws", None);
    demand::of_log(&log, Some(&terms), checkpoints.len())?.circuit()?;
    drop(stage);
    let seed = match &request.seed {
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
        log_path: request.log.clone(),
        registry,
        seed,
        checkpoints,
    };
    let _stage = progress.stage("committing to the run", None);
    let (_, artefacts) = parts.build()?;
    let out = AtomicFolder::create(&request.out, Visibility::Public)?;
    let public =
        write(out.path(), terms, &parts, &artefacts).map_err(|error| error.placed(&out))?;
    out.commit()?;
    Ok(CommittedRun {
        run: request.out.clone(),
        run_commitment: public.run_commitment,
        usage_commitment: public.usage_commitment,
        registry_root: public.registry_root,
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
    request: &CommitRunRequest,
    terms: &TermsFile,
    log: &RunLog,
    checkpoints: &[TraceEntry],
) -> Result<(), Error> {
    let mismatch = |what: String| Err(Error::file(&request.terms, ArtefactFault::Mismatch(what)));
    if terms.order != log.order() {
        return mismatch(format!(
            "the terms want a {:?} log, {} is {:?}",
            terms.order,
            request.log.display(),
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
            "the terms name the model {}, the last checkpoint is {}",
            terms.model_digest, last.digest
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
