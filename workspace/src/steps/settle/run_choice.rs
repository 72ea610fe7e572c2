//! The run that a step is about.

use std::path::PathBuf;

use alloy_primitives::B256;
use tranche_settle::deployment::Deployment;
use tranche_settle::escrow::RunRef;

use crate::artefact::run::RunFolder;
use crate::artefact::terms::TermsFile;
use crate::error::Error;

/// Which run of the escrow.
#[derive(Clone, Debug)]
pub enum RunChoice {
    /// The run of this folder.
    Folder(PathBuf),
    /// The run that this terms file names.
    Terms(PathBuf),
    /// The run of this id.
    Id(B256),
}

impl RunChoice {
    /// The run chosen.
    ///
    /// # Errors
    /// The errors of folder and terms; [`Error::Settle`] when they are bound to another chain or contract.
    pub fn find(&self, deployment: &Deployment) -> Result<RunRef, Error> {
        let context = match self {
            Self::Folder(path) => RunFolder::open(path)?.public().terms.context(),
            Self::Terms(path) => TermsFile::read(path)?.context(),
            Self::Id(id) => {
                let escrow = deployment.escrow;
                return Ok(RunRef { escrow, id: *id });
            }
        };
        Ok(RunRef::of_context(&context, deployment)?)
    }
}
