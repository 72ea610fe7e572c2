//! The cells that a slot counts in, and the gates that say so.

use super::builder::MutationBuilder;
use crate::assignment::CellRef;
use crate::labels::{self, ClauseLabel};

pub(super) const COUNTED: ClauseLabel = labels::INACTIVE_SLOTS_COUNT_NOTHING;
pub(super) const SIDES: ClauseLabel = labels::SLOTS_HOLD_THEIR_SUMS;

/// Gates of a clause for each slot, leaf, table chunk or level.
pub(super) const COUNTED_GATES: usize = 4;

/// The cells of a slot's units before the scale, draws and table chunks.
pub(super) fn counted(builder: &MutationBuilder<'_, '_>, slot: usize) -> [CellRef; 3] {
    let gates = builder.gates(COUNTED);
    [1, 2, 3].map(|at| gates[slot * COUNTED_GATES + at][2])
}
