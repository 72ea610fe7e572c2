//! All valid proofs.

use k256::ecdsa::SigningKey;
use tranche_circuits::usage::params as usage;

use super::group::Group;
use super::run::Run;
use super::uniform;
use crate::circuit::Circuit;
use crate::error::Error;

/// Draws of the two runs.
const DRAWS: [usize; 2] = [5_000, 4_000];

/// All valid proofs.
#[derive(Debug)]
pub struct ValidProofs {
    /// Usage proofs.
    pub usage: Group,
    /// Disclosures of the first run.
    pub disclosure: Group,
    /// Usage proofs of a run of uniform tranches, if asked for: half a minute of proving.
    pub uniform: Option<Group>,
    /// Signs evidence; the runs' terms name it.
    pub evidence_key: SigningKey,
}

impl ValidProofs {
    /// Makes the proofs of the smallest circuits, and of the smallest uniform one if `uniform`.
    ///
    /// # Errors
    /// [`Error`].
    pub fn prove(uniform: bool) -> Result<Self, Error> {
        let evidence_key = SigningKey::from_slice(&[7; 32])
            .map_err(|_| Error::sample("the evidence key", "every circuit"))?;
        let circuit = Circuit::usage(&usage::SIZES[0])?;
        let [one, two] = DRAWS.map(|draws| Run::new(draws, &evidence_key));
        let proofs = vec![
            one.usage(&circuit, "run-1", &evidence_key)?,
            one.usage(&circuit, "run-1-again", &evidence_key)?,
            two.usage(&circuit, "run-2", &evidence_key)?,
        ];
        let foreign = Vec::new();
        let usage = Group {
            circuit,
            proofs,
            foreign,
        };
        Ok(Self {
            usage,
            disclosure: one.disclosures()?,
            uniform: uniform.then(|| uniform::group(&evidence_key)).transpose()?,
            evidence_key,
        })
    }

    /// The groups there are.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        [&self.usage, &self.disclosure]
            .into_iter()
            .chain(&self.uniform)
    }
}
