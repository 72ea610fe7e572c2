//! What can be wrong with a record of a data set.

use std::borrow::Cow;

use crate::error::{FaultKind, InputFault};

/// The greatest weight of a record.
pub(super) const MAX_UNITS: u32 = (1 << 24) - 1;

/// A fault of a record's weight, or of what weighs it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataFault {
    /// A record of zero units.
    #[error("the record weighs zero units: it has no text")]
    ZeroUnits,
    /// A record of too many units.
    #[error("the record weighs {got} units; the bound is {MAX_UNITS}")]
    UnitsOverBound {
        /// The weight found.
        got: u64,
    },
    /// A JSON array where a line should be an object.
    #[error("a JSON array, where each line should be one object")]
    JsonArray,
    /// A link in a folder that leads to a folder or nowhere, or a special file.
    #[error("it is neither a file nor a link to one")]
    NoFile,
    /// Line ends that are carriage returns alone.
    #[error("its line ends are carriage returns alone, and its lines are not told apart")]
    CarriageReturns,
    /// A tokenizer that does not load or fails on a record.
    #[error("tokenizer: {0}")]
    Tokenizer(String),
}

impl InputFault for DataFault {
    fn remedy(&self) -> Cow<'static, str> {
        let remedy = match self {
            Self::ZeroUnits => {
                "take the record out of the data, or weigh by record (--units record)"
            }
            Self::UnitsOverBound { .. } => "split the record or use a coarser unit",
            Self::JsonArray => {
                "write an object a line, for example with `jq -c '.[]' FILE > LINES.jsonl`"
            }
            Self::NoFile => {
                "put a copy of the data in its place (`cp -rL FOLDER COPY` copies a folder with what its links lead to), or remove it"
            }
            Self::CarriageReturns => {
                "write line feeds, for example with `tr '\\r' '\\n' < FILE > LINES.txt`"
            }
            Self::Tokenizer(_) => "use the tokenizer.json that the training run used",
        };
        remedy.into()
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}
