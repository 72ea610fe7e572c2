//! Lies about one wire: a cell holds something else, and everything after it is computed honestly from that.

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::ground::{ENTRIES, Ground, Use, WITHIN};
use super::plots::plots;
use super::subject::{Lie, Shift};
use crate::checker::local::Broken;
use crate::chips::arith::ROWS;
use crate::chips::machine::program::hash_value;
use crate::chips::machine::weights::COPIES;
use crate::sheet::Spot;

/// Where a lie is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Family {
    /// Cells of first-phase gates.
    Arith,
    /// Cells of the gates that compute places' entries of the arrangement, and of uniform places' positions.
    Entries,
    /// Cells of second-phase gates.
    Late,
    /// Cells of second-phase gates that compute weights of hashes.
    Weighing,
    /// Inputs and digests of hashes.
    Io,
    /// Inputs of S-boxes.
    Boxes,
    /// Draws, counts, units, ratios, limbs, multiplicities.
    Table,
    /// Links and weights of hashes in their columns.
    Links,
    /// Weights A, B and C.
    Weights,
    /// Sums and folds from a row on.
    Sums,
    /// Statements and witnesses that are false, filled honestly.
    Statements,
    /// Several cells, told so that one thing alone notices it.
    Plots,
}

/// How much of a family to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Every cell.
    All,
    /// The first and the last gate, io cell and so on of each role.
    Roles,
}

/// Lies of all families about the cells of a circuit.
pub(super) fn lies(ground: &Ground<'_>, extent: Extent) -> Vec<(Family, Lie)> {
    let mut lies = Vec::new();
    for late in [false, true] {
        let chip = &ground.filled.chips[usize::from(late)];
        let gates = ground.subject.gates(chip, late);
        let chosen = chosen(extent, &gates, |(gate, label)| {
            let mut roles: Vec<String> = (0..ROWS)
                .flat_map(|at| {
                    let row = gate.row + at;
                    ground.local.touching(Spot { row, ..*gate })
                })
                .map(|copy| ground.role(Broken::Copy(*copy)))
                .filter(|role| late || role.starts_with(label) || !role.contains(" | Arith"))
                .collect();
            roles.sort_unstable();
            roles.dedup();
            (*label, ground.bindings(*gate), roles)
        });
        for (gate, label) in chosen {
            let family = match (late, label) {
                (false, ENTRIES | WITHIN) => Family::Entries,
                (false, _) => Family::Arith,
                (true, COPIES) => Family::Weighing,
                (true, _) => Family::Late,
            };
            about_gate(ground, gate, |lie| lies.push((family, lie)));
        }
    }
    let cells: Vec<(Family, Spot)> = ground
        .cells()
        .filter_map(|spot| Some((family(ground, spot)?, spot)))
        .collect();
    let taken = chosen(extent, &cells, |(family, spot)| {
        let copies = ground.local.touching(*spot).iter();
        let mut roles: Vec<String> = copies
            .map(|copy| ground.role(Broken::Copy(*copy)))
            .collect();
        roles.sort_unstable();
        roles.dedup();
        (*family, spot.column.index(), roles)
    });
    for (family, spot) in taken {
        for value in others(ground, spot) {
            lies.push((family, Lie::of([(spot, value)])));
        }
    }
    lies.extend(shifts(ground).map(|lie| (Family::Sums, lie)));
    lies.extend((0..ground.subject.false_ones()).map(|number| {
        let lie = Lie {
            statement: Some(number),
            ..Lie::default()
        };
        (Family::Statements, lie)
    }));
    let plots = plots(ground).into_iter().flat_map(|plot| plot.lies);
    lies.extend(plots.map(|lie| (Family::Plots, lie)));
    lies
}

/// All items, or the first, the middle and the last of each role.
fn chosen<T: Copy, R: std::hash::Hash + Eq>(
    extent: Extent,
    items: &[T],
    role: impl Fn(&T) -> R,
) -> Vec<T> {
    if extent == Extent::All {
        return items.to_vec();
    }
    let mut roles: HashMap<R, Vec<usize>> = HashMap::new();
    for (index, item) in items.iter().enumerate() {
        roles.entry(role(item)).or_default().push(index);
    }
    let mut taken: Vec<usize> = roles
        .into_values()
        .flat_map(|of| [of[0], of[of.len() - 1]])
        .collect();
    taken.sort_unstable();
    taken.dedup();
    taken.into_iter().map(|index| items[index]).collect()
}

fn family(ground: &Ground<'_>, spot: Spot) -> Option<Family> {
    let machine = spot.row < ground.filled.machine;
    let copied = !ground.local.touching(spot).is_empty();
    let active = spot.row < ground.end();
    match ground.used(spot) {
        Use::Io if machine && !ground.turn(spot.row) => Some(Family::Io),
        Use::Engine | Use::Square if machine => Some(Family::Boxes),
        Use::WeightA | Use::WeightB | Use::WeightC if machine => Some(Family::Weights),
        Use::Link if copied => Some(Family::Links),
        Use::MaskBit
        | Use::Draw
        | Use::Count
        | Use::Units
        | Use::Ratio
        | Use::Ones
        | Use::High
        | Use::Multiplicity
            if active =>
        {
            Some(Family::Table)
        }
        _ => None,
    }
}

/// Sums, folds and the combination of hashes that begin or jump elsewhere.
fn shifts<'a>(ground: &'a Ground<'_>) -> impl Iterator<Item = Lie> + 'a {
    let columns = ground.uses.iter().enumerate();
    let shift = |column: usize, rows: std::ops::RangeInclusive<usize>| Lie {
        shift: Some(Shift {
            column,
            rows,
            by: Fr::ONE,
        }),
        ..Lie::default()
    };
    columns.flat_map(move |(column, used)| match used {
        Use::Sum | Use::Helper => vec![
            shift(column, 0..=ground.end()),
            shift(column, 40..=ground.end()),
        ],
        // A fold is multiplied row by row: its last row before it is compared, and its first.
        Use::Fold => {
            let compared = ground.cells().filter(|spot| {
                spot.column.index() == column
                    && spot.row > 0
                    && !ground.local.touching(*spot).is_empty()
            });
            let rows = compared.map(|spot| spot.row).chain([0]);
            rows.map(|row| shift(column, row..=row)).collect()
        }
        // The stretch of the last step of a region, behind its first row.
        Use::Combination => {
            let ends = ground.filled.regions.iter();
            ends.map(|end| shift(column, end - 3..=*end)).collect()
        }
        _ => Vec::new(),
    })
}

/// Other values of a cell: one more, and zero, or something random for zero.
fn others(ground: &Ground<'_>, spot: Spot) -> [Fr; 2] {
    let value = ground.sheet().value(spot);
    let far = if value == Fr::ZERO {
        hash_value(
            Fr::from(spot.row as u64),
            Fr::from(spot.column.index() as u64),
        )
    } else {
        Fr::ZERO
    };
    [value + Fr::ONE, far]
}

fn about_gate(ground: &Ground<'_>, gate: Spot, mut tell: impl FnMut(Lie)) {
    let cells: [Spot; ROWS] = std::array::from_fn(|at| Spot {
        row: gate.row + at,
        ..gate
    });
    let [a, b, c, d] = cells.map(|spot| ground.sheet().value(spot));
    let sources = cells.map(|spot| ground.source(spot));
    for (at, cell) in cells.into_iter().enumerate() {
        for value in others(ground, cell) {
            tell(Lie::of([(cell, value)]));
            // A hint is chosen after its operand.
            let mut told = [a, b, c, d];
            told[at] = value;
            let hint = (told[3] - told[0]) * told[1].invert().unwrap_or(Fr::ZERO);
            if at != 2 && sources[2].is_none() && hint != c {
                tell(Lie::of([(cell, value), (cells[2], hint)]));
            }
        }
    }
    let joined = |left: usize, right: usize| {
        let copy = sources[left].map(|copy| ground.sheet().copies()[copy].right);
        copy == Some(cells[right])
    };
    if joined(1, 2) && joined(2, 3) {
        for value in [Fr::from(2), Fr::ONE - b] {
            let other = value.invert().unwrap_or(Fr::ZERO) * d;
            tell(Lie::of([(cells[1], value), (cells[2], other)]));
            let both = [(cells[1], value), (cells[2], value)];
            tell(Lie::of(
                both.into_iter().chain([(cells[3], value.square())]),
            ));
            tell(Lie::of(cells[1..].iter().map(|cell| (*cell, value))));
            // The gate holds again by what it adds.
            let added = (cells[0], value - value.square());
            tell(Lie::of(
                [added]
                    .into_iter()
                    .chain(cells[1..].iter().map(|cell| (*cell, value))),
            ));
        }
    }
    // A cell that the prover chooses is the a and the d of its gate.
    let free = [0, 3].into_iter().all(|at| {
        sources[at].is_none_or(|copy| {
            let right = ground.sheet().copies()[copy].right;
            matches!(
                right.column.column_type(),
                halo2_proofs::plonk::Any::Instance
            )
        })
    });
    if free && b == Fr::ZERO && c == Fr::ZERO {
        for value in others(ground, cells[3]) {
            tell(Lie::of([(cells[0], value), (cells[3], value)]));
        }
    }
}
