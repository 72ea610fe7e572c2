//! The second reading: the draws of all ranks in the order of the log.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::lines::{Lines, Stop};
use super::ranks::{Olmo, OlmoReport};
use super::scan::{RankScan, Window};
use crate::error::Error;
use crate::input::{Files, Input};
use crate::training_log::draw::{LogDraw, ReadDraws};
use crate::training_log::fault::LogFault;
use crate::training_log::label::{Label, Labels, SourceId, UNNAMED};
use crate::training_log::report::LogReport;
use crate::training_log::twins::{Fingerprint, SameData, same};

/// A rank's file in the second reading.
struct Lane {
    rank: u32,
    lines: Lines,
    step: Option<u64>,
    attempt: usize,
    started: bool,
    /// The last step given of the current attempt.
    given: Option<u64>,
    /// Whether the first reading found a broken end, and the last steps of its attempts.
    broken: bool,
    ends: Vec<u64>,
    print: Fingerprint,
}

impl Lane {
    fn open(files: &dyn Files, scan: &RankScan) -> Result<Self, Error> {
        Ok(Self {
            rank: scan.rank,
            lines: Lines::new(Input::open(files, &scan.path)?)?,
            step: None,
            attempt: 0,
            started: false,
            given: None,
            broken: scan.broken.is_some(),
            ends: scan.attempts.iter().map(|attempt| attempt.last).collect(),
            print: Fingerprint::new(),
        })
    }

    /// Goes to the next line; a broken end is the end.
    fn advance(&mut self) -> Result<(), Error> {
        let next = match self.lines.step() {
            Ok(next) => next,
            Err(Stop::Torn(_) | Stop::Fault(_)) if self.broken => None,
            Err(Stop::Torn(_) | Stop::Fault(_)) => return Err(self.changed()),
            Err(Stop::Error(error)) => return Err(error),
        };
        if self.started && next.is_some_and(|next| self.step.is_some_and(|step| next <= step)) {
            self.attempt += 1;
        }
        self.started = true;
        self.step = next;
        Ok(())
    }

    /// Goes to the first line that belongs to a window, or is after it.
    fn enter(&mut self, window: &Window) -> Result<(), Error> {
        while !self.started
            || (self.step.is_some()
                && (self.attempt, self.step) < (window.attempt, Some(window.first)))
        {
            self.advance()?;
        }
        Ok(())
    }

    /// Checks that all steps of a window that the first reading found were given.
    fn leave(&self, window: &Window) -> Result<(), Error> {
        let end = self
            .ends
            .get(window.attempt)
            .map(|end| window.last.min(*end));
        match end {
            Some(end) if end >= window.first && self.given != Some(end) => Err(self.changed()),
            _ => Ok(()),
        }
    }

    fn changed(&self) -> Error {
        Error::file(self.lines.path(), LogFault::Changed)
    }

    /// The lane's step, if it is of a window.
    fn step_in(&self, window: &Window) -> Option<u64> {
        self.step
            .filter(|step| self.attempt == window.attempt && *step <= window.last)
    }
}

/// The merge of all ranks.
pub(in crate::training_log) struct OlmoMerge {
    files: Arc<dyn Files>,
    parts: Vec<Vec<RankScan>>,
    windows: std::vec::IntoIter<Window>,
    source: SourceId,
    path: PathBuf,
    window: Option<Window>,
    lanes: Vec<Lane>,
    step: u64,
    /// The lane whose line is given.
    lane: usize,
    open: bool,
    same_data: SameData,
    report: OlmoReport,
}

impl OlmoMerge {
    pub(in crate::training_log) fn new(
        olmo: &Olmo,
        same_data: SameData,
        labels: &mut Labels,
    ) -> Result<Self, Error> {
        let source = labels.intern(Label::parse(UNNAMED));
        Ok(Self {
            files: Arc::clone(&olmo.files),
            parts: olmo.scan.parts.clone(),
            windows: olmo.scan.windows.clone().into_iter(),
            source: source.map_err(|fault| Error::file(&olmo.path, fault))?,
            path: olmo.path.clone(),
            window: None,
            lanes: Vec::new(),
            step: 0,
            lane: 0,
            open: false,
            same_data,
            report: olmo.report(),
        })
    }

    /// Goes to the next step of the window, or to the next window; `false` at the end.
    fn next_step(&mut self) -> Result<bool, Error> {
        loop {
            if let Some(window) = &self.window {
                let steps = self.lanes.iter().filter_map(|lane| lane.step_in(window));
                if let Some(step) = steps.min() {
                    self.step = step;
                    self.lane = 0;
                    return Ok(true);
                }
            }
            if let Some(window) = &self.window {
                for lane in &self.lanes {
                    lane.leave(window)?;
                }
            }
            let Some(next) = self.windows.next() else {
                self.window = None;
                self.twins()?;
                return Ok(false);
            };
            if self.window.is_none_or(|window| window.part != next.part) {
                self.twins()?;
                let lanes = self.parts[next.part].iter();
                let lanes = lanes.map(|scan| Lane::open(&*self.files, scan));
                self.lanes = lanes.collect::<Result<_, _>>()?;
            }
            for lane in &mut self.lanes {
                lane.enter(&next)?;
            }
            self.window = Some(next);
        }
    }

    /// Finds ranks of the part just read that have the same draws, and refuses them unless that is said to be right.
    fn twins(&mut self) -> Result<(), Error> {
        let lanes = self.lanes.iter_mut();
        let found = same(lanes.map(|lane| (lane.rank, &mut lane.print)));
        if let Some(pair) = found.first()
            && self.same_data == SameData::Refused
        {
            let (first, second) = (pair.first, pair.second);
            let fault = LogFault::SameDraws { first, second };
            return Err(Error::file(&self.path, fault));
        }
        for pair in found {
            if !self.report.same_data.contains(&pair) {
                self.report.same_data.push(pair);
            }
        }
        Ok(())
    }
}

impl ReadDraws for OlmoMerge {
    fn read(&mut self, _labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        loop {
            if self.window.is_none() || self.lane >= self.lanes.len() {
                if self.next_step()? {
                    continue;
                }
                return Ok(None);
            }
            let (Some(window), Some(lane)) = (&self.window, self.lanes.get_mut(self.lane)) else {
                continue;
            };
            if !self.open && lane.step_in(window) != Some(self.step) {
                self.lane += 1;
                continue;
            }
            self.open = true;
            match lane.lines.index() {
                Ok(Some(record)) => {
                    lane.print.draw(&[record]);
                    return Ok(Some(LogDraw {
                        step: self.step,
                        source: self.source,
                        record,
                        row: lane.lines.line(),
                    }));
                }
                Ok(None) => {
                    self.open = false;
                    lane.given = Some(self.step);
                    lane.advance()?;
                    self.lane += 1;
                }
                Err(Stop::Torn(_) | Stop::Fault(_)) if lane.broken => {
                    self.open = false;
                    lane.step = None;
                    self.lane += 1;
                }
                Err(Stop::Torn(_) | Stop::Fault(_)) => return Err(lane.changed()),
                Err(Stop::Error(error)) => return Err(error),
            }
        }
    }

    fn file(&self) -> &Path {
        let lane = self.lanes.get(self.lane);
        lane.map_or(&self.path, |lane| lane.lines.path())
    }

    fn report(&self) -> Option<LogReport> {
        Some(LogReport::Olmo(self.report.clone()))
    }
}
