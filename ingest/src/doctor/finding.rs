//! What is wrong with a log, each kind once with the rows that have it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::InputError;

/// Rows that a finding names.
const ROWS: usize = 5;
/// Findings that a report names.
const MOST: usize = 200;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What, by the first row that has it.
    pub what: String,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// The first rows that have it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<u64>,
    /// How often it was found.
    pub count: u64,
    /// What to do about it.
    pub remedy: String,
}

/// All that is wrong.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    places: HashMap<String, usize>,
    /// Those that found no room.
    more: u64,
}

impl Findings {
    /// Notes a fault of an input; one of the same kind about the same subject is counted only. A fault of no row is its own
    /// subject where none is given.
    pub fn input(&mut self, input: &InputError, subject: Option<&str>) {
        let subject = match subject {
            None if input.row.is_none() => input.fault.to_string(),
            subject => subject.unwrap_or_default().to_owned(),
        };
        let key = format!(
            "{} {:?} {subject}",
            input.file.display(),
            input.fault.kind()
        );
        self.add(key, Some(&input.file), input.row, || {
            (input.fault.to_string(), input.fault.remedy().into_owned())
        });
    }

    /// Notes something that has no row.
    pub fn note(&mut self, file: Option<&Path>, what: String, remedy: impl Into<String>) {
        self.add(what.clone(), file, None, || (what, remedy.into()));
    }

    fn add(
        &mut self,
        key: String,
        file: Option<&Path>,
        row: Option<u64>,
        describe: impl FnOnce() -> (String, String),
    ) {
        if let Some(place) = self.places.get(&key) {
            let known = &mut self.list[*place];
            known.count += 1;
            known.rows.extend(row.filter(|_| known.rows.len() < ROWS));
            return;
        }
        if self.list.len() == MOST {
            self.more += 1;
            return;
        }
        let (what, remedy) = describe();
        self.places.insert(key, self.list.len());
        self.list.push(Finding {
            what,
            file: file.map(Path::to_owned),
            rows: row.into_iter().collect(),
            count: 1,
            remedy,
        });
    }

    /// The findings, and how many more there are.
    pub fn finish(self) -> (Vec<Finding>, u64) {
        (self.list, self.more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FormatFault;

    #[test]
    fn the_same_kind_about_the_same_thing_is_one_finding() {
        let mut findings = Findings::default();
        for row in 1..=9 {
            for name in ["a", "b"] {
                let error = InputError {
                    file: PathBuf::from("x.csv"),
                    row: Some(row),
                    fault: FormatFault::MissingField(name.to_owned()).into(),
                };
                findings.input(&error, Some(name));
            }
        }
        findings.note(None, "n".to_owned(), "r");
        let (list, more) = findings.finish();
        assert_eq!((list.len(), more), (3, 0));
        assert_eq!(
            (list[0].count, list[0].rows.as_slice()),
            (9, &[1, 2, 3, 4, 5][..])
        );
    }

    #[test]
    fn findings_are_bounded() {
        let mut findings = Findings::default();
        for number in 0..MOST + 7 {
            findings.note(None, number.to_string(), "");
        }
        let (list, more) = findings.finish();
        assert_eq!((list.len(), more), (MOST, 7));
    }
}
