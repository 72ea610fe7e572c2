//! The table chip: one cell of units a table position, its multiplicity as units times a witness, and the chunk's link to its slot.
//!
//! | column | phase | cell |
//! |---|---|---|
//! | units 0 … | 0 | units of a record before the scale; 0 past a chunk's last record |
//! | ratio 0 … | 0 | v with multiplicity = units · v, so that a position without units cannot be counted |
//! | link | 1 | w = 1/(θ − key) of the row's chunk, the same on all its rows |
//! | ones (uniform) | 0 | running count of the chunk's positions |
//! | fixed on, same | | table row; next row is of the same chunk |

use halo2_proofs::plonk::{Advice, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use crate::field::batch_invert;
use crate::sheet::{ColumnMaker, Sheet, Spot};

type E = Expression<Fr>;

/// Columns of the chip.
#[derive(Clone, Debug)]
pub struct TableConfig {
    /// Units cells.
    pub units: Vec<Column<Advice>>,
    /// Multiplicity over units.
    pub ratios: Vec<Column<Advice>>,
    /// 1/(θ − key) of the chunk.
    pub link: Column<Advice>,
    ones: Option<Column<Advice>>,
    /// Table rows.
    pub on: Column<Fixed>,
    same: Column<Fixed>,
}

impl TableConfig {
    /// Makes the columns and gates; `uniform` tables hold a prefix of ones a chunk in place of units.
    pub fn configure(maker: &mut ColumnMaker<'_>, lanes: usize, uniform: bool) -> Self {
        let config = Self {
            units: (0..lanes).map(|_| maker.advice()).collect(),
            ratios: (0..lanes).map(|_| maker.advice()).collect(),
            link: maker.late_copied(),
            ones: uniform.then(|| maker.copied()),
            on: maker.fixed(),
            same: maker.fixed(),
        };
        maker.cs.create_gate("table link", |cells| {
            let same = cells.query_fixed(config.same, Rotation::cur());
            let link = cells.query_advice(config.link, Rotation::cur());
            let next = cells.query_advice(config.link, Rotation::next());
            vec![("S2 a chunk's rows share its link", same * (next - link))]
        });
        if let Some(ones) = config.ones {
            config.gate_ones(maker, ones);
        }
        config
    }

    fn gate_ones(&self, maker: &mut ColumnMaker<'_>, ones: Column<Advice>) {
        maker.cs.create_gate("uniform positions", |cells| {
            let on = cells.query_fixed(self.on, Rotation::cur());
            let same = cells.query_fixed(self.same, Rotation::cur());
            let count = cells.query_advice(ones, Rotation::cur());
            let next_count = cells.query_advice(ones, Rotation::next());
            let row = |cells: &mut halo2_proofs::plonk::VirtualCells<'_, Fr>, at: i32| -> Vec<E> {
                self.units
                    .iter()
                    .map(|column| cells.query_advice(*column, Rotation(at)))
                    .collect()
            };
            let here = row(cells, 0);
            let next = row(cells, 1);
            let one = E::Constant(Fr::ONE);
            let total = |row: &[E]| {
                row.iter()
                    .fold(E::Constant(Fr::ZERO), |sum, x| sum + x.clone())
            };
            let mut constraints: Vec<(String, E)> = Vec::new();
            for (i, x) in here.iter().enumerate() {
                constraints.push((
                    format!("S2 uniform cell {i} is boolean"),
                    on.clone() * x.clone() * (x.clone() - one.clone()),
                ));
                if let Some(after) = here.get(i + 1) {
                    constraints.push((
                        format!("S2 uniform cell {} follows a one", i + 1),
                        on.clone() * after.clone() * (one.clone() - x.clone()),
                    ));
                }
            }
            constraints.push((
                "S2 uniform row follows ones".into(),
                same.clone() * next[0].clone() * (one.clone() - here[here.len() - 1].clone()),
            ));
            constraints.push((
                "S2 uniform positions are counted".into(),
                same.clone() * (next_count - count.clone() - total(&next)),
            ));
            let start = cells.query_fixed(self.same, Rotation::prev());
            constraints.push((
                "S2 uniform count starts with its row".into(),
                on * (one - start) * (count - total(&here)),
            ));
            constraints
        });
    }

    /// Positions a row.
    pub fn lanes(&self) -> usize {
        self.units.len()
    }

    /// Fills units and ratios; `cells` and `counts` give units and multiplicity by position, `chunk` is the number of positions of a chunk.
    pub fn assign(&self, sheet: &mut Sheet, chunk: usize, cells: &[u32], counts: &[u32]) {
        let lanes = self.units.len();
        let rows = cells.len() / lanes;
        let chunk_rows = chunk / lanes;
        for row in 0..rows {
            sheet.set_fixed(self.on, row, Fr::ONE);
            if (row + 1) % chunk_rows != 0 {
                sheet.set_fixed(self.same, row, Fr::ONE);
            }
        }
        for (lane, column) in self.units.iter().enumerate() {
            let column = sheet.column_mut(*column);
            for (row, cell) in column[..rows].iter_mut().enumerate() {
                *cell = Fr::from(u64::from(cells[row * lanes + lane]));
            }
        }
        for (lane, (ratio, units)) in self.ratios.iter().zip(&self.units).enumerate() {
            let mut values: Vec<Fr> = (0..rows)
                .map(|row| {
                    if counts[row * lanes + lane] == 0 {
                        Fr::ZERO
                    } else {
                        sheet.get(*units, row)
                    }
                })
                .collect();
            batch_invert(&mut values);
            for (row, value) in values.iter_mut().enumerate() {
                *value *= Fr::from(u64::from(counts[row * lanes + lane]));
            }
            sheet.column_mut(*ratio)[..rows].copy_from_slice(&values);
        }
        if let Some(ones) = self.ones {
            let mut count = 0u64;
            let values: Vec<Fr> = (0..rows)
                .map(|row| {
                    if row % chunk_rows == 0 {
                        count = 0;
                    }
                    count += cells[row * lanes..(row + 1) * lanes]
                        .iter()
                        .map(|x| u64::from(*x))
                        .sum::<u64>();
                    Fr::from(count)
                })
                .collect();
            sheet.column_mut(ones)[..rows].copy_from_slice(&values);
        }
    }

    /// Fills the links of the chunks.
    pub fn assign_links(&self, sheet: &mut Sheet, chunk: usize, links: &[Fr]) {
        let chunk_rows = chunk / self.units.len();
        let column = sheet.column_mut(self.link);
        for (rows, link) in column.chunks_mut(chunk_rows).zip(links) {
            rows.fill(*link);
        }
    }

    /// The link cell of a chunk's first row.
    pub fn link_of(&self, place: usize, chunk: usize) -> Spot {
        Spot::advice(self.link, place * (chunk / self.units.len()))
    }

    /// The cell that counts a uniform chunk's positions, if the table is uniform.
    pub fn ones_of(&self, place: usize, chunk: usize) -> Option<Spot> {
        let last = (place + 1) * (chunk / self.units.len()) - 1;
        self.ones.map(|column| Spot::advice(column, last))
    }

    /// The cell of the running count at a row of a uniform table.
    #[cfg(test)]
    pub(crate) fn ones_at(&self, row: usize) -> Spot {
        Spot::advice(self.ones.expect("the table is uniform"), row)
    }

    /// The units cell of a position, counted from 0.
    pub fn unit(&self, position: usize) -> Spot {
        let lanes = self.units.len();
        Spot::advice(self.units[position % lanes], position / lanes)
    }

    /// The ratio cell of a position, counted from 0.
    pub fn ratio(&self, position: usize) -> Spot {
        let lanes = self.ratios.len();
        Spot::advice(self.ratios[position % lanes], position / lanes)
    }

    /// Σ units · ratio and Σ units² · ratio by row, in parallel.
    pub fn row_sums(&self, sheet: &Sheet, rows: usize) -> Vec<[Fr; 2]> {
        (0..rows)
            .into_par_iter()
            .map(|row| {
                let mut sums = [Fr::ZERO; 2];
                for (units, ratio) in self.units.iter().zip(&self.ratios) {
                    let units = sheet.get(*units, row);
                    let count = units * sheet.get(*ratio, row);
                    sums[0] += count;
                    sums[1] += count * units;
                }
                sums
            })
            .collect()
    }
}
