//! What statements of both kinds ask of a circuit.

use halo2_proofs::plonk::Circuit;
use halo2curves::bn256::Fr;
use tranche_circuits::disclosure::{self, DisclosureCircuit};
use tranche_circuits::usage::{self, UsageCircuit};
use tranche_protocol::statement::ProofKind;

/// A circuit that statements are proven with.
pub(crate) trait StatementCircuit: Circuit<Fr> {
    /// What its statements say.
    const KIND: ProofKind;
    /// The version of its constraints.
    const VERSION: u16;

    /// Whether the witness fits the circuit's size.
    fn fits(&self) -> bool;
}

impl StatementCircuit for UsageCircuit {
    const KIND: ProofKind = ProofKind::Usage;
    const VERSION: u16 = usage::params::VERSION;

    fn fits(&self) -> bool {
        self.fits()
    }
}

impl StatementCircuit for DisclosureCircuit {
    const KIND: ProofKind = ProofKind::Disclosure;
    const VERSION: u16 = disclosure::params::VERSION;

    fn fits(&self) -> bool {
        self.fits()
    }
}
