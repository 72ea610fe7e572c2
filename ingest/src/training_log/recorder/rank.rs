//! One rank's segments: what a first reading finds, and the draws that stand in a second one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tranche_protocol::address::Address;
use tranche_protocol::log::LogOrder;

use super::fault::RecordingFault;
use super::frames::{Declared, Entry, Frame, Frames, Head, Step};
use super::seal::Seal;
use crate::error::Error;
use crate::input::{Files, Input};

/// A segment as the first reading found it.
#[derive(Clone, Debug)]
pub(super) struct SegmentScan {
    pub(super) path: PathBuf,
    pub(super) frames: u64,
    pub(super) draws: u64,
    pub(super) chain: [u8; 32],
    pub(super) torn: u64,
    pub(super) sealed: Option<(Address, u64)>,
}

/// A start of the training loop on one rank.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    first: u64,
}

/// A rank as the first reading found it.
#[derive(Clone, Debug)]
pub(super) struct RankScan {
    pub(super) rank: u32,
    pub(super) segments: Vec<SegmentScan>,
    pub(super) order: Option<LogOrder>,
    /// What its files declare, each once.
    pub(super) declared: Vec<Declared>,
    /// The checkpoints that stand, in order.
    pub(super) checkpoints: Vec<Entry>,
    attempts: Vec<Attempt>,
    /// The last step of the last attempt.
    pub(super) step: Option<u64>,
    /// Whether its last segment was closed: the loop ended by itself.
    pub(super) closed: bool,
}

fn recording(path: &Path, fault: RecordingFault) -> Error {
    Error::file(path, fault)
}

impl RankScan {
    /// Reads and checks every frame and every seal of a rank.
    pub(super) fn read(files: &dyn Files, rank: u32, paths: &[PathBuf]) -> Result<Self, Error> {
        let mut scan = Self {
            rank,
            segments: Vec::with_capacity(paths.len()),
            order: None,
            declared: Vec::new(),
            checkpoints: Vec::new(),
            attempts: Vec::new(),
            step: None,
            closed: false,
        };
        for (number, path) in paths.iter().enumerate() {
            let last = number + 1 == paths.len();
            let mut frames = Frames::new(Input::open(files, path)?)?;
            match frames.next()? {
                Some(Frame::Head(head)) => scan.head(path, number, *head)?,
                None if last => {
                    // Killed while the head was written: nothing of the file stands.
                    frames.check_tail()?;
                    let torn = frames.rest()?;
                    scan.closed = false;
                    scan.segments
                        .push(scan.segment(path, &frames, 0, torn, None));
                    break;
                }
                _ => {
                    let fault = RecordingFault::Head("there is none".to_owned());
                    return Err(recording(path, fault));
                }
            }
            scan.body(files, path, frames, last)?;
        }
        Ok(scan)
    }

    /// The number of attempts.
    pub(super) fn attempts(&self) -> usize {
        self.attempts.len()
    }

    /// The first step of the last attempt.
    pub(super) fn last_attempt(&self) -> Option<u64> {
        self.attempts.last().map(|attempt| attempt.first)
    }

    fn head(&mut self, path: &Path, number: usize, head: Head) -> Result<(), Error> {
        if (head.rank, head.segment as usize) != (self.rank, number) {
            let (rank, segment) = (head.rank, head.segment);
            return Err(recording(path, RecordingFault::Name { rank, segment }));
        }
        let previous = self.segments.last().map_or([0; 32], |last| last.chain);
        if head.previous != hex::encode(previous) {
            return Err(recording(path, RecordingFault::Chain));
        }
        let order = match head.order.as_str() {
            "consumed" => LogOrder::Consumed,
            "planned" => LogOrder::Planned,
            other => {
                return Err(recording(
                    path,
                    RecordingFault::Head(format!("order \"{other}\"")),
                ));
            }
        };
        if self.order.is_some_and(|before| before != order) {
            return Err(recording(path, RecordingFault::Order));
        }
        self.order = Some(order);
        for source in head.sources {
            self.declare(path, source)?;
        }
        Ok(())
    }

    fn declare(&mut self, path: &Path, source: Declared) -> Result<(), Error> {
        match self.declared.iter().find(|known| known.name == source.name) {
            Some(known) => agree(path, known, &source),
            None => {
                self.declared.push(source);
                Ok(())
            }
        }
    }

    fn body(
        &mut self,
        files: &dyn Files,
        path: &Path,
        mut frames: Frames,
        last: bool,
    ) -> Result<(), Error> {
        let seal = Seal::read_in(files, path)?;
        let mut intact = seal.is_none();
        let mut draws = 0;
        let mut closed = false;
        loop {
            if let Some(seal) = &seal
                && seal.frames == frames.count()
            {
                intact = seal.chain == frames.chain();
            }
            let Some(frame) = frames.next()? else { break };
            if closed {
                let bytes = frames.rest()? + frames.payload().len() as u64;
                return Err(recording(path, RecordingFault::AfterEnd { bytes }));
            }
            match frame {
                Frame::Step(found) => {
                    let first = self.attempts.last().map(|attempt| attempt.first);
                    let previous = self.step.or(first).unwrap_or(u64::MAX);
                    let got = found.step;
                    if got < previous {
                        return Err(recording(path, RecordingFault::StepBack { previous, got }));
                    }
                    self.step = Some(got);
                    draws += found.count as u64;
                }
                Frame::Attempt { first } => {
                    self.attempts.push(Attempt { first });
                    self.checkpoints
                        .retain(|entry| entry.after.is_none_or(|after| after < first));
                    self.step = None;
                }
                Frame::Checkpoint(entry) => {
                    self.checkpoints.retain(|before| before.step < entry.step);
                    self.checkpoints.push(*entry);
                }
                Frame::Source(source) => self.declare(path, source)?,
                Frame::Close => closed = true,
                Frame::Head(_) => {
                    let fault = RecordingFault::Head("a second one".to_owned());
                    return Err(recording(path, fault));
                }
            }
        }
        if let Some(seal) = &seal
            && !intact
        {
            return Err(seal.broken(path));
        }
        let torn = frames.rest()?;
        if torn > 0 {
            frames.check_tail()?;
            if closed || !last {
                return Err(recording(path, RecordingFault::AfterEnd { bytes: torn }));
            }
        }
        self.closed = closed;
        let sealed = seal.map(|seal| (seal.signer, seal.frames));
        self.segments
            .push(self.segment(path, &frames, draws, torn, sealed));
        Ok(())
    }

    fn segment(
        &self,
        path: &Path,
        frames: &Frames,
        draws: u64,
        torn: u64,
        sealed: Option<(Address, u64)>,
    ) -> SegmentScan {
        SegmentScan {
            path: path.to_owned(),
            frames: frames.count(),
            draws,
            chain: frames.chain(),
            torn,
            sealed,
        }
    }

    /// By the number of attempts begun: the first step that a later one records again.
    fn limits(&self) -> Vec<u64> {
        let mut limits = vec![u64::MAX];
        for attempt in self.attempts.iter().rev() {
            let lowest = limits.last().copied().unwrap_or(u64::MAX);
            limits.push(lowest.min(attempt.first));
        }
        limits.reverse();
        limits
    }
}

/// Checks that two declarations of a name are of one tranche.
pub(super) fn agree(path: &Path, known: &Declared, other: &Declared) -> Result<(), Error> {
    let describe = |source: &Declared| source.tranche.clone().unwrap_or("left open".to_owned());
    if known.tranche == other.tranche {
        return Ok(());
    }
    let fault = RecordingFault::OtherTranche {
        name: known.name.clone(),
        recorded: describe(known),
        got: describe(other),
    };
    Err(recording(path, fault))
}

/// The second reading: a rank's draws that stand, frame by frame, in order.
pub(super) struct RankStream {
    files: Arc<dyn Files>,
    pub(super) rank: u32,
    segments: std::vec::IntoIter<SegmentScan>,
    limits: Vec<u64>,
    through: u64,
    open: Option<(Frames, SegmentScan)>,
    path: PathBuf,
    number: usize,
    attempts: usize,
    names: Vec<String>,
    world_size: u32,
    /// Draws of the open segment before the current frame.
    row: u64,
    current: Option<Step>,
    superseded: u64,
}

impl RankStream {
    /// Starts the second reading; steps after `through` are left out. [`RankStream::advance`] gives the first frame.
    pub(super) fn new(files: &Arc<dyn Files>, scan: &RankScan, through: u64) -> Self {
        Self {
            files: Arc::clone(files),
            rank: scan.rank,
            segments: scan.segments.clone().into_iter(),
            limits: scan.limits(),
            through,
            open: None,
            path: PathBuf::new(),
            number: 0,
            attempts: 0,
            names: Vec::new(),
            world_size: 0,
            row: 0,
            current: None,
            superseded: 0,
        }
    }

    /// The step of the current frame.
    pub(super) fn step(&self) -> Option<u64> {
        self.current.map(|current| current.step)
    }

    /// The current frame.
    pub(super) fn current(&self) -> Option<Step> {
        self.current
    }

    /// The ranks of the run, by the current segment.
    pub(super) fn world_size(&self) -> u32 {
        self.world_size
    }

    /// The file of the current frame.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of the current frame's file, from 1.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// The draws of the file before the current frame.
    pub(super) fn row(&self) -> u64 {
        self.row
    }

    /// Draws passed over because a later attempt, or a run of fewer ranks, took their place.
    pub(super) fn superseded(&self) -> u64 {
        self.superseded
    }

    /// The payload of the current frame.
    pub(super) fn payload(&self) -> &[u8] {
        self.open
            .as_ref()
            .map_or(&[], |(frames, _)| frames.payload())
    }

    /// The name of a source of the current frame.
    pub(super) fn name(&self, source: u16) -> Option<&str> {
        self.names.get(usize::from(source)).map(String::as_str)
    }

    /// Counts the current frame as superseded.
    pub(super) fn supersede(&mut self) {
        self.superseded += self.current.map_or(0, |current| current.count as u64);
    }

    /// Goes to the next frame whose draws stand, or to the end.
    pub(super) fn advance(&mut self) -> Result<(), Error> {
        self.row += self
            .current
            .take()
            .map_or(0, |current| current.count as u64);
        loop {
            if self.open.is_none() {
                let Some(segment) = self.segments.next() else {
                    return Ok(());
                };
                self.path.clone_from(&segment.path);
                self.row = 0;
                self.number += 1;
                let input = Input::open(&*self.files, &segment.path)?;
                self.open = Some((Frames::new(input)?, segment));
            }
            let Some((frames, segment)) = &mut self.open else {
                return Ok(());
            };
            let frame = if frames.count() < segment.frames {
                frames.next()?
            } else {
                None
            };
            match frame {
                Some(Frame::Step(step)) => {
                    let limit = self.limits.get(self.attempts).copied();
                    if step.step > self.through {
                        self.row += step.count as u64;
                    } else if limit.is_some_and(|limit| step.step < limit) {
                        self.current = Some(step);
                        return Ok(());
                    } else {
                        self.superseded += step.count as u64;
                        self.row += step.count as u64;
                    }
                }
                Some(Frame::Attempt { .. }) => self.attempts += 1,
                Some(Frame::Head(head)) => {
                    self.world_size = head.world_size;
                    self.names = head.sources.into_iter().map(|source| source.name).collect();
                }
                Some(Frame::Source(source)) => self.names.push(source.name),
                Some(Frame::Checkpoint(_) | Frame::Close) => {}
                None => {
                    if frames.count() != segment.frames || frames.chain() != segment.chain {
                        return Err(recording(&self.path, RecordingFault::Changed));
                    }
                    self.open = None;
                }
            }
        }
    }
}
