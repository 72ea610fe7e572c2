//! Sizes of the counting circuits.

use clap::ValueEnum;
use serde::Serialize;

/// How draws are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Argument {
    /// Halo2's permuted lookup of each draw in the table.
    Permuted,
    /// The logarithmic derivative: multiplicities of the table's positions.
    #[default]
    Logarithmic,
}

/// Sizes of a circuit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Rows are 2^k.
    pub(crate) k: u32,
    /// How draws are counted.
    pub(crate) argument: Argument,
    /// Draws a row, 1 to 5.
    pub(crate) lanes: usize,
    /// Degree to which the quotient is masked, where that is more than the argument needs; the degree is the least else, and there is no mask.
    pub(crate) degree: usize,
    /// Tranches.
    pub(crate) slots: usize,
}

impl Size {
    /// The degree that the gates and the lookups need: both sums clear one fraction a lane and one of the table.
    pub(crate) fn least_degree(&self) -> usize {
        self.lanes + 3
    }

    /// The degree of the constraint system.
    pub(crate) fn constraint_degree(&self) -> usize {
        self.degree.max(self.least_degree())
    }

    /// Rows that hold draws and positions: all but those of the sum's end and of blinding.
    pub(crate) fn rows(&self) -> usize {
        (1usize << self.k).saturating_sub(16)
    }

    /// Draws, every row full.
    pub(crate) fn draws(&self) -> usize {
        self.rows() * self.lanes
    }
}
