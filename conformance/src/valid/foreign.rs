//! True claims proven for a statement that names another circuit, version, key or reference string: the witness is good, the
//! binding is not.

use rand_core::{OsRng, RngCore};
use tranche_circuits::disclosure::DisclosureCircuit;
use tranche_circuits::disclosure::params::DisclosureSize;
use tranche_circuits::field::to_halo;
use tranche_protocol::Felt;
use tranche_protocol::statement::{
    CircuitName, DisclosureStatement, KeyDigest, ProofKind, SrsDigest, StatementDigest,
    StatementHeader,
};
use tranche_protocol::usage::UsageOpening;
use tranche_prover::disclosure::{disclosure_inputs, disclosure_public};
use tranche_prover::prove;

use crate::circuit::Circuit;
use crate::error::Error;
use crate::word::flipped;

/// A proof bound to a statement that is not its circuit's.
#[derive(Clone, Debug)]
pub struct Foreign {
    /// What its statement names instead.
    pub name: &'static str,
    /// The digest that it is bound to.
    pub digest: StatementDigest,
    /// The proof.
    pub proof: Vec<u8>,
}

/// Headers that differ from a circuit's own in one thing each.
#[must_use]
pub fn foreign_headers(own: &StatementHeader) -> Vec<(&'static str, StatementHeader)> {
    let changed = |name, change: &dyn Fn(&mut StatementHeader)| {
        let mut header = own.clone();
        change(&mut header);
        (name, header)
    };
    let mut headers = vec![
        changed("version", &|h| h.circuit_version ^= 1),
        changed("key", &|h| {
            h.verifying_key = KeyDigest::from_bytes(flipped(h.verifying_key.to_bytes(), 31));
        }),
        changed("srs", &|h| {
            h.srs = SrsDigest::from_bytes(flipped(h.srs.to_bytes(), 31));
        }),
        changed("secure-srs", &|h| h.srs_insecure = !h.srs_insecure),
        changed("kind", &|h| {
            h.kind = match h.kind {
                ProofKind::Usage => ProofKind::Disclosure,
                ProofKind::Disclosure => ProofKind::Usage,
            };
        }),
    ];
    let other = format!("{}0", own.circuit.as_str());
    if let Some(name) = CircuitName::new(&other) {
        headers.push(changed("name", &|h| h.circuit = name.clone()));
    }
    headers
}

/// Proves a disclosure for the statement of another header.
///
/// # Errors
/// [`Error`].
pub(super) fn prove_for(
    circuit: &Circuit,
    size: &DisclosureSize,
    opening: &UsageOpening,
    statement: &DisclosureStatement,
    name: &'static str,
    header: StatementHeader,
) -> Result<Foreign, Error> {
    let mut seed = [0; 32];
    OsRng.fill_bytes(&mut seed);
    let public = disclosure_public(&size.params, statement)?;
    let instance = public.to_vec();
    let inputs: Vec<Felt> = instance
        .iter()
        .map(tranche_circuits::field::to_felt)
        .collect();
    let digest = header.digest(&inputs);
    let witness = disclosure_inputs(&size.params, opening, seed);
    let proof = prove(
        &circuit.srs,
        circuit.native.pair().pk(),
        DisclosureCircuit::new(size.params, witness, public),
        &instance,
        to_halo(&digest.felt()),
        None,
    )?;
    Ok(Foreign {
        name,
        digest,
        proof,
    })
}
