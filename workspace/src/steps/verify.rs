//! What a proof file is worth.

use std::path::PathBuf;

use serde::Serialize;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::UsageStatement;
use tranche_verdict::{Judgement, JudgementInput, judge};
use tranche_verifier::VerifyingKey;
use tranche_verifier::file::{Statement, verify_file};

use crate::artefact::{read_proof, read_registry};
use crate::builtin_keys::key_for;
use crate::error::Error;

/// A proof file and the key to verify it with.
#[derive(Clone, Debug)]
pub struct ProofInput {
    /// The proof's file.
    pub file: PathBuf,
    /// The file of the verifying key of its circuit; the one that comes with the program if none is named.
    pub key: Option<PathBuf>,
}

/// A proof to judge.
#[derive(Clone, Debug)]
pub struct VerifyRequest {
    /// The proof.
    pub proof: ProofInput,
    /// For a disclosure: the usage proof that it stands on, without which it shows nothing.
    pub usage: Option<ProofInput>,
    /// A registry's snapshot, to look the root up and to name registrations.
    pub registry: Option<PathBuf>,
}

/// A verdict with what it is about.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// The proof's file.
    pub proof: PathBuf,
    /// The judgement.
    #[serde(flatten)]
    pub judgement: Judgement,
}

/// Judges a proof: what it shows and what it does not.
///
/// # Errors
/// [`Error`] when a file cannot be read as what it should be. A proof that does not verify is a result, not an error.
///
/// ```no_run
/// use tranche_workspace::steps::verify::{ProofInput, VerifyRequest, verify};
/// use tranche_verdict::Verdict;
///
/// let request = VerifyRequest {
///     proof: ProofInput { file: "usage.proof".into(), key: None },
///     usage: None,
///     registry: Some("registry.json".into()),
/// };
/// assert_eq!(verify(&request)?.judgement.verdict, Verdict::Valid);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn verify(request: &VerifyRequest) -> Result<Verified, Error> {
    let (file, key) = request.proof.read()?;
    let usage = request.usage.as_ref().map(ProofInput::read).transpose()?;
    let registry = request.registry.as_deref().map(read_registry).transpose()?;
    let judgement = judge(&JudgementInput {
        file: &file,
        key: &key,
        usage: usage.as_ref().map(|(file, key)| (file, key)),
        registry: registry.as_ref(),
    });
    Ok(Verified {
        proof: request.proof.file.clone(),
        judgement,
    })
}

impl ProofInput {
    /// Reads the proof and finds the key of its circuit. Nothing is verified.
    ///
    /// # Errors
    /// As [`read_proof`] and [`key_for`].
    pub fn read(&self) -> Result<(ProofFile, VerifyingKey), Error> {
        let file = read_proof(&self.file)?;
        let key = key_for(file.header.circuit.as_str(), self.key.as_deref())?;
        Ok((file, key))
    }

    /// Reads a run's usage proof and verifies it.
    ///
    /// # Errors
    /// [`Error::Refused`] for a proof that is not valid; [`Error::Usage`] for a disclosure; as [`Self::read`].
    pub(super) fn read_usage(&self) -> Result<(ProofFile, UsageStatement), Error> {
        let (file, key) = self.read()?;
        match verify_file(&key, &file) {
            Ok(Statement::Usage(usage)) => Ok((file, usage)),
            Ok(Statement::Disclosure(_)) => Err(Error::usage(
                format!("{} is a disclosure", self.file.display()),
                "give the run's usage proof",
            )),
            Err(error) => Err(Error::Refused {
                reason: format!("{} is not valid: {error}", self.file.display()),
            }),
        }
    }
}
