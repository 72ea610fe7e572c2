//! The files of all ranks of a run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::part;
use super::scan::{RankScan, Scan};
use crate::error::Error;
use crate::input::{Disk, Files, disk};
use crate::training_log::twins::SameRanks;

/// The files of a run, read once.
pub struct Olmo {
    pub(super) files: Arc<dyn Files>,
    pub(super) path: PathBuf,
    pub(super) scan: Scan,
}

/// What is told of the files of a run.
#[derive(Clone, Debug, Serialize)]
pub struct OlmoReport {
    /// Ranks of the first start.
    pub ranks: usize,
    /// Starts of the training loop.
    pub attempts: usize,
    /// The first step that stands.
    pub first_step: Option<u64>,
    /// The last step that stands.
    pub last_step: Option<u64>,
    /// Draws in the files, those that do not stand included.
    pub recorded: u64,
    /// Ranks with the very same draws, where that is said to be right; complete once all draws are read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same_data: Vec<SameRanks>,
}

impl Olmo {
    /// Reads the files of all ranks in the file system: folders, one a start of the loop, or files. Steps after `through` are left out.
    ///
    /// # Errors
    /// As [`Olmo::open_in`].
    pub fn open(paths: &[PathBuf], through: u64) -> Result<Self, Error> {
        Self::open_in(&disk(), paths, through)
    }

    /// As [`Olmo::open`], the paths being some of `files`.
    ///
    /// # Errors
    /// [`Error::Io`], [`crate::error::FormatFault::Empty`] and names that tell no rank. All else is in [`Olmo::faults`].
    pub fn open_in(files: &Arc<dyn Files>, paths: &[PathBuf], through: u64) -> Result<Self, Error> {
        let parts = part::find(&**files, paths)?;
        let path = parts
            .first()
            .map_or_else(PathBuf::new, |part| part.path.clone());
        Ok(Self {
            scan: Scan::read(&**files, &parts, through)?,
            files: Arc::clone(files),
            path,
        })
    }

    /// Whether a path of the file system is a folder of such files, or one of them.
    pub fn is_one(path: &Path) -> bool {
        Self::is_one_in(&Disk, path)
    }

    /// As [`Olmo::is_one`], the path being one of `files`.
    pub fn is_one_in(files: &dyn Files, path: &Path) -> bool {
        part::is_one(files, path)
    }

    /// What is wrong with the files: missing ranks, gaps, ends that differ, torn and damaged files. A log is whole only without faults.
    pub fn faults(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.scan.faults)
    }

    /// What is told of the files.
    pub fn report(&self) -> OlmoReport {
        let zero = |part: &Vec<RankScan>| part.first().map_or(0, |rank| rank.attempts.len());
        let all = self.scan.parts.iter().flatten();
        OlmoReport {
            ranks: self.scan.parts.first().map_or(0, Vec::len),
            attempts: self.scan.parts.iter().map(zero).sum(),
            first_step: self.scan.windows.first().map(|window| window.first),
            last_step: self.scan.windows.last().map(|window| window.last),
            recorded: all.map(|rank| rank.draws).sum(),
            same_data: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Olmo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Olmo")
            .field("path", &self.path)
            .field("scan", &self.scan)
            .finish_non_exhaustive()
    }
}
