//! The counting identity: Σ over draws of 1/(α − draw) = Σ over positions of multiplicity/(α − position), with padding counted at position 0.
//!
//! Position i of a row is a fixed cell plus i, so keys are distinct by construction and multiplicities need no range check (Haböck, eprint 2022/1530).
//! The sum has a challenge and an accumulator of its own: no other table adds to it.

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::draws::DrawConfig;
use super::fraction::weighted_sum;
use super::table::TableConfig;
use crate::field::batch_invert;
use crate::sheet::{ColumnMaker, Sheet, Spot};

type E = Expression<Fr>;

/// Positions that one inverse serves: selector 1 + inverse 1 + multiplicity 2 + the other factors 4 = 8.
const BATCH: usize = 5;

/// Columns of the identity.
#[derive(Clone, Debug)]
pub struct PositionConfig {
    first: Column<Fixed>,
    position: Column<Fixed>,
    inverses: Vec<Column<Advice>>,
    acc: Column<Advice>,
}

impl PositionConfig {
    /// Makes the columns and gates. `first` is 1 on row 0 only.
    pub fn configure(
        maker: &mut ColumnMaker<'_>,
        first: Column<Fixed>,
        active: Column<Fixed>,
        draws: &DrawConfig,
        table: &TableConfig,
        alpha: Challenge,
    ) -> Self {
        let config = Self {
            first,
            position: maker.fixed(),
            inverses: (0..table.lanes().div_ceil(BATCH))
                .map(|_| maker.late())
                .collect(),
            acc: maker.late_copied(),
        };
        maker.cs.create_gate("S1 counting identity", |cells| {
            let first = cells.query_fixed(config.first, Rotation::cur());
            let active = cells.query_fixed(active, Rotation::cur());
            let on = cells.query_fixed(table.on, Rotation::cur());
            let alpha = cells.query_challenge(alpha);
            let position = cells.query_fixed(config.position, Rotation::cur());
            let acc = cells.query_advice(config.acc, Rotation::cur());
            let next = cells.query_advice(config.acc, Rotation::next());
            let mut step = draws
                .helpers
                .iter()
                .map(|helper| cells.query_advice(*helper, Rotation::cur()))
                .reduce(|sum, helper| sum + helper)
                .unwrap_or(E::Constant(Fr::ZERO));
            let mut constraints = vec![("S1 sum starts at zero".to_string(), first * acc.clone())];
            for (group, inverse) in config.inverses.iter().enumerate() {
                let inverse = cells.query_advice(*inverse, Rotation::cur());
                let lanes = group * BATCH..((group + 1) * BATCH).min(table.lanes());
                let (counts, denominators): (Vec<E>, Vec<E>) = lanes
                    .map(|lane| {
                        let units = cells.query_advice(table.units[lane], Rotation::cur());
                        let ratio = cells.query_advice(table.ratios[lane], Rotation::cur());
                        let key = position.clone() + E::Constant(Fr::from(lane as u64));
                        (units * ratio, alpha.clone() - key)
                    })
                    .unzip();
                let (numerator, denominator) = weighted_sum(&counts, &denominators);
                constraints.push((
                    format!("S1 position inverse {group}"),
                    active.clone() * (inverse.clone() * denominator - on.clone()),
                ));
                step = step - inverse * numerator;
            }
            constraints.push((
                "S1 draws and multiplicities add up".into(),
                active * (next - acc - step),
            ));
            constraints
        });
        config
    }

    /// Fills the positions over `rows` table rows of `lanes` positions; the first is 1.
    pub fn assign_layout(&self, sheet: &mut Sheet, rows: usize, lanes: usize) {
        for row in 0..rows {
            sheet.set_fixed(self.position, row, Fr::from((row * lanes + 1) as u64));
        }
    }

    /// Fills inverses and accumulator down to row `end`.
    pub fn assign(
        &self,
        sheet: &mut Sheet,
        draws: &DrawConfig,
        table: &TableConfig,
        rows: usize,
        end: usize,
        alpha: Fr,
    ) {
        let lanes = table.lanes();
        let mut reciprocals: Vec<Fr> = (0..rows * lanes)
            .map(|i| alpha - Fr::from((i + 1) as u64))
            .collect();
        batch_invert(&mut reciprocals);
        for (group, column) in self.inverses.iter().enumerate() {
            let range = group * BATCH..((group + 1) * BATCH).min(lanes);
            let values: Vec<Fr> = (0..rows)
                .map(|row| {
                    range.clone().fold(Fr::ONE, |product, lane| {
                        product * reciprocals[row * lanes + lane]
                    })
                })
                .collect();
            sheet.column_mut(*column)[..rows].copy_from_slice(&values);
        }
        let mut acc = Fr::ZERO;
        let mut values = Vec::with_capacity(end + 1);
        for row in 0..=end {
            values.push(acc);
            for helper in &draws.helpers {
                acc += sheet.get(*helper, row);
            }
            if row < rows {
                for lane in 0..lanes {
                    let units = sheet.get(table.units[lane], row);
                    let ratio = sheet.get(table.ratios[lane], row);
                    acc -= units * ratio * reciprocals[row * lanes + lane];
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
