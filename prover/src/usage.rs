//! Proofs of the usage relation.

use tranche_circuits::usage::UsageCircuit;
use tranche_circuits::usage::inputs::{UsageInputs, UsagePublic};
use tranche_circuits::usage::params::Rung;
use tranche_protocol::context::RunContext;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::UsageStatement;
use tranche_protocol::usage_relation::UsageWitness;
use tranche_srs::Srs;

use crate::circuit_key::CircuitKey;
use crate::error::ProofError;
use crate::progress::Progress;
use crate::statement::{mask_seed, prove_statement};

/// Proves S1 to S8 for a witness. The file carries no evidence yet.
///
/// `key` is the rung's key under the same `srs`. The proof is verified before it is returned.
///
/// # Errors
/// [`ProofError::TooLarge`] when the run does not fit the rung, [`ProofError::Prove`] when the witness does not satisfy the statement,
/// [`ProofError::Cancelled`] when `progress` asked for it.
pub fn prove_usage(
    srs: &Srs,
    key: &CircuitKey,
    rung: &Rung,
    witness: &UsageWitness,
    statement: &UsageStatement,
    context: &RunContext,
    progress: Option<Progress<'_>>,
) -> Result<ProofFile, ProofError> {
    let inputs = UsageInputs::from_witness(witness, *mask_seed());
    let public = UsagePublic::from(statement);
    let circuit = UsageCircuit::new(rung.params, inputs, public);
    prove_statement(srs, key, circuit, &public.to_vec(), context, progress)
}
