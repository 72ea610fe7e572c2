//! What stands between the records of a text.

use crate::json;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Text that is no separator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeparatorError {
    /// No bytes, which would cut nothing.
    #[error("the separator is empty")]
    Empty,
    /// A backslash with something behind it that means nothing.
    #[error("the separator has the unknown escape \"{0}\"")]
    Escape(String),
}

/// Bytes between two records, at least one. As text, `\n`, `\r`, `\t`, `\0`, `\\` and `\xNN`, a byte in two hexadecimal
/// digits, stand for what cannot be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separator(Vec<u8>);

impl Separator {
    /// Reads the text of a separator.
    ///
    /// # Errors
    /// [`SeparatorError`].
    pub fn parse(text: &str) -> Result<Self, SeparatorError> {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('\\') {
            bytes.extend_from_slice(&rest.as_bytes()[..at]);
            let escape = &rest[at..];
            let (byte, length) = match escape.as_bytes().get(1) {
                Some(b'n') => (b'\n', 2),
                Some(b'r') => (b'\r', 2),
                Some(b't') => (b'\t', 2),
                Some(b'0') => (0, 2),
                Some(b'\\') => (b'\\', 2),
                Some(b'x') => (hexadecimal(escape)?, 4),
                _ => return Err(unknown(escape, 2)),
            };
            bytes.push(byte);
            rest = &escape[length..];
        }
        bytes.extend_from_slice(rest.as_bytes());
        if bytes.is_empty() {
            return Err(SeparatorError::Empty);
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

fn hexadecimal(escape: &str) -> Result<u8, SeparatorError> {
    let mut byte = [0];
    let digits = escape.get(2..4).ok_or_else(|| unknown(escape, 4))?;
    hex::decode_to_slice(digits, &mut byte).map_err(|_| unknown(escape, 4))?;
    Ok(byte[0])
}

fn unknown(escape: &str, length: usize) -> SeparatorError {
    SeparatorError::Escape(escape.chars().take(length).collect())
}

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    '\t' => f.write_str("\\t")?,
                    '\0' => f.write_str("\\0")?,
                    '\\' => f.write_str("\\\\")?,
                    control if control.is_ascii_control() => {
                        write!(f, "\\x{:02x}", u32::from(control))?;
                    }
                    other => write!(f, "{other}")?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for Separator {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Separator {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        json::parse_with(from, "a separator", |text| Self::parse(text).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn escapes_are_read_and_written_back() {
        for (text, bytes) in [
            ("\\r\\n\\r\\n", &b"\r\n\r\n"[..]),
            ("a\\tb\\0", b"a\tb\0"),
            ("\\\\n", b"\\n"),
            ("\\xff\\x1e", b"\xff\x1e"),
            ("é--", "é--".as_bytes()),
        ] {
            let separator = Separator::parse(text).unwrap();
            assert_eq!(separator.as_bytes(), bytes);
            assert_eq!(separator.to_string(), text);
        }
        assert_eq!(Separator::parse("\n").unwrap().to_string(), "\\n");
    }

    #[test]
    fn unknown_escapes_and_nothing_are_refused() {
        assert_eq!(Separator::parse(""), Err(SeparatorError::Empty));
        for (text, escape) in [
            ("a\\q", "\\q"),
            ("\\", "\\"),
            ("\\x1", "\\x1"),
            ("\\xg0", "\\xg0"),
            ("\\x1é", "\\x1é"),
            ("\\é", "\\é"),
        ] {
            let error = SeparatorError::Escape(escape.to_string());
            assert_eq!(Separator::parse(text), Err(error), "{text}");
        }
    }
}
