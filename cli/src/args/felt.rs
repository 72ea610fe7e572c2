//! A field element.

use tranche_protocol::felt::{Felt, from_hex};

/// Reads `0x` and 64 hexadecimal digits of a canonical field element.
pub(crate) fn parse_felt(text: &str) -> Result<Felt, String> {
    from_hex(text).map_err(|error| error.to_string())
}
