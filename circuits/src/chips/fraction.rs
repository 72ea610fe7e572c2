//! A running sum of fractions with linear denominators, and of a further step: acc ← acc + step + Σ numerator/denominator a row.
//!
//! The accumulator's own constraint clears as many denominators as the constraint system's degree leaves room for. What is left is summed in helper columns first, as
//! many fractions each as fit:
//!
//! - active · (next − acc − Σ helpers) · Π d − step · Π d − Σ n · Π of the other d,
//! - active · helper · Π d − Σ n · Π of the other d.
//!
//! The step and all numerators are zero on rows that are not active.

use halo2_proofs::plonk::{Advice, Column, Expression, VirtualCells};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::active_rows::ActiveRows;
#[cfg(test)]
use crate::assignment::CellRef;
use crate::assignment::{Assignment, ColumnAllocator};
use crate::labels::ClauseLabel;

type E = Expression<Fr>;

/// One fraction of a row.
#[derive(Clone, Debug)]
pub struct Fraction {
    /// Zero on rows that are not active.
    pub numerator: E,
    /// A challenge less a cell.
    pub denominator: E,
}

/// Columns of a sum.
#[derive(Clone, Debug)]
pub struct FractionSum {
    acc: Column<Advice>,
    helpers: Vec<Column<Advice>>,
    /// Fractions that the accumulator's constraint clears, then those of each helper.
    groups: Vec<usize>,
}

impl FractionSum {
    /// Makes the columns; `numerators` are the degrees of the fractions' numerators, `step` is that of the step.
    pub fn new(allocator: &mut ColumnAllocator<'_>, step: usize, numerators: &[usize]) -> Self {
        let groups = groups(allocator.degree, step, numerators);
        Self {
            acc: allocator.second_phase(),
            helpers: groups[1..]
                .iter()
                .map(|_| allocator.second_phase())
                .collect(),
            groups,
        }
    }

    /// The constraints, the helpers' first; `labels` are a helper's, which its number completes, and the sum's.
    pub fn constraints(
        &self,
        cells: &mut VirtualCells<'_, Fr>,
        active: &E,
        step: Option<E>,
        fractions: &[Fraction],
        labels: [ClauseLabel; 2],
    ) -> Vec<(String, E)> {
        let (own, mut rest) = fractions.split_at(self.groups[0]);
        let mut change = cells.query_advice(self.acc, Rotation::next())
            - cells.query_advice(self.acc, Rotation::cur());
        let mut constraints = Vec::new();
        for (i, (helper, size)) in self.helpers.iter().zip(&self.groups[1..]).enumerate() {
            let helper = cells.query_advice(*helper, Rotation::cur());
            let (group, others) = rest.split_at(*size);
            rest = others;
            constraints.push((
                labels[0].numbered(i),
                cleared(active.clone() * helper.clone(), group),
            ));
            change = change - helper;
        }
        let mut change = active.clone() * change;
        if let Some(step) = step {
            change = change - step;
        }
        constraints.push((labels[1].to_string(), cleared(change, own)));
        constraints
    }

    /// The constraints that the sum starts at zero and that it ends as `result`, a cell queried on the last active row.
    pub fn bounds(
        &self,
        cells: &mut VirtualCells<'_, Fr>,
        active_rows: ActiveRows,
        result: E,
        labels: [ClauseLabel; 2],
    ) -> [(String, E); 2] {
        let [start, end] = [Rotation::cur(), Rotation::next()]
            .map(|rotation| cells.query_advice(self.acc, rotation));
        [
            (labels[0].to_string(), active_rows.first(cells) * start),
            (
                labels[1].to_string(),
                active_rows.last(cells) * (end - result),
            ),
        ]
    }

    /// Fills helpers and accumulator down to row `end`; returns the whole sum. `term(i)` gives the values of fraction i by row, zero where it ends.
    pub fn assign(
        &self,
        assignment: &mut Assignment,
        end: usize,
        step: Vec<Fr>,
        term: impl Fn(&Assignment, usize) -> Vec<Fr>,
    ) -> Fr {
        let mut steps = step;
        steps.resize(end, Fr::ZERO);
        let mut next = 0;
        for (group, size) in self.groups.iter().enumerate() {
            let mut sums = vec![Fr::ZERO; end];
            for i in next..next + size {
                for (sum, value) in sums.iter_mut().zip(term(assignment, i)) {
                    *sum += value;
                }
            }
            next += size;
            for (step, sum) in steps.iter_mut().zip(&sums) {
                *step += sum;
            }
            if group > 0 {
                assignment.column_mut(self.helpers[group - 1])[..end].copy_from_slice(&sums);
            }
        }
        let mut acc = Fr::ZERO;
        let column = assignment.column_mut(self.acc);
        for (cell, step) in column.iter_mut().zip(steps) {
            *cell = acc;
            acc += step;
        }
        column[end] = acc;
        acc
    }

    /// The accumulator at a row: the sum of the rows above it.
    #[cfg(test)]
    pub(crate) fn at(&self, row: usize) -> CellRef {
        CellRef::advice(self.acc, row)
    }

    /// The cell of a helper, if the sum has it.
    #[cfg(test)]
    pub(crate) fn helper_at(&self, helper: usize, row: usize) -> Option<CellRef> {
        Some(CellRef::advice(*self.helpers.get(helper)?, row))
    }
}

/// Sizes of the groups of fractions, in order, that one constraint each can clear: the accumulator's, then the helpers'.
fn groups(degree: usize, step: usize, numerators: &[usize]) -> Vec<usize> {
    // active · (next − acc), or the step
    let mut lead = step.max(2);
    let mut groups = vec![0];
    for numerator in numerators {
        let size = groups.last().copied().unwrap_or_default();
        let with = lead.max(numerator.saturating_sub(1));
        if size + 1 + with <= degree {
            lead = with;
            groups.pop();
            groups.push(size + 1);
        } else {
            lead = numerator.saturating_sub(1).max(2);
            groups.push(1);
        }
    }
    groups
}

/// sum · Π d − Σ n · Π of the other d: zero when the sum is the fractions'.
fn cleared(sum: E, fractions: &[Fraction]) -> E {
    let one = E::Constant(Fr::ONE);
    let zero = E::Constant(Fr::ZERO);
    let (numerator, product) = fractions.iter().fold((zero, one), |(sum, product), each| {
        (
            sum * each.denominator.clone() + each.numerator.clone() * product.clone(),
            product * each.denominator.clone(),
        )
    });
    sum * product - numerator
}

#[cfg(test)]
mod tests {
    use super::groups;

    const COUNTING: [usize; 11] = [1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3];
    const LIMBS: [usize; 11] = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2];

    #[test]
    fn fractions_fill_the_accumulators_constraint_first() {
        // Counting: two draws and one position; six and five.
        assert_eq!(groups(9, 0, &[1, 1, 3]), [3]);
        assert_eq!(groups(9, 0, &COUNTING), [7, 4]);
        // Slot identity and range: two limbs and the table, and ten.
        assert_eq!(groups(9, 5, &[1, 1, 2]), [3]);
        assert_eq!(groups(9, 5, &LIMBS), [4, 7]);
    }

    #[test]
    fn a_step_of_full_degree_leaves_all_fractions_to_helpers() {
        assert_eq!(groups(5, 0, &[1, 1, 3]), [3]);
        assert_eq!(groups(5, 0, &COUNTING), [3, 3, 3, 2]);
        assert_eq!(groups(5, 5, &[1, 1, 2]), [0, 3]);
        assert_eq!(groups(5, 5, &LIMBS), [0, 3, 3, 3, 2]);
    }
}
