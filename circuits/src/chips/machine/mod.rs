//! The hash machine: every permutation is a list of S-box inputs in one column, and one random linear combination checks all else.
//!
//! | column | phase | cell |
//! |---|---|---|
//! | engine 0 … | 0 | inputs of S-boxes |
//! | io | 0 | inputs and digests of hashes, engine by engine, and the constant one |
//! | A, B, C | 1 | weights: of the S-box input, of its fifth power, and of the io cell |
//! | acc | 1 | the combination so far |
//! | fixed turn | | 1 on the first row of each step |
//!
//! A *step* is one permutation in every engine at once. On its first row C is what everything before is multiplied by, on its other rows the weight of the
//! io cell. The weights are copies of cells that the late arithmetic chip computes from the challenges, so a program of S-boxes costs no gate of its own.
//!
//! | file | what |
//! |---|---|
//! | [`program`] | the permutations as lists of S-boxes |
//! | [`kinds`] | what steps do, and where their cells stand |
//! | [`steps`] | plans and fills steps |
//! | [`weights`] | A, B and C of each kind of step |

pub mod kinds;
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
use program::RATE;

type E = Expression<Fr>;

/// Columns of the machine.
#[derive(Clone, Debug)]
pub struct MachineConfig {
    engines: Vec<Column<Advice>>,
    io: Column<Advice>,
    weights: [Column<Advice>; 3],
    acc: Column<Advice>,
    turn: Column<Fixed>,
    blocks: usize,
}

impl MachineConfig {
    /// Makes the columns and the gate for `engines` permutations at a time and sponges of `blocks` blocks, 0 where there are no sponges.
    ///
    /// `active` is 1 on every usable row but the last; `gamma` is the challenge that folds packs.
    pub fn configure(
        maker: &mut ColumnMaker<'_>,
        active: Column<Fixed>,
        engines: usize,
        blocks: usize,
        gamma: Challenge,
    ) -> Self {
        let config = Self {
            engines: (0..engines).map(|_| maker.advice()).collect(),
            io: maker.copied(),
            weights: [(); 3].map(|()| maker.late_copied()),
            acc: maker.late_copied(),
            turn: maker.fixed(),
            blocks,
        };
        maker.cs.create_gate("hash machine", |cells| {
            let active = cells.query_fixed(active, Rotation::cur());
            let turn = cells.query_fixed(config.turn, Rotation::cur());
            let [a, b, c] = config
                .weights
                .map(|column| cells.query_advice(column, Rotation::cur()));
            let io = cells.query_advice(config.io, Rotation::cur());
            let acc = cells.query_advice(config.acc, Rotation::cur());
            let next = cells.query_advice(config.acc, Rotation::next());
            let apart = power(cells.query_challenge(gamma), config.packs());
            let mut sums = [E::Constant(Fr::ZERO), E::Constant(Fr::ZERO)];
            for (e, column) in config.engines.iter().enumerate() {
                let x = cells.query_advice(*column, Rotation::cur());
                let square = x.clone() * x.clone();
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
            let kept = acc.clone() + turn.clone() * (c.clone() - one()) * acc;
            let told = (one() - turn) * c * io;
            vec![(
                GATE,
                active * (next - kept - told - a * inputs - b * fifths),
            )]
        });
        config
    }

    /// Number of engines.
    pub fn engines(&self) -> usize {
        self.engines.len()
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
        let [a, b, c] = self.weights;
        let sums: Vec<Fr> = (0..end)
            .into_par_iter()
            .map(|row| {
                let [a, b] = [sheet.get(a, row), sheet.get(b, row)];
                self.engines.iter().fold(Fr::ZERO, |sum, column| {
                    let x = sheet.get(*column, row);
                    sum * apart + a * x + b * quintic(x)
                })
            })
            .collect();
        let mut acc = Fr::ZERO;
        let mut values = Vec::with_capacity(end + 1);
        for (row, sum) in sums.into_iter().enumerate() {
            values.push(acc);
            let weight = sheet.get(c, row);
            if sheet.fixed_at(self.turn.index(), row) == Fr::ONE {
                acc = acc * weight + sum;
            } else {
                acc += weight * sheet.get(self.io, row) + sum;
            }
        }
        values.push(acc);
        sheet.column_mut(self.acc)[..=end].copy_from_slice(&values);
    }
}

/// Name of the machine's constraint.
pub const GATE: &str = "hash machine adds up";

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
