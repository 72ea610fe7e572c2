//! A command's report: a table for people, one JSON document for machines.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use tranche_workspace::error::Error;

use crate::exit::ExitClass;

/// A result that a command prints.
pub(crate) trait Report: Serialize {
    /// The same content for people.
    fn table(&self) -> Table;

    /// What the process reports: a verdict other than "valid" is not a success.
    fn class(&self) -> ExitClass {
        ExitClass::Success
    }
}

/// How reports are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Aligned text.
    Human,
    /// One JSON document with a final newline.
    Json,
}

impl Format {
    /// The format by the `--json` flag.
    pub(crate) fn new(json: bool) -> Self {
        if json { Self::Json } else { Self::Human }
    }

    /// Prints a report to standard output, and gives its class. A reader that closed its end is not an error.
    ///
    /// # Errors
    /// [`Error::Io`] if the output cannot be written, [`Error::Internal`] if the report has no JSON form.
    pub(crate) fn print(self, report: &impl Report) -> Result<ExitClass, Error> {
        let text = self.render(report)?;
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::io("write to", Path::new("standard output"), error))
            }
            _ => Ok(report.class()),
        }
    }

    /// The text of a report.
    ///
    /// # Errors
    /// [`Error::Internal`] if the report has no JSON form.
    pub(crate) fn render(self, report: &impl Report) -> Result<String, Error> {
        match self {
            Self::Human => Ok(report.table().to_string()),
            Self::Json => serde_json::to_string_pretty(report)
                .map(|text| text + "\n")
                .map_err(|error| Error::Internal(error.to_string())),
        }
    }

    /// The text of an error, for standard error.
    pub(crate) fn render_error(self, error: &Error) -> String {
        match self {
            Self::Human => format!("error: {}\n", printable(&error.to_string())),
            Self::Json => {
                let class = ExitClass::from(error.class());
                let mut body = serde_json::json!({
                    "class": class.name(),
                    "exit_code": class.code(),
                    "message": error.to_string(),
                });
                if let Error::Capacity(broken) = error {
                    body["limits"] = broken
                        .limits()
                        .iter()
                        .map(|limit| {
                            let mut told = serde_json::json!(limit);
                            told["what"] = limit.what().into();
                            told["remedy"] = limit.remedy().into();
                            told
                        })
                        .collect();
                }
                let body = serde_json::json!({ "error": body });
                format!("{body}\n")
            }
        }
    }
}

/// Lines of aligned cells. Control characters in a cell are shown escaped, so that no file name or field can steer a
/// terminal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    lines: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A JSON document, a cell a line.
    pub(crate) fn document(document: &impl Serialize) -> Self {
        let text = serde_json::to_string_pretty(document).unwrap_or_default();
        text.lines()
            .fold(Self::new(), |table, line| table.line([line]))
    }

    /// Adds a line; lines may differ in length.
    #[must_use]
    pub(crate) fn line<C: AsRef<str>>(mut self, cells: impl IntoIterator<Item = C>) -> Self {
        self.lines.push(
            cells
                .into_iter()
                .map(|cell| printable(cell.as_ref()))
                .collect(),
        );
        self
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut widths: Vec<usize> = Vec::new();
        for line in self.lines.iter().filter(|line| line.len() > 1) {
            for (column, cell) in line.iter().enumerate() {
                let width = cell.chars().count();
                match widths.get_mut(column) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        for line in &self.lines {
            let mut text = String::new();
            for (column, cell) in line.iter().enumerate() {
                let width = widths.get(column).copied().unwrap_or(0);
                write!(text, "{cell:width$}  ")?;
            }
            writeln!(f, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Count {
        records: u64,
    }

    impl Report for Count {
        fn table(&self) -> Table {
            Table::new()
                .line(["a long title that widens no column"])
                .line(["records", &self.records.to_string()])
                .line(["file", "a\u{1b}[31m"])
        }
    }

    #[test]
    fn people_get_aligned_text_without_control_characters() {
        let text = Format::new(false).render(&Count { records: 7 }).unwrap();
        assert_eq!(
            text,
            "a long title that widens no column\nrecords  7\nfile     a\\u{1b}[31m\n"
        );
    }

    #[test]
    fn machines_get_one_document() {
        let text = Format::new(true).render(&Count { records: 7 }).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["records"], 7);
        let text = Format::Json.render_error(&Error::usage("a", "b"));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["error"]["exit_code"], 2);
        assert_eq!(value["error"]["message"], "a; b");
    }
}
