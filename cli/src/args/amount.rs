//! An amount of money.

use tranche_settle::convert::parse_amount;

/// Reads an amount below 2^128: smallest parts, or a number with `coin`, `ether` or `gwei`.
pub(crate) fn parse_money(text: &str) -> Result<u128, String> {
    parse_amount(text)
        .and_then(|amount| u128::try_from(amount).ok())
        .ok_or_else(|| {
            "an amount is an integer of smallest parts, or a number with coin, ether or gwei"
                .to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_fit_128_bits() {
        assert_eq!(parse_money("10coin"), Ok(10_000_000_000_000_000_000));
        assert!(parse_money("340282366920938463463374607431768211456").is_err());
    }
}
