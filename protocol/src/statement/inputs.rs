//! Public inputs as a circuit and a verifier take them: felts by row (encodings, section 8).

use crate::felt::Felt;
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// The public inputs of a proof, in the order of their rows. What each row means is a statement's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicInputs(Vec<Felt>);

impl PublicInputs {
    /// Public inputs from their rows.
    #[must_use]
    pub const fn new(rows: Vec<Felt>) -> Self {
        Self(rows)
    }
}

impl Deref for PublicInputs {
    type Target = [Felt];

    fn deref(&self) -> &[Felt] {
        &self.0
    }
}

impl DerefMut for PublicInputs {
    fn deref_mut(&mut self) -> &mut [Felt] {
        &mut self.0
    }
}

impl FromIterator<Felt> for PublicInputs {
    fn from_iter<I: IntoIterator<Item = Felt>>(rows: I) -> Self {
        Self(rows.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a PublicInputs {
    type Item = &'a Felt;
    type IntoIter = core::slice::Iter<'a, Felt>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
