//! The builder's answer to a challenge.

use std::path::PathBuf;

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::Shape;
use tranche_protocol::audit::{AuditError, AuditOpening, OpenedTranche, check};
use tranche_protocol::tranche::TrancheId;

use super::challenge::ChallengeFile;
use crate::artefact::ArtefactFault;
use crate::artefact::folder::{TrancheFolder, private_tranche};
use crate::artefact::run::{RunFolder, RunParts};
use crate::artefact::run_log::LogSource;
use crate::artefact::write_json;
use crate::error::Error;
use crate::progress::Progress;

/// A challenge to answer. The opening is for the auditor's eyes: it tells the number of draws, all checkpoints, and every
/// draw of the log leaves that the picked stretches lie in.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// The run's folder, secrets included.
    pub run: PathBuf,
    /// The challenge.
    pub challenge: PathBuf,
    /// Where tranches of the log are now, by name, if they were moved since the import.
    pub map: Vec<(String, PathBuf)>,
    /// The opening to write, readable by its owner only.
    pub out: PathBuf,
}

/// What an opening tells.
#[derive(Clone, Debug, Serialize)]
pub struct OpenedAudit {
    /// The opening's file.
    pub opening: PathBuf,
    /// What the auditor learns from it.
    pub discloses: Disclosed,
    /// What stays with the builder.
    pub keeps: &'static str,
}

/// What an auditor learns.
#[derive(Clone, Debug, Serialize)]
pub struct Disclosed {
    /// Draws of the run.
    pub draws: u64,
    /// Checkpoints of the trace, all of which are told.
    pub checkpoints: usize,
    /// Stretches to be replayed.
    pub stretches: usize,
    /// Their draws.
    pub stretch_draws: u64,
    /// Draws of the opened log leaves, those of the stretches included.
    pub leaf_draws: usize,
    /// Places of the opened arrangement leaves: tranche id and chunk.
    pub places: usize,
    /// The tranches of those chunks.
    pub tranches: Vec<NamedTranche>,
}

/// A tranche that an opening names.
#[derive(Clone, Debug, Serialize)]
pub struct NamedTranche {
    /// What the log calls it.
    pub name: String,
    /// Whether it is registered; of unregistered data the salt of its id is told too.
    pub registered: bool,
}

const KEEPS: &str = "kept: all other draws, the salts of all other leaves, the run's seed, weights (their digests only), the usage vector. The auditor also needs the records of the tranches named, and the weights at the beginning of each stretch";

/// Answers a challenge.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::audit::{OpenRequest, open};
///
/// let request = OpenRequest {
///     run: "run".into(),
///     challenge: "challenge.json".into(),
///     map: Vec::new(),
///     out: "opening.json".into(),
/// };
/// let opened = open(&request, &Progress::silent())?;
/// println!("{} draws to replay", opened.discloses.stretch_draws);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Input`] for a challenge of another run; [`Error::Refused`] where no auditor would accept the answer; those of the
/// run's files and of the disk.
pub fn open(request: &OpenRequest, progress: &Progress) -> Result<OpenedAudit, Error> {
    atomic::check_place(&request.out)?;
    let challenge = ChallengeFile::read(&request.challenge)?;
    let folder = RunFolder::open_moved(&request.run, &request.map)?;
    if challenge.run_commitment != folder.public().run_commitment {
        return Err(Error::file(
            &request.challenge,
            ArtefactFault::Mismatch("it is for another run commitment than the run's".to_owned()),
        ));
    }
    let _stage = progress.stage("making the run anew", None);
    let parts = folder.parts()?;
    let (witness, artefacts) = folder.build()?;
    let trace = parts.trace()?;
    let steps: Vec<u64> = parts.log.draws().map(|draw| draw.step).collect();
    let tranches = tranches(&parts)?;
    let shape = Shape::STANDARD;
    let challenge = challenge.challenge();
    let opening = AuditOpening::new(
        &shape,
        &challenge,
        &witness,
        &artefacts,
        trace.checkpoints(),
        &steps,
        |id| {
            let found = tranches.iter().find(|(own, _)| *own == id);
            found.map(|(_, tranche)| tranche.clone())
        },
    )
    .map_err(|error| Error::Internal(error.to_string()))?;
    let terms = folder.public().terms.context().terms;
    let stretches = check(&shape, &challenge, &terms, &opening).map_err(|e| refused(&e))?;
    write_json(
        &request.out,
        &opening,
        Visibility::Secret,
        Existing::Replace,
    )?;
    let named = |tranche: &OpenedTranche| NamedTranche {
        name: tranche.name.clone(),
        registered: !tranche.private,
    };
    Ok(OpenedAudit {
        opening: request.out.clone(),
        discloses: Disclosed {
            draws: opening.run.draws,
            checkpoints: opening.checkpoints.len(),
            stretches: stretches.len(),
            stretch_draws: stretches.iter().map(|s| s.draws.len() as u64).sum(),
            leaf_draws: opening.leaves.iter().map(|leaf| leaf.draws.len()).sum(),
            places: opening.places.iter().map(|leaf| leaf.places.len()).sum(),
            tranches: opening.tranches.iter().map(named).collect(),
        },
        keeps: KEEPS,
    })
}

/// The fields behind the ids of the log's sources.
fn tranches(parts: &RunParts) -> Result<Vec<(TrancheId, OpenedTranche)>, Error> {
    let opened = |source: &LogSource| {
        let folder = TrancheFolder::open(&source.folder)?;
        let (name, unit) = (source.name().to_owned(), folder.unit());
        let tranche = match folder.manifest() {
            Some(manifest) => OpenedTranche::registered(name, manifest.tranche(), unit),
            None => {
                let private = private_tranche(folder.contents(), &parts.seed)
                    .map_err(|fault| Error::file(&source.folder, fault))?;
                OpenedTranche::private(name, &private, unit)
            }
        };
        Ok((source.id, tranche))
    };
    parts.log.sources().iter().map(opened).collect()
}

fn refused(error: &AuditError) -> Error {
    let remedy = match error {
        AuditError::Checkpoints { .. }
        | AuditError::Begin { .. }
        | AuditError::End { .. }
        | AuditError::NoDraws { .. } => {
            "; commit to runs with a checkpoint before the first draw, one after the last, and draws between any two"
        }
        AuditError::StepNumber { .. } => {
            "; number the log's steps as the checkpoints do: a checkpoint of step s stands before the draws of step s, or after them"
        }
        AuditError::Model => "; name the last checkpoint's digest as model_digest in the terms",
        _ => "",
    };
    Error::Refused {
        reason: format!("this run has no answer that an auditor accepts: {error}{remedy}"),
    }
}
