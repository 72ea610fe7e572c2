//! The canonical log in CSV.

use std::path::Path;

use super::count::count;
use super::draw::{LogDraw, ReadDraws};
use super::label::{Label, Labels};
use crate::error::{Error, Fault, FormatFault};
use crate::input::Input;
use crate::rows::{Dialect, Rows};

/// A CSV log.
pub(super) struct Csv {
    rows: Rows,
    step: usize,
    tranche: usize,
    record: usize,
}

impl Csv {
    pub(super) fn new(input: Input) -> Result<Self, Error> {
        let rows = Rows::new(input, Dialect::default())?;
        let [step, tranche, record] = ["step", "tranche", "record"].map(|name| rows.column(name));
        Ok(Self {
            step: step?,
            tranche: tranche?,
            record: record?,
            rows,
        })
    }

    fn draw(&self, row: u64, labels: &mut Labels) -> Result<LogDraw, Fault> {
        let tranche = self.rows.field(self.tranche);
        if tranche.is_empty() {
            return Err(FormatFault::Null("tranche".to_owned()).into());
        }
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
            return Ok(None);
        };
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
}
