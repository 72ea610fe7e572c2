//! The draw chip: the log's draws as table positions, many a row, with their prefix rule, their share of the counting identity and their fold.
//!
//! | column | phase | cell |
//! |---|---|---|
//! | draw 0 … | 0 | positions in the order of the log; 0 is padding |
//! | count 0 … | 0 | how many of a group's draws (up to six) are real: a prefix of the row, and full until the last real draw |
//! | helper 0 … | 1 | Σ 1/(α − draw) over the group |
//! | fold | 1 | running fold of the packs by γ |

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::fraction::{BATCH, sum_of_inverses};
use super::packs::PackFold;
use crate::field::batch_invert;
use crate::sheet::{ColumnMaker, Sheet, Spot};

/// Bits of a position in a pack.
pub const POSITION_BITS: u32 = 21;

type E = Expression<Fr>;

/// Columns of the chip.
#[derive(Clone, Debug)]
pub struct DrawConfig {
    lanes: Vec<Column<Advice>>,
    counts: Vec<Column<Advice>>,
    /// Σ 1/(α − draw) by group; zero where there are no draws.
    pub helpers: Vec<Column<Advice>>,
    on: Column<Fixed>,
    /// The fold of the packs.
    pub fold: PackFold,
}

impl DrawConfig {
    /// Makes the columns and gates for a number of lanes that divides a pack.
    pub fn configure(
        maker: &mut ColumnMaker<'_>,
        active: Column<Fixed>,
        lanes: usize,
        per_pack: usize,
        alpha: Challenge,
        gamma: Challenge,
    ) -> Self {
        let groups = lanes.div_ceil(BATCH);
        let on = maker.fixed();
        let lanes: Vec<_> = (0..lanes).map(|_| maker.advice()).collect();
        let mut counts = vec![maker.copied()];
        counts.extend((1..groups).map(|_| maker.advice()));
        let helpers = (0..groups).map(|_| maker.late()).collect();
        let fold = PackFold::configure(
            maker,
            "S5 draws are folded",
            active,
            on,
            &lanes,
            per_pack,
            POSITION_BITS,
            gamma,
        );
        let config = Self {
            lanes,
            counts,
            helpers,
            on,
            fold,
        };
        config.gate_prefix(maker);
        config.gate_helpers(maker, active, alpha);
        config
    }

    /// The selector of draw rows.
    pub fn on(&self) -> Column<Fixed> {
        self.on
    }

    /// The group counts' columns.
    pub fn counts(&self) -> &[Column<Advice>] {
        &self.counts
    }

    fn gate_prefix(&self, maker: &mut ColumnMaker<'_>) {
        maker.cs.create_gate("S5 real draws come first", |cells| {
            let on = cells.query_fixed(self.on, Rotation::cur());
            let counts: Vec<E> = self
                .counts
                .iter()
                .map(|column| cells.query_advice(*column, Rotation::cur()))
                .collect();
            let first_of_next = cells.query_advice(self.counts[0], Rotation::next());
            let mut constraints = Vec::new();
            for (group, lanes) in self.lanes.chunks(BATCH).enumerate() {
                let count = &counts[group];
                let misses = |from: usize| {
                    (from..=lanes.len())
                        .rev()
                        .fold(on.clone(), |product, value| {
                            product * (count.clone() - E::Constant(Fr::from(value as u64)))
                        })
                };
                constraints.push((format!("S5 count {group} is in range"), misses(0)));
                for (i, lane) in lanes.iter().enumerate() {
                    let draw = cells.query_advice(*lane, Rotation::cur());
                    constraints.push((
                        format!("S5 draw {} past the count is padding", group * BATCH + i),
                        misses(i + 1) * draw,
                    ));
                }
                let following = counts.get(group + 1).unwrap_or(&first_of_next);
                constraints.push((
                    format!("S5 group {group} is full before the next begins"),
                    on.clone()
                        * following.clone()
                        * (count.clone() - E::Constant(Fr::from(lanes.len() as u64))),
                ));
            }
            constraints
        });
    }

    fn gate_helpers(&self, maker: &mut ColumnMaker<'_>, active: Column<Fixed>, alpha: Challenge) {
        maker.cs.create_gate("S1 draw fractions", |cells| {
            let active = cells.query_fixed(active, Rotation::cur());
            let on = cells.query_fixed(self.on, Rotation::cur());
            let alpha = cells.query_challenge(alpha);
            self.lanes
                .chunks(BATCH)
                .zip(&self.helpers)
                .enumerate()
                .map(|(group, (lanes, helper))| {
                    let helper = cells.query_advice(*helper, Rotation::cur());
                    let denominators: Vec<E> = lanes
                        .iter()
                        .map(|lane| alpha.clone() - cells.query_advice(*lane, Rotation::cur()))
                        .collect();
                    let (numerator, denominator) = sum_of_inverses(&denominators);
                    (
                        format!("S1 draw fraction {group}"),
                        active.clone() * (helper * denominator - on.clone() * numerator),
                    )
                })
                .collect::<Vec<_>>()
        });
    }

    /// The cell of draw i.
    pub fn draw(&self, i: usize) -> Spot {
        Spot::advice(self.lanes[i % self.lanes.len()], i / self.lanes.len())
    }

    /// The first count cell of a row.
    pub fn first_count(&self, row: usize) -> Spot {
        Spot::advice(self.counts[0], row)
    }

    /// Draws a row.
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// Fills draws and counts over `rows` rows; the draws beyond the given ones are padding.
    pub fn assign(&self, sheet: &mut Sheet, rows: usize, draws: &[u32]) {
        let lanes = self.lanes.len();
        for row in 0..rows {
            sheet.set_fixed(self.on, row, Fr::ONE);
            let here = draws.get(row * lanes..).unwrap_or(&[]);
            let here = &here[..here.len().min(lanes)];
            for (lane, draw) in self.lanes.iter().zip(here) {
                sheet.set(*lane, row, Fr::from(u64::from(*draw)));
            }
            for (group, count) in self.counts.iter().enumerate() {
                let size = (lanes - group * BATCH).min(BATCH);
                let real = here.len().saturating_sub(group * BATCH).min(size);
                sheet.set(*count, row, Fr::from(real as u64));
            }
        }
        self.fold.assign_layout(sheet, rows);
    }

    /// Fills the helpers over `rows` rows.
    pub fn assign_helpers(&self, sheet: &mut Sheet, rows: usize, alpha: Fr) {
        for (lanes, helper) in self.lanes.chunks(BATCH).zip(&self.helpers) {
            let sums = sum_inverses(sheet, lanes, rows, |value| alpha - value);
            sheet.column_mut(*helper)[..rows].copy_from_slice(&sums);
        }
    }
}

/// Σ over columns of 1/f(cell), by row.
pub fn sum_inverses(
    sheet: &Sheet,
    columns: &[Column<Advice>],
    rows: usize,
    denominator: impl Fn(Fr) -> Fr + Sync,
) -> Vec<Fr> {
    let mut sums = vec![Fr::ZERO; rows];
    for column in columns {
        let mut inverses: Vec<Fr> = sheet.column(*column)[..rows]
            .iter()
            .map(|value| denominator(*value))
            .collect();
        batch_invert(&mut inverses);
        for (sum, inverse) in sums.iter_mut().zip(inverses) {
            *sum += inverse;
        }
    }
    sums
}
