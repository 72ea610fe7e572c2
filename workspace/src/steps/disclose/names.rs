//! Which tranche a claim is about.

use std::collections::HashMap;
use std::path::Path;

use tranche_protocol::claims::{ClaimRequest, Precision};
use tranche_protocol::context::PayRule;
use tranche_protocol::tranche::TrancheId;

use super::request::{ClaimChoice, TrancheRef};
use crate::artefact::ArtefactFault;
use crate::artefact::folder::TrancheFolder;
use crate::artefact::ledger::Registered;
use crate::artefact::read_manifest;
use crate::artefact::run::RunFolder;
use crate::artefact::run_log::RunLog;
use crate::error::Error;

/// How tranches of a run are named.
pub(super) struct Names {
    log: RunLog,
    /// Every tranche of the registry at the cut-off, once.
    pub(super) registered: Vec<Registered>,
}

impl Names {
    pub(super) fn new(folder: &RunFolder) -> Result<Self, Error> {
        let log = folder.log()?;
        let metered = folder.public().terms.context().terms.pay_rule == PayRule::Metered;
        let mut rates = HashMap::new();
        for source in log.sources().iter().filter(|source| !source.private) {
            match TrancheFolder::open(&source.folder) {
                Ok(folder) if folder.id() == source.id => {
                    if let Some(manifest) = folder.manifest() {
                        rates.insert(source.id.to_string(), manifest.tranche().rate());
                    }
                }
                // Without the rates the ledger would not see what amounts tell.
                Ok(_) if metered => {
                    let what = format!("it is not the tranche \"{}\" of the log", source.name());
                    return Err(Error::file(&source.folder, ArtefactFault::Mismatch(what)));
                }
                Err(error) if metered => return Err(error),
                _ => {}
            }
        }
        let rate = |id: &TrancheId| rates.get(&id.to_string()).copied();
        let registered = folder
            .registry()?
            .entries()
            .iter()
            .map(|entry| Registered {
                id: entry.id,
                owner: entry.owner,
                rate: rate(&entry.id),
            })
            .collect();
        Ok(Self { log, registered })
    }

    /// The name of a tranche in the log.
    pub(super) fn name(&self, id: &TrancheId) -> Option<String> {
        let mut sources = self.log.sources().iter();
        let source = sources.find(|source| source.id == *id)?;
        Some(source.name().to_owned())
    }

    /// The id of a tranche.
    fn id(&self, tranche: &TrancheRef) -> Result<TrancheId, Error> {
        let word = match tranche {
            TrancheRef::Id(id) => return Ok(*id),
            TrancheRef::Word(word) => word,
        };
        let mut sources = self.log.sources().iter();
        if let Some(source) = sources.find(|source| source.names.contains(word)) {
            if source.private {
                return Err(Error::usage(
                    format!("\"{word}\" is unregistered data, which has no public id"),
                    "tell how much is registered instead: --registered-share",
                ));
            }
            return Ok(source.id);
        }
        if let Ok(id) = word.parse() {
            return Ok(id);
        }
        let path = Path::new(word);
        if path.exists() {
            return Ok(read_manifest(path)?.tranche().id());
        }
        Err(Error::usage(
            format!("\"{word}\" is no tranche of the run's log, no tranche id and no manifest"),
            "give one of these",
        ))
    }

    /// The claims with their tranches' ids, and the tranches that they tell exactly.
    ///
    /// # Errors
    /// [`Error::Usage`] for a tranche that is not found or that is unregistered data; the errors of a manifest.
    pub(super) fn resolve(
        &self,
        choices: &[ClaimChoice],
    ) -> Result<(Vec<ClaimRequest>, Vec<TrancheId>), Error> {
        let mut claims = Vec::with_capacity(choices.len());
        let mut exact = Vec::new();
        for choice in choices {
            let claim = match choice {
                ClaimChoice::Share {
                    tranche,
                    basis,
                    precision,
                } => {
                    let tranche = self.id(tranche)?;
                    if *precision == Precision::Exact {
                        exact.push(tranche);
                    }
                    ClaimRequest::Share {
                        tranche,
                        basis: *basis,
                        precision: *precision,
                    }
                }
                ClaimChoice::Exclusion(tranche) => {
                    let tranche = self.id(tranche)?;
                    exact.push(tranche);
                    ClaimRequest::Exclusion(tranche)
                }
                ClaimChoice::RegisteredShare(precision) => {
                    ClaimRequest::RegisteredShare(*precision)
                }
            };
            claims.push(claim);
        }
        Ok((claims, exact))
    }
}
