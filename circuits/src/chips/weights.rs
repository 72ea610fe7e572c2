//! The slot identity: Σ over table rows of w · Σ (m·u + η·m) = Σ over slots of (units + η·draws)/(θ − key), with w = 1/(θ − key of the row's chunk).
//!
//! Keys of slots are distinct, so for random θ and η each slot's units and draws are exactly those of its own chunks, and a drawn chunk whose key is
//! no slot's leaves a pole.
//!
//! The same sum counts the real draws, + Σ counts = L, and takes in the range check's fractions, whose sum is zero. The slots' part is made of poles in θ, the
//! range check's of poles in β, the number of draws is a constant: for random θ and β the three add up only when each does.

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::draws::DrawConfig;
use super::fraction::FractionSum;
use super::frame::Frame;
use super::range::RangeConfig;
use super::table::TableConfig;
use crate::sheet::{ColumnMaker, Sheet, Spot};

type E = Expression<Fr>;

/// Degree of a row's weight: link · position · units · ratio · units.
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
    /// Units, multiplicities and links.
    pub table: &'a TableConfig,
    /// Limbs.
    pub range: &'a RangeConfig,
}

impl WeightConfig {
    /// Makes the columns and the gate.
    pub fn configure(
        maker: &mut ColumnMaker<'_>,
        frame: Frame,
        Parts {
            draws,
            table,
            range,
        }: Parts<'_>,
        [eta, beta]: [Challenge; 2],
    ) -> Self {
        let config = Self {
            sum: FractionSum::new(maker, WEIGHT, &range.numerators()),
            result: table.link,
        };
        maker.cs.create_gate("S4 slot identity", |cells| {
            let active = cells.query_fixed(frame.active, Rotation::cur());
            let [eta, beta] = [eta, beta].map(|challenge| cells.query_challenge(challenge));
            let link = cells.query_advice(table.link, Rotation::cur());
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
            let step = link * weight + active.clone() * real;
            let fractions = range.fractions(cells, &active, &beta);
            let names = ["range limb fractions", "S4 weights reach their slots"];
            let sum = &config.sum;
            let mut constraints = sum.constraints(cells, &active, Some(step), &fractions, names);
            let result = cells.query_advice(config.result, Rotation::next());
            let names = ["S4 sum starts at zero", "S4 sum is its cell"];
            constraints.extend(sum.bounds(cells, frame, result, names));
            constraints
        });
        config
    }

    /// Fills the sum down to row `end`; `rows` are those of the table.
    pub fn assign(
        &self,
        sheet: &mut Sheet,
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
            .row_sums(sheet, rows)
            .into_iter()
            .enumerate()
            .map(|(row, [count, units])| sheet.get(table.link, row) * (units + eta * count))
            .collect();
        steps.resize(end, Fr::ZERO);
        for count in draws.counts() {
            for (step, count) in steps.iter_mut().zip(sheet.column(*count)) {
                *step += count;
            }
        }
        let total = self.sum.assign(sheet, end, steps, |sheet, i| {
            range.term(sheet, i, end, beta)
        });
        let Spot { row, .. } = self.total(end);
        sheet.set(self.result, row, total);
    }

    /// The cell of the sum down to row `end`: of the link's column, below the table.
    pub fn total(&self, end: usize) -> Spot {
        Spot::advice(self.result, end)
    }

    /// The running sum.
    #[cfg(test)]
    pub(crate) fn sum(&self) -> &FractionSum {
        &self.sum
    }
}
