//! What a mutation breaks: under the statement as it was, under the commitments and sums that follow from the mutation, and under the public inputs that its cells hold.

use halo2curves::bn256::Fr;

use super::honest_witness::{HonestWitness, Use};
use super::mutation::Mutation;
use crate::assignment::{Assignment, CellRef};
use crate::checker::local::{Broken, value};
use crate::chips::arith::ROWS;

/// More than this many broken things are not listed. A list of that length is cut.
pub(super) const MOST: usize = 24;

/// What a mutation breaks, by what becomes of the public inputs.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// The public inputs that were asked for.
    pub(super) fixed: Vec<Broken>,
    /// Commitments, codes and sums are those that the false witness leads to.
    pub(super) adopted: Vec<Broken>,
    /// All public inputs are what their cells hold.
    pub(super) stated: Vec<Broken>,
}

impl Verdict {
    pub(super) fn all(&self) -> [&[Broken]; 3] {
        [&self.fixed, &self.adopted, &self.stated]
    }
}

/// A filling around a mutation, with what it breaks.
pub(super) struct Judged {
    pub(super) assignment: Assignment,
    pub(super) instance: Vec<Fr>,
    pub(super) verdict: Verdict,
}

/// Fills around a mutation and judges it.
pub(super) fn judge(honest: &HonestWitness<'_>, mutation: &Mutation) -> Judged {
    let filled = honest.circuit.fill(mutation, &honest.challenges);
    let mut assignment = filled.assignment;
    let mut altered = altered(honest, &assignment);
    if mutation.statement.is_some() {
        altered.extend(honest.filled.public());
    }
    let asked = &filled.instance;
    let fixed = honest.local.broken(&assignment, asked, &altered, MOST);
    let cells = honest.filled.public();
    let mut instance: Vec<Fr> = cells.iter().map(|cell| assignment.value(*cell)).collect();
    let stated = if instance == *asked {
        fixed.clone()
    } else {
        again(honest, &assignment, &instance, &fixed, &cells)
    };
    let mut moved = Vec::new();
    let mut before = Vec::new();
    instance.clone_from(asked);
    for row in honest.circuit.outputs() {
        let cell = cells[row];
        let copies = honest.local.touching(cell).iter();
        let told = copies
            .map(|index| assignment.copies()[*index])
            .find(|copy| copy.right == cell);
        let Some(told) = told.map(|copy| assignment.value(copy.left)) else {
            continue;
        };
        if told != assignment.value(cell) {
            let above = CellRef {
                row: cell.row / ROWS * ROWS,
                ..cell
            };
            for cell_ref in [above, cell] {
                before.push((cell_ref, assignment.value(cell_ref)));
                assignment.alter(cell_ref, told);
                moved.push(cell_ref);
            }
        }
        instance[row] = told;
    }
    let adopted = if moved.is_empty() && instance == *asked {
        fixed.clone()
    } else {
        moved.extend(&cells);
        again(honest, &assignment, &instance, &fixed, &moved)
    };
    for (cell_ref, value) in before {
        assignment.alter(cell_ref, value);
    }
    Judged {
        assignment,
        instance: filled.instance,
        verdict: Verdict {
            fixed,
            adopted,
            stated,
        },
    }
}

/// What is broken once cells and public inputs have changed, given what was broken before; a list that was cut stays as it is.
fn again(
    honest: &HonestWitness<'_>,
    assignment: &Assignment,
    instance: &[Fr],
    before: &[Broken],
    changed: &[CellRef],
) -> Vec<Broken> {
    if before.len() >= MOST {
        return before.to_vec();
    }
    let touched = |broken: &Broken| match *broken {
        Broken::Copy(index) => {
            let copy = assignment.copies()[index];
            changed.contains(&copy.left) || changed.contains(&copy.right)
        }
        Broken::Constraint { index, row } => {
            let mut read = honest.local.read(index, row).into_iter();
            read.any(|(column, row)| changed.contains(&honest.cell_ref(column, row)))
        }
    };
    let mut broken: Vec<Broken> = before.iter().filter(|b| !touched(b)).copied().collect();
    broken.extend(honest.local.broken(assignment, instance, changed, MOST));
    broken.sort_unstable();
    broken.dedup();
    broken
}

/// Cells of a assignment that are not as in the honest one, but for the middle of a stretch of a running sum that is altered by one difference throughout: its
/// constraints read the difference of two cells below each other.
fn altered(honest: &HonestWitness<'_>, assignment: &Assignment) -> Vec<CellRef> {
    let mut altered = Vec::new();
    for column in &honest.circuit.columns().advice {
        let before = honest.assignment().column(*column);
        let after = assignment.column(*column);
        let used = honest.used(CellRef::advice(*column, 0));
        let by = |row: usize| after[row] - before[row];
        for row in (0..before.len()).filter(|row| after[*row] != before[*row]) {
            let middle = row > 0
                && row < honest.end()
                && match used {
                    Use::Sum => true,
                    Use::Combination => !honest.starts_step(row) && !honest.starts_step(row - 1),
                    _ => false,
                };
            let cell_ref = CellRef::advice(*column, row);
            let alone = honest.local.touching(cell_ref).is_empty();
            if !(middle && alone && by(row) == by(row - 1) && by(row) == by(row + 1)) {
                altered.push(cell_ref);
            }
        }
    }
    altered
}

/// By how much something is broken: the difference of a copy's sides, or the constraint's value.
pub(super) fn residual(
    honest: &HonestWitness<'_>,
    assignment: &Assignment,
    instance: &[Fr],
    broken: Broken,
) -> Fr {
    match broken {
        Broken::Copy(index) => {
            let copy = assignment.copies()[index];
            value(assignment, instance, copy.left) - value(assignment, instance, copy.right)
        }
        Broken::Constraint { index, row } => {
            let mut room = honest.local.room();
            honest
                .local
                .evaluate(assignment, instance, index, row, &mut room)
        }
    }
}

/// What is broken, each constraint of a chip once; nothing if the list was cut.
pub(super) fn ones(honest: &HonestWitness<'_>, broken: &[Broken]) -> Vec<Broken> {
    if broken.len() >= MOST {
        return Vec::new();
    }
    let mut ones: Vec<Broken> = broken.iter().map(|b| one(honest, *b)).collect();
    ones.sort_unstable();
    ones.dedup();
    ones
}

/// A constraint of a chip is one whatever the row; an arithmetic gate is one by itself.
fn one(honest: &HonestWitness<'_>, broken: Broken) -> Broken {
    match broken {
        Broken::Constraint { index, row }
            if honest
                .filled
                .clause(honest.local.name(index), row)
                .is_none() =>
        {
            Broken::Constraint { index, row: 0 }
        }
        other => other,
    }
}
