//! A table of draws in two readings: one for the attempts, one for the draws that stand.

use std::collections::BTreeMap;
use std::path::Path;

use super::attempts::{AttemptScan, Standing};
use super::draw::{LogDraw, ReadDraws};
use super::fault::LogFault;
use super::label::Labels;
use super::report::{LogReport, TableReport};
use super::twins::{Fingerprint, SameData, same};
use crate::error::{Error, InputError};

/// The second reading.
pub(super) struct Table {
    rows: Box<dyn ReadDraws>,
    standing: Standing,
    ranks: BTreeMap<u32, Fingerprint>,
    /// The draw of the row where the order is lost.
    held: Option<LogDraw>,
    same_data: SameData,
    ended: bool,
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
                Ok(Some(draw)) => scan.push(draw.row, draw.step, first.rank()),
                Ok(None) => break,
                Err(Error::Input(error)) if goes_on(&error) && error.row != at => at = error.row,
                Err(_) => break,
            }
        }
        let standing = scan.finish();
        Self {
            report: TableReport {
                attempts: standing.attempts(),
                ..TableReport::default()
            },
            rows: second,
            standing,
            ranks: BTreeMap::new(),
            held: None,
            same_data,
            ended: false,
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

    fn end(&mut self) -> Result<(), Error> {
        if std::mem::replace(&mut self.ended, true) {
            return Ok(());
        }
        if self.same_data == SameData::Accepted && self.ranks.is_empty() {
            return Err(Error::file(self.rows.file(), LogFault::NoRanks));
        }
        let ranks = self.ranks.iter_mut().map(|(rank, print)| (*rank, print));
        self.report.same_data = same(ranks);
        match self.report.same_data.first() {
            Some(pair) if self.same_data == SameData::Refused => {
                let (first, second) = (pair.first, pair.second);
                let fault = LogFault::SameDraws { first, second };
                Err(Error::file(self.rows.file(), fault))
            }
            _ => Ok(()),
        }
    }
}

impl ReadDraws for Table {
    fn read(&mut self, labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        if let Some(draw) = self.held.take() {
            return Ok(Some(draw));
        }
        loop {
            let Some(draw) = self.rows.read(labels)? else {
                self.end()?;
                return Ok(None);
            };
            let row = draw.row;
            if row > self.standing.rows {
                return Err(Error::file(self.rows.file(), LogFault::Changed));
            }
            if let Some((_, fault)) = self.standing.fault.take_if(|(at, _)| *at == row) {
                self.held = Some(draw);
                return Err(Error::row(self.rows.file(), row, fault));
            }
            if self.standing.stands(row, draw.step) {
                self.of_rank(&draw);
                return Ok(Some(draw));
            }
            self.report.superseded += 1;
        }
    }

    fn file(&self) -> &Path {
        self.rows.file()
    }

    fn goes_on(&self) -> bool {
        self.rows.goes_on()
    }

    fn report(&self) -> Option<LogReport> {
        Some(LogReport::Table(self.report.clone()))
    }
}

/// Whether the row after the one of an error can be read.
fn goes_on(error: &InputError) -> bool {
    error.row.is_some() && !error.fault.ends_reading()
}
