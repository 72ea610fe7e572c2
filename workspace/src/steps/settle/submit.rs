//! Proofs submitted to the escrow, after they were verified here.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::ProofKind;
use tranche_settle::escrow;
use tranche_settle::status::status as read_status;
use tranche_verdict::describe_claims;
use tranche_verifier::file::{Statement, verify_file};

use super::session::{ChainAccess, Session};
use super::settled::Settled;
use crate::artefact::read_proof;
use crate::builtin_keys::key_for;
use crate::error::Error;
use crate::progress::Progress;

/// A proof and where it goes. Anybody can carry it: it names its run, and the deployment's verifier is the one that has its
/// verifying key.
#[derive(Clone, Debug)]
pub struct SubmitRequest {
    /// The chain.
    pub chain: ChainAccess,
    /// The proof's file.
    pub proof: PathBuf,
    /// The file of its circuit's verifying key; the one that comes with the program if none is named.
    pub key: Option<PathBuf>,
}

/// A proof that the escrow accepted.
#[derive(Clone, Debug, Serialize)]
pub struct Submitted {
    /// The file.
    pub proof: PathBuf,
    /// The circuit.
    pub circuit: String,
    /// The run.
    pub run_id: String,
    /// Whether anybody could have forged it.
    pub srs_insecure: bool,
    /// Digest of the reference string.
    pub srs: String,
    /// The accepted evidence.
    pub evidence_level: u8,
    /// Until when the arbiter can void, seconds since 1970.
    pub window_end: u64,
    /// What the pay list says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pays: Vec<String>,
}

/// Submits a usage proof.
///
/// ```no_run
/// use std::path::Path;
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::settle::{ChainAccess, SubmitRequest, submit_usage};
///
/// let chain = ChainAccess::embedded(Path::new("chain.json"), Path::new("deployment.json"), None);
/// let request = SubmitRequest { chain, proof: "usage.proof".into(), key: None };
/// let submitted = submit_usage(&request, &Progress::silent())?;
/// println!("{} gas", submitted.total_gas);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Usage`] for a disclosure; [`Error::Refused`] for a proof that is not valid, before anything is sent;
/// [`Error::Settle`] of the chain or the escrow; those of the files and of the key.
pub fn submit_usage(
    request: &SubmitRequest,
    progress: &Progress,
) -> Result<Settled<Submitted>, Error> {
    submit(request, ProofKind::Usage, progress)
}

/// Submits a pay list: a disclosure made with one, and with the registered share where the terms want a minimum.
///
/// # Errors
/// As [`submit_usage`]; [`Error::Usage`] for a usage proof and for a disclosure without a pay list.
pub fn submit_pay(
    request: &SubmitRequest,
    progress: &Progress,
) -> Result<Settled<Submitted>, Error> {
    submit(request, ProofKind::Disclosure, progress)
}

fn submit(
    request: &SubmitRequest,
    kind: ProofKind,
    progress: &Progress,
) -> Result<Settled<Submitted>, Error> {
    let file = read_proof(&request.proof)?;
    let session = Session::open(&request.chain)?;
    let deployment = request.chain.read_deployment(session.chain())?;
    let stage = progress.stage("verifying here", None);
    let statement = verified(request, &file, kind)?;
    drop(stage);
    let _stage = progress.stage("submitting", None);
    let (submitted, done) = session.run(|client| {
        let run = escrow::submit(client, &deployment, &file)?;
        Ok(Submitted {
            proof: request.proof.clone(),
            circuit: file.header.circuit.as_str().to_owned(),
            run_id: run.id.to_string(),
            srs_insecure: file.header.srs_insecure,
            srs: format!("0x{}", hex::encode(file.header.srs)),
            evidence_level: run.read(client)?.evidenceLevel,
            window_end: read_status(client, run)?.window_end,
            pays: match statement {
                Statement::Usage(_) => Vec::new(),
                Statement::Disclosure(disclosure) => describe_claims(&disclosure, &|_| None),
            },
        })
    })?;
    Ok(Settled::new(done, submitted))
}

/// The portable verifier's verdict comes before any transaction.
fn verified(
    request: &SubmitRequest,
    file: &ProofFile,
    kind: ProofKind,
) -> Result<Statement, Error> {
    if file.header.kind != kind {
        let (is, other) = match kind {
            ProofKind::Usage => ("a disclosure", "submit-pay"),
            ProofKind::Disclosure => ("a usage proof", "submit-usage"),
        };
        return Err(Error::usage(
            format!("{} is {is}", request.proof.display()),
            format!("use `tranche settle {other}`"),
        ));
    }
    let key = key_for(file.header.circuit.as_str(), request.key.as_deref())?;
    let statement = verify_file(&key, file).map_err(|error| invalid(&request.proof, &error))?;
    match &statement {
        Statement::Disclosure(disclosure) if disclosure.pay.is_none() => Err(Error::usage(
            format!("{} has no pay list", request.proof.display()),
            "make it with `tranche disclose --pay`",
        )),
        _ => Ok(statement),
    }
}

fn invalid(proof: &Path, reason: &impl std::fmt::Display) -> Error {
    Error::Refused {
        reason: format!("{}: {reason}; nothing was sent", proof.display()),
    }
}
