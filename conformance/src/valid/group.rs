//! A circuit with valid proofs under its key.

use super::foreign::Foreign;
use super::proof::ValidProof;
use crate::circuit::Circuit;
use crate::error::Error;

/// A circuit with valid proofs under its key. The first proof is the one that is altered, the second is another of the
/// same statement.
#[derive(Debug)]
pub struct Group {
    /// The circuit.
    pub circuit: Circuit,
    /// The proofs.
    pub proofs: Vec<ValidProof>,
    /// Proofs bound to statements that are not this circuit's.
    pub foreign: Vec<Foreign>,
}

impl Group {
    /// The proof of a name.
    ///
    /// # Errors
    /// [`Error::Sample`] when there is none.
    pub fn proof(&self, name: &str) -> Result<&ValidProof, Error> {
        let found = self.proofs.iter().find(|proof| proof.name == name);
        found.ok_or_else(|| Error::sample("a proof's name", self.circuit.name))
    }
}
