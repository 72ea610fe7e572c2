//! A blend, sample by sample.

use std::num::NonZeroU64;
use std::path::Path;

use super::blend::{self, Blend};
use super::find;
use super::sources::{RecordIs, intern};
use super::split::Split;
use crate::error::Error;
use crate::input::Files;
use crate::training_log::draw::{LogDraw, ReadDraws};
use crate::training_log::label::{Labels, SourceId};
use crate::training_log::report::LogReport;

/// A blend, sample by sample: a record is a sample of its data set.
pub(in crate::training_log) struct Megatron {
    blend: Blend,
    sources: Vec<SourceId>,
    batch: NonZeroU64,
}

impl Megatron {
    /// Opens the blend at `path`, its `…-dataset_index.npy` or its folder, and names the sources after the
    /// description's `dataset_path`s.
    pub(in crate::training_log) fn open(
        files: &dyn Files,
        path: &Path,
        batch: NonZeroU64,
        split: Option<Split>,
        labels: &mut Labels,
    ) -> Result<Self, Error> {
        let index = find::only(files, path, blend::INDEX, split)?;
        let blend = Blend::open(files, &index)?;
        let datasets = blend.datasets().iter();
        let sources = intern(datasets, RecordIs::Sample, blend.description(), labels)?;
        Ok(Self {
            blend,
            sources,
            batch,
        })
    }
}

impl ReadDraws for Megatron {
    fn read(&mut self, _labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        let Some(row) = self.blend.next()? else {
            return Ok(None);
        };
        Ok(Some(LogDraw {
            step: (row.row - 1) / self.batch,
            source: self.sources[row.dataset],
            record: row.sample,
            row: row.row,
        }))
    }

    fn file(&self) -> &Path {
        self.blend.path()
    }

    fn report(&self) -> Option<LogReport> {
        Some(LogReport::Blend(self.blend.report()))
    }
}
