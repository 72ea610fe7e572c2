//! The arithmetic chip: d = a + b · c in one column, four rows a gate.
//!
//! | row | cell |
//! |---|---|
//! | 0 | a |
//! | 1 | b |
//! | 2 | c |
//! | 3 | d |
//!
//! Every operand that exists elsewhere is copied in. All columns of both phases share one fixed column: 0 where there is no gate, 1 on the first row of a
//! gate. A column without a gate there holds zeros, which satisfy it. The first column of the second phase also receives the challenges, three to a gate as
//! its a, b and c; the fixed column then holds 2, 3, … and says which three.

use crate::labels::{self, ClauseLabel};
use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::assignment::{Assignment, CellRef, ColumnAllocator};

/// Rows of one gate.
pub const ROWS: usize = 4;

/// Columns of one phase.
#[derive(Clone, Debug)]
pub struct ArithConfig {
    columns: Vec<Column<Advice>>,
    gate: Column<Fixed>,
    names: Vec<String>,
}

/// Challenges that one gate takes in.
const LOADED: usize = 3;

/// An operand.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    /// A cell, copied in.
    Cell(CellRef),
    /// A constant.
    Constant(Fr),
    /// A value that nothing but this gate constrains; the caller says why.
    Free(Fr),
}

impl From<CellRef> for Operand {
    fn from(cell_ref: CellRef) -> Self {
        Self::Cell(cell_ref)
    }
}

impl ArithConfig {
    /// Columns of the first phase; `gate` is the fixed column that both phases share.
    pub fn configure(
        allocator: &mut ColumnAllocator<'_>,
        columns: usize,
        gate: Column<Fixed>,
    ) -> Self {
        let columns = (0..columns).map(|_| allocator.copied()).collect();
        Self::with_columns(allocator, columns, gate, "arithmetic")
    }

    /// Columns of the second phase; the first of them loads the challenges.
    pub fn configure_second_phase(
        allocator: &mut ColumnAllocator<'_>,
        columns: usize,
        gate: Column<Fixed>,
        challenges: &[Challenge],
    ) -> Self {
        let columns: Vec<_> = (0..columns)
            .map(|_| allocator.second_phase_copied())
            .collect();
        let config = Self::with_columns(allocator, columns, gate, "second-phase arithmetic");
        let column = config.columns[0];
        let loads = challenges.len().div_ceil(LOADED) as u64;
        allocator.cs.create_gate("challenge cells", |cells| {
            let gate = cells.query_fixed(gate, Rotation::cur());
            let away = |value: u64| gate.clone() - Expression::Constant(Fr::from(value));
            // Zero where the fixed cell is 0 or 1, and where it is the value of another three challenges.
            let on = gate.clone() * away(1);
            let kinds: Vec<_> = (2..2 + loads)
                .map(|kind| {
                    let others = (2..2 + loads).filter(|other| *other != kind);
                    others.fold(on.clone(), |on, other| on * away(other))
                })
                .collect();
            let all = kinds
                .iter()
                .cloned()
                .reduce(|sum, on| sum + on)
                .unwrap_or(on);
            (0..LOADED)
                .map(|i| {
                    let cell = cells.query_advice(column, Rotation(i as i32));
                    let loaded = challenges.iter().skip(i).step_by(LOADED).zip(&kinds);
                    let taken = loaded.fold(all.clone() * cell, |sum, (challenge, on)| {
                        sum - on.clone() * cells.query_challenge(*challenge)
                    });
                    (labels::CHALLENGE_CELL.text(), taken)
                })
                .collect::<Vec<_>>()
        });
        config
    }

    /// Computes the result of the gate that has an operand at a cell anew, unless the result is a copy of something; returns its cell.
    #[cfg(test)]
    pub(crate) fn recompute(
        &self,
        assignment: &mut Assignment,
        cell_ref: CellRef,
    ) -> Option<CellRef> {
        let lane = self
            .columns
            .iter()
            .position(|column| Column::from(*column) == cell_ref.column)?;
        let row = cell_ref.row / ROWS * ROWS;
        let result = CellRef::advice(self.columns[lane], row + 3);
        let asserted = assignment.copies().iter().any(|copy| copy.left == result);
        if cell_ref == result || asserted {
            return None;
        }
        let [a, b, c] = [0, 1, 2].map(|at| assignment.get(self.columns[lane], row + at));
        assignment.alter(result, a + b * c);
        Some(result)
    }

    /// The columns.
    #[cfg(test)]
    pub(crate) fn columns(&self) -> &[Column<Advice>] {
        &self.columns
    }

    fn with_columns(
        allocator: &mut ColumnAllocator<'_>,
        columns: Vec<Column<Advice>>,
        gate: Column<Fixed>,
        name: &str,
    ) -> Self {
        let names: Vec<String> = (0..columns.len()).map(|i| format!("{name} {i}")).collect();
        for (column, name) in columns.iter().zip(&names) {
            // arithmetic: gate · (a + b · c − d) = 0
            //
            //   | row | column | gate |
            //   |-----|--------|------|
            //   |  0  | a      | 1    |
            //   |  1  | b      |      |
            //   |  2  | c      |      |
            //   |  3  | d      |      |
            allocator.cs.create_gate("arithmetic", |cells| {
                let gate = cells.query_fixed(gate, Rotation::cur());
                let [a, b, c, d] = [0, 1, 2, 3].map(|at| cells.query_advice(*column, Rotation(at)));
                vec![(name.as_str(), gate * (a + b * c - d))]
            });
        }
        Self {
            columns,
            gate,
            names,
        }
    }
}

/// Assigns gates one after another over the columns.
#[derive(Clone, Debug)]
pub struct ArithChip<'a> {
    config: &'a ArithConfig,
    /// Gates and challenge blocks used so far.
    used: usize,
    label: ClauseLabel,
    labels: Vec<ClauseLabel>,
}

impl<'a> ArithChip<'a> {
    /// A chip with nothing assigned.
    pub fn new(config: &'a ArithConfig) -> Self {
        Self {
            config,
            used: 0,
            label: ClauseLabel::new(&[], ""),
            labels: Vec::new(),
        }
    }

    /// Names the clause that the next gates serve.
    pub fn clause(&mut self, label: ClauseLabel) {
        self.label = label;
    }

    /// The clause that a named constraint of this chip serves at a row, for reports.
    pub fn gate_clause(&self, row: usize, constraint: &str) -> Option<ClauseLabel> {
        let lane = self
            .config
            .names
            .iter()
            .position(|name| name == constraint)?;
        self.labels
            .get(row / ROWS * self.config.columns.len() + lane)
            .copied()
    }

    /// Rows used in the fullest column.
    pub fn rows(&self) -> usize {
        self.used.div_ceil(self.config.columns.len()) * ROWS
    }

    fn block(&mut self) -> (Column<Advice>, usize) {
        let lanes = self.config.columns.len();
        let lane = self.used % lanes;
        let row = self.used / lanes * ROWS;
        self.used += 1;
        self.labels.push(self.label);
        (self.config.columns[lane], row)
    }

    /// The challenges as cells, in the order given to the configuration. Must be the chip's first use.
    pub fn load_challenges(&mut self, assignment: &mut Assignment, values: &[Fr]) -> Vec<CellRef> {
        let lanes = self.config.columns.len();
        let mut cell_refs = Vec::new();
        for (load, block) in values.chunks(LOADED).enumerate() {
            while !self.used.is_multiple_of(lanes) {
                self.block();
            }
            let (column, row) = self.block();
            assignment.set_fixed(self.config.gate, row, Fr::from(load as u64 + 2));
            let mut operands = [Fr::ZERO; LOADED];
            for (i, value) in block.iter().enumerate() {
                operands[i] = *value;
                cell_refs.push(assignment.set(column, row + i, *value));
            }
            let [a, b, c] = operands;
            assignment.set(column, row + LOADED, a + b * c);
        }
        // The fixed cell of a load's rows is the load's alone: a gate beside it would set it anew.
        while !self.used.is_multiple_of(lanes) {
            self.block();
        }
        cell_refs
    }

    fn put(
        &self,
        assignment: &mut Assignment,
        column: Column<Advice>,
        row: usize,
        operand: Operand,
    ) -> CellRef {
        let cell_ref = CellRef::advice(column, row);
        match operand {
            Operand::Cell(from) => {
                let value = assignment.value(from);
                assignment.set(column, row, value);
                assignment.copy(cell_ref, from, self.label);
            }
            Operand::Constant(value) => {
                assignment.set(column, row, value);
                let constant = assignment.constant(value);
                assignment.copy(cell_ref, constant, self.label);
            }
            Operand::Free(value) => {
                assignment.set(column, row, value);
            }
        }
        cell_ref
    }

    /// Assigns a + b · c = d with all four operands given; returns their cells.
    pub fn gate(&mut self, assignment: &mut Assignment, operands: [Operand; 4]) -> [CellRef; 4] {
        let (column, row) = self.block();
        assignment.set_fixed(self.config.gate, row, Fr::ONE);
        let mut i = 0;
        operands.map(|operand| {
            i += 1;
            self.put(assignment, column, row + i - 1, operand)
        })
    }

    /// Assigns a + b · c = d with d computed from the cells of the others; returns all four.
    pub fn combine(&mut self, assignment: &mut Assignment, operands: [Operand; 3]) -> [CellRef; 4] {
        let (column, row) = self.block();
        assignment.set_fixed(self.config.gate, row, Fr::ONE);
        let mut i = 0;
        let [a, b, c] = operands.map(|operand| {
            i += 1;
            self.put(assignment, column, row + i - 1, operand)
        });
        let value = assignment.value(a) + assignment.value(b) * assignment.value(c);
        [a, b, c, assignment.set(column, row + i, value)]
    }

    /// The cell of a + b · c.
    pub fn mul_add(
        &mut self,
        assignment: &mut Assignment,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
        c: impl Into<Operand>,
    ) -> CellRef {
        self.combine(assignment, [a.into(), b.into(), c.into()])[3]
    }

    /// The cell of b · c.
    pub fn mul(
        &mut self,
        assignment: &mut Assignment,
        b: impl Into<Operand>,
        c: impl Into<Operand>,
    ) -> CellRef {
        self.mul_add(assignment, Operand::Constant(Fr::ZERO), b, c)
    }

    /// The cell of a + b.
    pub fn add(
        &mut self,
        assignment: &mut Assignment,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
    ) -> CellRef {
        self.mul_add(assignment, a, b, Operand::Constant(Fr::ONE))
    }

    /// The cell of a − b.
    pub fn sub(
        &mut self,
        assignment: &mut Assignment,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
    ) -> CellRef {
        self.mul_add(assignment, a, b, Operand::Constant(-Fr::ONE))
    }

    /// A new cell holding a bit that the prover chooses.
    pub fn bit(&mut self, assignment: &mut Assignment, value: bool) -> CellRef {
        let value = if value { Fr::ONE } else { Fr::ZERO };
        let [_, b, c, d] = self.gate(
            assignment,
            [
                Operand::Constant(Fr::ZERO),
                Operand::Free(value),
                Operand::Free(value),
                Operand::Free(value),
            ],
        );
        assignment.copy(b, c, self.label);
        assignment.copy(c, d, self.label);
        b
    }

    /// The cell of `clear` where a bit is 0 and of `set` where it is 1.
    pub fn choose(
        &mut self,
        assignment: &mut Assignment,
        bit: CellRef,
        clear: CellRef,
        set: CellRef,
    ) -> CellRef {
        let difference = self.sub(assignment, set, clear);
        self.mul_add(assignment, clear, bit, difference)
    }

    /// Requires that a cell is `clear` where a bit is 0 and `set` where it is 1.
    pub fn require_choice(
        &mut self,
        assignment: &mut Assignment,
        bit: CellRef,
        [clear, set]: [CellRef; 2],
        chosen: CellRef,
    ) {
        let difference = self.sub(assignment, set, clear);
        let operands = [clear, bit, difference, chosen].map(Operand::Cell);
        self.gate(assignment, operands);
    }

    /// A new cell holding any value that the prover chooses.
    pub fn free(&mut self, assignment: &mut Assignment, value: Fr) -> CellRef {
        self.gate(
            assignment,
            [
                Operand::Free(value),
                Operand::Constant(Fr::ZERO),
                Operand::Constant(Fr::ZERO),
                Operand::Free(value),
            ],
        )[3]
    }

    /// Requires b · c = d.
    pub fn require_product(
        &mut self,
        assignment: &mut Assignment,
        b: impl Into<Operand>,
        c: impl Into<Operand>,
        d: impl Into<Operand>,
    ) {
        self.gate(
            assignment,
            [Operand::Constant(Fr::ZERO), b.into(), c.into(), d.into()],
        );
    }

    /// Requires gate · (a − b) = 0.
    pub fn require_equal_if(
        &mut self,
        assignment: &mut Assignment,
        condition: CellRef,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
    ) {
        let difference = self.sub(assignment, a, b);
        self.require_product(
            assignment,
            condition,
            difference,
            Operand::Constant(Fr::ZERO),
        );
    }

    /// The cell of 1 / x; the gate has no solution for x = 0.
    pub fn inverse(&mut self, assignment: &mut Assignment, x: CellRef) -> CellRef {
        let inverse = assignment.value(x).invert().unwrap_or(Fr::ZERO);
        self.gate(
            assignment,
            [
                Operand::Constant(Fr::ZERO),
                x.into(),
                Operand::Free(inverse),
                Operand::Constant(Fr::ONE),
            ],
        )[2]
    }

    /// The cell that is 1 where x = 0 and 0 elsewhere: x · i = 1 − z and x · z = 0.
    pub fn is_zero(&mut self, assignment: &mut Assignment, x: CellRef) -> CellRef {
        let value = assignment.value(x);
        let inverse = value.invert().unwrap_or(Fr::ZERO);
        let zero = Fr::ONE - value * inverse;
        let [z, ..] = self.gate(
            assignment,
            [
                Operand::Free(zero),
                x.into(),
                Operand::Free(inverse),
                Operand::Constant(Fr::ONE),
            ],
        );
        self.require_product(assignment, x, z, Operand::Constant(Fr::ZERO));
        z
    }
}
