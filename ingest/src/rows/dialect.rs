//! How the rows of a file are written.

use tranche_protocol::manifest::reading::{Delimiter, TextEncoding};

/// A way of writing rows of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What stands between fields.
    pub delimiter: Delimiter,
    /// Whether somebody chose the delimiter. A file that seems to have another one than an assumed one is refused.
    pub chosen: bool,
    /// Whether the first row names the columns. Without, columns are called by their numbers from 1.
    pub header: bool,
    /// Whether quotes stand around fields; without, a quote is a character like others.
    pub quotes: bool,
    /// How the text is written in bytes.
    pub encoding: TextEncoding,
}

impl Default for Dialect {
    /// A header, quotes, UTF-8, and commas that nobody chose.
    fn default() -> Self {
        Self::assumed(Delimiter::Comma)
    }
}

impl Dialect {
    /// A header, quotes, UTF-8, and a delimiter that nobody chose.
    pub fn assumed(delimiter: Delimiter) -> Self {
        Self {
            delimiter,
            chosen: false,
            header: true,
            quotes: true,
            encoding: TextEncoding::Utf8,
        }
    }

    /// With a delimiter that somebody chose.
    #[must_use]
    pub fn delimited(self, delimiter: Delimiter) -> Self {
        Self {
            delimiter,
            chosen: true,
            ..self
        }
    }
}
