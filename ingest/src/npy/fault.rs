//! What can be wrong with an array.

use std::borrow::Cow;

use crate::error::{FaultKind, InputFault};

/// A fault of an `.npy` file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NpyFault {
    /// Not an `.npy` file, or a header that does not parse.
    #[error("not a readable .npy file ({0})")]
    Malformed(String),
    /// An `.npy` array of another element type.
    #[error("expected dtype {expected}, got {got}")]
    Dtype {
        /// numpy's descriptors of the types expected.
        expected: String,
        /// The descriptor found.
        got: String,
    },
    /// An `.npy` array of another shape.
    #[error("expected a one-dimensional C-order array, got {0}")]
    Shape(String),
    /// An array of another shape than two columns.
    #[error("expected a C-order array of two columns, got {0}")]
    Columns(String),
}

impl InputFault for NpyFault {
    fn remedy(&self) -> Cow<'static, str> {
        let remedy = match self {
            Self::Malformed(_) => "save the array again with numpy.save",
            Self::Dtype { .. } => "give the file that the trainer wrote, or convert with astype",
            Self::Shape(_) => "save a flat array in C order",
            Self::Columns(_) => "give the sample index as the trainer wrote it",
        };
        remedy.into()
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}
