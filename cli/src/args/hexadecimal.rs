//! Bytes on the command line.

use std::fmt;
use std::str::FromStr;

use tranche_workspace::steps::hexadecimal::prefixed;

/// Bytes as hexadecimal digits, with 0x before them or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hexadecimal(pub(crate) Vec<u8>);

impl FromStr for Hexadecimal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        hex::decode(text.strip_prefix("0x").unwrap_or(text))
            .map(Hexadecimal)
            .map_err(|error| format!("{error}: give an even number of hexadecimal digits"))
    }
}

impl fmt::Display for Hexadecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&prefixed(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_with_and_without_a_prefix() {
        for text in ["0x00ff", "00FF"] {
            let bytes: Hexadecimal = text.parse().unwrap();
            assert_eq!(bytes.to_string(), "0x00ff");
        }
        for text in ["0x0", "zz", "0x0g", "é"] {
            assert!(text.parse::<Hexadecimal>().is_err(), "{text}");
        }
    }
}
