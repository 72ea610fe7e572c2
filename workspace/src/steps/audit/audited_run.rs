//! What is audited: a run commitment with its terms, from an accepted usage proof or from the run's public file.

use std::path::{Path, PathBuf};

use tranche_protocol::context::RunContext;
use tranche_protocol::run::RunCommitment;

use crate::artefact::run::{PUBLIC, RunFolder};
use crate::error::Error;
use crate::steps::verify::ProofInput;

/// Where the run commitment is read.
#[derive(Clone, Debug)]
pub enum RunSource {
    /// The run's usage proof, which is verified.
    UsageProof(ProofInput),
    /// The run's folder or its public `run.json`, where there is no usage proof yet.
    Folder(PathBuf),
}

/// A run commitment and what it stands under.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuditedRun {
    pub(super) run_commitment: RunCommitment,
    pub(super) context: RunContext,
    /// Whether an accepted usage proof names it, and whether anybody could have forged that one.
    pub(super) proof: Option<bool>,
}

impl RunSource {
    /// Reads the run commitment; a usage proof is verified.
    ///
    /// # Errors
    /// [`Error::Refused`] for a proof that is not valid; [`Error::Usage`] for a disclosure; those of the files.
    pub(super) fn read(&self) -> Result<AuditedRun, Error> {
        match self {
            Self::UsageProof(proof) => proven(proof),
            Self::Folder(path) => committed(path),
        }
    }
}

fn committed(path: &Path) -> Result<AuditedRun, Error> {
    let is_file = path.file_name().is_some_and(|name| name == PUBLIC);
    let folder = match path.parent().filter(|_| is_file && path.is_file()) {
        Some(parent) => RunFolder::open(parent)?,
        None => RunFolder::open(path)?,
    };
    let public = folder.public();
    Ok(AuditedRun {
        run_commitment: public.run_commitment,
        context: public.terms.context(),
        proof: None,
    })
}

fn proven(proof: &ProofInput) -> Result<AuditedRun, Error> {
    let (file, usage) = proof.read_usage()?;
    Ok(AuditedRun {
        run_commitment: usage.run_commitment,
        context: file.context,
        proof: Some(file.header.srs_insecure),
    })
}
