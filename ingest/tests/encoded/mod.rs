//! Bytes of records, as tests of several readers expect them.

/// A field of a record of chosen fields.
pub(crate) fn field(kind: u8, payload: &str) -> Vec<u8> {
    let mut bytes = vec![kind];
    bytes.extend((payload.len() as u64).to_le_bytes());
    bytes.extend(payload.as_bytes());
    bytes
}
