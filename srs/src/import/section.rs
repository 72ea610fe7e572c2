//! The parts that files of both formats have, as errors name them.

use std::fmt;

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The numbers before the points of a halo2 file, the table of sections of a `.ptau` file.
    Table,
    /// `.ptau` section 1.
    Header,
    /// `.ptau` section 2.
    TauG1,
    /// `.ptau` section 3.
    TauG2,
    /// `.ptau` section 12.
    LagrangeG1,
    /// A `.ptau` section that is not read.
    Other(u32),
    /// halo2's g.
    Powers,
    /// halo2's g_lagrange.
    Lagrange,
    /// halo2's g2 and s·g2.
    G2,
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table => f.write_str("the start of the file"),
            Self::Header => f.write_str("section 1 (header)"),
            Self::TauG1 => f.write_str("section 2 (tauG1)"),
            Self::TauG2 => f.write_str("section 3 (tauG2)"),
            Self::LagrangeG1 => f.write_str("section 12 (lagrangeG1)"),
            Self::Other(id) => write!(f, "section {id}"),
            Self::Powers => f.write_str("g"),
            Self::Lagrange => f.write_str("g_lagrange"),
            Self::G2 => f.write_str("g2 and s_g2"),
        }
    }
}

impl Section {
    /// The `.ptau` section of an id.
    pub(super) fn of(id: u32) -> Self {
        match id {
            1 => Section::Header,
            2 => Section::TauG1,
            3 => Section::TauG2,
            12 => Section::LagrangeG1,
            other => Section::Other(other),
        }
    }
}
