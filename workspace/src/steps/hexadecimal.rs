//! Bytes as text.

/// `0x` and lower-case hexadecimal digits.
pub fn prefixed(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
