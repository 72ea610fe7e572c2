//! The index cache of a Megatron run: which data set and which of its samples makes each sample of the run, and which documents.
//!
//! A row in errors is a sample of the run, from 1. Sample i, from 0, belongs to step i / batch.

mod blend;
mod description;
mod documents;
mod find;
mod gpt;
mod tokens;

use std::num::NonZeroU64;
use std::path::Path;

use super::label::{Label, Labels, SourceId};
use super::{Draw, Read};
use crate::error::{Error, Fault};
use blend::Blend;
pub(super) use documents::Documents;
pub use documents::{Count, DocumentOptions};

/// A blend, sample by sample: a record is a sample of its data set.
pub(super) struct Megatron {
    blend: Blend,
    sources: Vec<SourceId>,
    batch: NonZeroU64,
}

impl Megatron {
    /// Opens the blend at `path`, its `…-dataset_index.npy` or its folder, and names the sources after the
    /// description's `dataset_path`s.
    pub(super) fn open(path: &Path, batch: NonZeroU64, labels: &mut Labels) -> Result<Self, Error> {
        let blend = Blend::open(&find::only(path, blend::INDEX, "blends")?)?;
        let names = blend.datasets().iter().filter_map(description::name);
        let sources = intern(names, blend.description(), labels)?;
        Ok(Self {
            blend,
            sources,
            batch,
        })
    }
}

impl Read for Megatron {
    fn read(&mut self, _labels: &mut Labels) -> Result<Option<Draw>, Error> {
        let Some(row) = self.blend.next()? else {
            return Ok(None);
        };
        Ok(Some(Draw {
            step: (row.row - 1) / self.batch,
            source: self.sources[row.dataset],
            record: row.sample,
            row: row.row,
        }))
    }

    fn file(&self) -> &Path {
        self.blend.path()
    }
}

/// Interns the names; two data sets of one name would be one source and are refused.
fn intern<'a>(
    names: impl Iterator<Item = &'a str>,
    path: &Path,
    labels: &mut Labels,
) -> Result<Vec<SourceId>, Error> {
    let fault = |fault| Error::file(path, fault);
    let mut sources = Vec::new();
    for name in names {
        let before = labels.as_slice().len();
        let source = labels.intern(Label::parse(name)).map_err(fault)?;
        if labels.as_slice().len() == before {
            return Err(fault(Fault::DuplicateSource(name.to_owned())));
        }
        sources.push(source);
    }
    Ok(sources)
}
