//! Where the cells of a step stand.

use super::kinds::StepKind;

/// Where the I/O cells of a step are. Columns in the permutation argument cost most on a chain, rows least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// In a column of their own beside the S-boxes, with a weight column of their own: slot by slot and, within a slot, permutation by permutation below the step's first row,
    /// then the constant one. A step is as long as its permutation or its I/O cells, whichever is more.
    SeparateIo {
        /// Number of parallel permutations.
        parallel_permutations: usize,
    },
    /// In the column of their permutation, below the S-boxes and weighed as these: a first row without an S-box, the S-boxes, the slots, the constant one.
    InlineIo,
}

impl Layout {
    /// The row of the first S-box below the step's first row.
    pub fn boxes(&self) -> usize {
        match self {
            Self::SeparateIo { .. } => 0,
            Self::InlineIo => 1,
        }
    }

    /// The row of an I/O cell below the step's first.
    pub fn io_row(&self, kind: StepKind, slot: usize, permutation: usize) -> usize {
        match self {
            Self::SeparateIo {
                parallel_permutations,
            } => 1 + slot * parallel_permutations + permutation,
            Self::InlineIo => 1 + kind.program().cells() + slot,
        }
    }

    /// The row of the constant one below the step's first.
    pub fn constant_row(&self, kind: StepKind) -> usize {
        self.io_row(kind, kind.slots(), 0)
    }

    /// Rows of a step.
    pub fn rows(&self, kind: StepKind) -> usize {
        let boxes = self.boxes() + kind.program().cells();
        boxes.max(self.constant_row(kind) + 1)
    }
}
