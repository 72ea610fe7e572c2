//! The hash machine: every permutation is a list of S-box inputs in one column, and one random linear combination checks all else.
//!
//! | column | phase | cell |
//! |---|---|---|
//! | engine 0 … | 0 | inputs of S-boxes |
//! | square 0 … | 0 | their squares, where the constraint system's degree is less than 7 |
//! | io | 0 | inputs and digests of hashes, engine by engine, and the constant one |
//! | A, B, C | 1 | weights: of the S-box input, of its fifth power, and of the io cell |
//! | acc | 1 | the combination so far |
//! | fixed turn | | 1 on the first row of each step |
//!
//! A *step* is one permutation in every engine at once. On its first row C is what everything before is multiplied by, on its other rows the weight of the
//! io cell. The weights are copies of cells that the late arithmetic chip computes from the challenges, so a program of S-boxes costs no gate of its own.
//!
//! In the layout [`Below`](layout::Layout::Below) there are no io and C columns: io cells stand in the engines' columns and are weighed by A.
//!
//! | file | what |
//! |---|---|
//! | [`program`] | the permutations as lists of S-boxes |
//! | [`kinds`] | what steps do, and where their cells stand |
//! | [`steps`] | plans and fills steps |
//! | [`weights`] | A, B and C of each kind of step |

pub mod kinds;
pub mod layout;
pub mod program;
pub mod steps;
#[cfg(test)]
mod tests;
pub mod weights;

use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use crate::field::quintic;
use crate::sheet::{ColumnMaker, Sheet, Spot};
use layout::Layout;
use program::RATE;

type E = Expression<Fr>;

/// Columns of the machine.
#[derive(Clone, Debug)]
pub struct MachineConfig {
    engines: Vec<Column<Advice>>,
    /// Squares of the engines' cells, where these are S-boxes alone and the degree is below the gate's; else none, and the gate squares.
    squares: Vec<Column<Advice>>,
    /// Weights of the S-boxes' inputs and of their fifth powers: A and B.
    weights: [Column<Advice>; 2],
    /// The io cells and their weights C, where they are beside the S-boxes.
    beside: Option<[Column<Advice>; 2]>,
    acc: Column<Advice>,
    turn: Column<Fixed>,
    blocks: usize,
}

impl MachineConfig {
    /// Makes the columns and the gate for `engines` permutations at a time and sponges of `blocks` blocks, 0 where there are no sponges.
    ///
    /// `active` is 1 on every usable row but the last; `gamma` is the challenge that folds packs. With `below` the layout is that, else
    /// [`Beside`](Layout::Beside).
    pub fn configure(
        maker: &mut ColumnMaker<'_>,
        active: Column<Fixed>,
        engines: usize,
        below: bool,
        blocks: usize,
        gamma: Challenge,
    ) -> Self {
        let engines = (0..engines).map(|_| {
            if below {
                maker.copied()
            } else {
                maker.advice()
            }
        });
        let engines: Vec<_> = engines.collect();
        let squared = !below && maker.degree < DEGREE;
        let squares = engines.iter().filter(|_| squared);
        let config = Self {
            squares: squares.map(|_| maker.advice()).collect(),
            engines,
            beside: (!below).then(|| [maker.copied(), maker.late_copied()]),
            weights: [(); 2].map(|()| maker.late_copied()),
            acc: maker.late_copied(),
            turn: maker.fixed(),
            blocks,
        };
        maker.cs.create_gate("hash machine", |cells| {
            let active = cells.query_fixed(active, Rotation::cur());
            let turn = cells.query_fixed(config.turn, Rotation::cur());
            let [a, b] = config
                .weights
                .map(|column| cells.query_advice(column, Rotation::cur()));
            let beside = config
                .beside
                .map(|columns| columns.map(|column| cells.query_advice(column, Rotation::cur())));
            let acc = cells.query_advice(config.acc, Rotation::cur());
            let next = cells.query_advice(config.acc, Rotation::next());
            let apart = power(cells.query_challenge(gamma), config.packs());
            let mut sums = [E::Constant(Fr::ZERO), E::Constant(Fr::ZERO)];
            let mut constraints = Vec::new();
            for (e, column) in config.engines.iter().enumerate() {
                let x = cells.query_advice(*column, Rotation::cur());
                let mut square = x.clone() * x.clone();
                if let Some(column) = config.squares.get(e) {
                    let told = cells.query_advice(*column, Rotation::cur());
                    constraints.push((SQUARES, active.clone() * (told.clone() - square)));
                    square = told;
                }
                let fifth = square.clone() * square * x.clone();
                for (sum, term) in sums.iter_mut().zip([x, fifth]) {
                    *sum = if e == 0 {
                        term
                    } else {
                        sum.clone() * apart.clone() + term
                    };
                }
            }
            let [inputs, fifths] = sums;
            let other = one() - turn.clone();
            let (multiplier, weighed) = match beside {
                Some([io, c]) => (c.clone(), other * c * io + a * inputs),
                None => (a.clone(), other * a * inputs),
            };
            let kept = acc.clone() + turn * (multiplier - one()) * acc;
            constraints.push((GATE, active * (next - kept - weighed - b * fifths)));
            constraints
        });
        config
    }

    /// The columns of A, B and C, and the io column.
    #[cfg(test)]
    pub(crate) fn checked(&self) -> Option<(Column<Advice>, [Column<Advice>; 3])> {
        let ([a, b], [io, c]) = (self.weights, self.beside?);
        Some((io, [a, b, c]))
    }

    /// The cell of the square of an engine's cell, where squares have columns.
    #[cfg(test)]
    pub(crate) fn square_of(&self, spot: Spot) -> Option<Spot> {
        let mut engines = self.engines.iter().zip(&self.squares);
        let (_, square) = engines.find(|(engine, _)| Column::from(**engine) == spot.column)?;
        Some(Spot::advice(*square, spot.row))
    }

    /// Number of columns of squares.
    #[cfg(test)]
    pub(crate) fn squares(&self) -> usize {
        self.squares.len()
    }

    /// Number of engines.
    pub fn engines(&self) -> usize {
        self.engines.len()
    }

    /// Where its steps have their cells.
    pub fn layout(&self) -> Layout {
        match self.beside {
            Some(_) => Layout::Beside {
                engines: self.engines(),
            },
            None => Layout::Below,
        }
    }

    /// The column of an engine's io cells.
    fn io(&self, engine: usize) -> Column<Advice> {
        self.beside.map_or(self.engines[engine], |[io, _]| io)
    }

    /// Felts that a sponge absorbs besides its header: what lies between two engines in the fold. 1 where there are no sponges.
    pub fn packs(&self) -> usize {
        (RATE * self.blocks).saturating_sub(1).max(1)
    }

    /// The combination of all rows above a row.
    pub fn at(&self, row: usize) -> Spot {
        Spot::advice(self.acc, row)
    }

    /// Fills the combination down to row `end`, from the other columns.
    pub fn accumulate(&self, sheet: &mut Sheet, end: usize, gamma: Fr) {
        let apart = gamma.pow_vartime([self.packs() as u64]);
        let [a, b] = self.weights;
        let multiplier = self.beside.map_or(a, |[_, c]| c);
        let turns = |row: usize| sheet.fixed_at(self.turn.index(), row) == Fr::ONE;
        let sums: Vec<Fr> = (0..end)
            .into_par_iter()
            .map(|row| {
                let turn = turns(row);
                let mut weights = [a, b].map(|column| sheet.get(column, row));
                let mut told = Fr::ZERO;
                match self.beside {
                    Some([io, c]) if !turn => told = sheet.get(c, row) * sheet.get(io, row),
                    None if turn => weights[0] = Fr::ZERO,
                    _ => {}
                }
                self.engines
                    .iter()
                    .enumerate()
                    .map(|(engine, column)| {
                        let x = sheet.get(*column, row);
                        let fifth = match self.squares.get(engine) {
                            Some(square) => sheet.get(*square, row).square() * x,
                            None => quintic(x),
                        };
                        weights[0] * x + weights[1] * fifth
                    })
                    .fold(Fr::ZERO, |sum, term| sum * apart + term)
                    + told
            })
            .collect();
        let mut acc = Fr::ZERO;
        let mut values = Vec::with_capacity(end + 1);
        for (row, sum) in sums.into_iter().enumerate() {
            values.push(acc);
            if turns(row) {
                acc *= sheet.get(multiplier, row);
            }
            acc += sum;
        }
        values.push(acc);
        sheet.column_mut(self.acc)[..=end].copy_from_slice(&values);
    }
}

/// Degree of the machine's gate where it squares by itself.
const DEGREE: usize = 7;

/// Name of the machine's constraint.
pub const GATE: &str = "hash machine adds up";

/// Name of the constraints that squares are squares.
pub const SQUARES: &str = "hash machine squares";

fn one() -> E {
    E::Constant(Fr::ONE)
}

/// x^n for n ≥ 1 by squaring and multiplying.
fn power(x: E, n: usize) -> E {
    let mut result = x.clone();
    for bit in (0..n.ilog2()).rev() {
        result = result.clone() * result;
        if n >> bit & 1 == 1 {
            result = result * x.clone();
        }
    }
    result
}
