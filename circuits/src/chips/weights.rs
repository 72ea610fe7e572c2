//! The slot identity: Σ over table rows of w · Σ (m·u + η·m) = Σ over slots of (units + η·draws)/(θ − key), with w = 1/(θ − key of the row's chunk).
//!
//! Keys of slots are distinct, so for random θ and η each slot's units and draws are exactly those of its own chunks, and a drawn chunk whose key is
//! no slot's leaves a pole.
//!
//! The same sum counts the real draws, + Σ counts = L, and takes in the range check's fractions, whose sum is zero. The slots' part is made of poles in θ, the
//! range check's of poles in β, the number of draws is a constant: for random θ and β the three add up only when each does.

use crate::labels;
use halo2_proofs::plonk::{Advice, Challenge, Column, Expression};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::active_rows::ActiveRows;
use super::draws::DrawConfig;
use super::fraction::FractionSum;
use super::range::RangeConfig;
use super::table::TableConfig;
use crate::assignment::{Assignment, CellRef, ColumnAllocator};

type E = Expression<Fr>;

/// Degree of a row's weight: key inverse · position · units · multiplicity hint · units.
const WEIGHT: usize = 5;

/// Columns of the identity.
#[derive(Clone, Debug)]
pub struct WeightConfig {
    sum: FractionSum,
    result: Column<Advice>,
}

/// What the identity is about.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// Counts of real draws.
    pub draws: &'a DrawConfig,
    /// Units, multiplicities and key inverses.
    pub table: &'a TableConfig,
    /// Limbs.
    pub range: &'a RangeConfig,
}

impl WeightConfig {
    /// Makes the columns and the gate.
    pub fn configure(
        allocator: &mut ColumnAllocator<'_>,
        active_rows: ActiveRows,
        Parts {
            draws,
            table,
            range,
        }: Parts<'_>,
        [eta, beta]: [Challenge; 2],
    ) -> Self {
        let config = Self {
            sum: FractionSum::new(allocator, WEIGHT, &range.numerators()),
            result: table.key_inverse,
        };
        // S4 slot identity, with w the key inverse of the row's chunk, counts c of real draws and the range check's fractions:
        //
        //   acc' = acc + w · Σ m_j · (u_j + η) + Σ c + Σ 1/(β − limb) − multiplicity/(β − table)
        //   acc = 0 on the first row; acc' = the cell of the sum on the last
        //
        // S4 in docs/specification.md; docs/circuits.md, section 6 (slot identity).
        allocator.cs.create_gate("S4 slot identity", |cells| {
            let active = cells.query_fixed(active_rows.active, Rotation::cur());
            let [eta, beta] = [eta, beta].map(|challenge| cells.query_challenge(challenge));
            let key_inverse = cells.query_advice(table.key_inverse, Rotation::cur());
            let zero = E::Constant(Fr::ZERO);
            let counts = table.multiplicities(cells);
            let weight =
                table
                    .units
                    .iter()
                    .zip(counts)
                    .fold(zero.clone(), |sum, (units, [_, count])| {
                        let units = cells.query_advice(*units, Rotation::cur());
                        sum + count * (units + eta.clone())
                    });
            let real = draws.counts().iter().fold(zero, |sum, count| {
                sum + cells.query_advice(*count, Rotation::cur())
            });
            let step = key_inverse * weight + active.clone() * real;
            let fractions = range.fractions(cells, &active, &beta);
            let labels = [
                labels::RANGE_LIMB_FRACTIONS,
                labels::WEIGHTS_REACH_THEIR_SLOTS,
            ];
            let sum = &config.sum;
            let mut constraints = sum.constraints(cells, &active, Some(step), &fractions, labels);
            let result = cells.query_advice(config.result, Rotation::next());
            let labels = [
                labels::WEIGHT_SUM_STARTS_AT_ZERO,
                labels::WEIGHT_SUM_IS_ITS_CELL,
            ];
            constraints.extend(sum.bounds(cells, active_rows, result, labels));
            constraints
        });
        config
    }

    /// Fills the sum down to row `end`; `rows` are those of the table.
    pub fn assign(
        &self,
        assignment: &mut Assignment,
        Parts {
            draws,
            table,
            range,
        }: Parts<'_>,
        rows: usize,
        end: usize,
        [eta, beta]: [Fr; 2],
    ) {
        let mut steps: Vec<Fr> = table
            .row_sums(assignment, rows)
            .into_iter()
            .enumerate()
            .map(|(row, [count, units])| {
                assignment.get(table.key_inverse, row) * (units + eta * count)
            })
            .collect();
        steps.resize(end, Fr::ZERO);
        for count in draws.counts() {
            for (step, count) in steps.iter_mut().zip(assignment.column(*count)) {
                *step += count;
            }
        }
        let total = self.sum.assign(assignment, end, steps, |assignment, i| {
            range.term(assignment, i, end, beta)
        });
        let CellRef { row, .. } = self.total(end);
        assignment.set(self.result, row, total);
    }

    /// The cell of the sum down to row `end`: of the key inverse's column, below the table.
    pub fn total(&self, end: usize) -> CellRef {
        CellRef::advice(self.result, end)
    }

    /// The running sum.
    #[cfg(test)]
    pub(crate) fn sum(&self) -> &FractionSum {
        &self.sum
    }
}
