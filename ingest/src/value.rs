//! Record bytes of chosen fields.
//!
//! The encoding is in the documentation of [`crate::dataset`]. Two rows have the same bytes exactly if they have the same
//! values, kinds included.

use std::io::Write as _;
use std::ops::Range;

use serde_json::Value;

/// The bytes of one record, and where its text lies in them.
#[derive(Debug, Default)]
pub(crate) struct RecordBuf {
    bytes: Vec<u8>,
    texts: Vec<Range<usize>>,
}

impl RecordBuf {
    /// Empties the buffer, keeping its memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.texts.clear();
    }

    /// The record's bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The record's text, which is what units count: the whole of a raw record, the payloads of encoded fields.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.texts.iter().map(|range| &self.bytes[range.clone()])
    }

    /// The bytes, to append a raw record to; [`Self::seal`] ends it.
    pub(crate) fn raw(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Declares everything so far to be one text.
    pub(crate) fn seal(&mut self) {
        self.texts.clear();
        self.texts.push(0..self.bytes.len());
    }

    /// Appends null.
    pub(crate) fn null(&mut self) {
        self.field(b'n', b"");
    }

    /// Appends a boolean.
    pub(crate) fn boolean(&mut self, value: bool) {
        self.field(b't', if value { b"true" } else { b"false" });
    }

    /// Appends an integer.
    pub(crate) fn integer(&mut self, value: i128) {
        self.field(b'i', value.to_string().as_bytes());
    }

    /// Appends a double.
    pub(crate) fn double(&mut self, value: f64) {
        self.field(b'f', format!("{value:e}").as_bytes());
    }

    /// Appends a single, by its own shortest decimal.
    #[cfg(any(feature = "parquet", feature = "arrow"))]
    pub(crate) fn single(&mut self, value: f32) {
        self.field(b'f', format!("{value:e}").as_bytes());
    }

    /// Appends text.
    pub(crate) fn text(&mut self, value: &str) {
        self.field(b's', value.as_bytes());
    }

    /// Appends bytes of no known meaning.
    #[cfg(any(feature = "parquet", feature = "arrow"))]
    pub(crate) fn opaque(&mut self, value: &[u8]) {
        self.field(b'x', value);
    }

    /// Appends the canonical JSON of an array or object.
    #[cfg(any(feature = "parquet", feature = "arrow"))]
    pub(crate) fn nested(&mut self, json: &[u8]) {
        self.field(b'j', json);
    }

    /// Appends a JSON value.
    pub(crate) fn json(&mut self, value: &Value) {
        match value {
            Value::Null => self.null(),
            Value::Bool(value) => self.boolean(*value),
            Value::Number(number) => match whole(number) {
                Some(whole) => self.integer(whole),
                None => self.double(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => self.text(text),
            Value::Array(_) | Value::Object(_) => {
                let mut json = Vec::new();
                canonical_json(value, &mut json);
                self.field(b'j', &json);
            }
        }
    }

    fn field(&mut self, kind: u8, payload: &[u8]) {
        self.bytes.push(kind);
        self.bytes
            .extend_from_slice(&(payload.len() as u64).to_le_bytes());
        let start = self.bytes.len();
        self.bytes.extend_from_slice(payload);
        self.texts.push(start..self.bytes.len());
    }
}

fn whole(number: &serde_json::Number) -> Option<i128> {
    number
        .as_u64()
        .map(i128::from)
        .or_else(|| number.as_i64().map(i128::from))
}

/// Appends a JSON string with the escapes that JSON requires.
pub(crate) fn write_string(text: &str, json: &mut Vec<u8>) {
    // Writing text to memory cannot fail.
    let _ = serde_json::to_writer(json, text);
}

/// Keys are sorted here, whatever order the parser's map keeps.
fn canonical_json(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Number(number) => {
            // Writing to memory cannot fail.
            let _ = match whole(number) {
                Some(whole) => write!(out, "{whole}"),
                None => write!(out, "{:e}", number.as_f64().unwrap_or(f64::NAN)),
            };
        }
        Value::Array(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                canonical_json(item, out);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| key.as_bytes());
            out.push(b'{');
            for (place, (key, item)) in members.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write_string(key, out);
                out.push(b':');
                canonical_json(item, out);
            }
            out.push(b'}');
        }
        Value::String(text) => write_string(text, out),
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(value) => out.extend_from_slice(if *value { &b"true"[..] } else { b"false" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(json: &str) -> Vec<u8> {
        let mut record = RecordBuf::default();
        record.json(&serde_json::from_str(json).unwrap());
        record.bytes
    }

    #[test]
    fn every_kind_has_its_bytes() {
        for (json, kind, payload) in [
            ("null", b'n', ""),
            ("true", b't', "true"),
            ("-7", b'i', "-7"),
            ("18446744073709551615", b'i', "18446744073709551615"),
            ("1.50", b'f', "1.5e0"),
            ("1e300", b'f', "1e300"),
            ("\"a\\u00e9\\n\"", b's', "aé\n"),
            (
                "[1, {\"b\": null, \"a\": [\"\\u0041\"]}]",
                b'j',
                "[1,{\"a\":[\"A\"],\"b\":null}]",
            ),
        ] {
            let mut expected = vec![kind];
            expected.extend_from_slice(&(payload.len() as u64).to_le_bytes());
            expected.extend_from_slice(payload.as_bytes());
            assert_eq!(encoded(json), expected, "{json}");
        }
    }

    #[test]
    fn kinds_keep_equal_payloads_apart() {
        assert_ne!(encoded("1"), encoded("\"1\""));
        assert_ne!(encoded("true"), encoded("\"true\""));
        assert_ne!(encoded("[]"), encoded("\"[]\""));
    }

    #[test]
    fn key_order_and_white_space_do_not_matter() {
        assert_eq!(
            encoded("{\"b\":1,\"a\":2}"),
            encoded("{ \"a\" : 2, \"b\" : 1 }")
        );
    }
}
