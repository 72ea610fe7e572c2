//! Proofs of the disclosure relation.

use halo2curves::bn256::Fr;
use rand_core::{OsRng, RngCore};
use tranche_circuits::disclosure::DisclosureCircuit;
use tranche_circuits::disclosure::inputs::{
    ClaimPublic, DisclosureInputs, DisclosurePublic, LeafInputs,
};
use tranche_circuits::disclosure::params::{DisclosureParams, DisclosureRung};
use tranche_circuits::field::{to_felt, to_halo};
use tranche_protocol::context::{PayRule, Remainder, RunContext};
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::{Capacity, DisclosureStatement};
use tranche_protocol::usage::UsageOpening;
use zeroize::Zeroizing;

use crate::circuit_key::{CircuitKey, ProofError};
use crate::progress::Stage;
use crate::prove::prove;
use crate::srs::Srs;

/// Proves D1 to D7 for a usage opening.
///
/// `key` is the size's key under the same `srs`. The proof is verified before it is returned.
///
/// # Errors
/// [`ProofError::Statement`] when claims or payees exceed the size, [`ProofError::Prove`] when a claim is false.
pub fn prove_disclosure(
    srs: &Srs,
    key: &CircuitKey,
    rung: &DisclosureRung,
    opening: &UsageOpening,
    statement: &DisclosureStatement,
    context: &RunContext,
    progress: Option<&mut dyn FnMut(Stage)>,
) -> Result<ProofFile, ProofError> {
    let params = rung.params;
    let mut seed = Zeroizing::new([0u8; 32]);
    OsRng.fill_bytes(&mut *seed);
    opening.validate(&params.shape)?;
    let inputs = disclosure_inputs(&params, opening, *seed);
    let public = disclosure_public(&params, statement)?;
    let instance = public.to_vec();
    let circuit = DisclosureCircuit::new(params, inputs, public);
    if !circuit.fits() {
        return Err(key.too_large());
    }
    let header = key.header().ok_or_else(|| key.too_large())?;
    let mut file = ProofFile {
        header,
        context: *context,
        public_inputs: instance.iter().map(to_felt).collect(),
        proof: Vec::new(),
        evidence: None,
    };
    file.proof = prove(
        srs,
        key.pair().pk(),
        circuit,
        &instance,
        to_halo(&file.statement_digest().felt()),
        progress,
    )?;
    Ok(file)
}

/// The circuit's public inputs of a statement.
///
/// # Errors
/// [`ProofError::Statement`] when claims or payees exceed the size.
pub fn disclosure_public(
    params: &DisclosureParams,
    statement: &DisclosureStatement,
) -> Result<DisclosurePublic, ProofError> {
    let capacity = Capacity {
        claims: params.claims,
        payees: params.payees,
    };
    let rows = statement.public_inputs(&capacity)?;
    let claims = statement.claims.iter().map(|claim| ClaimPublic {
        code: claim.code as u64,
        subject: to_halo(&claim.subject.felt()),
        lo: u64::from(claim.lo),
        hi: u64::from(claim.hi),
    });
    let payees = rows.iter().skip(capacity.payee_row(0)).map(to_halo);
    let (pay_kind, remainder_rule, total) = statement
        .pay
        .as_ref()
        .map_or((PayRule::None, Remainder::Keep, 0), |pay| {
            (pay.rule, pay.remainder, pay.total)
        });
    Ok(DisclosurePublic {
        context: to_halo(&statement.context.felt()),
        usage_commitment: to_halo(&statement.usage_commitment.felt()),
        unit: to_halo(&statement.unit.felt()),
        claims: claims
            .chain(std::iter::repeat(ClaimPublic::NONE))
            .take(params.claims)
            .collect(),
        pay_kind: pay_kind as u64,
        remainder_rule: remainder_rule as u64,
        total: Fr::from_raw([total as u64, (total >> 64) as u64, 0, 0]),
        payees: payees.collect(),
    })
}

/// The circuit's witness of a usage opening, leaves in the order of the usage tree.
pub fn disclosure_inputs(
    params: &DisclosureParams,
    opening: &UsageOpening,
    mask_seed: [u8; 32],
) -> DisclosureInputs {
    let vector = &opening.vector;
    let mut inputs = DisclosureInputs::blank(params);
    for ((leaf, slot), salt) in inputs
        .leaves
        .iter_mut()
        .zip(&opening.order)
        .zip(&opening.salts)
    {
        if let Some(entry) = vector.slots.get(*slot) {
            *leaf = LeafInputs {
                id: to_halo(&entry.tranche_id.felt()),
                owner: to_halo(&entry.owner.felt()),
                rate: entry.rate,
                units: entry.amounts.units,
                draws: entry.amounts.draws,
                salt: leaf.salt,
            };
        }
        leaf.salt = to_halo(&salt.felt());
    }
    inputs.bucket_units = vector.unregistered.units;
    inputs.bucket_draws = vector.unregistered.draws;
    inputs.unregistered_salt = to_halo(&opening.unregistered_salt.felt());
    inputs.mask_seed = mask_seed;
    inputs
}
