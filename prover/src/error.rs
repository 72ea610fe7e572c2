//! Why a proof of a statement could not be made.

use thiserror::Error;
use tranche_protocol::statement::StatementError;
use tranche_protocol::usage::UsageError;

use crate::export::ExportError;
use crate::keys::KeyError;
use crate::prove::ProveError;

/// Why a proof of a statement could not be made.
#[derive(Debug, Error)]
pub enum ProofError {
    /// The proving key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The verifying key's portable form.
    #[error("{0}")]
    Export(#[from] ExportError),
    /// The proof.
    #[error("{0}")]
    Prove(ProveError),
    /// The statement does not fit the circuit.
    #[error("{0}")]
    Statement(#[from] StatementError),
    /// The witness is larger than the circuit.
    #[error("the run does not fit circuit {circuit}: choose a larger one or prove it in segments")]
    TooLarge {
        /// The circuit.
        circuit: String,
    },
    /// The usage opening does not fit the circuit.
    #[error("the usage opening does not fit the usage tree: {0}")]
    Opening(#[from] UsageError),
    /// The caller's progress callback asked to stop. Nothing was made.
    #[error("{}", ProveError::Cancelled)]
    Cancelled,
}

impl From<ProveError> for ProofError {
    fn from(error: ProveError) -> Self {
        match error {
            ProveError::Cancelled => Self::Cancelled,
            error => Self::Prove(error),
        }
    }
}
