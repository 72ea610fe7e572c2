//! A length of time.

/// Reads seconds, or a number with a suffix of s, m, h or d.
pub(crate) fn parse_seconds(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3_600),
        Some((at, 'd')) => (&text[..at], 86_400),
        _ => (text, 1),
    };
    let seconds = number.parse::<u64>().ok();
    seconds
        .and_then(|seconds| seconds.checked_mul(unit))
        .ok_or_else(|| "a time is a number of seconds, or a number with s, m, h or d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_multiply() {
        assert_eq!(parse_seconds("90"), Ok(90));
        assert_eq!(parse_seconds("2d"), Ok(172_800));
        for wrong in ["", "d", "-1s", "1w", "1.5h", "99999999999999999999d"] {
            assert!(parse_seconds(wrong).is_err(), "{wrong}");
        }
    }
}
