//! Where the cells of a step stand.

use super::kinds::Kind;

/// Where the io cells of a step are. Columns in the permutation argument cost most on a chain, rows least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// In a column of their own beside the S-boxes, with a weight column of their own: slot by slot and engine by engine below the step's first row,
    /// then the constant one. A step is as long as its permutation or its io cells, whichever is more.
    Beside {
        /// Number of engines.
        engines: usize,
    },
    /// In their engine's column, below the S-boxes and weighed as these: a first row without an S-box, the S-boxes, the slots, the constant one.
    Below,
}

impl Layout {
    /// The row of the first S-box below the step's first row.
    pub fn boxes(&self) -> usize {
        match self {
            Self::Beside { .. } => 0,
            Self::Below => 1,
        }
    }

    /// The row of an io cell below the step's first.
    pub fn io_row(&self, kind: Kind, slot: usize, engine: usize) -> usize {
        match self {
            Self::Beside { engines } => 1 + slot * engines + engine,
            Self::Below => 1 + kind.program().cells() + slot,
        }
    }

    /// The row of the constant one below the step's first.
    pub fn constant_row(&self, kind: Kind) -> usize {
        self.io_row(kind, kind.slots(), 0)
    }

    /// Rows of a step.
    pub fn rows(&self, kind: Kind) -> usize {
        let boxes = self.boxes() + kind.program().cells();
        boxes.max(self.constant_row(kind) + 1)
    }
}
