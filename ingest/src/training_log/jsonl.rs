//! The canonical log in JSONL.

use std::path::Path;

use serde_json::Value;

use super::count::{not_count, odd_label};
use super::draw::{LogDraw, ReadDraws};
use super::label::{Label, Labels};
use crate::error::{Error, Fault, FormatFault};
use crate::input::Input;
use crate::lines::{Pieces, is_blank, text};

/// The longest line of a log, in bytes.
const MAX_LINE: u64 = 1 << 16;

/// A JSONL log. Blank lines hold no draw.
pub(super) struct Jsonl {
    lines: Pieces,
    line: Vec<u8>,
}

impl Jsonl {
    pub(super) fn new(input: Input) -> Result<Self, Error> {
        Ok(Self {
            lines: Pieces::lines_of(input, MAX_LINE)?,
            line: Vec::new(),
        })
    }
}

impl ReadDraws for Jsonl {
    fn read(&mut self, labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        loop {
            self.line.clear();
            let Some(row) = self.lines.read(&mut self.line)? else {
                return Ok(None);
            };
            if is_blank(&self.line) {
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

fn draw(line: &[u8], row: u64, labels: &mut Labels) -> Result<LogDraw, Fault> {
    let value: Value = serde_json::from_str(text(line)?)
        .map_err(|error| FormatFault::BadJson(error.to_string()))?;
    let Value::Object(members) = value else {
        let fault = FormatFault::Shape {
            expected: "a JSON object",
            got: "another JSON value".into(),
        };
        return Err(fault.into());
    };
    let member = |name: &str| {
        members
            .get(name)
            .ok_or_else(|| FormatFault::MissingField(name.to_owned()))
    };
    let whole = |name: &'static str| {
        let value = member(name)?;
        let whole = value.as_u64();
        whole.ok_or_else(|| Fault::from(not_count(name, &value.to_string())))
    };
    let label = match member("tranche")? {
        Value::String(name) if !name.is_empty() => Label::parse(name),
        Value::Number(number) => match number.as_u64().and_then(|number| number.try_into().ok()) {
            Some(number) => Label::Number(number),
            None => return Err(odd_label(format!("the number {number}")).into()),
        },
        Value::Null => return Err(FormatFault::Null("tranche".to_owned()).into()),
        _ => return Err(odd_label("another JSON value".to_owned()).into()),
    };
    Ok(LogDraw {
        step: whole("step")?,
        source: labels.intern(label)?,
        record: whole("record")?,
        row,
    })
}
