//! Columns of a table of draws, and counts and labels in its cells.

use super::fault::LogFault;
use crate::error::FormatFault;

/// The columns of a table of draws; it may leave the last one out.
pub(super) const COLUMNS: [&str; 4] = ["step", "tranche", "record", "rank"];

/// The columns, of those with these names, that no draw is read from.
pub(super) fn unread<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let others = names.filter(|name| !COLUMNS.contains(name));
    others.map(str::to_owned).collect()
}

/// Reads a non-negative decimal integer; signs, spaces and empty text are refused.
pub(super) fn count(field: &'static str, text: &str) -> Result<u64, LogFault> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(count) if digits => Ok(count),
        _ => Err(not_count(field, text)),
    }
}

/// The fault of a value that is no count, the value cut to a readable length.
pub(super) fn not_count(field: &'static str, got: &str) -> LogFault {
    LogFault::NotCount {
        field,
        got: got.chars().take(40).collect(),
    }
}

/// The fault of a value that labels no source.
pub(super) fn odd_label(got: String) -> FormatFault {
    FormatFault::Shape {
        expected: "a name, or a number from 0 below 2^32, as \"tranche\"",
        got,
    }
}

/// Reads the number of a rank.
pub(super) fn rank(text: &str) -> Result<u32, LogFault> {
    let rank = count("rank", text)?;
    rank.try_into().map_err(|_| not_count("rank", text))
}
