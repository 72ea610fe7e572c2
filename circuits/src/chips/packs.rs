//! The fold of packed lanes: acc ← acc · γ + pack, a pack over one row or several.
//!
//! Within a pack of R rows, with c the weight of a row's lanes together, acc ← acc / c + c^(R−1) · row. A pack's first row multiplies by γ · c^(R−1) in place of 1/c.
//! So after R rows acc · γ + Σ c^i · row i is left, and no row needs a weight of its own. All active rows are folded; the fold of the packs stands on
//! the row after their last.
//!
//! The hash machine folds what its sponges absorb the same way; equal folds under a challenge drawn after both are committed mean equal sequences.

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed, VirtualCells};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use crate::assignment::{Assignment, CellRef, ColumnAllocator};
use crate::field::power_of_two;
use crate::labels::ClauseLabel;

type E = Expression<Fr>;

/// The first rows of packs of several periods, marked in one fixed column: bit i of a cell is set where a pack of the i-th period begins.
#[derive(Clone, Debug)]
pub struct PackStarts {
    /// Rows of a pack, each above 1 and no two equal.
    periods: Vec<usize>,
    column: Option<Column<Fixed>>,
}

impl PackStarts {
    /// Makes the column if any of the packs takes several rows; `rows` are the packs' rows.
    pub fn configure(allocator: &mut ColumnAllocator<'_>, rows: &[usize]) -> Self {
        let mut periods: Vec<usize> = rows.iter().copied().filter(|rows| *rows > 1).collect();
        periods.sort_unstable();
        periods.dedup();
        Self {
            column: (!periods.is_empty()).then(|| allocator.fixed()),
            periods,
        }
    }

    fn mark(&self, period: usize) -> Option<(usize, Column<Fixed>)> {
        let bit = self.periods.iter().position(|rows| *rows == period)?;
        Some((bit, self.column?))
    }

    /// 1 where a pack of `period` rows begins, 0 on its other rows.
    fn query(&self, cells: &mut VirtualCells<'_, Fr>, period: usize) -> E {
        let one = E::Constant(Fr::ONE);
        let Some((bit, column)) = self.mark(period) else {
            return one;
        };
        let mark = cells.query_fixed(column, Rotation::cur());
        let values = 1u64 << self.periods.len();
        (0..values)
            .filter(|value| value >> bit & 1 == 1)
            .map(|value| {
                let others = (0..values).filter(|other| *other != value);
                let (product, scale) =
                    others.fold((one.clone(), Fr::ONE), |(product, scale), other| {
                        let other = Fr::from(other);
                        (
                            product * (mark.clone() - E::Constant(other)),
                            scale * (Fr::from(value) - other),
                        )
                    });
                product * scale.invert().unwrap_or(Fr::ZERO)
            })
            .fold(E::Constant(Fr::ZERO), |sum, term| sum + term)
    }

    /// Whether a pack of `period` rows begins at a row.
    fn at(&self, assignment: &Assignment, period: usize, row: usize) -> bool {
        self.mark(period).is_none_or(|(bit, column)| {
            let mark = assignment.fixed_at(column.index(), row);
            (0..1u64 << self.periods.len())
                .any(|value| value >> bit & 1 == 1 && mark == Fr::from(value))
        })
    }

    fn assign(&self, assignment: &mut Assignment, rows: usize) {
        let Some(column) = self.column else { return };
        for row in 0..rows {
            let mark = self
                .periods
                .iter()
                .enumerate()
                .filter(|(_, period)| row.is_multiple_of(**period))
                .map(|(bit, _)| 1u64 << bit)
                .sum::<u64>();
            assignment.set_fixed(column, row, Fr::from(mark));
        }
    }
}

/// Lanes that hold packs.
#[derive(Clone, Copy, Debug)]
pub struct Packing<'a> {
    /// Lanes of a row; their number divides `per_pack`.
    pub lanes: &'a [Column<Advice>],
    /// Values of a pack.
    pub per_pack: usize,
    /// Bits of a value.
    pub bits: u32,
}

/// Columns of a fold.
#[derive(Clone, Debug)]
pub struct PackFold {
    lanes: Vec<Column<Advice>>,
    bits: u32,
    period: usize,
    acc: Column<Advice>,
    starts: PackStarts,
}

impl PackFold {
    /// Makes the column and the gate; `starts` knows the packs' rows.
    pub fn configure(
        allocator: &mut ColumnAllocator<'_>,
        label: ClauseLabel,
        active: Column<Fixed>,
        starts: &PackStarts,
        packing: Packing<'_>,
        gamma: Challenge,
    ) -> Self {
        let Packing {
            lanes,
            per_pack,
            bits,
        } = packing;
        assert_eq!(per_pack % lanes.len(), 0, "lanes divide a pack");
        let fold = Self {
            lanes: lanes.to_vec(),
            bits,
            period: per_pack / lanes.len(),
            acc: allocator.second_phase_copied(),
            starts: starts.clone(),
        };
        let [first, further] = fold.factors();
        // acc' = acc · factor + c^(R−1) · Σ 2^(bits · i) · lane_i, with factor = γ · c^(R−1) where a pack starts and 1/c on its other rows.
        allocator.cs.create_gate(label.text(), |cells| {
            let active = cells.query_fixed(active, Rotation::cur());
            let start = fold.starts.query(cells, fold.period);
            let gamma = cells.query_challenge(gamma);
            let acc = cells.query_advice(fold.acc, Rotation::cur());
            let next = cells.query_advice(fold.acc, Rotation::next());
            let row = fold
                .lanes
                .iter()
                .enumerate()
                .map(|(i, lane)| {
                    cells.query_advice(*lane, Rotation::cur()) * power_of_two(bits * i as u32)
                })
                .reduce(|sum, term| sum + term)
                .unwrap_or(E::Constant(Fr::ZERO));
            let factor = if fold.period == 1 {
                gamma
            } else {
                let further = E::Constant(further);
                start * (gamma * first - further.clone()) + further
            };
            vec![(label.text(), active * (next - acc * factor - row * first))]
        });
        fold
    }

    /// c^(R−1), by which a pack's first row multiplies beside γ, and 1/c of the further rows.
    fn factors(&self) -> [Fr; 2] {
        let weight = power_of_two(self.bits * self.lanes.len() as u32);
        [
            weight.pow_vartime([self.period as u64 - 1]),
            weight.invert().unwrap_or(Fr::ZERO),
        ]
    }

    /// Fills the fixed cells over `rows` rows.
    pub fn assign_layout(&self, assignment: &mut Assignment, rows: usize) {
        self.starts.assign(assignment, rows);
    }

    /// Fills the accumulator from an initial value down to row `end`.
    pub fn assign(&self, assignment: &mut Assignment, initial: Fr, end: usize, gamma: Fr) {
        let weights: Vec<Fr> = (0..self.lanes.len())
            .map(|i| power_of_two(self.bits * i as u32))
            .collect();
        let [first, further] = self.factors();
        let mut values = Vec::with_capacity(end + 1);
        let mut acc = initial;
        values.push(acc);
        for row in 0..end {
            acc *= if self.starts.at(assignment, self.period, row) {
                gamma * first
            } else {
                further
            };
            for (lane, weight) in self.lanes.iter().zip(&weights) {
                acc += assignment.get(*lane, row) * weight * first;
            }
            values.push(acc);
        }
        assignment.column_mut(self.acc)[..=end].copy_from_slice(&values);
    }

    /// The accumulator at a row: the fold of all rows above it.
    pub fn at(&self, row: usize) -> CellRef {
        CellRef::advice(self.acc, row)
    }
}
