//! The draw chip: the log's draws as table positions, many a row, with their prefix rule, their share of the counting identity and their fold.
//!
//! | column | phase | cell |
//! |---|---|---|
//! | draw 0 … | 0 | positions in the order of the log; 0 is padding |
//! | count 0 … | 0 | how many of a group's draws (up to six, or three where the degree is 5) are real: a prefix of the row, and full until the last real draw |
//! | fold | 1 | running fold of the packs by γ |
//!
//! All active rows hold draws. The log has the first of them; the first count below them is zero, so the draws there are padding.

use crate::labels;
use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed, VirtualCells};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::fraction::Fraction;
use super::packs::{PackFold, PackStarts, Packing};
use crate::assignment::{Assignment, CellRef, ColumnAllocator};
use crate::field::batch_invert;

/// Bits of a position in a pack.
pub const POSITION_BITS: u32 = 21;

/// Draws that one count serves at most.
const BATCH: usize = 6;

type E = Expression<Fr>;

/// Columns of the chip.
#[derive(Clone, Debug)]
pub struct DrawConfig {
    lanes: Vec<Column<Advice>>,
    counts: Vec<Column<Advice>>,
    /// Draws that one count serves.
    batch: usize,
    /// The fold of the packs.
    pub fold: PackFold,
}

impl DrawConfig {
    /// Makes the columns and gates for a number of lanes that divides a pack.
    pub fn configure(
        allocator: &mut ColumnAllocator<'_>,
        active: Column<Fixed>,
        starts: &PackStarts,
        lanes: usize,
        per_pack: usize,
        gamma: Challenge,
    ) -> Self {
        // That a count is one of batch + 1 values has two degrees more than draws.
        let batch = BATCH.min(allocator.degree - 2);
        let groups = lanes.div_ceil(batch);
        let lanes: Vec<_> = (0..lanes).map(|_| allocator.advice()).collect();
        let mut counts = vec![allocator.copied()];
        counts.extend((1..groups).map(|_| allocator.advice()));
        let packing = Packing {
            lanes: &lanes,
            per_pack,
            bits: POSITION_BITS,
        };
        let fold = PackFold::configure(
            allocator,
            labels::DRAWS_ARE_FOLDED,
            active,
            starts,
            packing,
            gamma,
        );
        let config = Self {
            lanes,
            counts,
            batch,
            fold,
        };
        config.gate_prefix(allocator, active);
        config
    }

    /// The group counts' columns.
    pub fn counts(&self) -> &[Column<Advice>] {
        &self.counts
    }

    fn gate_prefix(&self, allocator: &mut ColumnAllocator<'_>, active: Column<Fixed>) {
        // S5 real draws come first, for each group of at most B draws d_0 … d_B−1 with its count c:
        //
        //   c · (c − 1) · … · (c − B) = 0             c is one of 0 … B
        //   (c − (i + 1)) · … · (c − B) · d_i = 0     a draw past the count is 0
        //   c⁺ · (c − B) = 0                          the next count c⁺ is 0 unless the group is full
        //
        //   | row | draws       | counts           |
        //   |-----|-------------|------------------|
        //   |  0  | d_0 … d_D−1 | c of each group  |
        //   |  1  |             | c⁺ of the last   |
        //
        // S5 in docs/specification.md; degree at most B + 2.
        allocator
            .cs
            .create_gate("S5 real draws come first", |cells| {
                let on = cells.query_fixed(active, Rotation::cur());
                let counts: Vec<E> = self
                    .counts
                    .iter()
                    .map(|column| cells.query_advice(*column, Rotation::cur()))
                    .collect();
                let first_of_next = cells.query_advice(self.counts[0], Rotation::next());
                let mut constraints = Vec::new();
                for (group, lanes) in self.lanes.chunks(self.batch).enumerate() {
                    let count = &counts[group];
                    let misses = |from: usize| {
                        (from..=lanes.len())
                            .rev()
                            .fold(on.clone(), |product, value| {
                                product * (count.clone() - E::Constant(Fr::from(value as u64)))
                            })
                    };
                    constraints.push((labels::COUNT_IS_IN_RANGE.numbered(group), misses(0)));
                    for (i, lane) in lanes.iter().enumerate() {
                        let draw = cells.query_advice(*lane, Rotation::cur());
                        constraints.push((
                            labels::DRAW_PAST_THE_COUNT_IS_PADDING.numbered(group * self.batch + i),
                            misses(i + 1) * draw,
                        ));
                    }
                    let following = counts.get(group + 1).unwrap_or(&first_of_next);
                    constraints.push((
                        labels::GROUP_IS_FULL_BEFORE_THE_NEXT.numbered(group),
                        on.clone()
                            * following.clone()
                            * (count.clone() - E::Constant(Fr::from(lanes.len() as u64))),
                    ));
                }
                constraints
            });
    }

    /// A row's fractions 1/(α − draw).
    pub fn fractions(
        &self,
        cells: &mut VirtualCells<'_, Fr>,
        active: &E,
        alpha: &E,
    ) -> Vec<Fraction> {
        self.lanes
            .iter()
            .map(|lane| Fraction {
                numerator: active.clone(),
                denominator: alpha.clone() - cells.query_advice(*lane, Rotation::cur()),
            })
            .collect()
    }

    /// The values of a lane's fraction over `end` rows.
    pub fn term(&self, assignment: &Assignment, lane: usize, end: usize, alpha: Fr) -> Vec<Fr> {
        let mut values: Vec<Fr> = assignment.column(self.lanes[lane])[..end]
            .iter()
            .map(|draw| alpha - draw)
            .collect();
        batch_invert(&mut values);
        values
    }

    /// Draw cells above row `end`.
    pub fn capacity(&self, end: usize) -> usize {
        self.lanes.len() * end
    }

    /// The cell of draw i.
    pub fn draw(&self, i: usize) -> CellRef {
        CellRef::advice(self.lanes[i % self.lanes.len()], i / self.lanes.len())
    }

    /// The first count cell of a row.
    pub fn first_count(&self, row: usize) -> CellRef {
        CellRef::advice(self.counts[0], row)
    }

    /// Draws a row.
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// Fills draws and counts; the log has the first `rows` rows, and the draws beyond the given ones are padding.
    pub fn assign(&self, assignment: &mut Assignment, rows: usize, draws: &[u32]) {
        let lanes = self.lanes.len();
        for row in 0..rows {
            let here = draws.get(row * lanes..).unwrap_or(&[]);
            let here = &here[..here.len().min(lanes)];
            for (lane, draw) in self.lanes.iter().zip(here) {
                assignment.set(*lane, row, Fr::from(u64::from(*draw)));
            }
            for (group, count) in self.counts.iter().enumerate() {
                let size = (lanes - group * self.batch).min(self.batch);
                let real = here.len().saturating_sub(group * self.batch).min(size);
                assignment.set(*count, row, Fr::from(real as u64));
            }
        }
        let zero = assignment.constant(Fr::ZERO);
        assignment.copy(self.first_count(rows), zero, labels::NO_DRAW_BELOW_THE_LOG);
        self.fold.assign_layout(assignment, rows);
    }
}
