//! The canonical log in JSONL.

use std::path::Path;

use serde_json::{Map, Value};

use super::cell::{not_count, odd_label, unread};
use super::draw::{LogDraw, ReadDraws};
use super::fault::LogFault;
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
    /// The rank that the line read last names.
    rank: Option<u32>,
    /// Members of the first object that are not read; nothing before it is.
    unread: Option<Vec<String>>,
}

impl Jsonl {
    pub(super) fn new(input: Input) -> Result<Self, Error> {
        Ok(Self {
            lines: Pieces::lines_of(input, MAX_LINE)?,
            line: Vec::new(),
            rank: None,
            unread: None,
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
            let read = members(&self.line).and_then(|members| {
                self.unread
                    .get_or_insert_with(|| unread(members.keys().map(String::as_str)));
                draw(&members, row, labels)
            });
            return read
                .map(|(draw, rank)| {
                    self.rank = rank;
                    Some(draw)
                })
                .map_err(|fault| Error::row(self.lines.path(), row, fault));
        }
    }

    fn file(&self) -> &Path {
        self.lines.path()
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn rank(&self) -> Option<u32> {
        self.rank
    }

    fn unread(&self) -> &[String] {
        self.unread.as_deref().unwrap_or_default()
    }
}

/// The members of a line's object.
fn members(line: &[u8]) -> Result<Map<String, Value>, Fault> {
    let value: Value = serde_json::from_str(text(line)?)
        .map_err(|error| FormatFault::BadJson(error.to_string()))?;
    let Value::Object(members) = value else {
        let fault = FormatFault::Shape {
            expected: "a JSON object",
            got: "another JSON value".into(),
        };
        return Err(fault.into());
    };
    Ok(members)
}

/// A line's draw, and the rank that it names.
fn draw(
    members: &Map<String, Value>,
    row: u64,
    labels: &mut Labels,
) -> Result<(LogDraw, Option<u32>), Fault> {
    let member = |name: &'static str| members.get(name).ok_or(LogFault::MissingColumn(name));
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
    let rank = match members.get("rank") {
        None => None,
        Some(value) => {
            let rank = value.as_u64().and_then(|rank| rank.try_into().ok());
            let wrong = || not_count("rank", &value.to_string());
            Some(rank.ok_or_else(wrong)?)
        }
    };
    let draw = LogDraw {
        step: whole("step")?,
        source: labels.intern(label)?,
        record: whole("record")?,
        row,
    };
    Ok((draw, rank))
}
