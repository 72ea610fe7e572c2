//! The range chip: every value of a lane is in [0, 2^(2b)), as two limbs looked up in [0, 2^b) by a logarithmic derivative.
//!
//! | column | phase | cell |
//! |---|---|---|
//! | value 0 … | 0 | the checked values, columns of others or of this chip |
//! | high 0 … | 0 | value >> b |
//! | multiplicity | 0 | how often the row's table entry is looked up |
//! | helper 0 … | 1 | Σ 1/(β − limb) over up to five limbs |
//! | acc | 1 | running sum, zero at the end |

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};

use super::fraction::{BATCH, sum_of_inverses};
use crate::field::{batch_invert, power_of_two};
use crate::sheet::{ColumnMaker, Sheet, Spot};

type E = Expression<Fr>;

/// Columns of the chip.
#[derive(Clone, Debug)]
pub struct RangeConfig {
    bits: u32,
    values: Vec<Column<Advice>>,
    highs: Vec<Column<Advice>>,
    multiplicity: Column<Advice>,
    helpers: Vec<Column<Advice>>,
    acc: Column<Advice>,
    first: Column<Fixed>,
    last: Column<Fixed>,
    on: Column<Fixed>,
    entry: Column<Fixed>,
    table: Column<Fixed>,
}

impl RangeConfig {
    /// Makes the columns and gates over `values`, for limbs of `bits` bits. The first value column must be equality-enabled.
    pub fn configure(
        maker: &mut ColumnMaker<'_>,
        [first, active, last]: [Column<Fixed>; 3],
        values: Vec<Column<Advice>>,
        bits: u32,
        beta: Challenge,
    ) -> Self {
        let limbs = values.len() * 2;
        let config = Self {
            bits,
            highs: values.iter().map(|_| maker.advice()).collect(),
            values,
            multiplicity: maker.advice(),
            helpers: (0..limbs.div_ceil(BATCH)).map(|_| maker.late()).collect(),
            acc: maker.late(),
            first,
            last,
            on: maker.fixed(),
            entry: maker.fixed(),
            table: maker.fixed(),
        };
        maker.cs.create_gate("range", |cells| {
            let [first, last, active, on, entry, table] = [
                config.first,
                config.last,
                active,
                config.on,
                config.entry,
                config.table,
            ]
            .map(|column| cells.query_fixed(column, Rotation::cur()));
            let beta = cells.query_challenge(beta);
            let multiplicity = cells.query_advice(config.multiplicity, Rotation::cur());
            let acc = cells.query_advice(config.acc, Rotation::cur());
            let next = cells.query_advice(config.acc, Rotation::next());
            let denominators: Vec<E> = config
                .values
                .iter()
                .zip(&config.highs)
                .flat_map(|(value, high)| {
                    let value = cells.query_advice(*value, Rotation::cur());
                    let high = cells.query_advice(*high, Rotation::cur());
                    let low = value - high.clone() * power_of_two(bits);
                    [beta.clone() - high, beta.clone() - low]
                })
                .collect();
            let mut step = E::Constant(Fr::ZERO);
            let mut constraints = Vec::new();
            for (group, (denominators, helper)) in
                denominators.chunks(BATCH).zip(&config.helpers).enumerate()
            {
                let helper = cells.query_advice(*helper, Rotation::cur());
                let (numerator, denominator) = sum_of_inverses(denominators);
                constraints.push((
                    format!("range limb fractions {group}"),
                    active.clone() * (helper.clone() * denominator - on.clone() * numerator),
                ));
                step = step + helper;
            }
            constraints.push(("range sum starts at zero".into(), first * acc.clone()));
            constraints.push(("range sum ends at zero".into(), last * acc.clone()));
            constraints.push((
                "range limbs are table entries".into(),
                active * ((next - acc - step) * (beta - table) + entry * multiplicity),
            ));
            constraints
        });
        config
    }

    /// The cell of a value in the first lane, for values that are copied there.
    pub fn value(&self, row: usize) -> Spot {
        Spot::advice(self.values[0], row)
    }

    /// The multiplicity cell of a table entry.
    #[cfg(test)]
    pub(crate) fn multiplicity_of(&self, entry: usize) -> Spot {
        Spot::advice(self.multiplicity, entry)
    }

    /// Fills limbs and multiplicities over `rows` rows of values. Values out of range leave the sums unequal.
    pub fn assign(&self, sheet: &mut Sheet, rows: usize) {
        for row in 0..rows {
            sheet.set_fixed(self.on, row, Fr::ONE);
        }
        let entries = 1usize << self.bits;
        for entry in 0..entries {
            sheet.set_fixed(self.entry, entry, Fr::ONE);
            sheet.set_fixed(self.table, entry, Fr::from(entry as u64));
        }
        let mut counts = vec![0u64; entries];
        for (value, high) in self.values.iter().zip(&self.highs) {
            for row in 0..rows {
                let (low, upper) = limbs(sheet.get(*value, row), self.bits);
                sheet.set(*high, row, Fr::from(upper));
                for limb in [low, upper] {
                    if let Some(count) = counts.get_mut(limb as usize) {
                        *count += 1;
                    }
                }
            }
        }
        for (entry, count) in counts.into_iter().enumerate() {
            sheet.set(self.multiplicity, entry, Fr::from(count));
        }
    }

    /// Fills helpers and accumulator over `rows` rows of values down to row `end`.
    pub fn assign_sums(&self, sheet: &mut Sheet, rows: usize, end: usize, beta: Fr) {
        let shift = power_of_two(self.bits);
        let mut denominators = vec![Vec::new(); self.helpers.len()];
        for (lane, (value, high)) in self.values.iter().zip(&self.highs).enumerate() {
            let (low, upper): (Vec<Fr>, Vec<Fr>) = (0..rows)
                .map(|row| {
                    let high = sheet.get(*high, row);
                    (beta - (sheet.get(*value, row) - high * shift), beta - high)
                })
                .unzip();
            for (i, mut limb) in [upper, low].into_iter().enumerate() {
                batch_invert(&mut limb);
                denominators[(2 * lane + i) / BATCH].push(limb);
            }
        }
        for (helper, inverses) in self.helpers.iter().zip(denominators) {
            let column = sheet.column_mut(*helper);
            for row in 0..rows {
                column[row] = inverses.iter().map(|limb| limb[row]).sum();
            }
        }
        let mut entries: Vec<Fr> = (0..1u64 << self.bits).map(|i| beta - Fr::from(i)).collect();
        batch_invert(&mut entries);
        let mut acc = Fr::ZERO;
        let mut values = Vec::with_capacity(end + 1);
        for row in 0..=end {
            values.push(acc);
            for helper in &self.helpers {
                acc += sheet.get(*helper, row);
            }
            if let Some(entry) = entries.get(row) {
                acc -= sheet.get(self.multiplicity, row) * entry;
            }
        }
        sheet.column_mut(self.acc)[..=end].copy_from_slice(&values);
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
    pub fn check(&mut self, sheet: &mut Sheet, cell: Spot, label: &'static str) {
        let value = sheet.value(cell);
        let spot = self.config.value(self.next);
        let Spot { row, .. } = spot;
        sheet.set(self.config.values[0], row, value);
        sheet.copy(spot, cell, label);
        self.next += 1;
    }
}
