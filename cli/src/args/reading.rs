//! How data is written, by words.

use tranche_protocol::manifest::reading::{Delimiter, Separator, TextEncoding};

/// Reads a separator, with escapes for what cannot be typed.
pub(crate) fn parse_separator(text: &str) -> Result<Separator, String> {
    Separator::parse(text).map_err(|error| {
        format!("{error}: use \\n, \\r, \\t, \\0, \\\\ and \\xNN, at least one byte in all")
    })
}

/// Reads a delimiter, by its name or as it is.
pub(crate) fn parse_delimiter(text: &str) -> Result<Delimiter, String> {
    Delimiter::parse(text)
        .ok_or_else(|| format!("\"{text}\" is no delimiter: use comma, semicolon, tab or pipe"))
}

/// Reads the name of an encoding, in upper or lower case.
pub(crate) fn parse_encoding(text: &str) -> Result<TextEncoding, String> {
    TextEncoding::parse(&text.to_lowercase()).ok_or_else(|| {
        format!(
            "\"{text}\" is not read: use utf-8, utf-16 or windows-1252, or convert the data with `iconv -f {text} -t UTF-8`"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_mean_nothing_are_refused_with_those_that_do() {
        assert!(parse_delimiter(";").is_ok() && parse_encoding("UTF-16").is_ok());
        assert!(parse_delimiter(":").unwrap_err().contains("semicolon"));
        assert!(
            parse_encoding("koi8-r")
                .unwrap_err()
                .contains("iconv -f koi8-r")
        );
        assert!(parse_separator("a\\q").unwrap_err().contains("\\q"));
    }
}
