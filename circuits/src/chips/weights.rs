//! The slot identity: Σ over table rows of w · Σ (m·u + κ·m) = Σ over slots of (units + κ·draws)/(θ − key), with w = 1/(θ − key of the row's chunk).
//!
//! Keys of slots are distinct, so for random θ and κ each slot's units and draws are exactly those of its own chunks, and a drawn chunk whose key is
//! no slot's leaves a pole. A further challenge ι counts the real draws into the same sum: + ι · Σ counts = ι · L.

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::draws::DrawConfig;
use super::table::TableConfig;
use crate::sheet::{ColumnMaker, Sheet, Spot};

type E = Expression<Fr>;

/// Columns of the identity.
#[derive(Clone, Debug)]
pub struct WeightConfig {
    acc: Column<Advice>,
}

impl WeightConfig {
    /// Makes the column and gate. `first` is 1 on row 0 only.
    pub fn configure(
        maker: &mut ColumnMaker<'_>,
        [first, active]: [Column<Fixed>; 2],
        draws: &DrawConfig,
        table: &TableConfig,
        [kappa, iota]: [Challenge; 2],
    ) -> Self {
        let config = Self {
            acc: maker.late_copied(),
        };
        maker.cs.create_gate("S4 slot identity", |cells| {
            let first = cells.query_fixed(first, Rotation::cur());
            let active = cells.query_fixed(active, Rotation::cur());
            let table_on = cells.query_fixed(table.on, Rotation::cur());
            let draws_on = cells.query_fixed(draws.on(), Rotation::cur());
            let kappa = cells.query_challenge(kappa);
            let iota = cells.query_challenge(iota);
            let link = cells.query_advice(table.link, Rotation::cur());
            let acc = cells.query_advice(config.acc, Rotation::cur());
            let next = cells.query_advice(config.acc, Rotation::next());
            let zero = E::Constant(Fr::ZERO);
            let weight =
                table
                    .units
                    .iter()
                    .zip(&table.ratios)
                    .fold(zero.clone(), |sum, (units, ratio)| {
                        let units = cells.query_advice(*units, Rotation::cur());
                        let ratio = cells.query_advice(*ratio, Rotation::cur());
                        sum + units.clone() * ratio * (units + kappa.clone())
                    });
            let real = draws.counts().iter().fold(zero, |sum, count| {
                sum + cells.query_advice(*count, Rotation::cur())
            });
            vec![
                ("S4 sum starts at zero", first * acc.clone()),
                (
                    "S4 weights reach their slots",
                    active * (next - acc - table_on * link * weight - draws_on * iota * real),
                ),
            ]
        });
        config
    }

    /// Fills the accumulator down to row `end`; `table_rows` and `draw_rows` are the rows of each.
    #[allow(
        clippy::too_many_arguments,
        reason = "the identity's parts, each of another kind"
    )]
    pub fn assign(
        &self,
        sheet: &mut Sheet,
        draws: &DrawConfig,
        table: &TableConfig,
        [table_rows, draw_rows]: [usize; 2],
        end: usize,
        [kappa, iota]: [Fr; 2],
    ) {
        let sums = table.row_sums(sheet, table_rows);
        let mut acc = Fr::ZERO;
        let mut values = Vec::with_capacity(end + 1);
        for row in 0..=end {
            values.push(acc);
            if let Some([count, units]) = sums.get(row) {
                acc += sheet.get(table.link, row) * (*units + kappa * count);
            }
            if row < draw_rows {
                for count in draws.counts() {
                    acc += iota * sheet.get(*count, row);
                }
            }
        }
        sheet.column_mut(self.acc)[..=end].copy_from_slice(&values);
    }

    /// The accumulator at a row.
    pub fn at(&self, row: usize) -> Spot {
        Spot::advice(self.acc, row)
    }
}
