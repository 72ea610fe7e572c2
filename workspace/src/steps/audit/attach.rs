//! Evidence put into a proof's file.

use std::path::PathBuf;

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::address::Address;
use tranche_protocol::evidence::{Evidence, EvidenceError, level_under};

use crate::artefact::ArtefactFault;
use crate::artefact::read_json;
use crate::error::Error;
use crate::steps::verify::ProofInput;

/// Evidence to put into a usage proof's file. It is no part of what is proven: the proof stays the same.
#[derive(Clone, Debug)]
pub struct AttachRequest {
    /// The evidence's file: an audit's, or that of a signature over the run commitment.
    pub evidence: PathBuf,
    /// The usage proof.
    pub proof: ProofInput,
    /// The proof file to write.
    pub out: PathBuf,
}

/// A proof file that carries evidence.
#[derive(Clone, Debug, Serialize)]
pub struct AttachedEvidence {
    /// The file that was written.
    pub proof: PathBuf,
    /// The evidence's level, by its number.
    pub level: u8,
    /// What the level means.
    pub meaning: &'static str,
    /// Who signed.
    pub signer: Address,
}

/// Puts signed evidence into a usage proof's file.
///
/// ```no_run
/// use tranche_workspace::steps::audit::{AttachRequest, attach};
/// use tranche_workspace::steps::verify::ProofInput;
///
/// let attached = attach(&AttachRequest {
///     evidence: "evidence.json".into(),
///     proof: ProofInput {
///         file: "usage.proof".into(),
///         key: None,
///     },
///     out: "audited.proof".into(),
/// })?;
/// println!("level {}", attached.level);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Refused`] for a proof that is not valid; [`Error::Usage`] for a disclosure; [`Error::Input`] for evidence of
/// another run; those of the files and of the disk.
pub fn attach(request: &AttachRequest) -> Result<AttachedEvidence, Error> {
    let evidence: Evidence = read_json(&request.evidence)?;
    let (mut file, usage) = request.proof.read_usage()?;
    let terms = &file.context.terms;
    match level_under(terms, &usage.run_commitment, Some(&evidence)) {
        Ok(_) | Err(EvidenceError::TooLow { .. }) => {}
        Err(error) => {
            return Err(Error::file(
                &request.evidence,
                ArtefactFault::Mismatch(error.to_string()),
            ));
        }
    }
    let level = evidence.counted();
    file.evidence = Some(evidence);
    atomic::write(
        &request.out,
        &file.to_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(AttachedEvidence {
        proof: request.out.clone(),
        level: level as u8,
        meaning: level.meaning(),
        signer: evidence.signer,
    })
}
