//! Conversions: felts and addresses between protocol and chain, coins, times and states to text.

use alloy_primitives::{Address, B256, U256};
use tranche_protocol::felt::Felt;

/// Digits after the point in one coin.
const COIN_DIGITS: usize = 18;

/// A felt in hexadecimal, as everywhere in the project.
pub fn felt(value: U256) -> String {
    format!(
        "0x{}",
        alloy_primitives::hex::encode(value.to_be_bytes::<32>())
    )
}

/// A felt as the contracts take it.
pub fn word(value: &Felt) -> U256 {
    U256::from_be_bytes(tranche_protocol::felt::to_bytes(value))
}

/// An address of the protocol as the contracts take it.
pub fn address(value: &tranche_protocol::address::Address) -> Address {
    Address::new(*value.bytes())
}

/// An address of the chain as the protocol writes it.
pub fn account(value: Address) -> tranche_protocol::address::Address {
    tranche_protocol::address::Address::new(value.into_array())
}

/// The name of a run's state by its number in the contract.
pub fn state_name(state: u8) -> &'static str {
    match state {
        0 => "not opened",
        1 => "open",
        2 => "bound",
        3 => "usage accepted",
        4 => "pay accepted",
        5 => "closed",
        _ => "in an unknown state",
    }
}

/// Seconds since 1970 as a date and time (UTC).
pub fn time(seconds: u64) -> String {
    if seconds == u64::MAX {
        return "the end of time".to_owned();
    }
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// The Gregorian date of a day since 1970-01-01, counted in eras of 400 years that begin on 1 March.
fn date(days: u64) -> (u64, u64, u64) {
    let day = days + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + next, month, date)
}

/// An amount of native coin: wei, and coins where that is shorter to read.
pub fn coin(wei: U256) -> String {
    let digits = format!("{wei:0>width$}", width = COIN_DIGITS + 1);
    let (whole, part) = digits.split_at(digits.len() - COIN_DIGITS);
    let part = part.trim_end_matches('0');
    match (whole, part.len()) {
        // Amounts below a millionth of a coin are read in wei.
        ("0", _) if digits.len() == COIN_DIGITS + 1 && wei < U256::from(1_000_000_000_000u64) => {
            format!("{wei} wei")
        }
        (whole, 0) => format!("{whole} coin"),
        (whole, _) => format!("{whole}.{part} coin"),
    }
}

/// Reads 32 bytes in hexadecimal.
pub fn parse_word(text: &str) -> Option<B256> {
    text.starts_with("0x").then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coins_where_they_are_shorter_to_read() {
        for (wei, shown) in [
            (1_500_000_000_000_000_000u64, "1.5 coin"),
            (2_000_000_000_000_000_000, "2 coin"),
            (30_000_000_000, "30000000000 wei"),
            (999, "999 wei"),
            (1_000_000_000_000, "0.000001 coin"),
        ] {
            assert_eq!(coin(U256::from(wei)), shown);
        }
    }

    #[test]
    fn times_are_dates() {
        assert_eq!(time(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(time(951_782_399), "2000-02-28 23:59:59 UTC");
        assert_eq!(time(951_782_400), "2000-02-29 00:00:00 UTC");
        assert_eq!(time(1_700_000_000), "2023-11-14 22:13:20 UTC");
        assert_eq!(time(4_107_542_400), "2100-03-01 00:00:00 UTC");
    }
}
