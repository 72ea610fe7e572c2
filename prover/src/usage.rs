//! Proofs of the usage relation.

use rand_core::{OsRng, RngCore};
use tranche_circuits::field::to_halo;
use tranche_circuits::usage::UsageCircuit;
use tranche_circuits::usage::inputs::{UsageInputs, UsagePublic};
use tranche_circuits::usage::params::Rung;
use tranche_protocol::context::RunContext;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::UsageStatement;
use tranche_protocol::usage_relation::UsageWitness;
use zeroize::Zeroizing;

use crate::circuit_key::{CircuitKey, ProofError};
use crate::progress::Stage;
use crate::prove::prove;
use crate::srs::Srs;

/// Proves S1 to S8 for a witness. The file carries no evidence yet.
///
/// `key` is the rung's key under the same `srs`. The proof is verified before it is returned.
///
/// # Errors
/// [`ProofError::TooLarge`] when the run does not fit the rung, [`ProofError::Prove`] when the witness does not satisfy the statement.
pub fn prove_usage(
    srs: &Srs,
    key: &CircuitKey,
    rung: &Rung,
    witness: &UsageWitness,
    statement: &UsageStatement,
    context: &RunContext,
    progress: Option<&mut dyn FnMut(Stage)>,
) -> Result<ProofFile, ProofError> {
    let mut seed = Zeroizing::new([0u8; 32]);
    OsRng.fill_bytes(&mut *seed);
    let inputs = UsageInputs::from_witness(witness, *seed);
    let public = UsagePublic::from(statement);
    let circuit = UsageCircuit::new(rung.params, inputs, public);
    if !circuit.fits() {
        return Err(key.too_large());
    }
    let header = key.header().ok_or_else(|| key.too_large())?;
    let mut file = ProofFile {
        header,
        context: *context,
        public_inputs: statement.public_inputs(),
        proof: Vec::new(),
        evidence: None,
    };
    file.proof = prove(
        srs,
        key.pair().pk(),
        circuit,
        &public.to_vec(),
        to_halo(&file.statement_digest().felt()),
        progress,
    )?;
    Ok(file)
}
