//! How much a record weighs.

use super::fault::{DataFault, MAX_UNITS};
use crate::error::{Error, Fault};
use crate::input::{Disk, Files};
use crate::value::RecordBuf;

#[cfg(feature = "tokens")]
use super::tokens::TokenCounter;

/// A record's weight: 1 to 2^24 - 1, in the unit of its tranche.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Units(u32);

impl Units {
    /// The greatest weight, 2^24 - 1.
    pub const MAX: u32 = MAX_UNITS;

    /// Checks the bounds of a weight.
    ///
    /// # Errors
    /// [`DataFault::ZeroUnits`], [`DataFault::UnitsOverBound`].
    pub fn new(units: u64) -> Result<Self, DataFault> {
        match u32::try_from(units) {
            Ok(0) => Err(DataFault::ZeroUnits),
            Ok(units) if units <= Self::MAX => Ok(Self(units)),
            _ => Err(DataFault::UnitsOverBound { got: units }),
        }
    }

    /// The weight as an integer.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// What a tranche's units count.
#[derive(Debug)]
pub enum UnitRule {
    /// Records: each weighs 1.
    Record,
    /// Bytes of the record's text: the whole of a line, a row, a piece of text or a file; of chosen fields the values alone, without what keeps them apart.
    Byte,
    /// Tokens of the record's text.
    #[cfg(feature = "tokens")]
    Token(Box<TokenCounter>),
}

impl UnitRule {
    /// Reads `record`, `byte`, or `token:` and the path of a `tokenizer.json`.
    ///
    /// # Errors
    /// [`Error::Usage`] for another word; the errors of loading the tokenizer.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_in(&Disk, text)
    }

    /// As [`UnitRule::parse`], the path being one of `files`.
    ///
    /// # Errors
    /// As [`UnitRule::parse`].
    pub fn parse_in(files: &dyn Files, text: &str) -> Result<Self, Error> {
        match text {
            "record" => Ok(Self::Record),
            "byte" => Ok(Self::Byte),
            _ => match text.strip_prefix("token:") {
                Some(path) => Self::token(files, path),
                None => Err(Error::usage(
                    format!("unknown unit \"{text}\""),
                    "use record, byte or token:PATH with the path of a tokenizer.json",
                )),
            },
        }
    }

    #[cfg(feature = "tokens")]
    fn token(files: &dyn Files, path: &str) -> Result<Self, Error> {
        let input = crate::input::Input::open(files, std::path::Path::new(path))?;
        let counter = TokenCounter::new(input)?;
        Ok(Self::Token(Box::new(counter)))
    }

    #[cfg(not(feature = "tokens"))]
    fn token(_files: &dyn Files, _path: &str) -> Result<Self, Error> {
        Err(Error::usage(
            "this binary counts no tokens",
            "build it with the feature \"tokens\", which is on by default",
        ))
    }

    /// The weight of a record.
    pub(super) fn weigh(&self, record: &RecordBuf) -> Result<Units, Fault> {
        let units = match self {
            Self::Record => 1,
            Self::Byte => record.texts().map(|text| text.len() as u64).sum(),
            #[cfg(feature = "tokens")]
            Self::Token(counter) => counter.count(record)?,
        };
        Ok(Units::new(units)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_exact() {
        assert_eq!(Units::new(0), Err(DataFault::ZeroUnits));
        assert_eq!(Units::new(1).map(Units::get), Ok(1));
        assert_eq!(Units::new((1 << 24) - 1).map(Units::get), Ok(Units::MAX));
        for got in [1 << 24, 1 << 32, (1 << 32) + 5, u64::MAX] {
            assert_eq!(Units::new(got), Err(DataFault::UnitsOverBound { got }));
        }
    }

    #[test]
    fn unknown_units_are_refused() {
        assert!(matches!(UnitRule::parse("word"), Err(Error::Usage { .. })));
        assert!(matches!(UnitRule::parse("byte"), Ok(UnitRule::Byte)));
    }
}
