//! The counting identity: Σ over draws of 1/(α − draw) = Σ over positions of multiplicity/(α − position), with padding counted at position 0.
//!
//! Position i of a row is a fixed cell plus i, so keys are distinct by construction and multiplicities need no range check (Haböck, eprint 2022/1530).
//! The sum has a challenge and an accumulator of its own: no other table adds to it.

use crate::labels;
use halo2_proofs::plonk::{Advice, Challenge, Column, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;

use super::active_rows::ActiveRows;
use super::draws::DrawConfig;
use super::fraction::{Fraction, FractionSum};
use super::table::TableConfig;
use crate::assignment::{Assignment, CellRef, ColumnAllocator};
use crate::field::batch_invert;

/// Degree of a multiplicity: position · units · multiplicity hint.
const MULTIPLICITY: usize = 3;

/// Columns of the identity.
#[derive(Clone, Debug)]
pub struct PositionConfig {
    position: Column<Fixed>,
    sum: FractionSum,
    result: Column<Advice>,
}

impl PositionConfig {
    /// Makes the columns and gates.
    pub fn configure(
        allocator: &mut ColumnAllocator<'_>,
        active_rows: ActiveRows,
        draws: &DrawConfig,
        table: &TableConfig,
        alpha: Challenge,
    ) -> Self {
        let mut numerators = vec![1; draws.lanes()];
        numerators.extend(vec![MULTIPLICITY; table.lanes()]);
        let config = Self {
            position: table.position,
            sum: FractionSum::new(allocator, 0, &numerators),
            result: table.key_inverse,
        };
        // S1 counting identity, over D draws d_i and U positions p_j with multiplicities m_j a row:
        //
        //   acc' = acc + Σ 1/(α − d_i) − Σ m_j/(α − p_j)   denominators cleared, the rest in helpers
        //   acc = 0 on the first row; acc' = the cell of the sum on the last
        //
        // S1 in docs/specification.md; docs/circuits.md, section 6 (counting).
        allocator.cs.create_gate("S1 counting identity", |cells| {
            let active = cells.query_fixed(active_rows.active, Rotation::cur());
            let alpha = cells.query_challenge(alpha);
            let mut fractions = draws.fractions(cells, &active, &alpha);
            let counts = table.multiplicities(cells);
            fractions.extend(counts.into_iter().map(|[position, count]| Fraction {
                numerator: -count,
                denominator: alpha.clone() - position,
            }));
            let labels = [
                labels::COUNTING_FRACTIONS,
                labels::DRAWS_AND_MULTIPLICITIES_ADD_UP,
            ];
            let sum = &config.sum;
            let mut constraints = sum.constraints(cells, &active, None, &fractions, labels);
            let result = cells.query_advice(config.result, Rotation::cur());
            let labels = [
                labels::COUNTING_SUM_STARTS_AT_ZERO,
                labels::COUNTING_SUM_IS_ITS_CELL,
            ];
            constraints.extend(sum.bounds(cells, active_rows, result, labels));
            constraints
        });
        config
    }

    /// Fills the positions over `rows` table rows of `lanes` positions; the first is 1.
    pub fn assign_layout(&self, assignment: &mut Assignment, rows: usize, lanes: usize) {
        for row in 0..rows {
            let position = TableConfig::first_position(row, lanes);
            assignment.set_fixed(self.position, row, position);
        }
    }

    /// Fills the sum down to row `end`.
    pub fn assign(
        &self,
        assignment: &mut Assignment,
        draws: &DrawConfig,
        table: &TableConfig,
        rows: usize,
        end: usize,
        alpha: Fr,
    ) {
        let positions = |assignment: &Assignment, lane: usize| -> Vec<Fr> {
            let lanes = table.lanes();
            let mut values: Vec<Fr> = (0..rows)
                .map(|row| alpha - TableConfig::first_position(row, lanes) - Fr::from(lane as u64))
                .collect();
            batch_invert(&mut values);
            for (row, value) in values.iter_mut().enumerate() {
                *value *= -table.multiplicity(assignment, row, lane);
            }
            values
        };
        let total = self
            .sum
            .assign(assignment, end, Vec::new(), |assignment, i| {
                match i.checked_sub(draws.lanes()) {
                    None => draws.term(assignment, i, end, alpha),
                    Some(lane) => positions(assignment, lane),
                }
            });
        let CellRef { row, .. } = self.total(end);
        assignment.set(self.result, row, total);
    }

    /// The cell of the sum down to row `end`: of the key inverse's column, below the table.
    pub fn total(&self, end: usize) -> CellRef {
        CellRef::advice(self.result, end - 1)
    }

    /// The running sum.
    #[cfg(test)]
    pub(crate) fn sum(&self) -> &FractionSum {
        &self.sum
    }
}
