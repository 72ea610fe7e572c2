//! Cells that may hold something else and nothing breaks, each with the reason why that tells nobody a lie.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::ground::{Ground, Use};
use super::subject::Kind;
use crate::chips::arith::ROWS;
use crate::sheet::Spot;

/// Cells by column and row, and the values that they may take.
pub(super) struct Allowance {
    pub(super) name: &'static str,
    pub(super) reason: &'static str,
    pub(super) fits: fn(&Ground<'_>, Spot, Fr) -> bool,
}

/// All of them. Each must be needed by a survivor.
pub(super) const ALLOWANCES: &[Allowance] = &[
    Allowance {
        name: "mask noise",
        reason: "the mask holds whatever its noise is",
        fits: |ground, spot, _| ground.used(spot) == Use::MaskNoise,
    },
    Allowance {
        name: "mask bit",
        reason: "a random bit, read by the mask alone",
        fits: |ground, spot, value| {
            ground.used(spot) == Use::MaskBit
                && (value == Fr::ZERO || value == Fr::ONE || spot.row == ground.end())
        },
    },
    Allowance {
        name: "last row",
        reason: "the row below the active ones is read by sums and folds alone, as where they end",
        fits: |ground, spot, _| {
            let read = [Use::Sum, Use::Fold, Use::Combination, Use::Link];
            let arith = [Use::Arith, Use::Late];
            spot.row == ground.end()
                && !read.contains(&ground.used(spot))
                && !arith.contains(&ground.used(spot))
        },
    },
    Allowance {
        name: "ratio of nothing",
        reason: "a multiplicity is position · units · ratio: zero outside the table, and where there are no units",
        fits: |ground, spot, _| {
            ground.used(spot) == Use::Ratio
                && (spot.row >= table(ground) || units(ground, spot) == Fr::ZERO)
        },
    },
    Allowance {
        name: "link below the table",
        reason: "nothing is counted there; the last two cells, which hold the sums, are no part of this",
        fits: |ground, spot, _| {
            ground.used(spot) == Use::Link
                && spot.row >= table(ground)
                && spot.row + 1 < ground.end()
        },
    },
    Allowance {
        name: "count of ones below the table",
        reason: "no chunk is there",
        fits: |ground, spot, _| ground.used(spot) == Use::Ones && spot.row >= table(ground),
    },
    Allowance {
        name: "units below the queue of a uniform table",
        reason: "its bits are checked in the table, its queue as the first lane: the other lanes are nothing below the table",
        fits: |ground, spot, _| {
            let first = ground.uses.iter().position(|each| *each == Use::Units);
            let uniform = ground.uses.contains(&Use::Ones);
            ground.used(spot) == Use::Units
                && uniform
                && Some(spot.column.index()) != first
                && spot.row >= table(ground)
        },
    },
    Allowance {
        name: "engine without a weight",
        reason: "the row is no S-box's: copies bind its weights to zero, or it is below the last step",
        fits: |ground, spot, _| {
            ground.used(spot) == Use::Engine
                && (ground.at(Use::WeightA, spot.row) == Fr::ZERO || beside(ground, spot.row))
                && ground.at(Use::WeightB, spot.row) == Fr::ZERO
        },
    },
    Allowance {
        name: "io without a weight",
        reason: "no slot of the step: its weight is bound to zero, or is the step's multiplier",
        fits: |ground, spot, _| {
            ground.used(spot) == Use::Io
                && (ground.at(Use::WeightC, spot.row) == Fr::ZERO || ground.turn(spot.row))
        },
    },
    Allowance {
        name: "weights below the last step",
        reason: "what they weigh is behind the cell that is compared",
        fits: |ground, spot, _| {
            let weights = [Use::WeightA, Use::WeightB, Use::WeightC];
            weights.contains(&ground.used(spot)) && spot.row >= ground.filled.machine
        },
    },
    Allowance {
        name: "start of the combination",
        reason: "the first step multiplies what is before it by zero",
        fits: |ground, spot, _| ground.used(spot) == Use::Combination && spot.row == 0,
    },
    Allowance {
        name: "arithmetic rows without a gate",
        reason: "no gate of the column is there: nothing reads the zeros that fill it",
        fits: |ground, spot, _| {
            let from = spot.row / ROWS * ROWS;
            [Use::Arith, Use::Late].contains(&ground.used(spot))
                && (from..from + ROWS).all(|row| {
                    let cell = Spot { row, ..spot };
                    row > ground.end()
                        || ground.sheet().value(cell) == Fr::ZERO
                            && ground.local.touching(cell).is_empty()
                })
        },
    },
    Allowance {
        name: "hint of nothing",
        reason: "an inverse that is asked for where there is nothing to invert",
        fits: |ground, spot, _| {
            let above = Spot {
                row: spot.row - 1,
                ..spot
            };
            ground.used(spot) == Use::Arith
                && spot.row % ROWS == 2
                && ground.source(spot).is_none()
                && ground.sheet().value(above) == Fr::ZERO
        },
    },
];

/// Cells about which a lie that is followed may go unnoticed, besides these.
pub(super) const FOLLOWED: &[Allowance] = &[
    Allowance {
        name: "hash of nothing",
        reason: "an input of a hash that no cell is copied to or from, or of a place or slot that is not active",
        fits: |ground, spot, _| {
            ground.used(spot) == Use::Io && ground.source(spot).is_none() && ground.idle(spot)
        },
    },
    Allowance {
        name: "private bit of an idle place",
        reason: "its entry is zero whatever the bit is, its link is no member's, and its chunk holds zeros",
        fits: |ground, spot, value| {
            (value == Fr::ZERO || value == Fr::ONE) && ground.private_bit_of_idle_place(spot)
        },
    },
    Allowance {
        name: "index of an idle place",
        reason: "what it leaves of the tranche's records, and its entry, are multiplied by a zero",
        fits: |ground, spot, _| ground.index_of_idle_place(spot),
    },
];

fn table(ground: &Ground<'_>) -> usize {
    match &ground.subject.circuit {
        Kind::Usage(usage) => usage.params.table_rows(),
        Kind::Disclosure(_) => 0,
    }
}

/// The units beside a ratio.
fn units(ground: &Ground<'_>, ratio: Spot) -> Fr {
    let first = |used: Use| ground.uses.iter().position(|each| *each == used);
    let lane = ratio.column.index() - first(Use::Ratio).unwrap_or_default();
    let column = first(Use::Units).unwrap_or_default() + lane;
    ground.sheet().value(ground.spot(column, ratio.row))
}

/// Whether A at a row is a step's multiplier, in a layout without a column C.
fn beside(ground: &Ground<'_>, row: usize) -> bool {
    !ground.uses.contains(&Use::WeightC) && ground.turn(row)
}
