//! The draws of all ranks in the order of the log.

use std::path::{Path, PathBuf};

use super::fault::RecordingFault;
use super::frames::Entry;
use super::rank::{RankScan, RankStream};
use super::recording::Recording;
use super::report::{RecordedCheckpoint, RecordingReport};
use crate::error::{Error, FormatFault};
use crate::training_log::draw::{LogDraw, ReadDraws};
use crate::training_log::label::{Label, Labels, SourceId};

/// Fewer draws than this may be the same on two ranks by chance.
const TELLING: u64 = 16;

/// A rank's second reading, and what is told of it.
struct Lane {
    stream: RankStream,
    /// Label of each source of the file of this number, once it was met.
    labels: Vec<Option<SourceId>>,
    labelled: usize,
    digest: blake3::Hasher,
    draws: u64,
}

/// The merge of all ranks.
pub(in crate::training_log) struct RecordingMerge {
    folder: PathBuf,
    report: RecordingReport,
    lanes: Vec<Lane>,
    /// The checkpoints whose position is not known yet, the next one last.
    waiting: Vec<Entry>,
    step: Option<u64>,
    /// The lane whose current frame is given, and the next draw of it.
    lane: usize,
    draw: usize,
    draws: u64,
}

impl RecordingMerge {
    /// Starts the second reading; steps after `through` are left out.
    pub(in crate::training_log) fn new(recording: &Recording, through: u64) -> Result<Self, Error> {
        let mut lanes = Vec::with_capacity(recording.ranks.len());
        for scan in &recording.ranks {
            let mut stream = RankStream::new(&recording.files, scan, through);
            stream.advance()?;
            lanes.push(Lane {
                stream,
                labels: Vec::new(),
                labelled: 0,
                digest: blake3::Hasher::new(),
                draws: 0,
            });
        }
        let mut waiting = recording.checkpoints(through)?;
        waiting.reverse();
        let attempts = recording.ranks.iter().map(RankScan::attempts);
        Ok(Self {
            folder: recording.path.clone(),
            report: RecordingReport {
                ranks: lanes.len(),
                first_step: None,
                last_step: None,
                attempts: attempts.max().unwrap_or(0),
                superseded: 0,
                segments: recording.segments(),
                checkpoints: Vec::new(),
            },
            lane: lanes.len(),
            lanes,
            waiting,
            step: None,
            draw: 0,
            draws: 0,
        })
    }

    /// Begins the step that comes next: `false` at the end.
    fn next_step(&mut self) -> Result<bool, Error> {
        let Some(step) = self
            .lanes
            .iter()
            .filter_map(|lane| lane.stream.step())
            .min()
        else {
            self.end()?;
            return Ok(false);
        };
        if let Some(previous) = self.step
            && previous.checked_add(1) != Some(step)
        {
            let fault = RecordingFault::StepGap {
                previous,
                got: step,
            };
            return Err(Error::file(&self.folder, fault));
        }
        self.positions(step);
        let first = self.lanes.first().map(|lane| &lane.stream);
        let zero = first.filter(|zero| zero.rank == 0 && zero.step() == Some(step));
        let world_size = zero.map_or(0, RankStream::world_size);
        if zero.is_none() {
            return Err(self.rank_gap(0, step, self.lanes.len() as u32));
        }
        let mut expected = 0;
        for at in 0..self.lanes.len() {
            let stream = &mut self.lanes[at].stream;
            if stream.rank >= world_size {
                while stream.step() == Some(step) {
                    stream.supersede();
                    stream.advance()?;
                }
                continue;
            }
            let (rank, got) = (stream.rank, stream.world_size());
            if rank != expected || stream.step() != Some(step) {
                return Err(self.rank_gap(expected, step, world_size));
            }
            if got != world_size {
                let fault = RecordingFault::WorldSize {
                    rank,
                    step,
                    expected: world_size,
                    got,
                };
                return Err(Error::file(stream.path(), fault));
            }
            expected += 1;
        }
        if expected < world_size {
            return Err(self.rank_gap(expected, step, world_size));
        }
        self.report.first_step.get_or_insert(step);
        self.report.last_step = Some(step);
        self.step = Some(step);
        self.lane = 0;
        self.begin_frame();
        Ok(true)
    }

    fn rank_gap(&self, rank: u32, step: u64, world_size: u32) -> Error {
        let fault = RecordingFault::RankGap {
            rank,
            world_size,
            step,
        };
        Error::file(&self.folder, fault)
    }

    /// Places the checkpoints that come before a step.
    fn positions(&mut self, step: u64) {
        while let Some(entry) = self
            .waiting
            .pop_if(|entry| entry.after.is_none_or(|after| after < step))
        {
            self.place(entry);
        }
    }

    fn place(&mut self, entry: Entry) {
        self.report.checkpoints.push(RecordedCheckpoint {
            step: entry.step,
            log_position: self.draws,
            path: entry.path,
            bytes: entry.bytes,
            sha256: entry.sha256,
        });
    }

    /// Notes the frame that is about to be given.
    fn begin_frame(&mut self) {
        self.draw = 0;
        let Some(lane) = self.lanes.get_mut(self.lane) else {
            return;
        };
        if lane.stream.step() == self.step {
            lane.digest.update(lane.stream.payload());
            lane.draws += lane.stream.current().map_or(0, |frame| frame.count as u64);
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        while let Some(entry) = self.waiting.pop() {
            self.place(entry);
        }
        self.report.superseded = self.lanes.iter().map(|lane| lane.stream.superseded()).sum();
        let mut seen: Vec<(blake3::Hash, u32)> = self
            .lanes
            .iter()
            .filter(|lane| lane.draws >= TELLING)
            .map(|lane| (lane.digest.finalize(), lane.stream.rank))
            .collect();
        seen.sort_by_key(|(hash, rank)| (*hash.as_bytes(), *rank));
        for pair in seen.windows(2) {
            if pair[0].0 == pair[1].0 {
                let (first, second) = (pair[0].1, pair[1].1);
                let fault = RecordingFault::SameDraws { first, second };
                return Err(Error::file(&self.folder, fault));
            }
        }
        Ok(())
    }
}

impl ReadDraws for RecordingMerge {
    fn read(&mut self, labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        loop {
            let Some(lane) = self.lanes.get_mut(self.lane) else {
                if self.next_step()? {
                    continue;
                }
                return Ok(None);
            };
            let frame = lane
                .stream
                .current()
                .filter(|frame| Some(frame.step) == self.step);
            let Some(frame) = frame else {
                self.lane += 1;
                self.begin_frame();
                continue;
            };
            if self.draw >= frame.count {
                lane.stream.advance()?;
                self.begin_frame();
                continue;
            }
            let row = lane.stream.row() + self.draw as u64 + 1;
            let damaged = || Error::row(lane.stream.path(), row, FormatFault::Malformed("a draw"));
            let (source, record) = frame
                .draw(lane.stream.payload(), self.draw)
                .ok_or_else(damaged)?;
            if lane.labelled != lane.stream.number() {
                lane.labels.clear();
                lane.labelled = lane.stream.number();
            }
            let id = usize::from(source);
            if lane.labels.len() <= id {
                lane.labels.resize(id + 1, None);
            }
            let source = match lane.labels[id] {
                Some(known) => known,
                None => {
                    let name = lane.stream.name(source).ok_or_else(damaged)?;
                    let new = labels
                        .intern(Label::parse(name))
                        .map_err(|fault| Error::row(lane.stream.path(), row, fault))?;
                    lane.labels[id] = Some(new);
                    new
                }
            };
            self.draw += 1;
            self.draws += 1;
            return Ok(Some(LogDraw {
                step: frame.step,
                source,
                record,
                row,
            }));
        }
    }

    fn file(&self) -> &Path {
        let lane = self.lanes.get(self.lane);
        lane.map_or(&self.folder, |lane| lane.stream.path())
    }

    fn recording(&self) -> Option<&RecordingReport> {
        Some(&self.report)
    }
}
