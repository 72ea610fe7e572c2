//! OLMo's and OLMo-core's planned order: `global_indices….npy`, raw 32-bit indices without a header, one file an epoch.
//!
//! A batch is as many indices as its size; rank r of W takes every W-th of it from r on. Draws come by batch, then by rank. Steps count batches from 0
//! on over all files. A row is an index of its file.

use std::collections::VecDeque;
use std::io::{BufReader, Read as _, SeekFrom};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::draw::{LogDraw, ReadDraws};
use super::fault::LogFault;
use super::label::{Label, Labels, SourceId, UNNAMED};
use crate::error::{Error, FormatFault};
use crate::input::{Disk, Files, Input, Stream};
use crate::plain::text_of;

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
    /// Reads the state at a path of the file system.
    ///
    /// # Errors
    /// As [`LoaderState::from_input`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::from_input(Input::open(&Disk, path)?)
    }

    /// Reads a state.
    ///
    /// # Errors
    /// [`Error::Io`]; [`FormatFault::BadJson`], [`FormatFault::RecordTooLong`].
    pub fn from_input(input: Input) -> Result<Self, Error> {
        let name = input.name().to_owned();
        let text = input.read_whole(MAX_STATE)?;
        serde_json::from_str(text_of(&name, &text)?)
            .map_err(|error| Error::file(&name, FormatFault::BadJson(error.to_string())))
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
    files: Arc<dyn Files>,
    paths: VecDeque<PathBuf>,
    path: PathBuf,
    reader: Option<BufReader<Box<dyn Stream>>>,
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
    pub(super) fn open(
        files: &Arc<dyn Files>,
        paths: &[PathBuf],
        plan: Plan,
        labels: &mut Labels,
    ) -> Result<Self, Error> {
        for path in paths {
            open(&**files, path)?;
        }
        let path = paths.first().cloned().unwrap_or_default();
        let source = labels
            .intern(Label::parse(UNNAMED))
            .map_err(|fault| Error::file(&path, fault))?;
        Ok(Self {
            files: Arc::clone(files),
            paths: paths.iter().cloned().collect(),
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
        let Some(path) = self.paths.pop_front() else {
            return Ok(false);
        };
        self.batches += self.given.div_ceil(self.plan.batch.get());
        (self.given, self.row) = (0, 0);
        let (stream, indices) = open(&*self.files, &path)?;
        self.left = indices;
        if let Some(batches) = self.plan.batches.filter(|_| self.paths.is_empty()) {
            let wanted = batches.saturating_mul(self.plan.batch.get());
            if wanted > self.left {
                let what = format!(
                    "{batches} batches of {}, but the plan has {} indices",
                    self.plan.batch, self.left
                );
                return Err(Error::file(&path, LogFault::State(what)));
            }
            self.left = wanted;
        }
        self.reader = Some(BufReader::with_capacity(1 << 16, stream));
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
        let (rank, nth) = if self.place < long {
            (self.place / (whole + 1), self.place % (whole + 1))
        } else {
            let past = self.place - long;
            (more + past / whole.max(1), past % whole.max(1))
        };
        nth * ranks + rank
    }
}

impl ReadDraws for Indices {
    fn read(&mut self, _labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
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
        Ok(Some(LogDraw {
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

/// Opens a plan at its first index, and counts its indices: as many as its name says, if it says so.
fn open(files: &dyn Files, path: &Path) -> Result<(Box<dyn Stream>, u64), Error> {
    let bad = |what: String| Error::file(path, LogFault::RawIndices(what));
    let failed = |error| Error::io("read", path, error);
    let mut input = Input::open(files, path)?;
    let bytes = input.length()?;
    let (_, mut stream) = input.into_parts();
    let mut head = Vec::new();
    (&mut stream)
        .take(6)
        .read_to_end(&mut head)
        .map_err(failed)?;
    stream.seek(SeekFrom::Start(0)).map_err(failed)?;
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
        _ => Ok((stream, count)),
    }
}

/// 1000 of `global_indices_epoch1_seed0_size1000.npy`.
fn named_size(path: &Path) -> Option<u64> {
    let stem = path.file_stem()?.to_str()?.strip_prefix("global_indices")?;
    stem.split('_')
        .find_map(|part| part.strip_prefix("size")?.parse().ok())
}
