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

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::sheet::{ColumnMaker, Sheet, Spot};

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
    Cell(Spot),
    /// A constant.
    Constant(Fr),
    /// A value that nothing but this gate constrains; the caller says why.
    Free(Fr),
}

impl From<Spot> for Operand {
    fn from(spot: Spot) -> Self {
        Self::Cell(spot)
    }
}

impl ArithConfig {
    /// Columns of the first phase; `gate` is the fixed column that both phases share.
    pub fn configure(maker: &mut ColumnMaker<'_>, columns: usize, gate: Column<Fixed>) -> Self {
        let columns = (0..columns).map(|_| maker.copied()).collect();
        Self::with_columns(maker, columns, gate, "arithmetic")
    }

    /// Columns of the second phase; the first of them loads the challenges.
    pub fn configure_late(
        maker: &mut ColumnMaker<'_>,
        columns: usize,
        gate: Column<Fixed>,
        challenges: &[Challenge],
    ) -> Self {
        let columns: Vec<_> = (0..columns).map(|_| maker.late_copied()).collect();
        let config = Self::with_columns(maker, columns, gate, "late arithmetic");
        let column = config.columns[0];
        let loads = challenges.len().div_ceil(LOADED) as u64;
        maker.cs.create_gate("challenge cells", |cells| {
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
                    ("challenge cell", taken)
                })
                .collect::<Vec<_>>()
        });
        config
    }

    /// Computes the result of the gate that has an operand at a spot anew, unless the result is a copy of something; returns its cell.
    #[cfg(test)]
    pub(crate) fn recompute(&self, sheet: &mut Sheet, spot: Spot) -> Option<Spot> {
        let lane = self
            .columns
            .iter()
            .position(|column| Column::from(*column) == spot.column)?;
        let row = spot.row / ROWS * ROWS;
        let result = Spot::advice(self.columns[lane], row + 3);
        let asserted = sheet.copies().iter().any(|copy| copy.left == result);
        if spot == result || asserted {
            return None;
        }
        let [a, b, c] = [0, 1, 2].map(|at| sheet.get(self.columns[lane], row + at));
        sheet.alter(result, a + b * c);
        Some(result)
    }

    /// The columns.
    #[cfg(test)]
    pub(crate) fn columns(&self) -> &[Column<Advice>] {
        &self.columns
    }

    fn with_columns(
        maker: &mut ColumnMaker<'_>,
        columns: Vec<Column<Advice>>,
        gate: Column<Fixed>,
        name: &str,
    ) -> Self {
        let names: Vec<String> = (0..columns.len()).map(|i| format!("{name} {i}")).collect();
        for (column, name) in columns.iter().zip(&names) {
            maker.cs.create_gate("arithmetic", |cells| {
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
    label: &'static str,
    labels: Vec<&'static str>,
}

impl<'a> ArithChip<'a> {
    /// A chip with nothing assigned.
    pub fn new(config: &'a ArithConfig) -> Self {
        Self {
            config,
            used: 0,
            label: "",
            labels: Vec::new(),
        }
    }

    /// Names the clause that the next gates serve.
    pub fn clause(&mut self, label: &'static str) {
        self.label = label;
    }

    /// The clause that a named constraint of this chip serves at a row, for reports.
    pub fn gate_clause(&self, row: usize, constraint: &str) -> Option<&'static str> {
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
    pub fn load_challenges(&mut self, sheet: &mut Sheet, values: &[Fr]) -> Vec<Spot> {
        let lanes = self.config.columns.len();
        let mut spots = Vec::new();
        for (load, block) in values.chunks(LOADED).enumerate() {
            while !self.used.is_multiple_of(lanes) {
                self.block();
            }
            let (column, row) = self.block();
            sheet.set_fixed(self.config.gate, row, Fr::from(load as u64 + 2));
            let mut operands = [Fr::ZERO; LOADED];
            for (i, value) in block.iter().enumerate() {
                operands[i] = *value;
                spots.push(sheet.set(column, row + i, *value));
            }
            let [a, b, c] = operands;
            sheet.set(column, row + LOADED, a + b * c);
        }
        // The fixed cell of a load's rows is the load's alone: a gate beside it would set it anew.
        while !self.used.is_multiple_of(lanes) {
            self.block();
        }
        spots
    }

    fn put(&self, sheet: &mut Sheet, column: Column<Advice>, row: usize, operand: Operand) -> Spot {
        let spot = Spot::advice(column, row);
        match operand {
            Operand::Cell(from) => {
                let value = sheet.value(from);
                sheet.set(column, row, value);
                sheet.copy(spot, from, self.label);
            }
            Operand::Constant(value) => {
                sheet.set(column, row, value);
                let constant = sheet.constant(value);
                sheet.copy(spot, constant, self.label);
            }
            Operand::Free(value) => {
                sheet.set(column, row, value);
            }
        }
        spot
    }

    /// Assigns a + b · c = d with all four operands given; returns their cells.
    pub fn gate(&mut self, sheet: &mut Sheet, operands: [Operand; 4]) -> [Spot; 4] {
        let (column, row) = self.block();
        sheet.set_fixed(self.config.gate, row, Fr::ONE);
        let mut i = 0;
        operands.map(|operand| {
            i += 1;
            self.put(sheet, column, row + i - 1, operand)
        })
    }

    /// Assigns a + b · c = d with d computed from the cells of the others; returns all four.
    pub fn combine(&mut self, sheet: &mut Sheet, operands: [Operand; 3]) -> [Spot; 4] {
        let (column, row) = self.block();
        sheet.set_fixed(self.config.gate, row, Fr::ONE);
        let mut i = 0;
        let [a, b, c] = operands.map(|operand| {
            i += 1;
            self.put(sheet, column, row + i - 1, operand)
        });
        let value = sheet.value(a) + sheet.value(b) * sheet.value(c);
        [a, b, c, sheet.set(column, row + i, value)]
    }

    /// The cell of a + b · c.
    pub fn mul_add(
        &mut self,
        sheet: &mut Sheet,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
        c: impl Into<Operand>,
    ) -> Spot {
        self.combine(sheet, [a.into(), b.into(), c.into()])[3]
    }

    /// The cell of b · c.
    pub fn mul(&mut self, sheet: &mut Sheet, b: impl Into<Operand>, c: impl Into<Operand>) -> Spot {
        self.mul_add(sheet, Operand::Constant(Fr::ZERO), b, c)
    }

    /// The cell of a + b.
    pub fn add(&mut self, sheet: &mut Sheet, a: impl Into<Operand>, b: impl Into<Operand>) -> Spot {
        self.mul_add(sheet, a, b, Operand::Constant(Fr::ONE))
    }

    /// The cell of a − b.
    pub fn sub(&mut self, sheet: &mut Sheet, a: impl Into<Operand>, b: impl Into<Operand>) -> Spot {
        self.mul_add(sheet, a, b, Operand::Constant(-Fr::ONE))
    }

    /// A new cell holding a bit that the prover chooses.
    pub fn bit(&mut self, sheet: &mut Sheet, value: bool) -> Spot {
        let value = if value { Fr::ONE } else { Fr::ZERO };
        let [_, b, c, d] = self.gate(
            sheet,
            [
                Operand::Constant(Fr::ZERO),
                Operand::Free(value),
                Operand::Free(value),
                Operand::Free(value),
            ],
        );
        sheet.copy(b, c, self.label);
        sheet.copy(c, d, self.label);
        b
    }

    /// The cell of `clear` where a bit is 0 and of `set` where it is 1.
    pub fn choose(&mut self, sheet: &mut Sheet, bit: Spot, clear: Spot, set: Spot) -> Spot {
        let difference = self.sub(sheet, set, clear);
        self.mul_add(sheet, clear, bit, difference)
    }

    /// Requires that a cell is `clear` where a bit is 0 and `set` where it is 1.
    pub fn require_choice(
        &mut self,
        sheet: &mut Sheet,
        bit: Spot,
        [clear, set]: [Spot; 2],
        chosen: Spot,
    ) {
        let difference = self.sub(sheet, set, clear);
        let operands = [clear, bit, difference, chosen].map(Operand::Cell);
        self.gate(sheet, operands);
    }

    /// A new cell holding any value that the prover chooses.
    pub fn free(&mut self, sheet: &mut Sheet, value: Fr) -> Spot {
        self.gate(
            sheet,
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
        sheet: &mut Sheet,
        b: impl Into<Operand>,
        c: impl Into<Operand>,
        d: impl Into<Operand>,
    ) {
        self.gate(
            sheet,
            [Operand::Constant(Fr::ZERO), b.into(), c.into(), d.into()],
        );
    }

    /// Requires gate · (a − b) = 0.
    pub fn require_equal_if(
        &mut self,
        sheet: &mut Sheet,
        condition: Spot,
        a: impl Into<Operand>,
        b: impl Into<Operand>,
    ) {
        let difference = self.sub(sheet, a, b);
        self.require_product(sheet, condition, difference, Operand::Constant(Fr::ZERO));
    }

    /// The cell of 1 / x; the gate has no solution for x = 0.
    pub fn inverse(&mut self, sheet: &mut Sheet, x: Spot) -> Spot {
        let inverse = sheet.value(x).invert().unwrap_or(Fr::ZERO);
        self.gate(
            sheet,
            [
                Operand::Constant(Fr::ZERO),
                x.into(),
                Operand::Free(inverse),
                Operand::Constant(Fr::ONE),
            ],
        )[2]
    }

    /// The cell that is 1 where x = 0 and 0 elsewhere: x · i = 1 − z and x · z = 0.
    pub fn is_zero(&mut self, sheet: &mut Sheet, x: Spot) -> Spot {
        let value = sheet.value(x);
        let inverse = value.invert().unwrap_or(Fr::ZERO);
        let zero = Fr::ONE - value * inverse;
        let [z, ..] = self.gate(
            sheet,
            [
                Operand::Free(zero),
                x.into(),
                Operand::Free(inverse),
                Operand::Constant(Fr::ONE),
            ],
        );
        self.require_product(sheet, x, z, Operand::Constant(Fr::ZERO));
        z
    }
}
