//! One value of a row of a table, and its bytes in a record.

use crate::error::FormatFault;
use crate::lines::MAX_RECORD;
use crate::value::{RecordBuf, write_string};

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// No value.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An integer of any width; dates, times and decimals appear as their stored integer.
    Integer(i128),
    /// A 32-bit float; one of 16 bits is widened.
    Single(f32),
    /// A 64-bit float.
    Double(f64),
    /// UTF-8 by the schema; not checked.
    Text(&'a [u8]),
    /// Bytes.
    Opaque(&'a [u8]),
    /// A list, struct or map: its canonical JSON.
    Nested(&'a [u8]),
}

impl Cell<'_> {
    /// Appends the value as a field of a record.
    ///
    /// # Errors
    /// [`FormatFault::NotUtf8`]; [`FormatFault::RecordTooLong`].
    pub(crate) fn encode(self, record: &mut RecordBuf) -> Result<(), FormatFault> {
        match self {
            Self::Null => record.null(),
            Self::Boolean(value) => record.boolean(value),
            Self::Integer(value) => record.integer(value),
            Self::Single(value) => record.single(value),
            Self::Double(value) => record.double(value),
            Self::Text(bytes) => record.text(text(bytes)?),
            Self::Opaque(bytes) => record.opaque(bytes),
            Self::Nested(json) => record.nested(json),
        }
        bounded(record.bytes())
    }

    /// Appends the value to the canonical JSON of a list, struct or map that holds it. What JSON has no word for stands where a
    /// JSON value cannot begin with it: `NaN`, `inf`, `-inf`, and bytes as `x` and a string of hexadecimal digits.
    ///
    /// # Errors
    /// As [`Cell::encode`].
    pub(crate) fn write_json(self, json: &mut Vec<u8>) -> Result<(), FormatFault> {
        match self {
            Self::Null => json.extend_from_slice(b"null"),
            Self::Boolean(true) => json.extend_from_slice(b"true"),
            Self::Boolean(false) => json.extend_from_slice(b"false"),
            Self::Integer(value) => json.extend_from_slice(value.to_string().as_bytes()),
            Self::Single(value) => json.extend_from_slice(format!("{value:e}").as_bytes()),
            Self::Double(value) => json.extend_from_slice(format!("{value:e}").as_bytes()),
            Self::Text(bytes) => write_string(text(bytes)?, json),
            Self::Opaque(bytes) => {
                json.extend_from_slice(b"x\"");
                for byte in bytes {
                    json.extend(
                        [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]),
                    );
                }
                json.push(b'"');
            }
            Self::Nested(inner) => json.extend_from_slice(inner),
        }
        bounded(json)
    }
}

/// Appends a map as a JSON object: keys, which are text, in byte order, each with the JSON of its value.
///
/// # Errors
/// [`FormatFault::NotUtf8`]; [`FormatFault::AmbiguousField`] for a key that occurs twice; [`FormatFault::RecordTooLong`].
pub(crate) fn write_map(
    mut entries: Vec<(Vec<u8>, Vec<u8>)>,
    json: &mut Vec<u8>,
) -> Result<(), FormatFault> {
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    json.push(b'{');
    let mut last: Option<&[u8]> = None;
    for (key, value) in &entries {
        let name = text(key)?;
        if last == Some(key) {
            return Err(FormatFault::AmbiguousField(name.to_owned()));
        }
        if last.is_some() {
            json.push(b',');
        }
        last = Some(key);
        write_string(name, json);
        json.push(b':');
        Cell::Nested(value).write_json(json)?;
    }
    json.push(b'}');
    Ok(())
}

/// The number of a 16-bit float.
pub(crate) fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (bits >> 10 & 31, bits & 1023);
    let size = match exponent {
        0 => f32::from(fraction) * 2f32.powi(-24),
        31 if fraction == 0 => f32::INFINITY,
        31 => f32::NAN,
        _ => f32::from(fraction | 1024) * 2f32.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 0 { size } else { -size }
}

fn text(bytes: &[u8]) -> Result<&str, FormatFault> {
    std::str::from_utf8(bytes).map_err(|_| FormatFault::NotUtf8)
}

fn bounded(bytes: &[u8]) -> Result<(), FormatFault> {
    if bytes.len() as u64 > MAX_RECORD {
        return Err(FormatFault::RecordTooLong { limit: MAX_RECORD });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_within_a_list_are_written_as_json_writes_them() {
        for (cell, json) in [
            (Cell::Null, "null"),
            (Cell::Boolean(true), "true"),
            (Cell::Integer(-7), "-7"),
            (Cell::Single(0.1), "1e-1"),
            (Cell::Double(1.5), "1.5e0"),
            (Cell::Double(f64::NAN), "NaN"),
            (Cell::Double(f64::NEG_INFINITY), "-inf"),
            (
                Cell::Text("\u{e9}\"\n\u{1}".as_bytes()),
                "\"\u{e9}\\\"\\n\\u0001\"",
            ),
            (Cell::Opaque(&[0, 0xaf]), "x\"00af\""),
            (Cell::Nested(b"[]"), "[]"),
        ] {
            let mut written = Vec::new();
            cell.write_json(&mut written).unwrap();
            assert_eq!(written, json.as_bytes());
        }
        let fault = Cell::Text(&[0xff]).write_json(&mut Vec::new());
        assert_eq!(fault, Err(FormatFault::NotUtf8));
    }

    #[test]
    fn halves_are_their_singles() {
        for (bits, single) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x0001, 2f32.powi(-24)),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
            (0x8000, -0.0),
        ] {
            assert_eq!(half(bits).to_bits(), f32::to_bits(single), "{bits:x}");
        }
        assert!(half(0x7e00).is_nan());
    }
}
