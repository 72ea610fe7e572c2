//! The fold of packed lanes: acc ← acc · γ + pack at each pack's first row, the pack's further rows added with their weights.
//!
//! The wide chip folds what its sponges absorb the same way; equal folds under a challenge drawn after both are committed mean equal sequences.

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::field::power_of_two;
use crate::sheet::{ColumnMaker, Sheet, Spot};

type E = Expression<Fr>;

/// Columns of a fold.
#[derive(Clone, Debug)]
pub struct PackFold {
    lanes: Vec<Column<Advice>>,
    bits: u32,
    per_pack: usize,
    acc: Column<Advice>,
    split: Option<[Column<Fixed>; 2]>,
}

impl PackFold {
    /// Makes the columns and the gate. `lanes` must divide `per_pack`; a pack then takes `per_pack / lanes` rows.
    #[allow(
        clippy::too_many_arguments,
        reason = "a gate's parts, each of another kind"
    )]
    pub fn configure(
        maker: &mut ColumnMaker<'_>,
        name: &'static str,
        active: Column<Fixed>,
        on: Column<Fixed>,
        lanes: &[Column<Advice>],
        per_pack: usize,
        bits: u32,
        gamma: Challenge,
    ) -> Self {
        assert_eq!(per_pack % lanes.len(), 0, "lanes divide a pack");
        let split = (lanes.len() < per_pack).then(|| [maker.fixed(), maker.fixed()]);
        let fold = Self {
            lanes: lanes.to_vec(),
            bits,
            per_pack,
            acc: maker.late_copied(),
            split,
        };
        maker.cs.create_gate(name, |cells| {
            let active = cells.query_fixed(active, Rotation::cur());
            let on = cells.query_fixed(on, Rotation::cur());
            let gamma = cells.query_challenge(gamma);
            let acc = cells.query_advice(fold.acc, Rotation::cur());
            let next = cells.query_advice(fold.acc, Rotation::next());
            let sum = fold
                .lanes
                .iter()
                .enumerate()
                .map(|(i, lane)| {
                    cells.query_advice(*lane, Rotation::cur()) * power_of_two(bits * i as u32)
                })
                .reduce(|sum, term| sum + term)
                .unwrap_or(E::Constant(Fr::ZERO));
            let one = E::Constant(Fr::ONE);
            let step = match fold.split {
                None => acc.clone() * (gamma - one) + sum,
                Some([first, weight]) => {
                    let first = cells.query_fixed(first, Rotation::cur());
                    let weight = cells.query_fixed(weight, Rotation::cur());
                    acc.clone() * first * (gamma - one) + weight * sum
                }
            };
            vec![(name, active * (next - acc - on * step))]
        });
        fold
    }

    fn rows_per_pack(&self) -> usize {
        self.per_pack / self.lanes.len()
    }

    /// Fills the fixed cells over `rows` rows.
    pub fn assign_layout(&self, sheet: &mut Sheet, rows: usize) {
        if let Some([first, weight]) = self.split {
            for row in 0..rows {
                let part = row % self.rows_per_pack();
                if part == 0 {
                    sheet.set_fixed(first, row, Fr::ONE);
                }
                let bits = self.bits * (part * self.lanes.len()) as u32;
                sheet.set_fixed(weight, row, power_of_two(bits));
            }
        }
    }

    /// Fills the accumulator from an initial value over `rows` rows and keeps the last value down to row `end`.
    pub fn assign(&self, sheet: &mut Sheet, initial: Fr, rows: usize, end: usize, gamma: Fr) {
        let weights: Vec<Fr> = (0..self.per_pack)
            .map(|i| power_of_two(self.bits * i as u32))
            .collect();
        let per_row = self.rows_per_pack();
        let mut values = Vec::with_capacity(end + 1);
        let mut acc = initial;
        values.push(acc);
        for row in 0..rows {
            let part = row % per_row;
            if part == 0 {
                acc *= gamma;
            }
            for (i, lane) in self.lanes.iter().enumerate() {
                acc += sheet.get(*lane, row) * weights[part * self.lanes.len() + i];
            }
            values.push(acc);
        }
        values.resize(end + 1, acc);
        sheet.column_mut(self.acc)[..=end].copy_from_slice(&values);
    }

    /// The accumulator at a row: the fold of all rows above it.
    pub fn at(&self, row: usize) -> Spot {
        Spot::advice(self.acc, row)
    }
}
