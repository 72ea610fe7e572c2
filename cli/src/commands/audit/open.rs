//! `tranche audit open`: the builder's answer.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tranche_protocol::Shape;
use tranche_protocol::audit::{AuditError, AuditOpening, OpenedTranche, check};
use tranche_protocol::tranche::TrancheId;

use super::challenge::ChallengeFile;
use crate::artefact::folder::{TrancheFolder, private_tranche};
use crate::artefact::run::{RunFolder, RunParts};
use crate::artefact::run_log::LogSource;
use crate::artefact::write_json;
use crate::atomic::{self, Existing, Visibility};
use crate::commands::log::parse_mapping;
use crate::error::{Error, Fault};
use crate::output::{Report, Table};
use crate::progress::Progress;

/// `tranche audit open`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  tranche audit open --run run/ --challenge challenge.json --out opening.json

The opening is for the auditor's eyes: it tells the number of draws, all checkpoints, and every draw of the log leaves that the picked
stretches lie in. The command prints what it tells before you hand it over.")]
pub struct OpenArgs {
    /// The run's folder
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
    /// The challenge
    #[arg(long, value_name = "FILE")]
    pub challenge: PathBuf,
    /// Where a tranche of the log is now, if it was moved since the import; may be given again
    #[arg(long, value_name = "NAME=FOLDER", value_parser = parse_mapping)]
    pub map: Vec<(String, PathBuf)>,
    /// The opening to write; readable by its owner only
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// What an opening tells.
#[derive(Clone, Debug, Serialize)]
pub struct OpenReport {
    opening: PathBuf,
    discloses: Disclosed,
    keeps: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Disclosed {
    /// Draws of the run.
    draws: u64,
    checkpoints: usize,
    /// Stretches to be replayed, and their draws.
    stretches: usize,
    stretch_draws: u64,
    /// Draws of the opened log leaves, beyond the stretches.
    leaf_draws: usize,
    /// Places of the opened chunk-index leaves: tranche id and chunk.
    places: usize,
    tranches: Vec<Named>,
}

#[derive(Clone, Debug, Serialize)]
struct Named {
    name: String,
    registered: bool,
}

const KEEPS: &str = "kept: all other draws, the salts of all other leaves, the run's seed, weights (their digests only), the usage vector. The auditor also needs the records of the tranches named, and the weights at the beginning of each stretch";

impl Report for OpenReport {
    fn table(&self) -> Table {
        let told = &self.discloses;
        let table = Table::new()
            .line(["opening", &format!("{} (secret)", self.opening.display())])
            .line(["It tells the auditor:"])
            .line(["draws of the run", &told.draws.to_string()])
            .line([
                "checkpoints",
                &format!("all {}: steps, log positions, digests", told.checkpoints),
            ])
            .line([
                "stretches",
                &format!(
                    "{}, of {} draws, with their steps",
                    told.stretches, told.stretch_draws
                ),
            ])
            .line([
                "log leaves",
                &format!("{} draws, those of the stretches included", told.leaf_draws),
            ])
            .line([
                "places",
                &format!("{}: tranche id and chunk of each", told.places),
            ]);
        let table = told.tranches.iter().fold(table, |table, tranche| {
            let what = match tranche.registered {
                true => "registered: its public fields",
                false => "UNREGISTERED: content root, units root, totals, and the salt of its id",
            };
            table.line(["tranche", &format!("{} ({what})", tranche.name)])
        });
        table.line([self.keeps])
    }
}

/// Runs the command.
pub(super) fn run(args: &OpenArgs, progress: Progress) -> Result<OpenReport, Error> {
    atomic::check_place(&args.out)?;
    let challenge = ChallengeFile::read(&args.challenge)?;
    let folder = RunFolder::open_moved(&args.run, &args.map)?;
    if challenge.run_commitment != folder.public().run_commitment {
        return Err(Error::file(
            &args.challenge,
            Fault::Mismatch("it is for another run commitment than the run's".to_owned()),
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
    write_json(&args.out, &opening, Visibility::Secret, Existing::Replace)?;
    let named = |tranche: &OpenedTranche| Named {
        name: tranche.name.clone(),
        registered: !tranche.private,
    };
    Ok(OpenReport {
        opening: args.out.clone(),
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
