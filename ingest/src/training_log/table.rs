//! A table of draws in two readings: one for the attempts, one for the draws that stand.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::attempts::{AttemptScan, Standing};
use super::draw::{LogDraw, ReadDraws};
use super::fault::LogFault;
use super::label::{Labels, SourceId};
use super::report::{LogReport, SupersededSource, TableReport};
use super::twins::{Fingerprint, SameData, same};
use crate::error::Error;

/// What the name of a column has in it that may number ranks.
const RANK: &str = "rank";

/// The second reading.
pub(super) struct Table {
    rows: Box<dyn ReadDraws>,
    standing: Standing,
    ranks: BTreeMap<u32, Fingerprint>,
    /// By source: its place among those of the report with superseded draws.
    superseded: HashMap<SourceId, usize>,
    /// The draw of the row where the order is lost.
    held: Option<LogDraw>,
    same_data: SameData,
    ended: bool,
    /// The row read last.
    row: u64,
    report: TableReport,
}

impl Table {
    /// Reads `first` to its end for the attempts; `second` reads the same rows again.
    pub(super) fn new(
        mut first: Box<dyn ReadDraws>,
        second: Box<dyn ReadDraws>,
        same_data: SameData,
    ) -> Self {
        let mut scan = AttemptScan::default();
        let mut labels = Labels::default();
        let mut at = None;
        // What is wrong with a row is told by the second reading.
        loop {
            match first.read(&mut labels) {
                Ok(Some(draw)) => scan.push(&draw, first.rank()),
                Ok(None) => break,
                Err(Error::Input(error)) if error.is_of_a_row() && error.row != at => {
                    at = error.row
                }
                Err(_) => break,
            }
        }
        let mut standing = scan.finish(&labels);
        let unread = first.unread().to_vec();
        let like_rank = |name: &&String| name.to_ascii_lowercase().contains(RANK);
        if let Some(column) = unread.iter().find(like_rank) {
            standing.refuse_restarts(LogFault::OtherRank {
                column: column.clone(),
            });
        }
        Self {
            report: TableReport {
                attempts: standing.attempts(),
                unread,
                ..TableReport::default()
            },
            rows: second,
            standing,
            ranks: BTreeMap::new(),
            superseded: HashMap::new(),
            held: None,
            same_data,
            ended: false,
            row: 0,
        }
    }

    /// Notes a draw that stands for its rank.
    fn of_rank(&mut self, draw: &LogDraw) {
        let Some(rank) = self.rows.rank() else {
            return;
        };
        let print = self.ranks.entry(rank).or_insert_with(Fingerprint::new);
        print.draw(&[draw.step, draw.source.index() as u64, draw.record]);
        self.report.ranks = Some(self.ranks.len());
    }

    /// Notes a draw that a later attempt took the place of.
    fn supersede(&mut self, draw: &LogDraw, labels: &Labels) {
        self.report.superseded += 1;
        let sources = &mut self.report.superseded_sources;
        let place = *self.superseded.entry(draw.source).or_insert_with(|| {
            sources.push(SupersededSource {
                name: labels.get(draw.source).to_string(),
                draws: 0,
                first_step: draw.step,
                last_step: draw.step,
            });
            sources.len() - 1
        });
        let source = &mut sources[place];
        source.draws += 1;
        source.first_step = source.first_step.min(draw.step);
        source.last_step = source.last_step.max(draw.step);
    }
}

impl ReadDraws for Table {
    fn read(&mut self, labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        if let Some(draw) = self.held.take() {
            return Ok(Some(draw));
        }
        loop {
            let draw = self.rows.read(labels)?;
            let row = draw.map_or(self.row, |draw| draw.row);
            if row > self.standing.rows || (draw.is_none() && row < self.standing.rows) {
                return Err(Error::file(self.rows.file(), LogFault::Changed));
            }
            let Some(draw) = draw else {
                return Ok(None);
            };
            self.row = row;
            if let Some((_, fault)) = self.standing.fault.take_if(|(at, _)| *at == row) {
                self.held = Some(draw);
                return Err(Error::row(self.rows.file(), row, fault));
            }
            if self.standing.stands(row, draw.step) {
                self.of_rank(&draw);
                return Ok(Some(draw));
            }
            self.supersede(&draw, labels);
        }
    }

    fn file(&self) -> &Path {
        self.rows.file()
    }

    fn end(&mut self, through: u64) -> Result<(), Error> {
        if std::mem::replace(&mut self.ended, true) {
            return Ok(());
        }
        let fault = |fault| Err(Error::file(self.rows.file(), fault));
        if self.same_data == SameData::Accepted && self.ranks.is_empty() {
            return fault(LogFault::NoRanks);
        }
        if let Some((last, behind)) = self.standing.unfinished
            && behind <= through
        {
            return fault(LogFault::Unfinished { last, behind });
        }
        let ranks = self.ranks.iter_mut().map(|(rank, print)| (*rank, print));
        self.report.same_data = same(ranks);
        match self.report.same_data.first() {
            Some(pair) if self.same_data == SameData::Refused => fault(LogFault::SameDraws {
                first: pair.first,
                second: pair.second,
            }),
            _ => Ok(()),
        }
    }

    fn goes_on(&self) -> bool {
        self.rows.goes_on()
    }

    fn report(&self) -> Option<LogReport> {
        Some(LogReport::Table(self.report.clone()))
    }
}
