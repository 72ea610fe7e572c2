//! Open plans, one after the other.

use std::collections::VecDeque;
use std::io::{BufReader, Read as _, SeekFrom};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fault::PlanFault;
use super::name::{Holds, PlanName};
use super::report::{PlanReport, ServedPlan};
use super::state::LoaderState;
use crate::error::Error;
use crate::input::{Files, Input, Stream};
use crate::training_log::draw::{LogDraw, ReadDraws};
use crate::training_log::label::{Label, Labels, SourceId, UNNAMED};
use crate::training_log::report::LogReport;

/// The most indices of a batch, all of which are in memory where there is more than one rank.
pub const MAX_BATCH: u64 = 1 << 24;

/// How a plan is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Indices of a batch, of all ranks.
    pub batch: NonZeroU64,
    /// Data-parallel ranks; divides `batch`.
    pub ranks: NonZeroU64,
    /// The loader's state in the last file's epoch; all files were served to their ends where it is `None`.
    pub state: Option<LoaderState>,
    /// What becomes of a short batch at the end of an epoch, where the file's name does not say it.
    pub last_batch: Option<LastBatch>,
}

/// What becomes of a short batch at the end of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastBatch {
    /// It is served.
    Served,
    /// It is left out: the trainer's `drop_last`.
    Dropped,
}

/// Open plans, one after the other.
pub(in crate::training_log) struct Indices {
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
    report: PlanReport,
}

impl Indices {
    pub(in crate::training_log) fn open(
        files: &Arc<dyn Files>,
        paths: &[PathBuf],
        plan: Plan,
        labels: &mut Labels,
    ) -> Result<Self, Error> {
        let mut before: Option<PlanName> = None;
        for path in paths {
            let (_, _, name) = open(&**files, path)?;
            follows(before, name).map_err(|fault| Error::file(path, fault))?;
            before = Some(name);
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
            report: PlanReport {
                batch: plan.batch,
                files: Vec::with_capacity(paths.len()),
            },
        })
    }

    fn next_file(&mut self) -> Result<bool, Error> {
        let Some(path) = self.paths.pop_front() else {
            return Ok(false);
        };
        self.batches += self.given.div_ceil(self.plan.batch.get());
        (self.given, self.row) = (0, 0);
        let (stream, indices, name) = open(&*self.files, &path)?;
        let last = self.paths.is_empty();
        self.left = self
            .served(&name, indices, last)
            .map_err(|fault| Error::file(&path, fault))?;
        self.report.files.push(ServedPlan {
            file: path.clone(),
            indices,
            served: self.left,
        });
        self.reader = Some(BufReader::with_capacity(1 << 16, stream));
        self.path = path;
        Ok(true)
    }

    /// The indices of a file that the loader served.
    fn served(&self, name: &PlanName, indices: u64, last: bool) -> Result<u64, PlanFault> {
        let batch = self.plan.batch;
        let rest = indices % batch;
        let served = match (name.holds, self.plan.last_batch) {
            (Holds::All { .. }, None) if indices > 0 && rest == indices => {
                return Err(PlanFault::NoBatch { batch, indices });
            }
            (Holds::All { .. }, None) => indices - rest,
            (Holds::Batches { .. }, None) if rest == 0 => indices,
            (Holds::Batches { .. }, None) => return Err(PlanFault::OtherBatch { batch, indices }),
            (Holds::All { .. } | Holds::Batches { .. }, Some(_)) => {
                return Err(PlanFault::KnownLastBatch);
            }
            (Holds::Unsaid, Some(LastBatch::Dropped)) => indices - rest,
            (Holds::Unsaid, Some(LastBatch::Served)) => indices,
            (Holds::Unsaid, None) if rest == 0 => indices,
            (Holds::Unsaid, None) => return Err(PlanFault::LastBatch { batch, rest }),
        };
        let Some(state) = self.plan.state.filter(|_| last) else {
            return Ok(served);
        };
        for (what, of_name, of_state) in [
            ("epoch", name.epoch, state.epoch),
            ("seed", name.seed, state.seed),
            (
                "chunk",
                name.chunk,
                state.chunk().filter(|_| name.chunk.is_some()),
            ),
        ] {
            if let (Some(expected), Some(got)) = (of_name, of_state)
                && expected != got
            {
                return Err(PlanFault::State(format!(
                    "{what} {got}, and the plan's name says {expected}"
                )));
            }
        }
        let batches = state.batches_processed;
        let wanted = batches.saturating_mul(batch.get());
        if wanted > served.next_multiple_of(batch.get()) {
            return Err(PlanFault::State(format!(
                "{batches} batches of {batch}, but the plan has {indices} indices"
            )));
        }
        Ok(wanted.min(served))
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

    fn report(&self) -> Option<LogReport> {
        Some(LogReport::Plan(self.report.clone()))
    }
}

/// Checks that a plan is of the same run's next epoch, or of its first, as far as the names tell.
fn follows(before: Option<PlanName>, name: PlanName) -> Result<(), PlanFault> {
    let Some(before) = before else {
        return match name.epoch {
            Some(epoch) if epoch > 1 => Err(PlanFault::FirstEpoch { epoch }),
            _ => Ok(()),
        };
    };
    if let Some((before, epoch)) = before.epoch.zip(name.epoch)
        && before.checked_add(1) != Some(epoch)
    {
        return Err(PlanFault::EpochOrder { before, epoch });
    }
    for (what, before, got) in [
        ("seed", before.seed, name.seed),
        ("chunk", before.chunk, name.chunk),
        ("size", before.holds.instances(), name.holds.instances()),
    ] {
        if let Some((before, got)) = before.zip(got).filter(|(before, got)| before != got) {
            return Err(PlanFault::OtherRun { what, before, got });
        }
    }
    Ok(())
}

/// Opens a plan at its first index, and counts its indices: as many as its name says, if it says so.
fn open(files: &dyn Files, path: &Path) -> Result<(Box<dyn Stream>, u64, PlanName), Error> {
    let bad = |what: String| Error::file(path, PlanFault::RawIndices(what));
    let failed = |error| Error::io("read", path, error);
    let name = PlanName::of(path).map_err(|fault| Error::file(path, fault))?;
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
    name.check(count)
        .map_err(|fault| Error::file(path, fault))?;
    Ok((stream, count, name))
}
