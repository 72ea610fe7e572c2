//! Cells that a constraint binds to a kind of value.
//!
//! | type | value | made by |
//! |---|---|---|
//! | [`Bit`] | 0 or 1 | the gate of a bit, its complement, or the pair of gates of a test for zero |
//! | [`Ranged`] | below 2^BITS | limbs that are looked up, and their weighted sum |
//! | [`Digest`] | the output of a permutation | the hash machine's sum |
//!
//! Fields are private and constructors are for the builder and the hash machine alone. Whoever reads such a cell may rely on what its type says.

use crate::assignment::CellRef;
use crate::chips::arith::Operand;

/// A cell that holds 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bit(CellRef);

/// A cell that holds an integer below 2^BITS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranged<const BITS: u32>(CellRef);

/// A cell that holds the digest of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(CellRef);

impl Bit {
    /// A cell that gates bind to a bit.
    pub(crate) fn constrained(cell: CellRef) -> Self {
        Self(cell)
    }
}

impl<const BITS: u32> Ranged<BITS> {
    /// A cell that range checks bind.
    pub(crate) fn constrained(cell: CellRef) -> Self {
        Self(cell)
    }
}

impl Digest {
    /// A cell that the hash machine binds.
    pub(crate) fn constrained(cell: CellRef) -> Self {
        Self(cell)
    }
}

impl From<Bit> for CellRef {
    fn from(Bit(cell): Bit) -> Self {
        cell
    }
}

impl<const BITS: u32> From<Ranged<BITS>> for CellRef {
    fn from(Ranged(cell): Ranged<BITS>) -> Self {
        cell
    }
}

impl From<Digest> for CellRef {
    fn from(Digest(cell): Digest) -> Self {
        cell
    }
}

impl From<Bit> for Operand {
    fn from(Bit(cell): Bit) -> Self {
        Self::Cell(cell)
    }
}

impl<const BITS: u32> From<Ranged<BITS>> for Operand {
    fn from(Ranged(cell): Ranged<BITS>) -> Self {
        Self::Cell(cell)
    }
}

impl From<Digest> for Operand {
    fn from(Digest(cell): Digest) -> Self {
        Self::Cell(cell)
    }
}
