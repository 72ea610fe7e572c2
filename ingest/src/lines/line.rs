//! What is asked of a line or another piece of text.

use memchr::memchr;

use crate::error::{Fault, FormatFault};
use crate::plain::TextFault;

/// The text of a piece.
///
/// # Errors
/// [`FormatFault::NotUtf8`], [`TextFault::Nul`].
pub(crate) fn text(piece: &[u8]) -> Result<&str, Fault> {
    if memchr(0, piece).is_some() {
        return Err(TextFault::Nul.into());
    }
    Ok(std::str::from_utf8(piece).map_err(|_| FormatFault::NotUtf8)?)
}

/// Whether a piece is of white space only, by Unicode.
pub(crate) fn is_blank(piece: &[u8]) -> bool {
    std::str::from_utf8(piece).is_ok_and(|text| text.trim().is_empty())
}

/// Drops the carriage return that some systems put before a line feed.
pub(crate) fn trim_carriage_return(line: &mut Vec<u8>) {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
}
