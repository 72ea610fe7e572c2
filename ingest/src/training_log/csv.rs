//! The canonical log in CSV.

use std::path::Path;

use super::cell::{count, rank, unread};
use super::draw::{LogDraw, ReadDraws};
use super::fault::LogFault;
use super::label::{Label, Labels};
use crate::error::{Error, Fault, FormatFault};
use crate::input::Input;
use crate::plain::Ending;
use crate::rows::{Dialect, Rows};

/// A CSV log.
pub(super) struct Csv {
    rows: Rows,
    ending: Ending,
    step: usize,
    tranche: usize,
    record: usize,
    rank: Option<usize>,
    /// The row read last, and the rank that it names.
    row: u64,
    of_rank: Option<u32>,
    ended: bool,
    unread: Vec<String>,
}

impl Csv {
    pub(super) fn new(input: Input) -> Result<Self, Error> {
        let (input, ending) = Ending::watch(input);
        let rows = Rows::new(input, Dialect::default())?;
        let column = |name| {
            let missing = |error: Error| match error.fault() {
                Some(FormatFault::MissingField(_)) => {
                    Error::file(rows.path(), LogFault::MissingColumn(name))
                }
                _ => error,
            };
            rows.column(name).map_err(missing)
        };
        let [step, tranche, record] = ["step", "tranche", "record"].map(column);
        let rank = match column("rank") {
            Err(error) if error.fault() == Some(&LogFault::MissingColumn("rank")) => None,
            found => Some(found?),
        };
        let unread = unread(rows.names());
        Ok(Self {
            unread,
            step: step?,
            tranche: tranche?,
            record: record?,
            rank,
            rows,
            ending,
            row: 0,
            of_rank: None,
            ended: false,
        })
    }

    fn draw(&mut self, row: u64, labels: &mut Labels) -> Result<LogDraw, Fault> {
        let tranche = self.rows.field(self.tranche);
        if tranche.is_empty() {
            return Err(FormatFault::Null("tranche".to_owned()).into());
        }
        self.of_rank = match self.rank {
            Some(place) => Some(rank(self.rows.field(place))?),
            None => None,
        };
        Ok(LogDraw {
            step: count("step", self.rows.field(self.step))?,
            source: labels.intern(Label::parse(tranche))?,
            record: count("record", self.rows.field(self.record))?,
            row,
        })
    }
}

impl ReadDraws for Csv {
    fn read(&mut self, labels: &mut Labels) -> Result<Option<LogDraw>, Error> {
        let Some(row) = self.rows.advance()? else {
            if !std::mem::replace(&mut self.ended, true) && self.row > 0 && self.ending.is_open() {
                return Err(Error::row(self.rows.path(), self.row, LogFault::OpenLine));
            }
            return Ok(None);
        };
        self.row = row;
        self.draw(row, labels)
            .map(Some)
            .map_err(|fault| Error::row(self.rows.path(), row, fault))
    }

    fn file(&self) -> &Path {
        self.rows.path()
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn rank(&self) -> Option<u32> {
        self.of_rank
    }

    fn unread(&self) -> &[String] {
        &self.unread
    }
}
