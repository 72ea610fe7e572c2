//! The bytes of a portable key, and the places of queries that they refer to.

use halo2_proofs::plonk::{Column, ColumnType};
use halo2_proofs::poly::Rotation;

use super::error::ExportError;

/// The bytes of a key; integers are big-endian.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    /// Appends bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Appends a length.
    pub(super) fn length(&mut self, length: usize, what: &'static str) -> Result<(), ExportError> {
        let length = u32::try_from(length).map_err(|_| ExportError::TooLong(what))?;
        self.bytes(&length.to_be_bytes());
        Ok(())
    }

    /// Appends a counted list of queries.
    pub(super) fn queries(
        &mut self,
        queries: impl ExactSizeIterator<Item = (usize, Rotation)>,
        what: &'static str,
    ) -> Result<(), ExportError> {
        self.length(queries.len(), what)?;
        for (column, rotation) in queries {
            self.length(column, what)?;
            self.bytes(&rotation.0.to_be_bytes());
        }
        Ok(())
    }

    /// What was written.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// The place of a column at a rotation in a list of queries.
pub(super) fn position<T: ColumnType>(
    queries: &[(Column<T>, Rotation)],
    (column, rotation): (usize, Rotation),
) -> Option<usize> {
    queries
        .iter()
        .position(|(queried, at)| queried.index() == column && *at == rotation)
}
