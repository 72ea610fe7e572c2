//! The table chip: one cell of units a table position, its multiplicity as position times units times a witness, and the chunk's key inverse to its slot.
//!
//! | column | phase | cell |
//! |---|---|---|
//! | units 0 … | 0 | units of a record before the scale; 0 past a chunk's last record |
//! | multiplicity hint 0 … | 0 | v with multiplicity = the row's first position · units · v, so that a position without units cannot be counted |
//! | key inverse | 1 | w = 1/(θ − key) of the row's chunk, the same on all its rows by copies |
//! | ones (uniform) | 0 | running count of the chunk's positions |
//! | fixed position | | the row's first position, from 1 on; 0 outside the table, where nothing is counted |
//! | fixed same (uniform) | | next row is of the same chunk |

use crate::labels;
use halo2_proofs::plonk::{Advice, Column, Expression, Fixed, VirtualCells};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use crate::assignment::{Assignment, CellRef, ColumnAllocator};
use crate::field::batch_invert;

type E = Expression<Fr>;

/// Columns of the chip.
#[derive(Clone, Debug)]
pub struct TableConfig {
    /// Units cells.
    pub units: Vec<Column<Advice>>,
    /// Multiplicity over units.
    pub multiplicity_hints: Vec<Column<Advice>>,
    /// 1/(θ − key) of the chunk.
    pub key_inverse: Column<Advice>,
    /// The row's first position; 0 outside the table.
    pub position: Column<Fixed>,
    uniform: Option<UniformConfig>,
}

#[derive(Clone, Copy, Debug)]
struct UniformConfig {
    ones: Column<Advice>,
    same: Column<Fixed>,
}

impl TableConfig {
    /// Makes the columns and gates; `uniform` tables hold a prefix of ones a chunk in place of units.
    pub fn configure(allocator: &mut ColumnAllocator<'_>, lanes: usize, uniform: bool) -> Self {
        let config = Self {
            units: (0..lanes)
                .map(|lane| {
                    if lane == 0 {
                        allocator.copied()
                    } else {
                        allocator.advice()
                    }
                })
                .collect(),
            multiplicity_hints: (0..lanes).map(|_| allocator.advice()).collect(),
            key_inverse: allocator.second_phase_copied(),
            position: allocator.fixed(),
            uniform: uniform.then(|| UniformConfig {
                ones: allocator.copied(),
                same: allocator.fixed(),
            }),
        };
        if let Some(uniform) = config.uniform {
            config.gate_ones(allocator, uniform);
        }
        config
    }

    fn gate_ones(
        &self,
        allocator: &mut ColumnAllocator<'_>,
        UniformConfig { ones, same }: UniformConfig,
    ) {
        let start = same;
        // uniform positions, for a row of units x_0 … x_U−1 and the running count n of a chunk's ones:
        //
        //   x_i · (x_i − 1) = 0            a cell is 0 or 1
        //   x_i+1 · (1 − x_i) = 0          ones come first within a row
        //   x_0' · (1 − x_U−1) = 0         and from row to row of a chunk
        //   n' = n + Σ x_i'                the count goes on within a chunk
        //   n = Σ x_i                      and starts with its first row
        //
        //   | row | units         | ones | same              | position |
        //   |-----|---------------|------|-------------------|----------|
        //   | −1  |               |      | 0 where 0 starts  |          |
        //   |  0  | x_0 … x_U−1   | n    | 1 if 1 goes on    | p        |
        //   |  1  | x_0' … x_U−1' | n'   |                   |          |
        //
        // S2 in docs/specification.md; degree 3.
        allocator.cs.create_gate("uniform positions", |cells| {
            let on = cells.query_fixed(self.position, Rotation::cur());
            let same = cells.query_fixed(same, Rotation::cur());
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
                    labels::UNIFORM_CELL_IS_BOOLEAN.numbered(i),
                    on.clone() * x.clone() * (x.clone() - one.clone()),
                ));
                if let Some(after) = here.get(i + 1) {
                    constraints.push((
                        labels::UNIFORM_CELL_FOLLOWS_A_ONE.numbered(i + 1),
                        on.clone() * after.clone() * (one.clone() - x.clone()),
                    ));
                }
            }
            constraints.push((
                labels::UNIFORM_ROW_FOLLOWS_ONES.text().into(),
                same.clone() * next[0].clone() * (one.clone() - here[here.len() - 1].clone()),
            ));
            constraints.push((
                labels::UNIFORM_POSITIONS_ARE_COUNTED.text().into(),
                same.clone() * (next_count - count.clone() - total(&next)),
            ));
            let start = cells.query_fixed(start, Rotation::prev());
            constraints.push((
                labels::UNIFORM_COUNT_STARTS.text().into(),
                on * (one - start) * (count - total(&here)),
            ));
            constraints
        });
    }

    /// Positions a row.
    pub fn lanes(&self) -> usize {
        self.units.len()
    }

    /// Fills units and multiplicity hints; `cells` and `counts` give units and multiplicity by position, `chunk` is the number of positions of a chunk.
    pub fn assign(&self, assignment: &mut Assignment, chunk: usize, cells: &[u32], counts: &[u32]) {
        let lanes = self.units.len();
        let rows = cells.len() / lanes;
        let chunk_rows = chunk / lanes;
        for (lane, column) in self.units.iter().enumerate() {
            let column = assignment.column_mut(*column);
            for (row, cell) in column[..rows].iter_mut().enumerate() {
                *cell = Fr::from(u64::from(cells[row * lanes + lane]));
            }
        }
        for (lane, (multiplicity_hint, units)) in
            self.multiplicity_hints.iter().zip(&self.units).enumerate()
        {
            let mut values: Vec<Fr> = (0..rows)
                .map(|row| {
                    if counts[row * lanes + lane] == 0 {
                        Fr::ZERO
                    } else {
                        Self::first_position(row, lanes) * assignment.get(*units, row)
                    }
                })
                .collect();
            batch_invert(&mut values);
            for (row, value) in values.iter_mut().enumerate() {
                *value *= Fr::from(u64::from(counts[row * lanes + lane]));
            }
            assignment.column_mut(*multiplicity_hint)[..rows].copy_from_slice(&values);
        }
        if let Some(UniformConfig { ones, same }) = self.uniform {
            for row in (0..rows).filter(|row| (row + 1) % chunk_rows != 0) {
                assignment.set_fixed(same, row, Fr::ONE);
            }
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
            assignment.column_mut(ones)[..rows].copy_from_slice(&values);
        }
    }

    /// Fills the key inverses of the chunks, further rows by copies of the first.
    pub fn assign_key_inverses(
        &self,
        assignment: &mut Assignment,
        chunk: usize,
        key_inverses: &[Fr],
    ) {
        let chunk_rows = chunk / self.units.len();
        for (table_chunk, key_inverse) in key_inverses.iter().enumerate() {
            let first = assignment.set(self.key_inverse, table_chunk * chunk_rows, *key_inverse);
            for row in table_chunk * chunk_rows + 1..(table_chunk + 1) * chunk_rows {
                let further = assignment.set(self.key_inverse, row, *key_inverse);
                assignment.copy(further, first, labels::ROWS_SHARE_KEY_INVERSE);
            }
        }
    }

    /// The key inverse cell of a chunk's first row.
    pub fn key_inverse_of(&self, table_chunk: usize, chunk: usize) -> CellRef {
        CellRef::advice(self.key_inverse, table_chunk * (chunk / self.units.len()))
    }

    /// The key inverse cell of a table row.
    #[cfg(test)]
    pub(crate) fn key_inverse_at(&self, row: usize) -> CellRef {
        CellRef::advice(self.key_inverse, row)
    }

    /// The cell that counts a uniform chunk's positions, if the table is uniform.
    pub fn ones_of(&self, table_chunk: usize, chunk: usize) -> Option<CellRef> {
        let last = (table_chunk + 1) * (chunk / self.units.len()) - 1;
        self.uniform
            .map(|uniform| CellRef::advice(uniform.ones, last))
    }

    /// The cell of the running count at a row of a uniform table.
    #[cfg(test)]
    pub(crate) fn ones_at(&self, row: usize) -> CellRef {
        CellRef::advice(self.uniform.expect("the table is uniform").ones, row)
    }

    /// The units cell of a position, counted from 0.
    pub fn unit(&self, position: usize) -> CellRef {
        let lanes = self.units.len();
        CellRef::advice(self.units[position % lanes], position / lanes)
    }

    /// The multiplicity hint cell of a position, counted from 0.
    pub fn multiplicity_hint(&self, position: usize) -> CellRef {
        let lanes = self.multiplicity_hints.len();
        CellRef::advice(self.multiplicity_hints[position % lanes], position / lanes)
    }

    /// The first position of a table row.
    pub fn first_position(row: usize, lanes: usize) -> Fr {
        Fr::from((row * lanes + 1) as u64)
    }

    /// A row's positions, each with its multiplicity.
    pub fn multiplicities(&self, cells: &mut VirtualCells<'_, Fr>) -> Vec<[E; 2]> {
        let first = cells.query_fixed(self.position, Rotation::cur());
        self.units
            .iter()
            .zip(&self.multiplicity_hints)
            .enumerate()
            .map(|(lane, (units, multiplicity_hint))| {
                let units = cells.query_advice(*units, Rotation::cur());
                let multiplicity_hint = cells.query_advice(*multiplicity_hint, Rotation::cur());
                let position = first.clone() + E::Constant(Fr::from(lane as u64));
                [position, first.clone() * units * multiplicity_hint]
            })
            .collect()
    }

    /// The multiplicity in a lane of a table row.
    pub fn multiplicity(&self, assignment: &Assignment, row: usize, lane: usize) -> Fr {
        Self::first_position(row, self.lanes())
            * assignment.get(self.units[lane], row)
            * assignment.get(self.multiplicity_hints[lane], row)
    }

    /// Multiplicities and multiplicities · units, summed by row, in parallel.
    pub fn row_sums(&self, assignment: &Assignment, rows: usize) -> Vec<[Fr; 2]> {
        (0..rows)
            .into_par_iter()
            .map(|row| {
                let mut sums = [Fr::ZERO; 2];
                for (lane, units) in self.units.iter().enumerate() {
                    let count = self.multiplicity(assignment, row, lane);
                    sums[0] += count;
                    sums[1] += count * assignment.get(*units, row);
                }
                sums
            })
            .collect()
    }
}
