//! The indices that OLMo's trainer consumed, a file a rank: `data-indices/rank<R>.tsv.gz`.
//!
//! A line is a step and the indices of the rank's batch, tabs between. The files are read twice: once for the steps of all ranks, once
//! for the draws. Memory holds no line. Draws come by step, then by rank, then as recorded. Where a step comes again, in the same files or
//! in those of a later start of the loop, the last attempt at it stands. A draw's row is its line.

mod lines;
mod merge;
mod part;
mod scan;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::Error;
pub(super) use merge::Merge;
use scan::Scan;

/// The files of a run, read once.
#[derive(Debug)]
pub struct Olmo {
    path: PathBuf,
    scan: Scan,
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
}

impl Olmo {
    /// Reads the files of all ranks: folders, one a start of the loop, or files. Steps after `through` are left out.
    ///
    /// # Errors
    /// [`Error::Io`], [`crate::error::Fault::Empty`] and names that tell no rank. All else is in [`Olmo::faults`].
    pub fn open(paths: &[PathBuf], through: u64) -> Result<Self, Error> {
        let parts = part::find(paths)?;
        let path = parts
            .first()
            .map_or_else(PathBuf::new, |part| part.path.clone());
        Ok(Self {
            scan: Scan::read(&parts, through)?,
            path,
        })
    }

    /// Whether a path is a folder of such files, or one of them.
    pub fn is_one(path: &Path) -> bool {
        part::is_one(path)
    }

    /// What is wrong with the files: missing ranks, gaps, ends that differ, torn and damaged files. A log is whole only without faults.
    pub fn faults(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.scan.faults)
    }

    /// What is told of the files.
    pub fn report(&self) -> OlmoReport {
        let zero = |part: &Vec<scan::RankScan>| part.first().map_or(0, |rank| rank.attempts.len());
        let all = self.scan.parts.iter().flatten();
        OlmoReport {
            ranks: self.scan.parts.first().map_or(0, Vec::len),
            attempts: self.scan.parts.iter().map(zero).sum(),
            first_step: self.scan.windows.first().map(|window| window.first),
            last_step: self.scan.windows.last().map(|window| window.last),
            recorded: all.map(|rank| rank.draws).sum(),
        }
    }
}
