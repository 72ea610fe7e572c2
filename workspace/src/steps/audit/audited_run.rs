//! What is audited: a run commitment with its terms, from an accepted usage proof or from the run's public file.

use std::path::{Path, PathBuf};

use tranche_protocol::context::RunContext;
use tranche_protocol::run::RunCommitment;
use tranche_verifier::file::{Statement, verify_file};

use crate::artefact::read_proof;
use crate::artefact::run::{PUBLIC, RunFolder};
use crate::builtin_keys::key_for;
use crate::error::Error;

/// Where the run commitment is read.
#[derive(Clone, Debug)]
pub enum RunSource {
    /// The run's usage proof, which is verified.
    UsageProof {
        /// The proof's file.
        file: PathBuf,
        /// The file of its circuit's verifying key; the one that comes with the program if none is named.
        key: Option<PathBuf>,
    },
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
            Self::UsageProof { file, key } => proven(file, key.as_deref()),
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

fn proven(path: &Path, key: Option<&Path>) -> Result<AuditedRun, Error> {
    let file = read_proof(path)?;
    let key = key_for(file.header.circuit.as_str(), key)?;
    match verify_file(&key, &file) {
        Ok(Statement::Usage(usage)) => Ok(AuditedRun {
            run_commitment: usage.run_commitment,
            context: file.context,
            proof: Some(file.header.srs_insecure),
        }),
        Ok(Statement::Disclosure(_)) => Err(Error::usage(
            format!("{} is a disclosure", path.display()),
            "give the run's usage proof",
        )),
        Err(error) => Err(Error::Refused {
            reason: format!("{} is not valid: {error}", path.display()),
        }),
    }
}
