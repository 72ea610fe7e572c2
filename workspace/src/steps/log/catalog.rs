//! What the names of a log mean: tranches, by `--map` and by a run file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use tranche_ingest::training_log::recorder::RecordingFault;
use tranche_ingest::training_log::run_file::{RunFile, UNREGISTERED};
use tranche_ingest::training_log::{Label, LogFault, SourceId, UNNAMED};

use crate::artefact::ArtefactFault;
use crate::artefact::folder::TrancheFolder;
use crate::artefact::run_log::LogSource;
use crate::error::{Error, Fault};

/// Tranches, and what a log calls them.
pub(super) struct Catalog {
    pub(super) sources: Vec<LogSource>,
    /// By name: the place in `sources`.
    names: HashMap<Label, usize>,
    run: Option<RunFile>,
    /// By source of the run file: the place in `sources`, if its folder is known.
    run_places: Vec<Option<usize>>,
    /// By source of the run file: the label that a pattern matched.
    met: HashMap<usize, Label>,
    /// Whether records are numbered in the tranche already, as the recorder's are.
    placed: bool,
    /// By the reader's source id: what its label means, once it was asked for.
    known: Vec<Option<Meaning>>,
}

/// What a label of a log means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// A tranche.
    Whole(usize),
    /// A source of the run file.
    Source(usize),
    /// All ranges of the run file.
    Ranges,
}

impl Catalog {
    /// Opens the folders that `map` and the run file name. What is wrong is listed; the rest is usable.
    ///
    /// # Errors
    /// As [`RunFile::read`]; [`Error::Usage`] where nothing is mapped.
    pub(super) fn open(
        map: &[(String, PathBuf)],
        run_file: Option<&Path>,
        placed: bool,
    ) -> Result<(Self, Vec<Error>), Error> {
        let run = run_file.map(RunFile::read).transpose()?;
        if run.is_none() && map.is_empty() {
            return Err(Error::usage(
                "nothing says which tranches the log's names mean",
                "give --map NAME=FOLDER, or --run-file FILE",
            ));
        }
        let mut catalog = Self {
            sources: Vec::new(),
            names: HashMap::new(),
            run: None,
            run_places: Vec::new(),
            met: HashMap::new(),
            placed,
            known: Vec::new(),
        };
        let mut faults = Vec::new();
        for (name, path) in map {
            match catalog.add(name, path) {
                Ok(place) if catalog.names.insert(Label::parse(name), place).is_some() => {
                    faults.push(Error::usage(
                        format!("\"{name}\" is mapped twice"),
                        "map each name once",
                    ));
                }
                Ok(_) => {}
                Err(error) => faults.push(error),
            }
        }
        if let Some(run) = run {
            for at in 0..run.sources().len() {
                let place = catalog.of_run(&run, at);
                catalog.run_places.push(match place {
                    Ok(place) => place,
                    Err(error) => {
                        faults.push(error);
                        None
                    }
                });
            }
            catalog.run = Some(run);
        }
        Ok((catalog, faults))
    }

    /// The tranche that `--map` gives a name, or the run file: its place among the sources.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let label = Label::parse(name);
        self.names.get(&label).copied().or_else(|| {
            let at = self.run.as_ref()?.source(&label).ok().flatten()?;
            self.run_places.get(at).copied().flatten()
        })
    }

    /// The tranche, and the record in it, that a record of a log's source is.
    ///
    /// # Errors
    /// [`ArtefactFault::UnmappedTranche`], [`ArtefactFault::RecordPastEnd`]; with a run file [`LogFault::Ambiguous`], [`LogFault::TwoData`],
    /// [`LogFault::IndexPastEnd`], [`LogFault::SourcePastEnd`].
    pub(super) fn resolve(
        &mut self,
        source: SourceId,
        label: &Label,
        record: u64,
    ) -> Result<(usize, u32), Fault> {
        let id = source.index();
        if self.known.len() <= id {
            self.known.resize(id + 1, None);
        }
        let meaning = match self.known[id] {
            Some(meaning) => meaning,
            None => {
                let meaning = self.meaning(label)?;
                *self.known[id].insert(meaning)
            }
        };
        self.place(label, meaning, record)
    }

    /// What a label means.
    fn meaning(&mut self, label: &Label) -> Result<Meaning, Fault> {
        let unmapped = || ArtefactFault::UnmappedTranche(label.to_string()).into();
        let Some(run) = &self.run else {
            let place = self.names.get(label).copied();
            return place.map(Meaning::Whole).ok_or_else(unmapped);
        };
        if run.is_concatenated() && *label == Label::parse(UNNAMED) {
            return Ok(Meaning::Ranges);
        }
        let Some(at) = run.source(label)? else {
            let place = self.names.get(label).copied();
            return place.map(Meaning::Whole).ok_or_else(unmapped);
        };
        let first = self.met.entry(at).or_insert_with(|| label.clone());
        if first != label {
            return Err(LogFault::TwoData {
                source_name: run.sources()[at].name.clone(),
                first: first.to_string(),
                second: label.to_string(),
            }
            .into());
        }
        Ok(Meaning::Source(at))
    }

    fn place(&self, label: &Label, meaning: Meaning, record: u64) -> Result<(usize, u32), Fault> {
        let (at, inner) = match (meaning, &self.run) {
            (Meaning::Whole(place), _) => return self.within(place, record, || label.to_string()),
            (Meaning::Ranges, Some(run)) => run.find(record)?,
            (Meaning::Source(at), _) => (at, record),
            (Meaning::Ranges, None) => {
                return Err(ArtefactFault::UnmappedTranche(label.to_string()).into());
            }
        };
        let source = self.run.as_ref().and_then(|run| run.sources().get(at));
        let name = || source.map_or_else(|| label.to_string(), |source| source.name.clone());
        let records = source.and_then(|source| source.records);
        if let Some(records) = records.filter(|records| !self.placed && inner >= *records) {
            return Err(LogFault::SourcePastEnd {
                source_name: name(),
                record: inner,
                records,
            }
            .into());
        }
        let first = source
            .filter(|_| !self.placed)
            .map_or(0, |source| source.first);
        match self.run_places.get(at).copied().flatten() {
            Some(place) => self.within(place, inner.saturating_add(first), name),
            None => Err(ArtefactFault::UnmappedTranche(name()).into()),
        }
    }

    /// A record of a tranche, if it has it.
    fn within(
        &self,
        place: usize,
        record: u64,
        name: impl FnOnce() -> String,
    ) -> Result<(usize, u32), Fault> {
        let records = self.sources[place].records;
        match u32::try_from(record).ok().filter(|inner| *inner < records) {
            Some(inner) => Ok((place, inner)),
            None => Err(ArtefactFault::RecordPastEnd {
                tranche: name(),
                record,
                records,
            }
            .into()),
        }
    }

    /// The tranche of a source of the run file; `None` where neither it nor `--map` names a folder.
    fn of_run(&mut self, run: &RunFile, at: usize) -> Result<Option<usize>, Error> {
        let source = &run.sources()[at];
        let mapped = self.names.get(&Label::parse(&source.name)).copied();
        let place = match (mapped, &source.folder) {
            (Some(place), _) => place,
            (None, Some(folder)) => {
                let base = run.path().parent().unwrap_or(Path::new(""));
                self.add(&source.name, &base.join(folder))?
            }
            (None, None) => return Ok(None),
        };
        let tranche = &self.sources[place];
        let got = describe_id(tranche);
        if let Some(recorded) = source.tranche.as_ref().filter(|declared| **declared != got) {
            let fault = RecordingFault::OtherTranche {
                name: source.name.clone(),
                recorded: recorded.clone(),
                got,
            };
            return Err(Error::file(run.path(), fault));
        }
        let end = source.records.unwrap_or(0).saturating_add(source.first);
        if end > u64::from(tranche.records) {
            let what = format!(
                "\"{}\" goes to record {end} of its tranche, which has {}",
                source.name, tranche.records
            );
            return Err(Error::file(run.path(), LogFault::RunFile(what)));
        }
        Ok(Some(place))
    }

    /// Adds a folder's tranche, once, under one more name.
    fn add(&mut self, name: &str, path: &Path) -> Result<usize, Error> {
        let folder = TrancheFolder::open(path)?;
        let id = folder.id();
        let private = folder.manifest().is_none();
        let known = self.sources.iter().position(|source| source.id == id);
        let place = match known {
            Some(place) => place,
            None => {
                if private && self.sources.iter().any(|source| source.private) {
                    return Err(Error::usage(
                        format!("\"{name}\" is a second private tranche"),
                        "commit all unregistered data of a run to one folder",
                    ));
                }
                self.sources.push(LogSource {
                    names: Vec::new(),
                    folder: absolute(path)?,
                    id,
                    private,
                    records: folder.contents().records,
                });
                self.sources.len() - 1
            }
        };
        let names = &mut self.sources[place].names;
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        Ok(place)
    }
}

/// What a tranche is called in run files: its id, or `unregistered`.
pub(super) fn describe_id(source: &LogSource) -> String {
    if source.private {
        UNREGISTERED.to_owned()
    } else {
        source.id.to_string()
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    path.canonicalize()
        .map_err(|error| Error::io("open", path, error))
}
