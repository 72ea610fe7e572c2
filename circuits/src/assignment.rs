//! The assignment: every cell of a circuit as plain columns, filled by the chips and then handed to halo2.
//!
//! Chips write values, fixed cells and copies here by absolute row. One region of one floor plan takes it all over, so a layout is a function
//! of the circuit's parameters alone, tests can alter any cell between filling and proving, and no cell is assigned twice by two paths.

use crate::labels::ClauseLabel;
use std::fmt;

use halo2_proofs::circuit::{Cell, Region, Value};
use halo2_proofs::plonk::{Advice, Any, Column, ConstraintSystem, Fixed, Instance};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::wipe::wipe;

/// A cell by column and absolute row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CellRef {
    /// The column.
    pub column: Column<Any>,
    /// The absolute row.
    pub row: usize,
}

impl CellRef {
    /// The cell of an advice cell.
    pub fn advice(column: Column<Advice>, row: usize) -> Self {
        Self {
            column: column.into(),
            row,
        }
    }

    /// The cell of an instance cell.
    pub fn instance(column: Column<Instance>, row: usize) -> Self {
        Self {
            column: column.into(),
            row,
        }
    }

    fn cell(self) -> Cell {
        Cell {
            row_offset: self.row,
            column: self.column,
        }
    }
}

/// A copy constraint with the clause that asks for it.
#[derive(Clone, Copy, Debug)]
pub struct Copy {
    /// One side.
    pub left: CellRef,
    /// The other side.
    pub right: CellRef,
    /// Clause and purpose, for people and tests.
    pub label: ClauseLabel,
}

/// All columns of a circuit. Secret: redacted in `Debug`, advice wiped on drop.
#[derive(Clone)]
pub struct Assignment {
    usable: usize,
    advice: Vec<Vec<Fr>>,
    fixed: Vec<Vec<Fr>>,
    copies: Vec<Copy>,
    constants: Column<Fixed>,
    constant_rows: std::collections::HashMap<[u8; 32], usize>,
    /// Advice cells, by column index and row, that hold these values whatever is written to them.
    #[cfg(test)]
    faults: std::collections::HashMap<(usize, usize), Fr>,
}

impl fmt::Debug for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sheet { secret }")
    }
}

impl Drop for Assignment {
    fn drop(&mut self) {
        self.advice.iter_mut().for_each(|column| wipe(column));
    }
}

impl Assignment {
    /// An empty assignment for a configured constraint system of 2^k rows; `constants` is the equality-enabled fixed column for constants.
    pub fn new(cs: &ConstraintSystem<Fr>, k: u32, constants: Column<Fixed>) -> Self {
        let usable = usable_rows(cs, k);
        Self {
            usable,
            advice: vec![vec![Fr::ZERO; usable]; cs.num_advice_columns()],
            fixed: vec![vec![Fr::ZERO; usable]; cs.num_fixed_columns()],
            copies: Vec::new(),
            constants,
            constant_rows: std::collections::HashMap::new(),
            #[cfg(test)]
            faults: std::collections::HashMap::new(),
        }
    }

    /// Lets advice cells hold given values, whatever is written to them one by one from here on: what is computed from them follows.
    #[cfg(test)]
    pub(crate) fn fault(&mut self, cells: impl IntoIterator<Item = (CellRef, Fr)>) {
        let key = |cell_ref: CellRef| (cell_ref.column.index(), cell_ref.row);
        self.faults.extend(
            cells
                .into_iter()
                .map(|(cell_ref, value)| (key(cell_ref), value)),
        );
    }

    /// Rows that hold values; the rest are blinding rows.
    pub fn usable(&self) -> usize {
        self.usable
    }

    /// Writes an advice cell.
    pub fn set(&mut self, column: Column<Advice>, row: usize, value: Fr) -> CellRef {
        #[cfg(test)]
        let value = self
            .faults
            .get(&(column.index(), row))
            .copied()
            .unwrap_or(value);
        self.advice[column.index()][row] = value;
        CellRef::advice(column, row)
    }

    /// Writes a fixed cell.
    pub fn set_fixed(&mut self, column: Column<Fixed>, row: usize, value: Fr) {
        self.fixed[column.index()][row] = value;
    }

    /// An advice cell's value.
    pub fn get(&self, column: Column<Advice>, row: usize) -> Fr {
        self.advice[column.index()][row]
    }

    /// The value at a cell. Instance cells have no value here and read as zero.
    pub fn value(&self, cell_ref: CellRef) -> Fr {
        match cell_ref.column.column_type() {
            Any::Advice(_) => self.advice[cell_ref.column.index()][cell_ref.row],
            Any::Fixed => self.fixed[cell_ref.column.index()][cell_ref.row],
            Any::Instance => Fr::ZERO,
        }
    }

    /// An advice value by column index; `None` past the usable rows.
    pub fn advice_at(&self, column: usize, row: usize) -> Option<Fr> {
        self.advice[column].get(row).copied()
    }

    /// A fixed value by column index; zero past the usable rows.
    pub fn fixed_at(&self, column: usize, row: usize) -> Fr {
        self.fixed[column].get(row).copied().unwrap_or(Fr::ZERO)
    }

    /// Writes an advice cell by its cell; cells of other columns stay.
    pub fn alter(&mut self, cell_ref: CellRef, value: Fr) {
        if matches!(cell_ref.column.column_type(), Any::Advice(_)) {
            self.advice[cell_ref.column.index()][cell_ref.row] = value;
        }
    }

    /// A whole advice column.
    pub fn column(&self, column: Column<Advice>) -> &[Fr] {
        &self.advice[column.index()]
    }

    /// A whole advice column, to be written.
    pub fn column_mut(&mut self, column: Column<Advice>) -> &mut [Fr] {
        &mut self.advice[column.index()]
    }

    /// Constrains two cells to be equal.
    pub fn copy(&mut self, left: CellRef, right: CellRef, label: ClauseLabel) {
        self.copies.push(Copy { left, right, label });
    }

    /// The cell of a constant, allocated once per value.
    pub fn constant(&mut self, value: Fr) -> CellRef {
        let next = self.constant_rows.len();
        let row = *self.constant_rows.entry(value.to_bytes()).or_insert(next);
        self.fixed[self.constants.index()][row] = value;
        CellRef {
            column: self.constants.into(),
            row,
        }
    }

    /// All copy constraints.
    pub fn copies(&self) -> &[Copy] {
        &self.copies
    }

    /// Hands the advice columns of a phase (0 or 1) to halo2.
    pub fn flush_advice(&self, region: &mut Region<'_, Fr>, cs: &CircuitColumns, phase: u8) {
        for (column, column_phase) in cs.advice.iter().zip(&cs.phases) {
            if *column_phase == phase {
                for (row, value) in self.advice[column.index()].iter().enumerate() {
                    region.assign_advice(*column, row, Value::known(*value));
                }
            }
        }
    }

    /// Hands the fixed columns and the copies to halo2.
    pub fn flush_fixed(&self, region: &mut Region<'_, Fr>, cs: &CircuitColumns) {
        for column in &cs.fixed {
            for (row, value) in self.fixed[column.index()].iter().enumerate() {
                region.assign_fixed(*column, row, *value);
            }
        }
        for copy in &self.copies {
            region.constrain_equal(copy.left.cell(), copy.right.cell());
        }
    }
}

/// Rows below the blinding rows.
pub fn usable_rows(cs: &ConstraintSystem<Fr>, k: u32) -> usize {
    (1usize << k).saturating_sub(cs.blinding_factors() + 1)
}

/// The handles of all columns of a circuit, in the order they were made.
#[derive(Clone, Debug, Default)]
pub struct CircuitColumns {
    /// Advice columns.
    pub advice: Vec<Column<Advice>>,
    /// The phase of each advice column.
    pub phases: Vec<u8>,
    /// Fixed columns.
    pub fixed: Vec<Column<Fixed>>,
}

/// Makes columns and remembers them.
pub struct ColumnAllocator<'a> {
    /// The constraint system under construction.
    pub cs: &'a mut ConstraintSystem<Fr>,
    /// Its degree, which no constraint passes.
    pub degree: usize,
    /// What was made so far.
    pub allocated: CircuitColumns,
}

impl<'a> ColumnAllocator<'a> {
    /// A maker over a constraint system, whose degree is set here and not left to the environment.
    pub fn new(cs: &'a mut ConstraintSystem<Fr>, degree: usize) -> Self {
        cs.set_minimum_degree(degree);
        Self {
            cs,
            degree,
            allocated: CircuitColumns::default(),
        }
    }

    /// An advice column of the first phase.
    pub fn advice(&mut self) -> Column<Advice> {
        let column = self.cs.advice_column();
        self.allocated.advice.push(column);
        self.allocated.phases.push(0);
        column
    }

    /// An advice column of the second phase, whose values may depend on challenges.
    pub fn second_phase(&mut self) -> Column<Advice> {
        let column = self.cs.advice_column_in(halo2_proofs::plonk::SecondPhase);
        self.allocated.advice.push(column);
        self.allocated.phases.push(1);
        column
    }

    /// A fixed column.
    pub fn fixed(&mut self) -> Column<Fixed> {
        let column = self.cs.fixed_column();
        self.allocated.fixed.push(column);
        column
    }

    /// An equality-enabled fixed column for constants.
    pub fn constants(&mut self) -> Column<Fixed> {
        let column = self.fixed();
        self.cs.enable_equality(column);
        column
    }

    /// An equality-enabled advice column of the first phase.
    pub fn copied(&mut self) -> Column<Advice> {
        let column = self.advice();
        self.cs.enable_equality(column);
        column
    }

    /// An equality-enabled advice column of the second phase.
    pub fn second_phase_copied(&mut self) -> Column<Advice> {
        let column = self.second_phase();
        self.cs.enable_equality(column);
        column
    }
}
