//! JSONL records.

use std::path::Path;

use serde_json::Value;
use tranche_protocol::manifest::reading::TextEncoding;

use super::fault::DataFault;
use super::read::ReadRecords;
use super::well_formed::WellFormed;
use crate::error::{Error, Fault, FormatFault};
use crate::input::Input;
use crate::lines::{MAX_RECORD, Pieces, is_blank, text, trim_carriage_return};
use crate::plain::PlainText;
use crate::value::RecordBuf;

/// A JSON object a line. Of a key written twice in one object, the last counts.
pub(super) struct Jsonl {
    lines: Pieces,
    fields: Vec<String>,
    line: Vec<u8>,
    skipped: u64,
}

impl Jsonl {
    pub(super) fn new(
        input: Input,
        fields: Vec<String>,
        encoding: TextEncoding,
    ) -> Result<Self, Error> {
        let text = PlainText::new(input, encoding)?;
        Ok(Self {
            lines: Pieces::lines(text, MAX_RECORD),
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
            if is_blank(&self.line) {
                self.skipped += 1;
                continue;
            }
            if row == 1 && self.line.trim_ascii_start().starts_with(b"[") {
                return Err(Error::row(self.file(), row, DataFault::JsonArray));
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

/// A line is parsed whole, and by the same rules, whether all of it is the record or fields of it are.
fn encode(line: &[u8], fields: &[String], record: &mut RecordBuf) -> Result<(), Fault> {
    let text = text(line)?;
    let bad = |error: serde_json::Error| FormatFault::BadJson(error.to_string());
    let shape = || FormatFault::Shape {
        expected: "a JSON object",
        got: "another JSON value".into(),
    };
    if fields.is_empty() {
        let found: WellFormed = serde_json::from_str(text).map_err(bad)?;
        if found != WellFormed::Object {
            return Err(shape().into());
        }
        record.raw().extend_from_slice(line);
        record.seal();
        return Ok(());
    }
    let value: Value = serde_json::from_str(text).map_err(bad)?;
    let Value::Object(members) = value else {
        return Err(shape().into());
    };
    for field in fields {
        let value = members
            .get(field)
            .ok_or_else(|| FormatFault::MissingField(field.clone()))?;
        record.json(value);
    }
    Ok(())
}
