//! A run file: what a log calls its data, and which tranche each of them is.
//!
//! The recorder's run file, with what an import needs besides. docs/importing.md has the fields.

mod glob;
mod ranges;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::fault::LogFault;
use super::label::{Label, UNNAMED};
use crate::error::{Error, Fault, FormatFault};
use crate::input::{Disk, Input};
use crate::plain::text_of;
use glob::Glob;
use ranges::{Range, Ranges};

/// What a run file calls data that is in no registered tranche.
pub const UNREGISTERED: &str = "unregistered";

/// The longest run file accepted, in bytes.
const MAX_FILE: u64 = 1 << 26;
const VERSION: u16 = 1;

/// A source as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSource {
    /// What the log calls it.
    pub name: String,
    /// The tranche's id, `unregistered`, or nothing.
    #[serde(default)]
    pub tranche: Option<String>,
    /// Its records.
    #[serde(default)]
    pub records: Option<u64>,
    /// The place of its record 0 in the tranche.
    #[serde(default)]
    pub first: u64,
    /// The tranche's folder, from the run file's own.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// Patterns of other names that a log has for it: paths.
    #[serde(default)]
    paths: Vec<String>,
    /// The number that a log has for it.
    #[serde(default)]
    dataset: Option<u32>,
    /// Its indices in a concatenated data set: from, and up to but not including.
    #[serde(default)]
    ranges: Vec<[u64; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u16,
    sources: Vec<RunSource>,
    #[serde(default)]
    concatenated: Vec<Concatenated>,
}

/// A part of a concatenated data set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Concatenated {
    path: String,
    records: u64,
}

/// A run file, its names and ranges checked.
#[derive(Clone, Debug)]
pub struct RunFile {
    path: PathBuf,
    sources: Vec<RunSource>,
    globs: Vec<(Glob, usize)>,
    names: HashMap<Label, usize>,
    ranges: Option<Ranges>,
}

impl RunFile {
    /// Reads the run file at a path of the file system.
    ///
    /// # Errors
    /// As [`RunFile::from_input`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::from_input(Input::open(&Disk, path)?)
    }

    /// Reads a run file.
    ///
    /// # Errors
    /// [`Error::Io`]; [`FormatFault::BadJson`], [`FormatFault::Version`], [`LogFault::DuplicateSource`]; [`LogFault::RunFile`] and
    /// [`LogFault::Ambiguous`] for ranges that overlap or leave a gap, and parts of no source or of two.
    pub fn from_input(input: Input) -> Result<Self, Error> {
        let path = input.name().to_owned();
        let fault = |fault: Fault| Error::file(&path, fault);
        let text = input.read_whole(MAX_FILE)?;
        let written: Written = serde_json::from_str(text_of(&path, &text)?)
            .map_err(|error| fault(FormatFault::BadJson(error.to_string()).into()))?;
        if written.version != VERSION {
            let (expected, got) = (VERSION, written.version);
            return Err(fault(FormatFault::Version { expected, got }.into()));
        }
        let mut run = Self {
            path: path.clone(),
            sources: written.sources,
            globs: Vec::new(),
            names: HashMap::new(),
            ranges: None,
        };
        run.name().map_err(|wrong| fault(wrong.into()))?;
        run.ranges = run
            .range(&written.concatenated)
            .map_err(|wrong| fault(wrong.into()))?;
        Ok(run)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The sources, as they are written.
    pub fn sources(&self) -> &[RunSource] {
        &self.sources
    }

    /// Whether a log that names no sources can be read with it: it has ranges.
    pub fn is_concatenated(&self) -> bool {
        self.ranges.is_some()
    }

    /// The source that a log calls by this label, by its place.
    ///
    /// # Errors
    /// [`LogFault::Ambiguous`].
    pub fn source(&self, label: &Label) -> Result<Option<usize>, LogFault> {
        match self.names.get(label) {
            Some(place) => Ok(Some(*place)),
            None => self.by_path(&label.to_string()),
        }
    }

    /// The source of an index of the concatenated data set, and its record there.
    ///
    /// # Errors
    /// [`LogFault::IndexPastEnd`].
    pub fn find(&self, index: u64) -> Result<(usize, u64), LogFault> {
        let missing = LogFault::IndexPastEnd { index, records: 0 };
        self.ranges.as_ref().ok_or(missing)?.find(index)
    }

    fn name(&mut self) -> Result<(), LogFault> {
        for (place, source) in self.sources.iter().enumerate() {
            if source.name.is_empty() {
                let what = format!("source {place} has no name");
                return Err(LogFault::RunFile(what));
            }
            let number = source.dataset.map(Label::Number);
            for label in [Some(Label::parse(&source.name)), number]
                .into_iter()
                .flatten()
            {
                let other = self.names.insert(label.clone(), place);
                if other.is_some_and(|other| other != place) {
                    return Err(LogFault::DuplicateSource(label.to_string()));
                }
            }
            let globs = source.paths.iter().map(|text| (Glob::parse(text), place));
            self.globs.extend(globs);
        }
        Ok(())
    }

    fn by_path(&self, path: &str) -> Result<Option<usize>, LogFault> {
        let mut found: Option<usize> = None;
        for (glob, place) in &self.globs {
            if found == Some(*place) || !glob.matches(path) {
                continue;
            }
            if let Some(first) = found {
                return Err(LogFault::Ambiguous {
                    label: path.to_owned(),
                    first: self.sources[first].name.clone(),
                    second: self.sources[*place].name.clone(),
                });
            }
            found = Some(*place);
        }
        Ok(found)
    }

    /// The ranges of a concatenated data set, from its parts or as the sources have them.
    fn range(&self, parts: &[Concatenated]) -> Result<Option<Ranges>, LogFault> {
        let written = self.sources.iter().any(|source| !source.ranges.is_empty());
        let (ranges, records) = match (parts.is_empty(), written) {
            (true, false) => return Ok(None),
            (false, true) => {
                let what = "it has both \"ranges\" and \"concatenated\"".to_owned();
                return Err(LogFault::RunFile(what));
            }
            (true, true) => self.of_sources()?,
            (false, false) => self.of_parts(parts)?,
        };
        if self.names.contains_key(&Label::parse(UNNAMED)) {
            let what = format!("a source is called \"{UNNAMED}\", as the concatenated data set is");
            return Err(LogFault::RunFile(what));
        }
        for (source, got) in self.sources.iter().zip(records) {
            if source
                .records
                .is_some_and(|records| got > 0 && records != got)
            {
                return Err(LogFault::RunFile(format!(
                    "\"{}\" has {} records, its ranges {got}",
                    source.name,
                    source.records.unwrap_or_default()
                )));
            }
        }
        let name = |place: usize| self.sources[place].name.clone();
        Ranges::new(ranges, name).map(Some)
    }

    fn of_sources(&self) -> Result<(Vec<Range>, Vec<u64>), LogFault> {
        let mut ranges = Vec::new();
        let mut records = vec![0u64; self.sources.len()];
        for (place, source) in self.sources.iter().enumerate() {
            for [start, end] in source.ranges.iter().copied() {
                let range = Range {
                    start,
                    end,
                    source: place,
                    record: records[place],
                };
                ranges.push(range);
                records[place] = sum(records[place], end.saturating_sub(start))?;
            }
        }
        Ok((ranges, records))
    }

    fn of_parts(&self, parts: &[Concatenated]) -> Result<(Vec<Range>, Vec<u64>), LogFault> {
        let mut ranges = Vec::with_capacity(parts.len());
        let mut records = vec![0u64; self.sources.len()];
        let mut known: HashMap<&str, Range> = HashMap::new();
        let mut start = 0;
        for part in parts {
            let end = sum(start, part.records)?;
            let range = match known.get(part.path.as_str()) {
                Some(before) if before.end - before.start == part.records => Range {
                    start,
                    end,
                    ..*before
                },
                Some(_) => {
                    let what = format!("\"{}\" is listed twice, with other records", part.path);
                    return Err(LogFault::RunFile(what));
                }
                None => {
                    let source = self.source(&Label::parse(&part.path))?.ok_or_else(|| {
                        LogFault::RunFile(format!("no source matches the part \"{}\"", part.path))
                    })?;
                    let record = records[source];
                    records[source] = sum(record, part.records)?;
                    Range {
                        start,
                        end,
                        source,
                        record,
                    }
                }
            };
            known.insert(&part.path, range);
            ranges.push(range);
            start = end;
        }
        Ok((ranges, records))
    }
}

fn sum(a: u64, b: u64) -> Result<u64, LogFault> {
    a.checked_add(b)
        .ok_or_else(|| LogFault::RunFile("more than 2^64 records".to_owned()))
}
