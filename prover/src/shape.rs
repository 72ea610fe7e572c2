//! The shape of a proof: how many points and scalars a verifying key makes it have, hence its exact length.

use halo2_proofs::plonk::VerifyingKey;
use halo2curves::bn256::G1Affine;
use thiserror::Error;
use tranche_srs::encoding::{FIELD_BYTES, G1_BYTES};

/// What this crate refuses in a constraint system.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum UnsupportedSystem {
    /// The circuit uses halo2's lookup argument.
    #[error(
        "the circuit has {0} halo2 lookups, which the portable verifier does not implement: use a logarithmic-derivative argument in gates"
    )]
    Lookups(usize),
    /// The circuit does not have exactly one instance column.
    #[error("the circuit has {0} instance columns; expected exactly 1")]
    InstanceColumns(usize),
    /// The permutation argument needs degree 3 to have room for a column.
    #[error("the constraint system has degree {0}; expected at least 3")]
    Degree(usize),
}

/// Counts of a proof's elements, in the order in which they stand in the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofShape {
    /// Advice commitments.
    pub advice: usize,
    /// Permutation product commitments: columns in the permutation ÷ (degree − 2), rounded up.
    pub permutation_chunks: usize,
    /// Quotient limbs: degree − 1.
    pub quotient_limbs: usize,
    /// Advice evaluations: (column, rotation) pairs.
    pub advice_queries: usize,
    /// Fixed evaluations: (column, rotation) pairs.
    pub fixed_queries: usize,
    /// Columns in the permutation argument, one evaluation each.
    pub permutation_columns: usize,
    /// Challenges drawn between advice phases.
    pub challenges: usize,
    /// Phase of each challenge.
    pub(crate) challenge_phases: Vec<u8>,
}

impl ProofShape {
    /// The shape that proofs under `vk` have.
    ///
    /// # Errors
    /// [`UnsupportedSystem`] for lookups, for any number of instance columns but one, and for a degree below 3.
    pub fn new(vk: &VerifyingKey<G1Affine>) -> Result<Self, UnsupportedSystem> {
        let cs = vk.cs();
        if !cs.lookups().is_empty() {
            return Err(UnsupportedSystem::Lookups(cs.lookups().len()));
        }
        if cs.num_instance_columns() != 1 {
            return Err(UnsupportedSystem::InstanceColumns(
                cs.num_instance_columns(),
            ));
        }
        let degree = constraint_degree(vk);
        if degree < 3 {
            return Err(UnsupportedSystem::Degree(degree));
        }
        let permutation_columns = vk.permutation().commitments().len();
        Ok(ProofShape {
            advice: cs.num_advice_columns(),
            permutation_chunks: permutation_columns.div_ceil(degree - 2),
            quotient_limbs: degree - 1,
            advice_queries: cs.advice_queries().len(),
            fixed_queries: cs.fixed_queries().len(),
            permutation_columns,
            challenges: cs.num_challenges(),
            challenge_phases: cs.challenge_phase(),
        })
    }

    /// Points in a proof: advice, permutation products, the random polynomial, quotient limbs, two for the opening.
    pub fn points(&self) -> usize {
        self.advice + self.permutation_chunks + 1 + self.quotient_limbs + 2
    }

    /// Scalars in a proof: advice and fixed evaluations, the random polynomial's, one per permutation column, and three
    /// per permutation product but two for the last.
    pub fn scalars(&self) -> usize {
        self.advice_queries
            + self.fixed_queries
            + 1
            + self.permutation_columns
            + (3 * self.permutation_chunks).saturating_sub(1)
    }

    /// Bytes of a proof.
    pub fn proof_bytes(&self) -> usize {
        self.points() * G1_BYTES + self.scalars() * FIELD_BYTES
    }
}

/// The degree the key was generated with. Taken from the evaluation domain, since `ConstraintSystem::degree` reads the
/// environment each time it is called.
pub(crate) fn constraint_degree(vk: &VerifyingKey<G1Affine>) -> usize {
    vk.get_domain().get_quotient_poly_degree() + 1
}

/// Rows that hold witness or public values: all but the blinding rows and the one that closes the permutation.
pub(crate) fn usable_rows(vk: &VerifyingKey<G1Affine>) -> usize {
    (vk.get_domain().get_n() as usize).saturating_sub(vk.cs().blinding_factors() + 1)
}
