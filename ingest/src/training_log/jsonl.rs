//! The canonical log in JSONL.

use std::path::Path;

use serde_json::Value;

use super::label::{Label, Labels};
use super::{Draw, Read, not_count, odd_label};
use crate::error::{Error, Fault};
use crate::lines::Pieces;

/// The longest line of a log, in bytes.
const MAX_LINE: u64 = 1 << 16;

/// A JSONL log. Blank lines hold no draw.
pub(super) struct Jsonl {
    lines: Pieces,
    line: Vec<u8>,
}

impl Jsonl {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self {
            lines: Pieces::open(path, "\n", MAX_LINE)?,
            line: Vec::new(),
        })
    }
}

impl Read for Jsonl {
    fn read(&mut self, labels: &mut Labels) -> Result<Option<Draw>, Error> {
        loop {
            self.line.clear();
            let Some(row) = self.lines.read(&mut self.line)? else {
                return Ok(None);
            };
            if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return draw(&self.line, row, labels)
                .map(Some)
                .map_err(|fault| Error::row(self.lines.path(), row, fault));
        }
    }

    fn file(&self) -> &Path {
        self.lines.path()
    }

    fn goes_on(&self) -> bool {
        true
    }
}

fn draw(line: &[u8], row: u64, labels: &mut Labels) -> Result<Draw, Fault> {
    let text = std::str::from_utf8(line).map_err(|_| Fault::NotUtf8)?;
    let value: Value =
        serde_json::from_str(text).map_err(|error| Fault::BadJson(error.to_string()))?;
    let Value::Object(members) = value else {
        return Err(Fault::Shape {
            expected: "a JSON object",
            got: "another JSON value".into(),
        });
    };
    let member = |name: &str| {
        members
            .get(name)
            .ok_or_else(|| Fault::MissingField(name.to_owned()))
    };
    let whole = |name: &'static str| {
        let value = member(name)?;
        value
            .as_u64()
            .ok_or_else(|| not_count(name, &value.to_string()))
    };
    let label = match member("tranche")? {
        Value::String(name) if !name.is_empty() => Label::parse(name),
        Value::Number(number) => match number.as_u64().and_then(|number| number.try_into().ok()) {
            Some(number) => Label::Number(number),
            None => return Err(odd_label(format!("the number {number}"))),
        },
        Value::Null => return Err(Fault::Null("tranche".to_owned())),
        _ => return Err(odd_label("another JSON value".to_owned())),
    };
    Ok(Draw {
        step: whole("step")?,
        source: labels.intern(label)?,
        record: whole("record")?,
        row,
    })
}
