//! An address.

use tranche_protocol::address::Address;

/// Reads an address: `0x` and 40 digits, with the checksum of EIP-55 if they are of mixed case.
pub(crate) fn parse_address(text: &str) -> Result<Address, String> {
    Address::parse(text)
        .ok_or_else(|| "an address is 0x and 40 digits, EIP-55 if of mixed case".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_checksum_is_no_address() {
        let address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assert!(parse_address(address).is_ok());
        assert!(parse_address(&address.replace('A', "a")).is_err());
        assert!(parse_address("0x12").is_err());
    }
}
