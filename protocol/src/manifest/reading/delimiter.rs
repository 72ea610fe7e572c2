//! What stands between the fields of a row.

use core::fmt;
use serde::{Deserialize, Serialize};

/// The character between two fields of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// Every delimiter.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The character, which is one byte of ASCII.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
        }
    }

    /// Reads a name, the character itself, or `\t`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| {
            text == one.name()
                || text.as_bytes() == [one.byte()]
                || (*one == Self::Tab && text == "\\t")
        })
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_characters_are_read() {
        for one in Delimiter::ALL {
            assert_eq!(Delimiter::parse(one.name()), Some(one));
            let byte = [one.byte()];
            assert_eq!(
                Delimiter::parse(core::str::from_utf8(&byte).unwrap()),
                Some(one)
            );
        }
        assert_eq!(Delimiter::parse("\\t"), Some(Delimiter::Tab));
        for text in ["", ":", ",,", "Comma"] {
            assert_eq!(Delimiter::parse(text), None, "{text}");
        }
    }
}
