//! What statements of both kinds ask of a circuit.

use halo2_proofs::plonk::Circuit;
use halo2curves::bn256::Fr;
use tranche_circuits::disclosure::{self, DisclosureCircuit};
use tranche_circuits::two_phase::TwoPhase;
use tranche_circuits::usage::{self, UsageCircuit};
use tranche_protocol::statement::ProofKind;

/// A circuit that statements are proven with.
pub(crate) trait StatementCircuit: Circuit<Fr> + TwoPhase {
    /// What its statements say.
    const KIND: ProofKind;
    /// The version of its constraints.
    const VERSION: u16;
}

impl StatementCircuit for UsageCircuit {
    const KIND: ProofKind = ProofKind::Usage;
    const VERSION: u16 = usage::params::VERSION;
}

impl StatementCircuit for DisclosureCircuit {
    const KIND: ProofKind = ProofKind::Disclosure;
    const VERSION: u16 = disclosure::params::VERSION;
}
