//! OLMo's and OLMo-core's planned order: `global_indices….npy`, raw 32-bit indices without a header, one file an epoch.
//!
//! A batch is as many indices as its size; rank r of W takes every W-th of it from r on. Draws come by batch, then by rank. Steps count batches from 0
//! on over all files. A row is an index of its file.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::fault::LogFault;
use super::label::{Label, Labels, SourceId};
use super::{Draw, Read, UNNAMED};
use crate::error::{Error, Fault};

/// The most indices of a batch, all of which are in memory where there is more than one rank.
pub const MAX_BATCH: u64 = 1 << 24;

/// The longest state accepted, in bytes.
const MAX_STATE: u64 = 1 << 20;

/// How a plan is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Indices of a batch, of all ranks.
    pub batch: NonZeroU64,
    /// Data-parallel ranks; divides `batch`.
    pub ranks: NonZeroU64,
    /// Batches of the last file that the loader served; all where it is `None`.
    pub batches: Option<u64>,
}

/// What a loader's `state_dict()` says, written as JSON. Other fields are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct LoaderState {
    /// Batches served of the current epoch.
    pub batches_processed: u64,
    /// Tokens served of the current epoch.
    pub tokens_processed: u64,
    /// Tokens of an instance.
    pub sequence_length: u64,
}

impl LoaderState {
    /// Reads a state.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Fault::BadJson`], [`Fault::RecordTooLong`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|error| Error::io("open", path, error))?;
        let mut text = Vec::new();
        file.take(MAX_STATE + 1)
            .read_to_end(&mut text)
            .map_err(|error| Error::io("read", path, error))?;
        if text.len() as u64 > MAX_STATE {
            let limit = MAX_STATE;
            return Err(Error::file(path, Fault::RecordTooLong { limit }));
        }
        serde_json::from_slice(&text)
            .map_err(|error| Error::file(path, Fault::BadJson(error.to_string())))
    }

    /// Instances of a batch: what the tokens say, batch by batch.
    ///
    /// # Errors
    /// [`LogFault::State`] where they are not whole.
    pub fn batch(&self) -> Result<NonZeroU64, LogFault> {
        let of = self.batches_processed.checked_mul(self.sequence_length);
        let batch = of
            .filter(|of| *of > 0 && self.tokens_processed.is_multiple_of(*of))
            .and_then(|of| NonZeroU64::new(self.tokens_processed / of));
        batch.ok_or_else(|| {
            LogFault::State(format!(
                "{} tokens are no whole number of instances in {} batches of sequences of {}",
                self.tokens_processed, self.batches_processed, self.sequence_length
            ))
        })
    }
}

/// Open plans, one after the other.
pub(super) struct Indices {
    files: VecDeque<PathBuf>,
    path: PathBuf,
    reader: Option<BufReader<File>>,
    source: SourceId,
    plan: Plan,
    /// Indices of the open file that are left.
    left: u64,
    row: u64,
    /// The batch's indices, where ranks take turns, and the next one's place in the log's order.
    held: Vec<u32>,
    place: usize,
    /// Batches of the files before the open one, and indices given of the open one.
    batches: u64,
    given: u64,
}

impl Indices {
    pub(super) fn open(paths: &[PathBuf], plan: Plan, labels: &mut Labels) -> Result<Self, Error> {
        for path in paths {
            size(path)?;
        }
        let path = paths.first().cloned().unwrap_or_default();
        let source = labels
            .intern(Label::parse(UNNAMED))
            .map_err(|fault| Error::file(&path, fault))?;
        Ok(Self {
            files: paths.iter().cloned().collect(),
            path,
            reader: None,
            source,
            plan,
            left: 0,
            row: 0,
            held: Vec::new(),
            place: 0,
            batches: 0,
            given: 0,
        })
    }

    fn next_file(&mut self) -> Result<bool, Error> {
        let Some(path) = self.files.pop_front() else {
            return Ok(false);
        };
        self.batches += self.given.div_ceil(self.plan.batch.get());
        (self.given, self.row) = (0, 0);
        self.left = size(&path)?;
        if let Some(batches) = self.plan.batches.filter(|_| self.files.is_empty()) {
            let wanted = batches.saturating_mul(self.plan.batch.get());
            if wanted > self.left {
                let what = format!(
                    "{batches} batches of {}, but the plan has {} indices",
                    self.plan.batch, self.left
                );
                return Err(Error::file(&path, Fault::Log(LogFault::State(what))));
            }
            self.left = wanted;
        }
        let file = File::open(&path).map_err(|error| Error::io("open", &path, error))?;
        self.reader = Some(BufReader::with_capacity(1 << 16, file));
        self.path = path;
        Ok(true)
    }

    fn index(&mut self) -> Result<u32, Error> {
        let mut bytes = [0; 4];
        if let Some(reader) = &mut self.reader {
            reader
                .read_exact(&mut bytes)
                .map_err(|error| Error::io("read", &self.path, error))?;
        }
        self.left -= 1;
        Ok(u32::from_le_bytes(bytes))
    }

    fn fill(&mut self) -> Result<(), Error> {
        let count = self.plan.batch.get().min(self.left);
        self.held.clear();
        self.place = 0;
        for _ in 0..count {
            let index = self.index()?;
            self.held.push(index);
        }
        Ok(())
    }

    /// Where the next draw's index lies in the batch: rank 0's come first.
    fn turn(&self) -> usize {
        let ranks = usize::try_from(self.plan.ranks.get()).unwrap_or(usize::MAX);
        let (whole, more) = (self.held.len() / ranks, self.held.len() % ranks);
        let long = more * (whole + 1);
        let (rank, nth) = match self.place < long {
            true => (self.place / (whole + 1), self.place % (whole + 1)),
            false => {
                let past = self.place - long;
                (more + past / whole.max(1), past % whole.max(1))
            }
        };
        nth * ranks + rank
    }
}

impl Read for Indices {
    fn read(&mut self, _labels: &mut Labels) -> Result<Option<Draw>, Error> {
        while self.place >= self.held.len() && self.left == 0 {
            if !self.next_file()? {
                return Ok(None);
            }
        }
        let step = self.batches + self.given / self.plan.batch;
        let (record, row) = match self.plan.ranks.get() {
            1 => (self.index()?, self.given + 1),
            _ => {
                if self.place >= self.held.len() {
                    self.row = self.given;
                    self.fill()?;
                }
                let turn = self.turn();
                let record = self.held.get(turn).copied().unwrap_or_default();
                self.place += 1;
                (record, self.row + turn as u64 + 1)
            }
        };
        self.given += 1;
        Ok(Some(Draw {
            step,
            source: self.source,
            record: record.into(),
            row,
        }))
    }

    fn file(&self) -> &Path {
        &self.path
    }
}

/// The number of indices of a plan, which is what its name says if it says so.
fn size(path: &Path) -> Result<u64, Error> {
    let bad = |what: String| Error::file(path, Fault::Log(LogFault::RawIndices(what)));
    let failed = |error| Error::io("read", path, error);
    let mut file = File::open(path).map_err(|error| Error::io("open", path, error))?;
    let bytes = file.metadata().map_err(failed)?.len();
    let mut head = Vec::new();
    (&mut file).take(6).read_to_end(&mut head).map_err(failed)?;
    if head == b"\x93NUMPY" {
        return Err(bad("it has an array header".to_owned()));
    }
    if !bytes.is_multiple_of(4) {
        return Err(bad(format!("{bytes} bytes are no whole indices")));
    }
    let count = bytes / 4;
    match named_size(path) {
        Some(named) if named != count => Err(bad(format!(
            "it has {count} of them, its name says {named}"
        ))),
        _ => Ok(count),
    }
}

/// 1000 of `global_indices_epoch1_seed0_size1000.npy`.
fn named_size(path: &Path) -> Option<u64> {
    let stem = path.file_stem()?.to_str()?.strip_prefix("global_indices")?;
    stem.split('_')
        .find_map(|part| part.strip_prefix("size")?.parse().ok())
}
