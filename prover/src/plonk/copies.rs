//! Which cells a permutation argument sets equal, as cycles (*The halo2 Book*, "Permutation argument").

use std::collections::HashMap;

use halo2_proofs::plonk::{Any, Column, Error};

/// Cycles of cells. A cell is its column's place times the rows, plus its row.
///
/// Cycles are joined as halo2 joins them, since a verifying key depends on their order.
pub(super) struct Copies {
    rows: usize,
    columns: HashMap<Column<Any>, usize>,
    /// The next cell of each cell's cycle.
    next: Vec<u32>,
    /// A cell that stands for each cell's cycle.
    cycle: Vec<u32>,
    /// For a cell that stands for a cycle: its length.
    length: Vec<u32>,
}

impl Copies {
    /// Every cell alone.
    ///
    /// # Errors
    /// [`Error::BoundsFailure`] for 2^32 cells or more.
    pub(super) fn new(rows: usize, columns: &[Column<Any>]) -> Result<Self, Error> {
        let cells = u32::try_from(rows * columns.len()).map_err(|_| Error::BoundsFailure)?;
        Ok(Self {
            rows,
            columns: columns.iter().copied().zip(0..).collect(),
            next: (0..cells).collect(),
            cycle: (0..cells).collect(),
            length: vec![1; cells as usize],
        })
    }

    fn cell(&self, column: Column<Any>, row: usize) -> Result<usize, Error> {
        let place = self.columns.get(&column);
        let place = place.ok_or(Error::ColumnNotInPermutation(column))?;
        if row >= self.rows {
            return Err(Error::BoundsFailure);
        }
        Ok(place * self.rows + row)
    }

    /// Sets two cells equal.
    ///
    /// # Errors
    /// [`Error::ColumnNotInPermutation`]; [`Error::BoundsFailure`] past the rows.
    pub(super) fn join(
        &mut self,
        left: (Column<Any>, usize),
        right: (Column<Any>, usize),
    ) -> Result<(), Error> {
        let (left, right) = (self.cell(left.0, left.1)?, self.cell(right.0, right.1)?);
        let (mut longer, mut shorter) = (self.cycle[left], self.cycle[right]);
        if longer == shorter {
            return Ok(());
        }
        if self.length[longer as usize] < self.length[shorter as usize] {
            std::mem::swap(&mut longer, &mut shorter);
        }
        self.length[longer as usize] += self.length[shorter as usize];
        let mut cell = shorter;
        loop {
            self.cycle[cell as usize] = longer;
            cell = self.next[cell as usize];
            if cell == shorter {
                break;
            }
        }
        self.next.swap(left, right);
        Ok(())
    }

    /// Where the cells of a column lead, as (place of the column, row).
    pub(super) fn column(&self, place: usize) -> impl Iterator<Item = (usize, usize)> {
        let cells = &self.next[place * self.rows..(place + 1) * self.rows];
        let rows = self.rows;
        cells
            .iter()
            .map(move |cell| (*cell as usize / rows, *cell as usize % rows))
    }
}

#[cfg(test)]
mod tests {
    use halo2_proofs::plonk::ConstraintSystem;
    use halo2curves::bn256::Fr;

    use super::*;

    #[test]
    fn joined_cells_are_one_cycle() {
        let mut system = ConstraintSystem::<Fr>::default();
        let [first, second, other] = [(); 3].map(|()| Column::<Any>::from(system.fixed_column()));
        let columns = [first, second];
        let mut copies = Copies::new(4, &columns).unwrap();
        let cell = |column: usize, row| (columns[column], row);
        copies.join(cell(0, 0), cell(1, 2)).unwrap();
        copies.join(cell(1, 2), cell(1, 3)).unwrap();
        copies.join(cell(1, 3), cell(0, 0)).unwrap();
        let mut at = (0, 0);
        let mut cycle = Vec::new();
        loop {
            cycle.push(at);
            at = copies.column(at.0).nth(at.1).unwrap();
            if at == (0, 0) {
                break;
            }
        }
        cycle.sort_unstable();
        assert_eq!(cycle, [(0, 0), (1, 2), (1, 3)]);
        assert!(copies.join(cell(0, 4), cell(0, 0)).is_err());
        assert!(copies.join((other, 0), cell(0, 0)).is_err());
    }
}
