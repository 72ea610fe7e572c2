//! Cells that may hold something else and nothing breaks, each with the reason why no false statement follows from it.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::circuit_under_test::Relation;
use super::honest_witness::{HonestWitness, Use};
use crate::assignment::CellRef;
use crate::chips::arith::ROWS;

/// Cells by column and row, and the values that they may take.
pub(super) struct Allowance {
    pub(super) name: &'static str,
    pub(super) reason: &'static str,
    pub(super) fits: fn(&HonestWitness<'_>, CellRef, Fr) -> bool,
}

/// All of them. Each must be needed by a survivor.
pub(super) const ALLOWANCES: &[Allowance] = &[
    Allowance {
        name: "mask noise",
        reason: "the mask holds whatever its noise is",
        fits: |honest, cell_ref, _| honest.used(cell_ref) == Use::MaskNoise,
    },
    Allowance {
        name: "mask bit",
        reason: "a random bit, read by the mask alone",
        fits: |honest, cell_ref, value| {
            honest.used(cell_ref) == Use::MaskBit
                && (value == Fr::ZERO || value == Fr::ONE || cell_ref.row == honest.end())
        },
    },
    Allowance {
        name: "last row",
        reason: "the row below the active ones is read by sums and folds alone, as where they end",
        fits: |honest, cell_ref, _| {
            let read = [Use::Sum, Use::Fold, Use::Combination, Use::KeyInverse];
            let arith = [Use::Arith, Use::SecondPhase];
            cell_ref.row == honest.end()
                && !read.contains(&honest.used(cell_ref))
                && !arith.contains(&honest.used(cell_ref))
        },
    },
    Allowance {
        name: "multiplicity hint of nothing",
        reason: "a multiplicity is position · units · hint: zero outside the table, and where there are no units",
        fits: |honest, cell_ref, _| {
            honest.used(cell_ref) == Use::MultiplicityHint
                && (cell_ref.row >= table(honest) || units(honest, cell_ref) == Fr::ZERO)
        },
    },
    Allowance {
        name: "key inverse below the table",
        reason: "nothing is counted there; the last two cells, which hold the sums, are no part of this",
        fits: |honest, cell_ref, _| {
            honest.used(cell_ref) == Use::KeyInverse
                && cell_ref.row >= table(honest)
                && cell_ref.row + 1 < honest.end()
        },
    },
    Allowance {
        name: "count of ones below the table",
        reason: "no chunk is there",
        fits: |honest, cell_ref, _| {
            honest.used(cell_ref) == Use::Ones && cell_ref.row >= table(honest)
        },
    },
    Allowance {
        name: "units below the queue of a uniform table",
        reason: "its bits are checked in the table, its queue as the first lane: the other lanes are nothing below the table",
        fits: |honest, cell_ref, _| {
            let first = honest.uses.iter().position(|each| *each == Use::Units);
            let uniform = honest.uses.contains(&Use::Ones);
            honest.used(cell_ref) == Use::Units
                && uniform
                && Some(cell_ref.column.index()) != first
                && cell_ref.row >= table(honest)
        },
    },
    Allowance {
        name: "S-box input without a weight",
        reason: "the row is no S-box's: copies bind its weights to zero, or it is below the last step",
        fits: |honest, cell_ref, _| {
            honest.used(cell_ref) == Use::SboxInput
                && (honest.at(Use::WeightA, cell_ref.row) == Fr::ZERO
                    || beside(honest, cell_ref.row))
                && honest.at(Use::WeightB, cell_ref.row) == Fr::ZERO
        },
    },
    Allowance {
        name: "I/O cell without a weight",
        reason: "no slot of the step: its weight is bound to zero, or is the step's multiplier",
        fits: |honest, cell_ref, _| {
            honest.used(cell_ref) == Use::Io
                && (honest.at(Use::WeightC, cell_ref.row) == Fr::ZERO
                    || honest.starts_step(cell_ref.row))
        },
    },
    Allowance {
        name: "weights below the last step",
        reason: "what they weigh is behind the cell that is compared",
        fits: |honest, cell_ref, _| {
            let weights = [Use::WeightA, Use::WeightB, Use::WeightC];
            weights.contains(&honest.used(cell_ref)) && cell_ref.row >= honest.filled.machine
        },
    },
    Allowance {
        name: "start of the combination",
        reason: "the first step multiplies what is before it by zero",
        fits: |honest, cell_ref, _| honest.used(cell_ref) == Use::Combination && cell_ref.row == 0,
    },
    Allowance {
        name: "arithmetic rows without a gate",
        reason: "no gate of the column is there: nothing reads the zeros that fill it",
        fits: |honest, cell_ref, _| {
            let from = cell_ref.row / ROWS * ROWS;
            [Use::Arith, Use::SecondPhase].contains(&honest.used(cell_ref))
                && (from..from + ROWS).all(|row| {
                    let cell = CellRef { row, ..cell_ref };
                    row > honest.end()
                        || honest.assignment().value(cell) == Fr::ZERO
                            && honest.local.touching(cell).is_empty()
                })
        },
    },
    Allowance {
        name: "hint of nothing",
        reason: "an inverse that is asked for where there is nothing to invert",
        fits: |honest, cell_ref, _| {
            let above = CellRef {
                row: cell_ref.row - 1,
                ..cell_ref
            };
            honest.used(cell_ref) == Use::Arith
                && cell_ref.row % ROWS == 2
                && honest.source(cell_ref).is_none()
                && honest.assignment().value(above) == Fr::ZERO
        },
    },
];

/// Cells about which a mutation that is followed may go unnoticed, besides these.
pub(super) const FOLLOWED: &[Allowance] = &[
    Allowance {
        name: "hash of nothing",
        reason: "an input of a hash that no cell is copied to or from, or of a table chunk or slot that is not active",
        fits: |honest, cell_ref, _| {
            honest.used(cell_ref) == Use::Io
                && honest.source(cell_ref).is_none()
                && honest.idle(cell_ref)
        },
    },
    Allowance {
        name: "private bit of an idle table chunk",
        reason: "its entry is zero whatever the bit is, its key inverse is no member's, and its chunk holds zeros",
        fits: |honest, cell_ref, value| {
            (value == Fr::ZERO || value == Fr::ONE)
                && honest.private_bit_of_idle_table_chunk(cell_ref)
        },
    },
    Allowance {
        name: "chunk number of an idle table chunk",
        reason: "what it leaves of the tranche's records, and its entry, are multiplied by a zero",
        fits: |honest, cell_ref, _| honest.index_of_idle_table_chunk(cell_ref),
    },
];

fn table(honest: &HonestWitness<'_>) -> usize {
    match &honest.circuit.relation {
        Relation::Usage(usage) => usage.params.table_rows(),
        Relation::Disclosure(_) => 0,
    }
}

/// The units beside a multiplicity hint.
fn units(honest: &HonestWitness<'_>, multiplicity_hint: CellRef) -> Fr {
    let first = |used: Use| honest.uses.iter().position(|each| *each == used);
    let lane = multiplicity_hint.column.index() - first(Use::MultiplicityHint).unwrap_or_default();
    let column = first(Use::Units).unwrap_or_default() + lane;
    honest
        .assignment()
        .value(honest.cell_ref(column, multiplicity_hint.row))
}

/// Whether A at a row is a step's multiplier, in a layout without a column C.
fn beside(honest: &HonestWitness<'_>, row: usize) -> bool {
    !honest.uses.contains(&Use::WeightC) && honest.starts_step(row)
}
