//! Mutations of one cell: a cell holds something else, and everything after it is computed honestly from that.

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::compound::compound_mutations;
use super::honest_witness::{ENTRIES, HonestWitness, Use, WITHIN};
use super::mutation::{Mutation, Shift};
use crate::assignment::CellRef;
use crate::checker::local::Broken;
use crate::chips::arith::ROWS;
use crate::chips::machine::program::hash_value;
use crate::labels;

/// Which cells a mutation changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Family {
    /// Cells of first-phase gates.
    Arith,
    /// Cells of the gates that compute table chunks' entries of the chunk index, and of uniform table chunks' positions.
    Entries,
    /// Cells of second-phase gates.
    SecondPhase,
    /// Cells of second-phase gates that compute weights of hashes.
    Weighing,
    /// Inputs and digests of hashes.
    Io,
    /// Inputs of S-boxes.
    Boxes,
    /// Draws, counts, units, multiplicity hints, limbs, multiplicities.
    Table,
    /// Links and weights of hashes in their columns.
    KeyInverses,
    /// Weights A, B and C.
    Weights,
    /// Sums and folds from a row on.
    Sums,
    /// Statements and witnesses that are false, filled honestly.
    Statements,
    /// Several cells, chosen so that exactly one constraint or copy is broken.
    Compound,
}

/// How much of a family to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Every cell.
    All,
    /// The first and the last gate, I/O cell and so on of each role.
    Roles,
}

/// Mutations of all families about the cells of a circuit.
pub(super) fn mutations(honest: &HonestWitness<'_>, extent: Extent) -> Vec<(Family, Mutation)> {
    let mut mutations = Vec::new();
    for second_phase in [false, true] {
        let chip = &honest.filled.chips[usize::from(second_phase)];
        let gates = honest.circuit.gates(chip, second_phase);
        let chosen = chosen(extent, &gates, |(gate, label)| {
            let mut roles: Vec<String> = (0..ROWS)
                .flat_map(|at| {
                    let row = gate.row + at;
                    honest.local.touching(CellRef { row, ..*gate })
                })
                .map(|copy| honest.role(Broken::Copy(*copy)))
                .filter(|role| {
                    second_phase || role.starts_with(label.text()) || !role.contains(" | Arith")
                })
                .collect();
            roles.sort_unstable();
            roles.dedup();
            (*label, honest.bindings(*gate), roles)
        });
        for (gate, label) in chosen {
            let family = match (second_phase, label) {
                (false, ENTRIES | WITHIN) => Family::Entries,
                (false, _) => Family::Arith,
                (true, labels::MACHINE_WEIGHTS) => Family::Weighing,
                (true, _) => Family::SecondPhase,
            };
            about_gate(honest, gate, |mutation| mutations.push((family, mutation)));
        }
    }
    let cells: Vec<(Family, CellRef)> = honest
        .cells()
        .filter_map(|cell_ref| Some((family(honest, cell_ref)?, cell_ref)))
        .collect();
    let taken = chosen(extent, &cells, |(family, cell_ref)| {
        let copies = honest.local.touching(*cell_ref).iter();
        let mut roles: Vec<String> = copies
            .map(|copy| honest.role(Broken::Copy(*copy)))
            .collect();
        roles.sort_unstable();
        roles.dedup();
        (*family, cell_ref.column.index(), roles)
    });
    for (family, cell_ref) in taken {
        for value in others(honest, cell_ref) {
            mutations.push((family, Mutation::of([(cell_ref, value)])));
        }
    }
    mutations.extend(shifts(honest).map(|mutation| (Family::Sums, mutation)));
    mutations.extend((0..honest.circuit.false_statements()).map(|number| {
        let mutation = Mutation {
            statement: Some(number),
            ..Mutation::default()
        };
        (Family::Statements, mutation)
    }));
    let compound_mutations = compound_mutations(honest)
        .into_iter()
        .flat_map(|compound| compound.mutations);
    mutations.extend(compound_mutations.map(|mutation| (Family::Compound, mutation)));
    mutations
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

fn family(honest: &HonestWitness<'_>, cell_ref: CellRef) -> Option<Family> {
    let machine = cell_ref.row < honest.filled.machine;
    let copied = !honest.local.touching(cell_ref).is_empty();
    let active = cell_ref.row < honest.end();
    match honest.used(cell_ref) {
        Use::Io if machine && !honest.starts_step(cell_ref.row) => Some(Family::Io),
        Use::SboxInput | Use::Square if machine => Some(Family::Boxes),
        Use::WeightA | Use::WeightB | Use::WeightC if machine => Some(Family::Weights),
        Use::KeyInverse if copied => Some(Family::KeyInverses),
        Use::MaskBit
        | Use::Draw
        | Use::Count
        | Use::Units
        | Use::MultiplicityHint
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
fn shifts<'a>(honest: &'a HonestWitness<'_>) -> impl Iterator<Item = Mutation> + 'a {
    let columns = honest.uses.iter().enumerate();
    let shift = |column: usize, rows: std::ops::RangeInclusive<usize>| Mutation {
        shift: Some(Shift {
            column,
            rows,
            by: Fr::ONE,
        }),
        ..Mutation::default()
    };
    columns.flat_map(move |(column, used)| match used {
        Use::Sum | Use::Helper => vec![
            shift(column, 0..=honest.end()),
            shift(column, 40..=honest.end()),
        ],
        // A fold is multiplied row by row: its last row before it is compared, and its first.
        Use::Fold => {
            let compared = honest.cells().filter(|cell_ref| {
                cell_ref.column.index() == column
                    && cell_ref.row > 0
                    && !honest.local.touching(*cell_ref).is_empty()
            });
            let rows = compared.map(|cell_ref| cell_ref.row).chain([0]);
            rows.map(|row| shift(column, row..=row)).collect()
        }
        // The stretch of the last step of a region, behind its first row.
        Use::Combination => {
            let ends = honest.filled.regions.iter();
            ends.map(|end| shift(column, end - 3..=*end)).collect()
        }
        _ => Vec::new(),
    })
}

/// Other values of a cell: one more, and zero, or something random for zero.
fn others(honest: &HonestWitness<'_>, cell_ref: CellRef) -> [Fr; 2] {
    let value = honest.assignment().value(cell_ref);
    let far = if value == Fr::ZERO {
        hash_value(
            Fr::from(cell_ref.row as u64),
            Fr::from(cell_ref.column.index() as u64),
        )
    } else {
        Fr::ZERO
    };
    [value + Fr::ONE, far]
}

fn about_gate(honest: &HonestWitness<'_>, gate: CellRef, mut tell: impl FnMut(Mutation)) {
    let cells: [CellRef; ROWS] = std::array::from_fn(|at| CellRef {
        row: gate.row + at,
        ..gate
    });
    let [a, b, c, d] = cells.map(|cell_ref| honest.assignment().value(cell_ref));
    let sources = cells.map(|cell_ref| honest.source(cell_ref));
    for (at, cell) in cells.into_iter().enumerate() {
        for value in others(honest, cell) {
            tell(Mutation::of([(cell, value)]));
            // A hint is chosen after its operand.
            let mut told = [a, b, c, d];
            told[at] = value;
            let hint = (told[3] - told[0]) * told[1].invert().unwrap_or(Fr::ZERO);
            if at != 2 && sources[2].is_none() && hint != c {
                tell(Mutation::of([(cell, value), (cells[2], hint)]));
            }
        }
    }
    let joined = |left: usize, right: usize| {
        let copy = sources[left].map(|copy| honest.assignment().copies()[copy].right);
        copy == Some(cells[right])
    };
    if joined(1, 2) && joined(2, 3) {
        for value in [Fr::from(2), Fr::ONE - b] {
            let other = value.invert().unwrap_or(Fr::ZERO) * d;
            tell(Mutation::of([(cells[1], value), (cells[2], other)]));
            let both = [(cells[1], value), (cells[2], value)];
            tell(Mutation::of(
                both.into_iter().chain([(cells[3], value.square())]),
            ));
            tell(Mutation::of(cells[1..].iter().map(|cell| (*cell, value))));
            // The gate holds again by what it adds.
            let added = (cells[0], value - value.square());
            tell(Mutation::of(
                [added]
                    .into_iter()
                    .chain(cells[1..].iter().map(|cell| (*cell, value))),
            ));
        }
    }
    // A cell that the prover chooses is the a and the d of its gate.
    let free = [0, 3].into_iter().all(|at| {
        sources[at].is_none_or(|copy| {
            let right = honest.assignment().copies()[copy].right;
            matches!(
                right.column.column_type(),
                halo2_proofs::plonk::Any::Instance
            )
        })
    });
    if free && b == Fr::ZERO && c == Fr::ZERO {
        for value in others(honest, cells[3]) {
            tell(Mutation::of([(cells[0], value), (cells[3], value)]));
        }
    }
}
