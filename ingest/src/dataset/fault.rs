//! What can be wrong with a record of a data set.

use std::borrow::Cow;

use crate::error::{FaultKind, InputFault};

/// The greatest weight of a record.
pub(super) const MAX_UNITS: u32 = (1 << 24) - 1;

/// A fault of a record's weight, or of what weighs it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataFault {
    /// A record of zero units.
    #[error("the record weighs zero units")]
    ZeroUnits,
    /// A record of too many units.
    #[error("the record weighs {got} units; the bound is {MAX_UNITS}")]
    UnitsOverBound {
        /// The weight found.
        got: u64,
    },
    /// A tokenizer that does not load or fails on a record.
    #[error("tokenizer: {0}")]
    Tokenizer(String),
}

impl InputFault for DataFault {
    fn remedy(&self) -> Cow<'static, str> {
        let remedy = match self {
            Self::ZeroUnits => "drop the record or weigh by record",
            Self::UnitsOverBound { .. } => "split the record or use a coarser unit",
            Self::Tokenizer(_) => "use the tokenizer.json that the training run used",
        };
        remedy.into()
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}
