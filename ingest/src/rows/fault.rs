//! What can be wrong with a file of rows.

use std::borrow::Cow;

use tranche_protocol::manifest::reading::Delimiter;

use crate::error::{FaultKind, InputFault};

/// A fault of quotes or delimiters. Lines count from 1, the header's included.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// A quote that nothing closes.
    #[error("the quote that opens on line {line} is never closed")]
    OpenQuote {
        /// The line on which it opens.
        line: u64,
    },
    /// Something else than a delimiter or a line end after a closing quote.
    #[error("the quote that opens on line {opened} closes on line {line}, and the field goes on")]
    AfterQuote {
        /// The line on which it opens.
        opened: u64,
        /// The line on which it closes.
        line: u64,
    },
    /// A quote inside a field that does not begin with one.
    #[error("a quote in the middle of a field on line {line}")]
    StrayQuote {
        /// The line.
        line: u64,
    },
    /// One column, whose head has another delimiter in it than the one that was assumed.
    #[error("the first row has no {assumed}, but a {found}")]
    OtherDelimiter {
        /// The delimiter that was assumed.
        assumed: Delimiter,
        /// The first one of the others in it.
        found: Delimiter,
    },
    /// A row that is the header line once more, as files that were put together have it.
    #[error("the row is the header line again")]
    HeaderAgain,
    /// A first line that tells a spreadsheet program the delimiter.
    #[error("the first line is \"sep=\", a note for spreadsheet programs and no row")]
    SeparatorNote,
}

impl InputFault for RowFault {
    fn remedy(&self) -> Cow<'static, str> {
        match self {
            Self::OpenQuote { .. } | Self::AfterQuote { .. } => {
                "close the quote at the end of its field, and write a quote inside of quotes twice; `commit` takes quotes as they stand with --no-quotes".into()
            }
            Self::StrayQuote { .. } => {
                "put the field in quotes and write the quote in it twice; `commit` takes quotes as they stand with --no-quotes".into()
            }
            Self::OtherDelimiter { assumed, found } => format!(
                "commit to it, alone if it was given with others, with --delimiter {found}, or with --delimiter {assumed} if it has one column; a log wants commas"
            )
            .into(),
            Self::HeaderAgain => {
                "leave one header line: remove this one, and the byte order mark before it if there is one".into()
            }
            Self::SeparatorNote => {
                "delete that line, and commit to the file with --delimiter".into()
            }
        }
    }

    fn ends_reading(&self) -> bool {
        !matches!(self, Self::HeaderAgain)
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}
