//! A usage commitment.

use tranche_protocol::felt::FeltError;
use tranche_protocol::usage::UsageCommitment;

/// Reads `0x` and 64 hexadecimal digits of a canonical field element.
pub(crate) fn parse_usage_commitment(text: &str) -> Result<UsageCommitment, String> {
    text.parse().map_err(|error: FeltError| error.to_string())
}
