//! Values that are wiped when they are no longer needed.

use std::fmt;
use std::ops::{Deref, DerefMut};

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_circuits::wipe::wipe;

/// Field elements that depend on the witness or on randomness: wiped on drop, redacted in `Debug`.
#[derive(Clone, Default)]
pub(super) struct Secret(Vec<Fr>);

impl Secret {
    /// So many zeros.
    pub(super) fn zeros(length: usize) -> Self {
        Self(vec![Fr::ZERO; length])
    }
}

impl From<Vec<Fr>> for Secret {
    fn from(values: Vec<Fr>) -> Self {
        Self(values)
    }
}

impl Deref for Secret {
    type Target = [Fr];

    fn deref(&self) -> &[Fr] {
        &self.0
    }
}

impl DerefMut for Secret {
    fn deref_mut(&mut self) -> &mut [Fr] {
        &mut self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} elements)", self.0.len())
    }
}
