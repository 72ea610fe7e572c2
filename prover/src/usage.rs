//! Proofs of the usage relation.

use tranche_circuits::usage::UsageCircuit;
use tranche_circuits::usage::inputs::{UsageInputs, UsagePublic};
use tranche_circuits::usage::params::CircuitSize;
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
/// `key` is the circuit's key under the same `srs`. The proof is verified before it is returned.
///
/// # Errors
/// [`ProofError::TooLarge`] when the run does not fit the circuit, [`ProofError::Prove`] when the witness does not satisfy the statement,
/// [`ProofError::Cancelled`] when `progress` asked for it.
///
/// # Examples
/// A proof that ends when a flag is set:
/// ```no_run
/// use std::ops::ControlFlow;
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// use tranche_circuits::usage::params::size_by_name;
/// use tranche_protocol::Shape;
/// use tranche_protocol::sample::SampleRun;
/// use tranche_prover::{CircuitKey, KeyStore, Stage, prove_usage};
/// use tranche_srs::Srs;
///
/// static STOP: AtomicBool = AtomicBool::new(false);
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let size = size_by_name("usage-13").ok_or("no such circuit")?;
/// let srs = Srs::development(size.params.k)?;
/// let key = CircuitKey::usage(&srs, &KeyStore::new(None), &size)?;
/// let run = SampleRun::new(&Shape::STANDARD, 5_000);
/// let (witness, _, statement) = run.build(&Shape::STANDARD);
/// let mut progress = |stage: Stage| {
///     println!("{stage:?}");
///     if STOP.load(Ordering::Relaxed) {
///         return ControlFlow::Break(());
///     }
///     ControlFlow::Continue(())
/// };
/// let context = &run.context;
/// let progress = Some(&mut progress as _);
/// let file = prove_usage(&srs, &key, &size, &witness, &statement, context, progress)?;
/// std::fs::write("run.proof", file.to_bytes())?;
/// # Ok(())
/// # }
/// ```
pub fn prove_usage(
    srs: &Srs,
    key: &CircuitKey,
    size: &CircuitSize,
    witness: &UsageWitness,
    statement: &UsageStatement,
    context: &RunContext,
    progress: Option<Progress<'_>>,
) -> Result<ProofFile, ProofError> {
    let inputs = UsageInputs::from_witness(witness, *mask_seed());
    let public = UsagePublic::from(statement);
    let circuit = UsageCircuit::new(size.params, inputs, public);
    prove_statement(srs, key, circuit, &public.to_vec(), context, progress)
}
