//! A valid proof, and the evidence for its run.

use k256::ecdsa::SigningKey;
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::felt;
use tranche_protocol::log::LogOrder;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::run::RunCommitment;

use crate::error::Error;
use crate::word::Word;

/// A valid proof.
#[derive(Clone, Debug)]
pub struct ValidProof {
    /// Its name, unique within its circuit.
    pub name: &'static str,
    /// The proof with its statement.
    pub file: ProofFile,
}

impl ValidProof {
    /// The public inputs.
    #[must_use]
    pub fn inputs(&self) -> Vec<Word> {
        self.file.public_inputs.iter().map(felt::to_bytes).collect()
    }
}

/// Evidence for a run commitment.
///
/// # Errors
/// [`Error::Sample`] for level 0.
pub fn signed(
    run_commitment: &RunCommitment,
    level: EvidenceLevel,
    order: LogOrder,
    key: &SigningKey,
) -> Result<Evidence, Error> {
    Evidence::sign(run_commitment, level, order, key)
        .map_err(|_| Error::sample("evidence", "the usage circuit"))
}
