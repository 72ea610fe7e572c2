//! What a lie breaks: under the statement as it was, under the commitments and sums that follow from the lie, and under the public inputs that it tells.

use halo2curves::bn256::Fr;

use super::ground::{Ground, Use};
use super::subject::Lie;
use crate::checker::local::{Broken, value};
use crate::chips::arith::ROWS;
use crate::sheet::{Sheet, Spot};

/// More than this many broken things are not listed. A list of that length is cut.
pub(super) const MOST: usize = 24;

/// What a lie breaks, by what becomes of the public inputs.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// The public inputs that were asked for.
    pub(super) fixed: Vec<Broken>,
    /// Commitments, codes and sums are those that the lying witness leads to.
    pub(super) adopted: Vec<Broken>,
    /// All public inputs are what their cells hold.
    pub(super) stated: Vec<Broken>,
}

impl Verdict {
    pub(super) fn all(&self) -> [&[Broken]; 3] {
        [&self.fixed, &self.adopted, &self.stated]
    }
}

/// A filling around a lie, with what it breaks.
pub(super) struct Judged {
    pub(super) sheet: Sheet,
    pub(super) instance: Vec<Fr>,
    pub(super) verdict: Verdict,
}

/// Fills around a lie and judges it.
pub(super) fn judge(ground: &Ground<'_>, lie: &Lie) -> Judged {
    let filled = ground.subject.fill(lie, &ground.challenges);
    let mut sheet = filled.sheet;
    let mut altered = altered(ground, &sheet);
    if lie.statement.is_some() {
        altered.extend(ground.filled.public());
    }
    let honest = &filled.instance;
    let fixed = ground.local.broken(&sheet, honest, &altered, MOST);
    let cells = ground.filled.public();
    let mut instance: Vec<Fr> = cells.iter().map(|cell| sheet.value(*cell)).collect();
    let stated = if instance == *honest {
        fixed.clone()
    } else {
        again(ground, &sheet, &instance, &fixed, &cells)
    };
    let mut moved = Vec::new();
    let mut before = Vec::new();
    instance.clone_from(honest);
    for row in ground.subject.outputs() {
        let cell = cells[row];
        let copies = ground.local.touching(cell).iter();
        let told = copies
            .map(|index| sheet.copies()[*index])
            .find(|copy| copy.right == cell);
        let Some(told) = told.map(|copy| sheet.value(copy.left)) else {
            continue;
        };
        if told != sheet.value(cell) {
            let above = Spot {
                row: cell.row / ROWS * ROWS,
                ..cell
            };
            for spot in [above, cell] {
                before.push((spot, sheet.value(spot)));
                sheet.alter(spot, told);
                moved.push(spot);
            }
        }
        instance[row] = told;
    }
    let adopted = if moved.is_empty() && instance == *honest {
        fixed.clone()
    } else {
        moved.extend(&cells);
        again(ground, &sheet, &instance, &fixed, &moved)
    };
    for (spot, value) in before {
        sheet.alter(spot, value);
    }
    Judged {
        sheet,
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
    ground: &Ground<'_>,
    sheet: &Sheet,
    instance: &[Fr],
    before: &[Broken],
    changed: &[Spot],
) -> Vec<Broken> {
    if before.len() >= MOST {
        return before.to_vec();
    }
    let touched = |broken: &Broken| match *broken {
        Broken::Copy(index) => {
            let copy = sheet.copies()[index];
            changed.contains(&copy.left) || changed.contains(&copy.right)
        }
        Broken::Constraint { index, row } => {
            let mut read = ground.local.read(index, row).into_iter();
            read.any(|(column, row)| changed.contains(&ground.spot(column, row)))
        }
    };
    let mut broken: Vec<Broken> = before.iter().filter(|b| !touched(b)).copied().collect();
    broken.extend(ground.local.broken(sheet, instance, changed, MOST));
    broken.sort_unstable();
    broken.dedup();
    broken
}

/// Cells of a sheet that are not as in the honest one, but for the middle of a stretch of a running sum that is altered by one difference throughout: its
/// constraints read the difference of two cells below each other.
fn altered(ground: &Ground<'_>, sheet: &Sheet) -> Vec<Spot> {
    let mut altered = Vec::new();
    for column in &ground.subject.columns().advice {
        let honest = ground.sheet().column(*column);
        let told = sheet.column(*column);
        let used = ground.used(Spot::advice(*column, 0));
        let by = |row: usize| told[row] - honest[row];
        for row in (0..honest.len()).filter(|row| told[*row] != honest[*row]) {
            let middle = row > 0
                && row < ground.end()
                && match used {
                    Use::Sum => true,
                    Use::Combination => !ground.turn(row) && !ground.turn(row - 1),
                    _ => false,
                };
            let spot = Spot::advice(*column, row);
            let alone = ground.local.touching(spot).is_empty();
            if !(middle && alone && by(row) == by(row - 1) && by(row) == by(row + 1)) {
                altered.push(spot);
            }
        }
    }
    altered
}

/// By how much something is broken: the difference of a copy's sides, or the constraint's value.
pub(super) fn residual(ground: &Ground<'_>, sheet: &Sheet, instance: &[Fr], broken: Broken) -> Fr {
    match broken {
        Broken::Copy(index) => {
            let copy = sheet.copies()[index];
            value(sheet, instance, copy.left) - value(sheet, instance, copy.right)
        }
        Broken::Constraint { index, row } => {
            let mut room = ground.local.room();
            ground
                .local
                .evaluate(sheet, instance, index, row, &mut room)
        }
    }
}
