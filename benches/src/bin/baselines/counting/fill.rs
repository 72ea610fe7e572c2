//! Fills the counting circuits.

use halo2_proofs::plonk::{Advice, Column};
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};
use tranche_circuits::field::batch_invert;

use super::config::{Counting, CountingConfig};
use super::run::{Draw, Run};
use super::size::Size;
use crate::grid::Grid;

impl CountingConfig {
    /// Fills fixed columns, draws, table and what is told of each draw or position.
    pub(crate) fn fill_early(&self, grid: &mut Grid, size: &Size, run: &Run) {
        let layout = &self.layout;
        grid.fix(layout.first, 0, Fr::ONE);
        for row in 0..size.rows() {
            grid.fix(layout.active, row, Fr::ONE);
            grid.fix(layout.position, row, Fr::from(row as u64 + 1));
        }
        for row in size.rows()..self.usable {
            // A lookup reads these rows too: with positions of their own, none of them is an entry of position 0.
            grid.fix(layout.position, row, Fr::from(row as u64 + 1));
        }
        for slot in 0..size.slots {
            grid.fix(layout.number, slot, Fr::from(slot as u64 + 1));
        }
        for (row, [slot, units]) in run.table.iter().enumerate() {
            grid.set(self.table[0], row, Fr::from(*slot));
            grid.set(self.table[1], row, Fr::from(*units));
        }
        if let Some([bit, noise]) = self.mask {
            let mut random = Fr::from(0x5eed).square();
            for row in 0..self.usable {
                random = random.square() + Fr::ONE;
                grid.set(bit, row, Fr::from(u64::from(random.is_odd().unwrap_u8())));
                grid.set(noise, row, random);
            }
        }
        match &self.counting {
            Counting::Permuted { slots, units } => {
                for (i, draw) in run.draws.iter().enumerate() {
                    let (row, lane) = (i / size.lanes, i % size.lanes);
                    grid.set(self.draws[lane], row, Fr::from(draw.position));
                    grid.set(slots[lane], row, Fr::from(draw.slot));
                    grid.set(units[lane], row, Fr::from(draw.units));
                }
                // Lookups are of all rows: those below the draws look up the first record.
                let [slot, weight] = run.table.first().copied().unwrap_or_default();
                for row in size.rows()..self.usable {
                    for lane in 0..size.lanes {
                        grid.set(self.draws[lane], row, Fr::ONE);
                        grid.set(slots[lane], row, Fr::from(slot));
                        grid.set(units[lane], row, Fr::from(weight));
                    }
                }
            }
            Counting::Logarithmic { multiplicity, .. } => {
                for (i, Draw { position, .. }) in run.draws.iter().enumerate() {
                    let (row, lane) = (i / size.lanes, i % size.lanes);
                    grid.set(self.draws[lane], row, Fr::from(*position));
                }
                for (row, count) in run.multiplicities.iter().enumerate() {
                    grid.set(*multiplicity, row, Fr::from(*count));
                }
            }
        }
    }

    /// Fills the sums from what the other columns hold; `alpha` counts, `theta` and `kappa` weigh.
    pub(crate) fn fill_late(
        &self,
        grid: &mut Grid,
        size: &Size,
        run: &Run,
        [theta, kappa, alpha]: [Fr; 3],
    ) {
        let rows = size.rows();
        let column = |column: Column<Advice>| (0..rows).map(move |row| (column, row));
        let inverses = |grid: &Grid, challenge: Fr, of: Column<Advice>| {
            let mut values: Vec<Fr> = column(of)
                .map(|(column, row)| challenge - grid.get(column, row))
                .collect();
            batch_invert(&mut values);
            values
        };
        let mut steps = vec![Fr::ZERO; rows];
        let mut weigh = |grid: &Grid, slot, units, times: Option<Column<Advice>>| {
            let poles = inverses(grid, theta, slot);
            for (row, (step, pole)) in steps.iter_mut().zip(poles).enumerate() {
                let times = times.map_or(Fr::ONE, |times| grid.get(times, row));
                *step += times * (grid.get(units, row) + kappa) * pole;
            }
        };
        match &self.counting {
            Counting::Permuted { slots, units } => {
                for (slot, units) in slots.iter().zip(units) {
                    weigh(grid, *slot, *units, None);
                }
            }
            Counting::Logarithmic {
                multiplicity, sum, ..
            } => {
                let [slot, units] = self.table;
                weigh(grid, slot, units, Some(*multiplicity));
                let mut counts: Vec<Fr> = (0..rows)
                    .map(|row| alpha - Fr::from(row as u64 + 1))
                    .collect();
                batch_invert(&mut counts);
                for (row, count) in counts.iter_mut().enumerate() {
                    *count *= -grid.get(*multiplicity, row);
                }
                for draw in &self.draws {
                    let poles = inverses(grid, alpha, *draw);
                    for (count, pole) in counts.iter_mut().zip(poles) {
                        *count += pole;
                    }
                }
                accumulate(grid, *sum, &counts);
            }
        }
        for (slot, step) in steps.iter_mut().enumerate().take(size.slots) {
            let number = Fr::from(slot as u64 + 1);
            let [units, draws] = [run.units[slot], run.counts[slot]].map(Fr::from);
            let pole = (theta - number).invert().unwrap_or(Fr::ZERO);
            *step -= (units + kappa * draws) * pole;
        }
        accumulate(grid, self.totals, &steps);
    }
}

fn accumulate(grid: &mut Grid, column: Column<Advice>, steps: &[Fr]) {
    let mut sum = Fr::ZERO;
    for (row, step) in steps.iter().enumerate() {
        sum += step;
        grid.set(column, row + 1, sum);
    }
}
