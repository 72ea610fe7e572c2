//! What was passed over.

use std::path::{Path, PathBuf};

/// Names kept; more are counted.
const KEPT: usize = 20;

/// Files and folders that were passed over: the first of them by name, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignored {
    paths: Vec<PathBuf>,
    count: u64,
}

impl Ignored {
    /// Adds a path.
    pub(in crate::dataset) fn add(&mut self, path: &Path) {
        self.count += 1;
        if self.paths.len() < KEPT {
            self.paths.push(path.to_owned());
        }
    }

    /// Adds what another list has.
    pub(in crate::dataset) fn extend(&mut self, other: Self) {
        self.count += other.count;
        let room = KEPT - self.paths.len();
        self.paths.extend(other.paths.into_iter().take(room));
    }

    /// The first ones, at most 20.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }
}
