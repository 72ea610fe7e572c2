//! The draws of all ranks in the order of the log.

use std::path::{Path, PathBuf};

use super::fault::RecordingFault;
use super::frames::Entry;
use super::options::{RecordingOptions, ShortRanks};
use super::rank::{RankScan, RankStream};
use super::recording::Recording;
use super::report::{RecordedCheckpoint, RecordingReport, ShortRank};
use crate::error::{Error, FormatFault};
use crate::training_log::draw::{LogDraw, ReadDraws};
use crate::training_log::label::{Label, Labels, SourceId};
use crate::training_log::report::LogReport;
use crate::training_log::twins::{Fingerprint, SameData, same};

/// A rank's second reading, and what is told of it.
struct Lane {
    stream: RankStream,
    /// Label of each source of the file of this number, once it was met.
    labels: Vec<Option<SourceId>>,
    labelled: usize,
    print: Fingerprint,
    /// The rank's last step, and whether nothing is missing after it.
    last: Option<u64>,
    ended: bool,
    /// The first step of its last attempt, and its segments by number.
    start: (Option<u64>, usize),
}

impl Lane {
    /// Whether the rank's loop ended by itself before a step.
    fn ended_before(&self, step: u64) -> bool {
        self.ended && self.stream.step().is_none() && self.last.is_none_or(|last| last < step)
    }
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
    same_data: SameData,
    short_ranks: ShortRanks,
}

impl RecordingMerge {
    /// Starts the second reading.
    pub(in crate::training_log) fn new(
        recording: &Recording,
        options: &RecordingOptions,
    ) -> Result<Self, Error> {
        let through = options.through;
        let mut lanes = Vec::with_capacity(recording.ranks.len());
        for scan in &recording.ranks {
            let mut stream = RankStream::new(&recording.files, scan, through);
            stream.advance()?;
            lanes.push(Lane {
                stream,
                labels: Vec::new(),
                labelled: 0,
                print: Fingerprint::new(),
                last: scan.step,
                ended: scan.closed || options.short_ranks == ShortRanks::All,
                start: (scan.last_attempt(), scan.segments.len()),
            });
        }
        let (mut waiting, two_checkpoints) = recording.checkpoints(through);
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
                short_ranks: Vec::new(),
                same_data: Vec::new(),
                segments: recording.segments(),
                checkpoints: Vec::new(),
                two_checkpoints,
            },
            lane: lanes.len(),
            lanes,
            waiting,
            step: None,
            draw: 0,
            draws: 0,
            same_data: options.same_data,
            short_ranks: options.short_ranks,
        })
    }

    /// Begins the step that comes next: `false` at the end.
    fn next_step(&mut self) -> Result<bool, Error> {
        loop {
            let steps = self.lanes.iter().filter_map(|lane| lane.stream.step());
            let Some(step) = steps.min() else {
                self.end()?;
                return Ok(false);
            };
            if !self.gather(step)? {
                continue;
            }
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
            self.report.first_step.get_or_insert(step);
            self.report.last_step = Some(step);
            self.step = Some(step);
            self.lane = 0;
            self.begin_frame();
            return Ok(true);
        }
    }

    /// Checks that all ranks of a step have it or ended before, and passes over ranks that the last attempt does not have. Whether a rank has it.
    fn gather(&mut self, step: u64) -> Result<bool, Error> {
        let zero = self.lanes.first().filter(|lane| lane.stream.rank == 0);
        let Some(zero) = zero else {
            return Err(self.missing(0, self.lanes.len() as u32));
        };
        if zero.stream.step() != Some(step) && !zero.ended_before(step) {
            return Err(self.gap(zero, zero.stream.world_size(), step));
        }
        let world_size = zero.stream.world_size();
        let mut expected = 0;
        let mut short = Vec::new();
        let mut found: Option<usize> = None;
        for at in 0..self.lanes.len() {
            let stream = &mut self.lanes[at].stream;
            if stream.rank >= world_size {
                while stream.step() == Some(step) {
                    stream.supersede();
                    stream.advance()?;
                }
                continue;
            }
            let lane = &self.lanes[at];
            let (rank, got) = (lane.stream.rank, lane.stream.world_size());
            if rank != expected {
                return Err(self.missing(expected, world_size));
            }
            expected += 1;
            if lane.stream.step() != Some(step) {
                if lane.ended_before(step) {
                    short.push(at);
                    continue;
                }
                return Err(self.gap(lane, world_size, step));
            }
            if got != world_size {
                let fault = RecordingFault::WorldSize {
                    rank,
                    step,
                    expected: world_size,
                    got,
                };
                return Err(Error::file(lane.stream.path(), fault));
            }
            found = found.or(Some(at));
        }
        if expected < world_size {
            return Err(self.missing(expected, world_size));
        }
        // A closed segment may be followed by one that is lost: only where attempts and segments are the same, none is.
        if self.short_ranks == ShortRanks::Closed {
            let start = found.map(|at| self.lanes[at].start);
            let lost = short
                .iter()
                .find(|at| Some(self.lanes[**at].start) != start);
            if let Some(lost) = lost {
                return Err(self.gap(&self.lanes[*lost], world_size, step));
            }
        }
        Ok(found.is_some())
    }

    fn missing(&self, rank: u32, world_size: u32) -> Error {
        let fault = RecordingFault::MissingRank { rank, world_size };
        Error::file(&self.folder, fault)
    }

    fn gap(&self, lane: &Lane, world_size: u32, step: u64) -> Error {
        let (rank, whole) = (lane.stream.rank, self.step);
        let fault = if lane.last.is_none_or(|last| last < step) {
            RecordingFault::RankEnd {
                rank,
                world_size,
                last: lane.last,
                step,
                whole,
            }
        } else {
            RecordingFault::RankGap {
                rank,
                world_size,
                step,
                whole,
            }
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
            let draws = lane.stream.current().map_or(0, |frame| frame.count as u64);
            lane.print.frame(lane.stream.payload(), draws);
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        while let Some(entry) = self.waiting.pop() {
            self.place(entry);
        }
        self.report.superseded = self.lanes.iter().map(|lane| lane.stream.superseded()).sum();
        let world_size = self
            .lanes
            .first()
            .map_or(0, |lane| lane.stream.world_size());
        let last = self.report.last_step;
        let short = self
            .lanes
            .iter()
            .filter(|lane| lane.stream.rank < world_size && lane.last < last);
        self.report.short_ranks = short
            .map(|lane| ShortRank {
                rank: lane.stream.rank,
                last_step: lane.last,
            })
            .collect();
        let lanes = self.lanes.iter_mut();
        self.report.same_data = same(lanes.map(|lane| (lane.stream.rank, &mut lane.print)));
        match self.report.same_data.first() {
            Some(pair) if self.same_data == SameData::Refused => {
                let (first, second) = (pair.first, pair.second);
                let fault = RecordingFault::SameDraws { first, second };
                Err(Error::file(&self.folder, fault))
            }
            _ => Ok(()),
        }
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

    fn report(&self) -> Option<LogReport> {
        Some(LogReport::Recording(self.report.clone()))
    }
}
