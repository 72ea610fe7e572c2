//! The range chip: every value of a lane is in [0, 2^(2b)), as two limbs looked up in [0, 2^b) by a logarithmic derivative.
//!
//! | column | phase | cell |
//! |---|---|---|
//! | value 0 … | 0 | the checked values, columns of others or of this chip |
//! | high 0 … | 0 | value >> b |
//! | multiplicity | 0 | how often the row's table value is looked up |
//! | fixed table | | 0 … 2^b − 1, then zeros |
//!
//! All active rows are checked: rows without values hold zeros, which the table has. A table value that stands on several rows is looked up as often as its
//! rows' multiplicities say together. The fractions are summed by [`RangeSum`] or within another identity.

use crate::labels::{self, ClauseLabel};
use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed, VirtualCells};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};

use super::active_rows::ActiveRows;
use super::fraction::{Fraction, FractionSum};
use crate::assignment::{Assignment, CellRef, ColumnAllocator};
use crate::field::{batch_invert, power_of_two};

type E = Expression<Fr>;

/// Columns of the chip.
#[derive(Clone, Debug)]
pub struct RangeConfig {
    bits: u32,
    values: Vec<Column<Advice>>,
    highs: Vec<Column<Advice>>,
    multiplicity: Column<Advice>,
    table: Column<Fixed>,
}

impl RangeConfig {
    /// Makes the columns over `values`, for limbs of `bits` bits. The first value column must be equality-enabled.
    pub fn configure(
        allocator: &mut ColumnAllocator<'_>,
        values: Vec<Column<Advice>>,
        bits: u32,
    ) -> Self {
        Self {
            bits,
            highs: values.iter().map(|_| allocator.advice()).collect(),
            values,
            multiplicity: allocator.advice(),
            table: allocator.fixed(),
        }
    }

    /// Degrees of the fractions' numerators.
    pub fn numerators(&self) -> Vec<usize> {
        let mut degrees = vec![1; 2 * self.values.len()];
        degrees.push(2);
        degrees
    }

    /// A row's fractions: 1/(β − limb) for the high and the low limb of each lane, and −multiplicity/(β − table).
    pub fn fractions(
        &self,
        cells: &mut VirtualCells<'_, Fr>,
        active: &E,
        beta: &E,
    ) -> Vec<Fraction> {
        let mut fractions = Vec::new();
        for (value, high) in self.values.iter().zip(&self.highs) {
            let value = cells.query_advice(*value, Rotation::cur());
            let high = cells.query_advice(*high, Rotation::cur());
            let low = value - high.clone() * power_of_two(self.bits);
            fractions.extend([high, low].map(|limb| Fraction {
                numerator: active.clone(),
                denominator: beta.clone() - limb,
            }));
        }
        let table = cells.query_fixed(self.table, Rotation::cur());
        let multiplicity = cells.query_advice(self.multiplicity, Rotation::cur());
        fractions.push(Fraction {
            numerator: -(active.clone() * multiplicity),
            denominator: beta.clone() - table,
        });
        fractions
    }

    /// The values of fraction i over `end` rows.
    pub fn term(&self, assignment: &Assignment, i: usize, end: usize, beta: Fr) -> Vec<Fr> {
        let shift = power_of_two(self.bits);
        let lane = i / 2;
        let denominator = |row: usize| match self.highs.get(lane) {
            None => beta - assignment.fixed_at(self.table.index(), row),
            Some(high) => {
                let high = assignment.get(*high, row);
                if i.is_multiple_of(2) {
                    beta - high
                } else {
                    beta - (assignment.get(self.values[lane], row) - high * shift)
                }
            }
        };
        let mut values: Vec<Fr> = (0..end).map(denominator).collect();
        batch_invert(&mut values);
        if lane == self.highs.len() {
            for (row, value) in values.iter_mut().enumerate() {
                *value *= -assignment.get(self.multiplicity, row);
            }
        }
        values
    }

    /// The cell of a value in the first lane, for values that are copied there.
    pub fn value(&self, row: usize) -> CellRef {
        CellRef::advice(self.values[0], row)
    }

    /// The multiplicity cell of a row's table value.
    #[cfg(test)]
    pub(crate) fn multiplicity_of(&self, row: usize) -> CellRef {
        CellRef::advice(self.multiplicity, row)
    }

    /// Fills table, limbs and multiplicities over `rows` rows of values, with zeros below them. Values out of range leave the sums unequal.
    ///
    /// # Panics
    /// When the rows reach the last usable one, which nothing checks: the circuit's sizes are wrong.
    pub fn assign(&self, assignment: &mut Assignment, rows: usize) {
        assert!(
            rows < assignment.usable(),
            "values are checked on active rows"
        );
        let entries = 1usize << self.bits;
        for entry in 0..entries {
            assignment.set_fixed(self.table, entry, Fr::from(entry as u64));
        }
        let active = assignment.usable() - 1;
        let mut counts = vec![0u64; entries];
        counts[0] = (2 * self.values.len() * active.saturating_sub(rows)) as u64;
        for (value, high) in self.values.iter().zip(&self.highs) {
            for row in 0..rows {
                let (low, upper) = limbs(assignment.get(*value, row), self.bits);
                assignment.set(*high, row, Fr::from(upper));
                for limb in [low, upper] {
                    if let Some(count) = counts.get_mut(limb as usize) {
                        *count += 1;
                    }
                }
            }
        }
        for (entry, count) in counts.into_iter().enumerate() {
            assignment.set(self.multiplicity, entry, Fr::from(count));
        }
    }
}

/// A sum of the range fractions alone, from zero to zero.
#[derive(Clone, Debug)]
pub struct RangeSum {
    sum: FractionSum,
}

impl RangeSum {
    /// Makes the columns and the gate.
    pub fn configure(
        allocator: &mut ColumnAllocator<'_>,
        active_rows: ActiveRows,
        range: &RangeConfig,
        beta: Challenge,
    ) -> Self {
        let sum = FractionSum::new(allocator, 0, &range.numerators());
        allocator.cs.create_gate("range", |cells| {
            let active = cells.query_fixed(active_rows.active, Rotation::cur());
            let beta = cells.query_challenge(beta);
            let fractions = range.fractions(cells, &active, &beta);
            let labels = [
                labels::RANGE_LIMB_FRACTIONS,
                labels::RANGE_LIMBS_ARE_TABLE_ENTRIES,
            ];
            let mut constraints = sum.constraints(cells, &active, None, &fractions, labels);
            let zero = E::Constant(Fr::ZERO);
            let labels = [
                labels::RANGE_SUM_STARTS_AT_ZERO,
                labels::RANGE_SUM_ENDS_AT_ZERO,
            ];
            constraints.extend(sum.bounds(cells, active_rows, zero, labels));
            constraints
        });
        Self { sum }
    }

    /// Fills the sum down to row `end`.
    pub fn assign(&self, assignment: &mut Assignment, range: &RangeConfig, end: usize, beta: Fr) {
        self.sum
            .assign(assignment, end, Vec::new(), |assignment, i| {
                range.term(assignment, i, end, beta)
            });
    }

    /// The sum itself.
    #[cfg(test)]
    pub(crate) fn sum(&self) -> &FractionSum {
        &self.sum
    }
}

/// Low limb and the rest of a value; a value of more than 63 bits keeps its low bits only and so fails the check.
fn limbs(value: Fr, bits: u32) -> (u64, u64) {
    let repr = value.to_repr();
    let bytes: &[u8] = repr.as_ref();
    let low = bytes
        .iter()
        .take(8)
        .rev()
        .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    (low & ((1 << bits) - 1), low >> bits)
}

/// Queues values of several chunks of 2b bits for the range chip's first lane.
#[derive(Debug)]
pub struct RangeQueue {
    next: usize,
    bits: u32,
    config: RangeConfig,
}

impl RangeQueue {
    /// A queue that fills rows from `from` on.
    pub fn new(config: &RangeConfig, from: usize) -> Self {
        Self {
            next: from,
            bits: 2 * config.bits,
            config: config.clone(),
        }
    }

    /// The first free row.
    pub fn rows(&self) -> usize {
        self.next
    }

    /// Bits that one cell checks.
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Checks a cell by a copy.
    pub fn check(&mut self, assignment: &mut Assignment, cell: CellRef, label: ClauseLabel) {
        let value = assignment.value(cell);
        let cell_ref = self.config.value(self.next);
        let CellRef { row, .. } = cell_ref;
        assignment.set(self.config.values[0], row, value);
        assignment.copy(cell_ref, cell, label);
        self.next += 1;
    }
}
