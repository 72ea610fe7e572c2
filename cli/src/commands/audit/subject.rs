//! What is audited: a run commitment with its terms, from an accepted usage proof or from the run's public file.

use std::path::{Path, PathBuf};

use clap::Args;
use tranche_protocol::context::RunContext;
use tranche_protocol::run::RunCommitment;
use tranche_verifier::file::{Statement, verify_file};

use crate::artefact::read_proof;
use crate::artefact::run::{PUBLIC, RunFolder};
use crate::error::Error;
use crate::shipped::key_for;

/// Where the run commitment is read.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false, args = ["proof", "run"])]
pub struct SubjectArgs {
    /// The run's usage proof
    #[arg(long, value_name = "FILE")]
    pub proof: Option<PathBuf>,
    /// The run's folder or its public run.json, where there is no usage proof yet
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,
    /// The verifying key of the usage proof's circuit [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", requires = "proof")]
    pub key: Option<PathBuf>,
}

/// A run commitment and what it stands under.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject {
    pub(super) run_commitment: RunCommitment,
    pub(super) context: RunContext,
    /// Whether an accepted usage proof names it, and whether anybody could have forged that one.
    pub(super) proof: Option<bool>,
}

impl SubjectArgs {
    /// Reads the subject; a usage proof is verified.
    pub(super) fn read(&self) -> Result<Subject, Error> {
        match (&self.proof, &self.run) {
            (Some(path), _) => self.proven(path),
            (None, Some(path)) => {
                let is_file = path.file_name().is_some_and(|name| name == PUBLIC);
                let folder = match path.parent().filter(|_| is_file && path.is_file()) {
                    Some(parent) => RunFolder::open(parent)?,
                    None => RunFolder::open(path)?,
                };
                let public = folder.public();
                Ok(Subject {
                    run_commitment: public.run_commitment,
                    context: public.terms.context(),
                    proof: None,
                })
            }
            (None, None) => Err(Error::usage(
                "nothing to audit",
                "give the run's usage proof with --proof, or its public file with --run",
            )),
        }
    }

    fn proven(&self, path: &Path) -> Result<Subject, Error> {
        let file = read_proof(path)?;
        let key = key_for(file.header.circuit.as_str(), self.key.as_deref())?;
        match verify_file(&key, &file) {
            Ok(Statement::Usage(usage)) => Ok(Subject {
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
}
