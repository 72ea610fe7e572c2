//! CSV records.

use std::path::Path;

use super::read::ReadRecords;
use crate::column_type::{ColumnType, TypedColumn};
use crate::error::Error;
use crate::input::Input;
use crate::plain::Ending;
use crate::rows::{Dialect, Rows};
use crate::value::RecordBuf;

/// The rows of a CSV file.
pub(super) struct Csv {
    rows: Rows,
    ending: Ending,
    columns: Vec<usize>,
}

impl Csv {
    pub(super) fn new(input: Input, dialect: Dialect, columns: &[String]) -> Result<Self, Error> {
        let (input, ending) = Ending::watch(input);
        let rows = Rows::new(input, dialect)?;
        let columns = columns
            .iter()
            .map(|column| rows.column(column))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            rows,
            ending,
            columns,
        })
    }
}

impl ReadRecords for Csv {
    fn read(&mut self, record: &mut RecordBuf) -> Result<Option<u64>, Error> {
        let Some(row) = self.rows.advance()? else {
            return Ok(None);
        };
        if self.columns.is_empty() {
            requote(self.rows.fields(), record.raw());
            record.seal();
        }
        for &column in &self.columns {
            record.text(self.rows.field(column));
        }
        Ok(Some(row))
    }

    fn file(&self) -> &Path {
        self.rows.path()
    }

    fn skipped(&self) -> u64 {
        self.rows.empty_lines()
    }

    fn ends_open(&self) -> bool {
        self.ending.is_open()
    }

    fn names(&self) -> Vec<String> {
        self.rows.names().map(str::to_owned).collect()
    }

    fn columns(&self) -> Vec<TypedColumn> {
        let names: Vec<&str> = self.rows.names().collect();
        let chosen = self.columns.iter().filter_map(|place| names.get(*place));
        let names: Vec<&str> = if self.columns.is_empty() {
            names.clone()
        } else {
            chosen.copied().collect()
        };
        let column = |name: &str| TypedColumn {
            name: name.to_owned(),
            kind: ColumnType::plain("text"),
        };
        names.into_iter().map(column).collect()
    }
}

/// Joins fields by commas; quotes those that need it, and a lone empty one.
fn requote<'a>(fields: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    let mut count = 0;
    for field in fields {
        if count > 0 {
            out.push(b',');
        }
        count += 1;
        if field.contains([',', '"', '\r', '\n']) {
            out.push(b'"');
            out.extend_from_slice(field.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(field.as_bytes());
        }
    }
    if count == 1 && out.is_empty() {
        out.extend_from_slice(b"\"\"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requoting_is_minimal_and_unambiguous() {
        let quoted = |fields: &[&str]| {
            let mut out = Vec::new();
            requote(fields.iter().copied(), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(quoted(&["a", "b c", ""]), "a,b c,");
        assert_eq!(
            quoted(&["a,b", "say \"hi\"", "x\ny"]),
            "\"a,b\",\"say \"\"hi\"\"\",\"x\ny\""
        );
        assert_eq!(quoted(&[""]), "\"\"");
        assert_eq!(quoted(&["", ""]), ",");
    }
}
