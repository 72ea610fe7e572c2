//! The records themselves: read from the data they were committed from, digested and weighed again.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tranche_ingest::dataset::{RecordReader, UnitRule};
use tranche_protocol::Shape;
use tranche_protocol::audit::OpenedTranche;
use tranche_protocol::content::ContentBuilder;
use tranche_protocol::manifest::reading::{Delimiter, Separator, TextEncoding};
use tranche_protocol::record::{RecordDigest, record_digest};
use tranche_protocol::unit::UnitDefinition;
use tranche_protocol::units::{OnesTree, UnitsBuilder};
use tranche_verdict::{Condition, ConditionStatus};

use crate::artefact::ArtefactFault;
use crate::artefact::folder::{DIGESTS, TrancheFolder};
use crate::artefact::read_json;
use crate::error::Error;
use crate::steps::reading::{FormatKind, Reading};

/// Where the records of an opening's tranches are.
#[derive(Clone, Debug, Default)]
pub struct DataRequest {
    /// The data that a tranche of the opening was committed from, by its name, read as its ending suggests.
    pub data: Vec<(String, PathBuf)>,
    /// A JSON list of {name, path, format, fields, columns, separator, delimiter, header, quotes, encoding}, for data that is read in another way.
    pub sources: Option<PathBuf>,
    /// The tokenizer.json, where units are tokens.
    pub tokenizer: Option<PathBuf>,
    /// Folders of registered tranches, to see how much of the unregistered data is in them.
    pub compare: Vec<PathBuf>,
}

/// What reading the data showed.
pub(super) struct DataFound {
    /// One row a tranche.
    pub(super) rows: Vec<Condition>,
    /// What a reader is to judge: unregistered records that are registered elsewhere.
    pub(super) notes: Vec<String>,
}

/// How the data of a tranche is read: as `tranche commit` was told to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DataSource {
    name: String,
    path: PathBuf,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    separator: Option<Separator>,
    #[serde(default)]
    delimiter: Option<Delimiter>,
    #[serde(default)]
    header: Option<bool>,
    #[serde(default)]
    quotes: Option<bool>,
    #[serde(default)]
    encoding: Option<TextEncoding>,
}

impl DataRequest {
    fn read(&self) -> Result<Vec<DataSource>, Error> {
        let mut sources: Vec<DataSource> = match &self.sources {
            Some(path) => {
                let mut list: Vec<DataSource> = read_json(path)?;
                let folder = path.parent().unwrap_or(Path::new(""));
                list.iter_mut()
                    .for_each(|source| source.path = folder.join(&source.path));
                list
            }
            None => Vec::new(),
        };
        sources.extend(self.data.iter().map(|(name, path)| DataSource {
            name: name.clone(),
            path: path.clone(),
            format: None,
            fields: Vec::new(),
            columns: Vec::new(),
            separator: None,
            delimiter: None,
            header: None,
            quotes: None,
            encoding: None,
        }));
        for (index, source) in sources.iter().enumerate() {
            if sources[..index]
                .iter()
                .any(|other| other.name == source.name)
            {
                return Err(Error::usage(
                    format!("the data of \"{}\" is given twice", source.name),
                    "give each name once",
                ));
            }
            if source.path.join(DIGESTS).exists() {
                return Err(Error::usage(
                    format!("{} is a tranche's folder", source.path.display()),
                    "give the data that it was committed from: the folder holds no records",
                ));
            }
        }
        Ok(sources)
    }

    /// Reads all data of the opened tranches. One row a tranche: whether its records are those committed to, and weigh what was committed.
    ///
    /// # Errors
    /// [`Error`] of data that cannot be read at all, or of a name that the opening does not have.
    pub(super) fn check(&self, tranches: &[OpenedTranche]) -> Result<DataFound, Error> {
        let sources = self.read()?;
        let known = |source: &&DataSource| tranches.iter().any(|t| t.name == source.name);
        if let Some(stray) = sources.iter().find(|source| !known(source)) {
            let names: Vec<&str> = tranches.iter().map(|t| t.name.as_str()).collect();
            return Err(Error::usage(
                format!("the opening has no draws of \"{}\"", stray.name),
                format!("give the data of {}", names.join(", ")),
            ));
        }
        let mut unregistered = HashSet::new();
        let mut row = |tranche: &OpenedTranche| {
            let wanted = format!(
                "the records of \"{}\" are those committed to, and weigh what was committed",
                tranche.name
            );
            let source = sources.iter().find(|source| source.name == tranche.name);
            let Some(source) = source else {
                return Ok(Condition {
                    wanted,
                    standing: ConditionStatus::Open,
                    found: format!("the data tells: --data {}=FILE", tranche.name),
                });
            };
            let (standing, found) = match self.commit(source, tranche, &mut unregistered)? {
                Ok(records) => (
                    ConditionStatus::Met,
                    format!("content root and units root made anew from all {records} records"),
                ),
                Err(what) => (ConditionStatus::Broken, what),
            };
            Ok(Condition {
                wanted,
                standing,
                found,
            })
        };
        let rows = tranches
            .iter()
            .map(&mut row)
            .collect::<Result<_, Error>>()?;
        let notes = self
            .compare
            .iter()
            .map(|folder| copies(folder, &unregistered))
            .collect::<Result<_, Error>>()?;
        Ok(DataFound { rows, notes })
    }

    fn rule(&self, unit: UnitDefinition) -> Result<UnitRule, Error> {
        let UnitDefinition::Token(_) = unit else {
            return Ok(UnitRule::parse(&unit.to_string())?);
        };
        let path = self.tokenizer.as_deref().ok_or_else(|| {
            Error::usage(
                "units are tokens",
                "give the run's tokenizer.json with --tokenizer",
            )
        })?;
        let rule = UnitRule::parse(&format!("token:{}", path.display()))?;
        #[cfg(feature = "tokens")]
        if let UnitRule::Token(counter) = &rule
            && UnitDefinition::Token(counter.digest()) != unit
        {
            return Err(Error::file(
                path,
                ArtefactFault::Mismatch("it is another tokenizer than the unit names".to_owned()),
            ));
        }
        Ok(rule)
    }

    /// Commits to the data again: the number of records, or what differs. Digests of unregistered records are collected where they are compared.
    fn commit(
        &self,
        source: &DataSource,
        tranche: &OpenedTranche,
        unregistered: &mut HashSet<RecordDigest>,
    ) -> Result<Result<u64, String>, Error> {
        let format = source.reading()?.format(&source.path)?;
        let mut records = RecordReader::open(&source.path, &format, self.rule(tranche.unit)?)?;
        let shape = Shape::STANDARD;
        let mut content = ContentBuilder::new();
        let mut units = UnitsBuilder::new(&shape);
        let mut uneven = None;
        while let Some(record) = records.read()? {
            let digest = record_digest(record.bytes());
            content.push(&digest);
            if tranche.private && !self.compare.is_empty() {
                unregistered.insert(digest);
            }
            let weight = record.units().get();
            if !tranche.uniform {
                units
                    .push(weight)
                    .map_err(|error| Error::file(&source.path, ArtefactFault::Units(error)))?;
            } else if weight != tranche.scale && uneven.is_none() {
                uneven = Some((record.row(), weight));
            }
        }
        let got = content.records();
        if got != u64::from(tranche.records) {
            let expected = tranche.records;
            return Ok(Err(format!("{got} records, committed were {expected}")));
        }
        if content.finish() != Some(tranche.content_root) {
            return Ok(Err("other records: another content root".to_owned()));
        }
        if let Some((row, weight)) = uneven {
            let scale = tranche.scale;
            return Ok(Err(format!(
                "the records are those committed to, but row {row} weighs {weight} units where each was committed with {scale}"
            )));
        }
        let fault = |error| Error::file(&source.path, ArtefactFault::Units(error));
        let (root, total) = if tranche.uniform {
            let tree = OnesTree::new(&shape, got).map_err(fault)?;
            (tree.root(), got * u64::from(tranche.scale))
        } else {
            let tree = units.finish().map_err(fault)?;
            (tree.root(), tree.total())
        };
        if root != tranche.units_root || total != tranche.total_units {
            let committed = tranche.total_units;
            return Ok(Err(format!(
                "the records are those committed to, but weigh otherwise: {total} units in all, committed were {committed}"
            )));
        }
        Ok(Ok(got))
    }
}

/// How many unregistered records are records of a registered tranche.
fn copies(path: &Path, unregistered: &HashSet<RecordDigest>) -> Result<String, Error> {
    let folder = TrancheFolder::open(path)?;
    let digests = folder.digests()?;
    let mut content = ContentBuilder::new();
    digests.iter().for_each(|digest| content.push(digest));
    if folder.manifest().is_none() || content.finish() != Some(folder.contents().content_root) {
        return Err(Error::file(
            path,
            ArtefactFault::Mismatch(
                "it is not a registered tranche with its record digests".to_owned(),
            ),
        ));
    }
    let registered: HashSet<RecordDigest> = digests.into_iter().collect();
    let both = unregistered.intersection(&registered).count();
    Ok(format!(
        "{both} of {} different records of unregistered data in the sample are records of {}",
        unregistered.len(),
        path.display()
    ))
}

impl DataSource {
    fn reading(&self) -> Result<Reading, Error> {
        let kind = self.format.as_deref().map(|name| {
            FormatKind::by_name(name).ok_or_else(|| {
                Error::usage(
                    format!("the data of \"{}\": unknown format \"{name}\"", self.name),
                    "say jsonl, text, csv, parquet or folder",
                )
            })
        });
        Ok(Reading {
            kind: kind.transpose()?,
            fields: [self.fields.clone(), self.columns.clone()].concat(),
            separator: self.separator.clone(),
            delimiter: self.delimiter,
            no_header: self.header == Some(false),
            no_quotes: self.quotes == Some(false),
            encoding: self.encoding,
        })
    }
}

#[cfg(test)]
mod tests {
    use tranche_protocol::address::Address;

    use super::*;

    /// Three records by bytes, opened as they were committed.
    fn opened(uniform: bool) -> OpenedTranche {
        let records: [&[u8]; 3] = if uniform {
            [b"aaa", b"bbb", b"ccc"]
        } else {
            [b"a", b"bb", b"ccc"]
        };
        let shape = Shape::STANDARD;
        let (mut content, mut units) = (ContentBuilder::new(), UnitsBuilder::new(&shape));
        for record in records {
            content.push(&record_digest(record));
            units.push(record.len() as u32).unwrap();
        }
        OpenedTranche {
            name: "data".to_owned(),
            private: false,
            content_root: content.finish().unwrap(),
            units_root: if uniform {
                OnesTree::new(&shape, 3).unwrap().root()
            } else {
                units.finish().unwrap().root()
            },
            uniform,
            records: 3,
            scale: if uniform { 3 } else { 1 },
            total_units: if uniform { 9 } else { 6 },
            unit: UnitDefinition::Byte,
            owner: Address::new([1; 20]),
            rate: 1,
            last: 1u64.into(),
        }
    }

    fn row(text: &str, tranche: &OpenedTranche) -> Condition {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.txt");
        std::fs::write(&path, text).unwrap();
        let request = DataRequest {
            data: vec![("data".to_owned(), path)],
            ..DataRequest::default()
        };
        let mut found = request.check(std::slice::from_ref(tranche)).unwrap();
        found.rows.remove(0)
    }

    #[test]
    fn records_that_weigh_otherwise_than_committed_are_found() {
        let (plain, even) = ("a\n\nbb\n\nccc", "aaa\n\nbbb\n\nccc");
        assert_eq!(row(plain, &opened(false)).standing, ConditionStatus::Met);
        assert_eq!(row(even, &opened(true)).standing, ConditionStatus::Met);
        // The content root is right in all that follows.
        let base = opened(false);
        let lies = [
            OpenedTranche {
                units_root: 1u64.into(),
                ..base.clone()
            },
            OpenedTranche {
                total_units: 7,
                ..base
            },
        ];
        for lie in lies {
            let row = row(plain, &lie);
            assert_eq!(row.standing, ConditionStatus::Broken);
            assert!(row.found.contains("weigh otherwise"), "{}", row.found);
        }
        let light = OpenedTranche {
            scale: 1,
            total_units: 3,
            ..opened(true)
        };
        let row = row(even, &light);
        assert_eq!(row.standing, ConditionStatus::Broken);
        assert!(row.found.contains("row 1 weighs 3"), "{}", row.found);
    }
}
