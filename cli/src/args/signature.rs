//! A wallet's signature.

use tranche_protocol::signature::Signature;

/// Reads 65 bytes in hexadecimal. Some wallets end a signature with 0 or 1 where others write 27 or 28.
pub(crate) fn parse_signature(text: &str) -> Result<Signature, String> {
    let text = text.trim();
    let mut bytes = [0; 65];
    hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
        .map_err(|_| "expected 0x and 130 hexadecimal digits".to_owned())?;
    if bytes[64] < 2 {
        bytes[64] += 27;
    }
    Ok(Signature::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_end_a_signature_are_read() {
        let end = |text: &str| parse_signature(text).map(|signature| signature.bytes()[64]);
        let head = "11".repeat(64);
        assert_eq!(end(&format!("0x{head}00")), Ok(27));
        assert_eq!(end(&format!("0x{head}01")), Ok(28));
        assert_eq!(end(&format!(" {head}1c\n")), Ok(28));
        assert!(end(&format!("0x{head}")).is_err());
        assert!(end("0xzz").is_err());
    }
}
