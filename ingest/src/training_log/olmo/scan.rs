//! The first reading: every line of every rank, and whether the ranks fit together.

use std::path::{Path, PathBuf};

use super::lines::{Lines, Stop};
use super::part::Part;
use crate::error::Error;
use crate::input::{Files, Input};
use crate::training_log::fault::LogFault;

/// The most faults that one reading collects.
const MAX_FAULTS: usize = 1_000;

/// A start of the loop, as one rank recorded it: steps that go up by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    pub(super) first: u64,
    pub(super) last: u64,
}

/// A rank's file as the first reading found it.
#[derive(Clone, Debug)]
pub(super) struct RankScan {
    pub(super) rank: u32,
    pub(super) path: PathBuf,
    pub(super) attempts: Vec<Attempt>,
    pub(super) draws: u64,
    /// Where it cannot be read on, and why.
    pub(super) broken: Option<Broken>,
}

/// Why a file cannot be read on.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// The line; a torn end has none.
    line: Option<u64>,
    fault: LogFault,
}

impl Broken {
    /// The error, where the ranks have a last whole step or none.
    fn error(&self, path: &Path, whole: Option<u64>) -> Error {
        let fault = match &self.fault {
            LogFault::Torn { lines, .. } => LogFault::Torn {
                lines: *lines,
                whole,
            },
            LogFault::Gzip { what, .. } => LogFault::Gzip {
                what: what.clone(),
                whole,
            },
            other => other.clone(),
        };
        match self.line {
            Some(line) => Error::row(path, line, fault),
            None => Error::file(path, fault),
        }
    }
}

/// The steps of one attempt that stand: no later attempt has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) part: usize,
    pub(super) attempt: usize,
    pub(super) first: u64,
    /// The last step that stands, if the attempt reaches it.
    pub(super) last: u64,
}

/// All ranks of all parts.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) parts: Vec<Vec<RankScan>>,
    pub(super) windows: Vec<Window>,
    pub(super) faults: Vec<Error>,
}

impl Scan {
    pub(super) fn read(files: &dyn Files, parts: &[Part], through: u64) -> Result<Self, Error> {
        let mut scan = Self::default();
        for part in parts {
            let mut ranks = Vec::with_capacity(part.files.len());
            let known = part
                .files
                .keys()
                .last()
                .map_or(0, |last| last.saturating_add(1));
            for rank in (0..known).filter(|rank| !part.files.contains_key(rank)) {
                let fault = LogFault::MissingRank { rank, ranks: known };
                if !scan.fault(&part.path, fault) {
                    break;
                }
            }
            for (rank, path) in &part.files {
                let found = scan.rank(files, *rank, path, through)?;
                ranks.push(found);
            }
            scan.parts.push(ranks);
        }
        scan.fit(parts, through);
        Ok(scan)
    }

    /// Notes a fault of a whole file; `false` when there are too many.
    fn fault(&mut self, path: &Path, fault: LogFault) -> bool {
        self.note(Error::file(path, fault))
    }

    fn note(&mut self, error: Error) -> bool {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(error);
        }
        self.faults.len() < MAX_FAULTS
    }

    fn rank(
        &mut self,
        files: &dyn Files,
        rank: u32,
        path: &Path,
        through: u64,
    ) -> Result<RankScan, Error> {
        let mut lines = Lines::new(Input::open(files, path)?)?;
        let mut scan = RankScan {
            rank,
            path: path.to_owned(),
            attempts: Vec::new(),
            draws: 0,
            broken: None,
        };
        loop {
            match line(&mut lines) {
                Ok(None) => break,
                Ok(Some((step, draws))) => {
                    scan.draws += draws;
                    match scan
                        .attempts
                        .last_mut()
                        .filter(|attempt| step > attempt.last)
                    {
                        None => scan.attempts.push(Attempt {
                            first: step,
                            last: step,
                        }),
                        Some(attempt) => {
                            let previous = attempt.last;
                            attempt.last = step;
                            if step - previous > 1 && previous < through {
                                let fault = LogFault::StepGap {
                                    previous,
                                    got: step,
                                };
                                self.note(Error::row(path, lines.line(), fault));
                            }
                        }
                    }
                }
                Err(Stop::Torn(lines)) => {
                    let fault = LogFault::Torn { lines, whole: None };
                    scan.broken = Some(Broken { line: None, fault });
                    break;
                }
                Err(Stop::Fault(fault)) => {
                    let line = Some(lines.line().max(1));
                    scan.broken = Some(Broken { line, fault });
                    break;
                }
                Err(Stop::Error(error)) => return Err(error),
            }
        }
        Ok(scan)
    }

    /// Finds the steps of each attempt that stand, and whether every rank has them.
    fn fit(&mut self, parts: &[Part], through: u64) {
        let scans = std::mem::take(&mut self.parts);
        let mut windows = Vec::new();
        let mut limit = u64::MAX;
        let mut highest = 0;
        for (part, ranks) in scans.iter().enumerate().rev() {
            for rank in ranks.iter().filter(|rank| rank.attempts.is_empty()) {
                if let Some(broken) = &rank.broken {
                    self.note(broken.error(&rank.path, None));
                }
            }
            let Some(zero) = ranks.first() else { continue };
            for other in &ranks[1..] {
                if firsts(other) != firsts(zero) {
                    let fault = LogFault::Attempts {
                        rank: other.rank,
                        expected: describe_firsts(zero),
                        got: describe_firsts(other),
                    };
                    self.fault(&other.path, fault);
                }
            }
            for (attempt, known) in zero.attempts.iter().enumerate().rev() {
                let reached = ranks.iter().filter_map(|rank| rank.attempts.get(attempt));
                let reached = reached.map(|attempt| attempt.last).max().unwrap_or(0);
                highest = highest.max(reached.min(through));
                let last = reached.min(limit.saturating_sub(1)).min(through);
                if known.first < limit && known.first <= through {
                    self.ends(ranks, attempt, last, limit.min(through.saturating_add(1)));
                    windows.push(Window {
                        part,
                        attempt,
                        first: known.first,
                        last,
                    });
                }
                limit = limit.min(known.first);
            }
        }
        windows.reverse();
        for pair in windows.windows(2) {
            let (before, after) = (pair[0], pair[1]);
            if after.first > before.last.saturating_add(1) {
                let fault = LogFault::StepGap {
                    previous: before.last,
                    got: after.first,
                };
                self.fault(&parts[after.part].path, fault);
            }
        }
        if let Some(end) = windows.last().filter(|end| end.last < highest) {
            let (last, behind) = (end.last, end.last.saturating_add(1));
            self.fault(&parts[end.part].path, LogFault::Unfinished { last, behind });
        }
        self.windows = windows;
        self.parts = scans;
    }

    /// Checks that every rank has an attempt's steps to the last that stands. A broken end matters only where nothing takes its place.
    fn ends(&mut self, ranks: &[RankScan], attempt: usize, last: u64, limit: u64) {
        let reached = ranks.iter().filter_map(|rank| rank.attempts.get(attempt));
        let whole = reached.map(|attempt| attempt.last).min();
        for rank in ranks {
            let Some(got) = rank.attempts.get(attempt).map(|attempt| attempt.last) else {
                continue;
            };
            let broken = rank.broken.as_ref();
            match broken.filter(|_| attempt + 1 == rank.attempts.len()) {
                Some(broken) if got.saturating_add(1) < limit => {
                    self.note(broken.error(&rank.path, whole));
                }
                _ if got < last => {
                    let fault = LogFault::RankEnd {
                        rank: rank.rank,
                        expected: last,
                        got,
                        whole: whole.unwrap_or(got),
                    };
                    self.fault(&rank.path, fault);
                }
                _ => {}
            }
        }
    }
}

/// The step of the next line, and its indices by number.
fn line(lines: &mut Lines) -> Result<Option<(u64, u64)>, Stop> {
    let Some(step) = lines.step()? else {
        return Ok(None);
    };
    let mut draws = 0;
    while lines.index()?.is_some() {
        draws += 1;
    }
    Ok(Some((step, draws)))
}

fn firsts(scan: &RankScan) -> Vec<u64> {
    scan.attempts.iter().map(|attempt| attempt.first).collect()
}

fn describe_firsts(scan: &RankScan) -> String {
    let firsts: Vec<String> = firsts(scan).iter().take(8).map(u64::to_string).collect();
    if firsts.is_empty() {
        "none".to_owned()
    } else {
        firsts.join(", ")
    }
}
