//! A blend's two index arrays side by side.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::description::Description;
use super::find::{DESCRIPTION, beside};
use super::split::{BlendReport, Split};
use crate::error::{Error, FormatFault};
use crate::input::{Files, Input};
use crate::npy::{Dtype, Npy};
use crate::training_log::fault::LogFault;

/// The end of the name of the array of data sets.
pub(super) const INDEX: &str = "-dataset_index.npy";
const SAMPLES: &str = "-dataset_sample_index.npy";

/// Types of the array of data sets: Megatron-core writes 16 bits, forks of older ones 8 or 64.
const INDEX_TYPES: [Dtype; 6] = [
    Dtype::I2,
    Dtype::U1,
    Dtype::I8,
    Dtype::I4,
    Dtype::U2,
    Dtype::I1,
];
const SAMPLE_TYPES: [Dtype; 3] = [Dtype::I8, Dtype::I4, Dtype::U4];

/// A sample of the run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Its place, from 1.
    pub(super) row: u64,
    /// Which of the data sets.
    pub(super) dataset: usize,
    /// Which of its samples.
    pub(super) sample: u64,
}

/// An open blend.
pub(super) struct Blend {
    index: Npy,
    samples: Npy,
    description: PathBuf,
    datasets: Vec<Value>,
    split: Option<Split>,
    row: u64,
}

impl Blend {
    /// Opens the blend of an `…-dataset_index.npy`.
    pub(super) fn open(files: &dyn Files, path: &Path) -> Result<Self, Error> {
        let description = Description::read(files, &beside(path, INDEX, DESCRIPTION)?)?;
        let index = Npy::new(Input::open(files, path)?, &INDEX_TYPES)?;
        let samples = Input::open(files, &beside(path, INDEX, SAMPLES)?)?;
        let samples = Npy::new(samples, &SAMPLE_TYPES)?;
        if let Some(size) = description.size()? {
            same(&index, "samples against the description's size", size)?;
        }
        same(
            &samples,
            "samples against the data set index",
            index.length(),
        )?;
        Ok(Self {
            index,
            samples,
            datasets: description.datasets()?.to_vec(),
            split: description.split(),
            description: description.path,
            row: 0,
        })
    }

    /// The description's file.
    pub(super) fn description(&self) -> &Path {
        &self.description
    }

    /// The descriptions of the data sets.
    pub(super) fn datasets(&self) -> &[Value] {
        &self.datasets
    }

    /// What is told of it.
    pub(super) fn report(&self) -> BlendReport {
        BlendReport {
            file: self.index.path().to_owned(),
            split: self.split,
            samples: self.index.length(),
        }
    }

    /// The array of data sets.
    pub(super) fn path(&self) -> &Path {
        self.index.path()
    }

    /// The next sample.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Error> {
        let (Some(dataset), Some(sample)) = (self.index.read()?, self.samples.read()?) else {
            return Ok(None);
        };
        self.row += 1;
        let row = self.row;
        let place = usize::try_from(dataset).ok();
        let Some(place) = place.filter(|place| *place < self.datasets.len()) else {
            let fault = LogFault::UnknownSource {
                got: dataset,
                sources: self.datasets.len(),
            };
            return Err(Error::row(self.index.path(), row, fault));
        };
        let Ok(record) = sample.try_into() else {
            let fault = LogFault::NotCount {
                field: "record",
                got: sample.to_string(),
            };
            return Err(Error::row(self.samples.path(), row, fault));
        };
        Ok(Some(Row {
            row,
            dataset: place,
            sample: record,
        }))
    }
}

fn same(file: &Npy, what: &'static str, expected: u64) -> Result<(), Error> {
    let got = file.length();
    if got == expected {
        return Ok(());
    }
    let fault = FormatFault::Count {
        what,
        expected,
        got,
    };
    Err(Error::file(file.path(), fault))
}
