//! A circuit's cells as plain columns, handed to halo2 in one region.

use halo2_proofs::circuit::{Region, Value};
use halo2_proofs::plonk::{Advice, Column, ConstraintSystem, Fixed, SecondPhase};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

/// The columns of a circuit, in the order they were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    early: Vec<Column<Advice>>,
    late: Vec<Column<Advice>>,
    fixed: Vec<Column<Fixed>>,
}

impl Columns {
    /// A new advice column of the first phase.
    pub(crate) fn early(&mut self, cs: &mut ConstraintSystem<Fr>) -> Column<Advice> {
        let column = cs.advice_column();
        self.early.push(column);
        column
    }

    /// A new advice column of the second phase.
    pub(crate) fn late(&mut self, cs: &mut ConstraintSystem<Fr>) -> Column<Advice> {
        let column = cs.advice_column_in(SecondPhase);
        self.late.push(column);
        column
    }

    /// A new fixed column.
    pub(crate) fn fixed(&mut self, cs: &mut ConstraintSystem<Fr>) -> Column<Fixed> {
        let column = cs.fixed_column();
        self.fixed.push(column);
        column
    }

    /// Number of advice columns.
    pub(crate) fn advice(&self) -> usize {
        self.early.len() + self.late.len()
    }
}

/// All cells, zero until written.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    advice: Vec<Vec<Fr>>,
    fixed: Vec<Vec<Fr>>,
}

impl Grid {
    /// An empty grid of `rows` rows.
    pub(crate) fn new(columns: &Columns, rows: usize) -> Self {
        Self {
            advice: vec![vec![Fr::ZERO; rows]; columns.advice()],
            fixed: vec![vec![Fr::ZERO; rows]; columns.fixed.len()],
        }
    }

    /// Writes an advice cell.
    pub(crate) fn set(&mut self, column: Column<Advice>, row: usize, value: Fr) {
        self.advice[column.index()][row] = value;
    }

    /// Writes a fixed cell.
    pub(crate) fn fix(&mut self, column: Column<Fixed>, row: usize, value: Fr) {
        self.fixed[column.index()][row] = value;
    }

    /// An advice cell's value.
    pub(crate) fn get(&self, column: Column<Advice>, row: usize) -> Fr {
        self.advice[column.index()][row]
    }

    /// A fixed cell's value.
    pub(crate) fn fixed(&self, column: Column<Fixed>, row: usize) -> Fr {
        self.fixed[column.index()][row]
    }

    /// Replaces an advice column.
    pub(crate) fn put(&mut self, column: Column<Advice>, values: Vec<Fr>) {
        let cells = &mut self.advice[column.index()];
        cells[..values.len()].copy_from_slice(&values);
    }

    /// Writes advice cells by column index and row.
    #[cfg(test)]
    pub(crate) fn alter(&mut self, cells: &[(usize, usize, Fr)]) {
        for (column, row, value) in cells {
            self.advice[*column][*row] = *value;
        }
    }

    /// Hands the advice of the first phase and the fixed columns to halo2.
    pub(crate) fn flush_early(&self, region: &mut Region<'_, Fr>, columns: &Columns) {
        for column in &columns.fixed {
            for (row, value) in self.fixed[column.index()].iter().enumerate() {
                region.assign_fixed(*column, row, *value);
            }
        }
        self.flush(region, &columns.early);
    }

    /// Hands the advice of the second phase to halo2.
    pub(crate) fn flush_late(&self, region: &mut Region<'_, Fr>, columns: &Columns) {
        self.flush(region, &columns.late);
    }

    fn flush(&self, region: &mut Region<'_, Fr>, columns: &[Column<Advice>]) {
        for column in columns {
            for (row, value) in self.advice[column.index()].iter().enumerate() {
                region.assign_advice(*column, row, Value::known(*value));
            }
        }
    }
}

/// A challenge's value, or zero where none is drawn (key generation).
pub(crate) fn known(challenge: Value<Fr>) -> Fr {
    let mut value = Fr::ZERO;
    challenge.map(|known| value = known);
    value
}
