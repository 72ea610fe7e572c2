//! JSONL records.

use std::path::Path;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::read::ReadRecords;
use crate::error::{Error, FormatFault};
use crate::input::Input;
use crate::lines::{MAX_RECORD, Pieces, trim_carriage_return};
use crate::value::RecordBuf;

/// A JSON object a line. Of a key written twice in one object, the last counts.
pub(super) struct Jsonl {
    lines: Pieces,
    fields: Vec<String>,
    line: Vec<u8>,
    skipped: u64,
}

impl Jsonl {
    pub(super) fn new(input: Input, fields: Vec<String>) -> Result<Self, Error> {
        let lines = Pieces::new(input, "\n", MAX_RECORD)?;
        Ok(Self {
            lines,
            fields,
            line: Vec::new(),
            skipped: 0,
        })
    }
}

impl ReadRecords for Jsonl {
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error> {
        loop {
            self.line.clear();
            let Some(row) = self.lines.read(&mut self.line)? else {
                return Ok(None);
            };
            trim_carriage_return(&mut self.line);
            if self.line.iter().all(u8::is_ascii_whitespace) {
                self.skipped += 1;
                continue;
            }
            encode(&self.line, &self.fields, record)
                .map_err(|fault| Error::row(self.lines.path(), row, fault))?;
            return Ok(Some(row));
        }
    }

    fn file(&self) -> &Path {
        self.lines.path()
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }
}

fn encode(line: &[u8], fields: &[String], record: &mut RecordBuf) -> Result<(), FormatFault> {
    let text = std::str::from_utf8(line).map_err(|_| FormatFault::NotUtf8)?;
    let bad = |error: serde_json::Error| FormatFault::BadJson(error.to_string());
    if fields.is_empty() {
        serde_json::from_str::<IgnoredAny>(text).map_err(bad)?;
        if !text.trim_ascii_start().starts_with('{') {
            return Err(FormatFault::Shape {
                expected: "a JSON object",
                got: "another JSON value".into(),
            });
        }
        record.raw().extend_from_slice(line);
        record.seal();
        return Ok(());
    }
    let value: Value = serde_json::from_str(text).map_err(bad)?;
    let Value::Object(members) = value else {
        return Err(FormatFault::Shape {
            expected: "a JSON object",
            got: "another JSON value".into(),
        });
    };
    for field in fields {
        let value = members
            .get(field)
            .ok_or_else(|| FormatFault::MissingField(field.clone()))?;
        record.json(value);
    }
    Ok(())
}
