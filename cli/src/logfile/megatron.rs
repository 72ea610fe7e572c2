//! The blend of a Megatron run: which data set, and which of its samples, makes each sample of the run.

use std::fs::{self, File};
use std::io::Read as _;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::label::{Label, Labels, SourceId};
use super::npy::{Dtype, Npy};
use super::{Draw, Read};
use crate::error::{Error, Fault};

const INDEX: &str = "-dataset_index.npy";
const SAMPLES: &str = "-dataset_sample_index.npy";
const DESCRIPTION: &str = "-description.txt";

/// The longest description accepted, in bytes.
const MAX_DESCRIPTION: u64 = 1 << 24;

/// A blend's two index arrays side by side.
pub(super) struct Megatron {
    index: Npy,
    samples: Npy,
    sources: Vec<SourceId>,
    batch: NonZeroU64,
    row: u64,
}

impl Megatron {
    /// Opens the blend at `path`, its `…-dataset_index.npy` or its folder, and names the sources after the
    /// description's `dataset_path`s.
    pub(super) fn open(path: &Path, batch: NonZeroU64, labels: &mut Labels) -> Result<Self, Error> {
        let index_path = find(path)?;
        let stem = stem(&index_path)?;
        let beside = |suffix: &str| index_path.with_file_name(format!("{stem}{suffix}"));
        let description = Description::read(&beside(DESCRIPTION))?;
        let index = Npy::open(&index_path, Dtype::I2)?;
        let samples = Npy::open(&beside(SAMPLES), Dtype::I8)?;
        let same = |file: &Npy, what, expected| {
            let got = file.length();
            if got == expected {
                Ok(())
            } else {
                Err(Error::file(
                    file.path(),
                    Fault::Count {
                        what,
                        expected,
                        got,
                    },
                ))
            }
        };
        if let Some(size) = description.size {
            same(&index, "samples against the description's size", size)?;
        }
        same(
            &samples,
            "samples against the data set index",
            index.length(),
        )?;
        let sources = description.sources(labels)?;
        Ok(Self {
            index,
            samples,
            sources,
            batch,
            row: 0,
        })
    }
}

impl Read for Megatron {
    fn read(&mut self, _labels: &mut Labels) -> Result<Option<Draw>, Error> {
        let (Some(source), Some(record)) = (self.index.read()?, self.samples.read()?) else {
            return Ok(None);
        };
        let step = self.row / self.batch;
        self.row += 1;
        let row = self.row;
        let place = usize::try_from(source).ok();
        let Some(&source) = place.and_then(|place| self.sources.get(place)) else {
            let fault = Fault::UnknownSource {
                got: source,
                sources: self.sources.len(),
            };
            return Err(Error::row(self.index.path(), row, fault));
        };
        let Ok(record) = record.try_into() else {
            let fault = Fault::NotCount {
                field: "record",
                got: record.to_string(),
            };
            return Err(Error::row(self.samples.path(), row, fault));
        };
        Ok(Some(Draw {
            step,
            source,
            record,
            row,
        }))
    }

    fn file(&self) -> &Path {
        self.index.path()
    }
}

/// The index file of the only blend in a folder, or the file itself.
fn find(path: &Path) -> Result<PathBuf, Error> {
    let failed = |error| Error::io("read", path, error);
    if !path.metadata().map_err(failed)?.is_dir() {
        return Ok(path.to_owned());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if name.to_str().is_some_and(|name| name.ends_with(INDEX)) {
            found.push(path.join(name));
        }
    }
    match (found.pop(), found.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(Error::usage(
            format!("{} holds no file that ends with {INDEX}", path.display()),
            "give the folder of the trainer's index cache",
        )),
        (Some(_), others) => Err(Error::usage(
            format!("{} holds {} blends", path.display(), others + 1),
            format!("give the path of one file that ends with {INDEX}"),
        )),
    }
}

fn stem(index: &Path) -> Result<String, Error> {
    index
        .file_name()
        .and_then(|name| name.to_str()?.strip_suffix(INDEX))
        .map(str::to_owned)
        .ok_or_else(|| {
            Error::usage(
                format!("{} is not a blend's index", index.display()),
                format!("give the file that ends with {INDEX}"),
            )
        })
}

fn shape(got: &str) -> Fault {
    let expected = "a list \"datasets\" of objects with a \"dataset_path\"";
    Fault::Shape {
        expected,
        got: got.to_owned(),
    }
}

/// What the description file says of the blend.
struct Description {
    path: PathBuf,
    names: Vec<String>,
    size: Option<u64>,
}

impl Description {
    fn read(path: &Path) -> Result<Self, Error> {
        let fault = |fault| Error::file(path, fault);
        let file = File::open(path).map_err(|error| Error::io("open", path, error))?;
        let mut text = Vec::new();
        file.take(MAX_DESCRIPTION + 1)
            .read_to_end(&mut text)
            .map_err(|error| Error::io("read", path, error))?;
        if text.len() as u64 > MAX_DESCRIPTION {
            return Err(fault(Fault::RecordTooLong {
                limit: MAX_DESCRIPTION,
            }));
        }
        let value: Value = serde_json::from_slice(&text)
            .map_err(|error| fault(Fault::BadJson(error.to_string())))?;
        let Some(datasets) = value.get("datasets").and_then(Value::as_array) else {
            return Err(fault(shape("no such list")));
        };
        let mut names = Vec::with_capacity(datasets.len());
        for dataset in datasets {
            match dataset.get("dataset_path").and_then(Value::as_str) {
                Some(name) => names.push(name.to_owned()),
                None => return Err(fault(shape("one without a path"))),
            }
        }
        Ok(Self {
            path: path.to_owned(),
            names,
            size: value.get("size").and_then(Value::as_u64),
        })
    }

    /// Interns the names; two data sets of one name would be one source and are refused.
    fn sources(self, labels: &mut Labels) -> Result<Vec<SourceId>, Error> {
        let fault = |fault| Error::file(&self.path, fault);
        let mut sources = Vec::with_capacity(self.names.len());
        for name in self.names {
            let before = labels.as_slice().len();
            let source = labels.intern(Label::parse(&name)).map_err(fault)?;
            if labels.as_slice().len() == before {
                return Err(fault(Fault::DuplicateSource(name)));
            }
            sources.push(source);
        }
        Ok(sources)
    }
}
