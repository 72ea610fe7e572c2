//! Proofs of the disclosure relation.

use halo2curves::bn256::Fr;
use tranche_circuits::disclosure::DisclosureCircuit;
use tranche_circuits::disclosure::inputs::{
    ClaimPublic, DisclosureInputs, DisclosurePublic, LeafInputs,
};
use tranche_circuits::disclosure::params::{DisclosureParams, DisclosureSize};
use tranche_circuits::field::to_halo;
use tranche_protocol::context::{PayRule, Remainder, RunContext};
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::{Capacity, DisclosureStatement};
use tranche_protocol::usage::UsageOpening;
use tranche_srs::Srs;

use crate::circuit_key::CircuitKey;
use crate::error::ProofError;
use crate::progress::Progress;
use crate::statement::{mask_seed, prove_statement};

/// Proves D1 to D7 for a usage opening.
///
/// `key` is the size's key under the same `srs`. The proof is verified before it is returned.
///
/// # Errors
/// [`ProofError::Statement`] when claims or payees exceed the size, [`ProofError::Prove`] when a claim is false,
/// [`ProofError::Cancelled`] when `progress` asked for it.
///
/// # Examples
/// The share of one tranche, exactly, without payment:
/// ```no_run
/// use tranche_circuits::disclosure::params::size_by_name;
/// use tranche_protocol::Shape;
/// use tranche_protocol::claims::{ClaimRequest, Precision, disclose};
/// use tranche_protocol::context::{Basis, PayRule, Remainder};
/// use tranche_protocol::sample::SampleRun;
/// use tranche_prover::{CircuitKey, KeyStore, prove_disclosure};
/// use tranche_srs::Srs;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let run = SampleRun::new(&Shape::STANDARD, 5_000);
/// let (_, artefacts, _) = run.build(&Shape::STANDARD);
/// let claim = ClaimRequest::Share {
///     tranche: run.tranches[0].0.id(),
///     basis: Basis::Whole,
///     precision: Precision::Exact,
/// };
/// let (opening, context) = (&artefacts.usage, &run.context);
/// let (rule, remainder) = (PayRule::None, Remainder::Keep);
/// let shape = Shape::STANDARD;
/// let statement = disclose(&shape, context.digest(), opening, &[claim], rule, remainder)?;
///
/// let size = size_by_name("disclosure-16").ok_or("no such circuit")?;
/// let srs = Srs::development(size.params.k)?;
/// let key = CircuitKey::disclosure(&srs, &KeyStore::new(None), &size)?;
/// let file = prove_disclosure(&srs, &key, &size, opening, &statement, context, None)?;
/// # Ok(())
/// # }
/// ```
pub fn prove_disclosure(
    srs: &Srs,
    key: &CircuitKey,
    size: &DisclosureSize,
    opening: &UsageOpening,
    statement: &DisclosureStatement,
    context: &RunContext,
    progress: Option<Progress<'_>>,
) -> Result<ProofFile, ProofError> {
    let params = size.params;
    opening.validate(&params.shape)?;
    let inputs = disclosure_inputs(&params, opening, *mask_seed());
    let public = disclosure_public(&params, statement)?;
    let instance = public.to_vec();
    let circuit = DisclosureCircuit::new(params, inputs, public);
    prove_statement(srs, key, circuit, &instance, context, progress)
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
    inputs.unregistered_units = vector.unregistered.units;
    inputs.unregistered_draws = vector.unregistered.draws;
    inputs.unregistered_salt = to_halo(&opening.unregistered_salt.felt());
    inputs.mask_seed = mask_seed;
    inputs
}
