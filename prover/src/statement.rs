//! The one way from a statement's circuit to a proof file.

use halo2curves::bn256::Fr;
use rand_core::{OsRng, RngCore};
use tranche_circuits::field::{to_felt, to_halo};
use tranche_protocol::context::RunContext;
use tranche_protocol::proof_file::ProofFile;
use tranche_srs::Srs;
use zeroize::Zeroizing;

use crate::circuit_key::CircuitKey;
use crate::error::ProofError;
use crate::progress::Progress;
use crate::prove::prove;
use crate::statement_circuit::StatementCircuit;

/// Proves `circuit` with its instance column `public` in the context of a run. The file carries no evidence.
pub(crate) fn prove_statement<C: StatementCircuit>(
    srs: &Srs,
    key: &CircuitKey,
    circuit: C,
    public: &[Fr],
    context: &RunContext,
    progress: Option<Progress<'_>>,
) -> Result<ProofFile, ProofError> {
    if !circuit.fits() {
        return Err(key.too_large());
    }
    let header = key.header().ok_or_else(|| key.too_large())?;
    let mut file = ProofFile {
        header,
        context: *context,
        public_inputs: public.iter().map(to_felt).collect(),
        proof: Vec::new(),
        evidence: None,
    };
    let digest = to_halo(&file.statement_digest().felt());
    file.proof = prove(srs, key.pair().pk(), circuit, public, digest, progress)?;
    Ok(file)
}

/// A seed of the cells that blind a proof, new for each.
pub(crate) fn mask_seed() -> Zeroizing<[u8; 32]> {
    let mut seed = Zeroizing::new([0; 32]);
    OsRng.fill_bytes(&mut *seed);
    seed
}
