//! The hash machine: every permutation is a list of S-box inputs in one column, and one random linear combination checks all else.
//!
//! | column | phase | cell |
//! |---|---|---|
//! | S-box inputs 0 … | 0 | inputs of S-boxes |
//! | square 0 … | 0 | their squares, where the constraint system's degree is less than 7 |
//! | io | 0 | inputs and digests of hashes, permutation by permutation, and the constant one |
//! | A, B, C | 1 | weights: of the S-box input, of its fifth power, and of the I/O cell |
//! | acc | 1 | the combination so far |
//! | fixed step start | | 1 on the first row of each step |
//!
//! A *step* runs one permutation in each of the parallel columns. On its first row C is the multiplier applied to the accumulator, on its other rows the weight of the
//! I/O cell. The weights are copies of cells that the second-phase arithmetic chip computes from the challenges, so a program of S-boxes costs no gate of its own.
//!
//! In the layout [`InlineIo`](layout::Layout::InlineIo) there are no I/O and C columns: I/O cells stand in the parallel permutations' columns and are weighed by A.
//!
//! | file | what |
//! |---|---|
//! | [`program`] | the permutations as lists of S-boxes |
//! | [`kinds`] | what steps do, and where their cells stand |
//! | [`steps`] | plans and fills steps |
//! | [`coefficients`] | A, B and C of each kind of step |

pub mod coefficients;
pub mod kinds;
pub mod layout;
pub mod program;
pub mod steps;
#[cfg(test)]
mod tests;

use crate::labels;
use halo2_proofs::plonk::{Advice, Challenge, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use crate::assignment::{Assignment, CellRef, ColumnAllocator};
use crate::field::quintic;
use layout::Layout;
use program::RATE;

type E = Expression<Fr>;

/// Columns of I/O cells that do not stand among the S-boxes.
#[derive(Clone, Copy, Debug)]
struct IoColumns {
    cells: Column<Advice>,
    /// C.
    weights: Column<Advice>,
}

/// Columns of the machine.
#[derive(Clone, Debug)]
pub struct MachineConfig {
    /// Inputs of the S-boxes, a column for each of the permutations that run in parallel.
    sbox_inputs: Vec<Column<Advice>>,
    /// Squares of the S-box inputs, where these are S-boxes alone and the degree is below the gate's; else none, and the gate squares.
    squares: Vec<Column<Advice>>,
    /// Weights of the S-boxes' inputs and of their fifth powers: A and B.
    weights: [Column<Advice>; 2],
    /// The I/O cells and their weights C, where they have columns of their own.
    separate_io: Option<IoColumns>,
    acc: Column<Advice>,
    step_start: Column<Fixed>,
    blocks: usize,
}

impl MachineConfig {
    /// Makes the columns and the gate for `parallel_permutations` permutations at a time and sponges of `blocks` blocks, 0 where there are no sponges.
    ///
    /// `active` is 1 on every usable row but the last; `gamma` is the challenge that folds packs. With `inline_io` the layout is
    /// [`InlineIo`](Layout::InlineIo), else [`SeparateIo`](Layout::SeparateIo).
    pub fn configure(
        allocator: &mut ColumnAllocator<'_>,
        active: Column<Fixed>,
        parallel_permutations: usize,
        inline_io: bool,
        blocks: usize,
        gamma: Challenge,
    ) -> Self {
        let sbox_inputs = (0..parallel_permutations).map(|_| {
            if inline_io {
                allocator.copied()
            } else {
                allocator.advice()
            }
        });
        let sbox_inputs: Vec<_> = sbox_inputs.collect();
        let squared = !inline_io && allocator.degree < DEGREE;
        let squares = sbox_inputs.iter().filter(|_| squared);
        let config = Self {
            squares: squares.map(|_| allocator.advice()).collect(),
            sbox_inputs,
            separate_io: (!inline_io).then(|| IoColumns {
                cells: allocator.copied(),
                weights: allocator.second_phase_copied(),
            }),
            weights: [(); 2].map(|()| allocator.second_phase_copied()),
            acc: allocator.second_phase_copied(),
            step_start: allocator.fixed(),
            blocks,
        };
        // hash machine, with ε = γ^packs and the sums over the E parallel permutations e:
        //
        //   next = acc + A · Σ ε^(E−1−e) · u_e + B · Σ ε^(E−1−e) · u_e⁵ + C · io   on most rows
        //   next = C · acc + A · Σ ε^(E−1−e) · u_e + B · Σ ε^(E−1−e) · u_e⁵        where a step starts
        //
        //   | row | S-box inputs | squares | I/O | A | B | C | acc  | step start |
        //   |-----|--------------|---------|-----|---|---|---|------|------------|
        //   |  0  | u_0 … u_E−1  | u_e²    | io  | A | B | C | acc  | 0 or 1     |
        //   |  1  |              |         |     |   |   |   | next |            |
        //
        // With inline I/O, A stands for C as the multiplier, and for the weight of I/O cells among the S-boxes.
        // Degree 7, or 5 with squares. docs/circuits.md, sections 2 and 6 (hashes).
        allocator.cs.create_gate("hash machine", |cells| {
            let active = cells.query_fixed(active, Rotation::cur());
            let step_start = cells.query_fixed(config.step_start, Rotation::cur());
            let [a, b] = config
                .weights
                .map(|column| cells.query_advice(column, Rotation::cur()));
            let separate_io = config.separate_io.map(|IoColumns { cells: io, weights }| {
                [io, weights].map(|column| cells.query_advice(column, Rotation::cur()))
            });
            let acc = cells.query_advice(config.acc, Rotation::cur());
            let next = cells.query_advice(config.acc, Rotation::next());
            let separator = power(cells.query_challenge(gamma), config.packs());
            let mut sums = [E::Constant(Fr::ZERO), E::Constant(Fr::ZERO)];
            let mut constraints = Vec::new();
            for (e, column) in config.sbox_inputs.iter().enumerate() {
                let x = cells.query_advice(*column, Rotation::cur());
                let mut square = x.clone() * x.clone();
                if let Some(column) = config.squares.get(e) {
                    let witnessed = cells.query_advice(*column, Rotation::cur());
                    constraints.push((
                        labels::MACHINE_SQUARES.text(),
                        active.clone() * (witnessed.clone() - square),
                    ));
                    square = witnessed;
                }
                let fifth = square.clone() * square * x.clone();
                for (sum, term) in sums.iter_mut().zip([x, fifth]) {
                    *sum = if e == 0 {
                        term
                    } else {
                        sum.clone() * separator.clone() + term
                    };
                }
            }
            let [inputs, fifths] = sums;
            let other = one() - step_start.clone();
            let (multiplier, weighed) = match separate_io {
                Some([io, c]) => (c.clone(), other * c * io + a * inputs),
                None => (a.clone(), other * a * inputs),
            };
            let kept = acc.clone() + step_start * (multiplier - one()) * acc;
            constraints.push((
                labels::MACHINE_ADDS_UP.text(),
                active * (next - kept - weighed - b * fifths),
            ));
            constraints
        });
        config
    }

    /// The columns of A, B and C, and the I/O column.
    #[cfg(test)]
    pub(crate) fn checked(&self) -> Option<(Column<Advice>, [Column<Advice>; 3])> {
        let ([a, b], IoColumns { cells, weights }) = (self.weights, self.separate_io?);
        Some((cells, [a, b, weights]))
    }

    /// The cell of the square of an S-box input, where squares have columns.
    #[cfg(test)]
    pub(crate) fn square_of(&self, cell_ref: CellRef) -> Option<CellRef> {
        let mut parallel_permutations = self.sbox_inputs.iter().zip(&self.squares);
        let (_, square) = parallel_permutations
            .find(|(permutation, _)| Column::from(**permutation) == cell_ref.column)?;
        Some(CellRef::advice(*square, cell_ref.row))
    }

    /// Number of columns of squares.
    #[cfg(test)]
    pub(crate) fn squares(&self) -> usize {
        self.squares.len()
    }

    /// Number of parallel permutations.
    pub fn parallel_permutations(&self) -> usize {
        self.sbox_inputs.len()
    }

    /// Where its steps have their cells.
    pub fn layout(&self) -> Layout {
        match self.separate_io {
            Some(_) => Layout::SeparateIo {
                parallel_permutations: self.parallel_permutations(),
            },
            None => Layout::InlineIo,
        }
    }

    /// The column of a permutation's I/O cells.
    fn io(&self, permutation: usize) -> Column<Advice> {
        self.separate_io
            .map_or(self.sbox_inputs[permutation], |columns| columns.cells)
    }

    /// Felts that a sponge absorbs besides its header: the distance of two parallel permutations in the fold. 1 where there are no sponges.
    pub fn packs(&self) -> usize {
        (RATE * self.blocks).saturating_sub(1).max(1)
    }

    /// The combination of all rows above a row.
    pub fn at(&self, row: usize) -> CellRef {
        CellRef::advice(self.acc, row)
    }

    /// Fills the combination down to row `end`, from the other columns.
    pub fn accumulate(&self, assignment: &mut Assignment, end: usize, gamma: Fr) {
        let separator = gamma.pow_vartime([self.packs() as u64]);
        let [a, b] = self.weights;
        let multiplier = self.separate_io.map_or(a, |columns| columns.weights);
        let starts_step = |row: usize| assignment.fixed_at(self.step_start.index(), row) == Fr::ONE;
        let sums: Vec<Fr> = (0..end)
            .into_par_iter()
            .map(|row| {
                let step_start = starts_step(row);
                let mut weights = [a, b].map(|column| assignment.get(column, row));
                let mut io_term = Fr::ZERO;
                match self.separate_io {
                    Some(io) if !step_start => {
                        io_term = assignment.get(io.weights, row) * assignment.get(io.cells, row);
                    }
                    None if step_start => weights[0] = Fr::ZERO,
                    _ => {}
                }
                self.sbox_inputs
                    .iter()
                    .enumerate()
                    .map(|(permutation, column)| {
                        let x = assignment.get(*column, row);
                        let fifth = match self.squares.get(permutation) {
                            Some(square) => assignment.get(*square, row).square() * x,
                            None => quintic(x),
                        };
                        weights[0] * x + weights[1] * fifth
                    })
                    .fold(Fr::ZERO, |sum, term| sum * separator + term)
                    + io_term
            })
            .collect();
        let mut acc = Fr::ZERO;
        let mut values = Vec::with_capacity(end + 1);
        for (row, sum) in sums.into_iter().enumerate() {
            values.push(acc);
            if starts_step(row) {
                acc *= assignment.get(multiplier, row);
            }
            acc += sum;
        }
        values.push(acc);
        assignment.column_mut(self.acc)[..=end].copy_from_slice(&values);
    }
}

/// Degree of the machine's gate where it squares by itself.
const DEGREE: usize = 7;

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
