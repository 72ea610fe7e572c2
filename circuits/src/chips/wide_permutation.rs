//! The wide permutation's linear layers and the eight-row trace that the wide chip constrains.

use std::sync::OnceLock;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::hash::wide_constants::{DIAGONAL_MINUS_ONE, FULL_ROUND, PARTIAL_ROUND};

use crate::field::{quintic, words};

/// Lanes of the permutation.
pub const WIDTH: usize = 16;
/// Lanes that absorb.
pub const RATE: usize = 15;
/// Partial rounds that one row computes.
pub const PARTIAL_PER_ROW: usize = 19;
/// Rows of one permutation.
pub const ROWS: usize = 8;
/// State cells of a row.
pub const CELLS: usize = WIDTH + PARTIAL_PER_ROW - 1;

/// The permutation's constants as field elements.
#[derive(Debug)]
pub struct Constants {
    /// Round constants of the full rounds.
    pub full: [[Fr; WIDTH]; 8],
    /// Round constants of the partial rounds.
    pub partial: [Fr; 57],
    /// Diagonal of the internal matrix minus one.
    pub diagonal: [Fr; WIDTH],
}

/// The constants, converted once.
pub fn constants() -> &'static Constants {
    static CONSTANTS: OnceLock<Constants> = OnceLock::new();
    CONSTANTS.get_or_init(|| Constants {
        full: FULL_ROUND.map(|row| row.map(|w| words(&w))),
        partial: PARTIAL_ROUND.map(|w| words(&w)),
        diagonal: DIAGONAL_MINUS_ONE.map(|w| words(&w)),
    })
}

/// The external matrix: a 4 × 4 MDS block on each quarter, then each lane plus the sum of its residue class (Poseidon2, section 5.1).
///
/// `add` and `times_four` make it serve field elements and gate expressions alike.
pub fn external<T: Clone>(
    state: &[T; WIDTH],
    add: impl Fn(&T, &T) -> T,
    times_four: impl Fn(&T) -> T,
) -> [T; WIDTH] {
    let mut mixed = state.clone();
    for block in mixed.chunks_exact_mut(4) {
        let t0 = add(&block[0], &block[1]);
        let t1 = add(&block[2], &block[3]);
        let t2 = add(&add(&block[1], &block[1]), &t1);
        let t3 = add(&add(&block[3], &block[3]), &t0);
        let t4 = add(&times_four(&t1), &t3);
        let t5 = add(&times_four(&t0), &t2);
        block[0] = add(&t3, &t5);
        block[1] = t5;
        block[2] = add(&t2, &t4);
        block[3] = t4;
    }
    let sums: [T; 4] = std::array::from_fn(|l| {
        let low = add(&mixed[l], &mixed[4 + l]);
        let high = add(&mixed[8 + l], &mixed[12 + l]);
        add(&low, &high)
    });
    std::array::from_fn(|i| add(&mixed[i], &sums[i % 4]))
}

fn external_values(state: &[Fr; WIDTH]) -> [Fr; WIDTH] {
    external(state, |a, b| a + b, |a| a.double().double())
}

/// The cells of one permutation by row, and its output state.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Cells by row.
    pub rows: [[Fr; CELLS]; ROWS],
    /// The permuted state.
    pub output: [Fr; WIDTH],
}

/// Runs the permutation on an input state and keeps what the chip commits to.
///
/// Row 0: the input. Rows 1, 2, 6, 7: two full rounds each (S-box inputs of the first in lanes 0 to 15, of the second in 16 to 31).
/// Rows 3 to 5: nineteen partial rounds each (the state with the S-box input in lane 0, then the S-box inputs of the other eighteen).
pub fn trace(input: &[Fr; WIDTH]) -> Trace {
    let mut rows = [[Fr::ZERO; CELLS]; ROWS];
    rows[0][..WIDTH].copy_from_slice(input);
    let mut state = external_values(input);
    for row in [1usize, 2] {
        full_row(&mut state, &mut rows[row], 2 * (row - 1));
    }
    for (index, row) in (3usize..6).enumerate() {
        partial_row(&mut state, &mut rows[row], PARTIAL_PER_ROW * index);
    }
    for row in [6usize, 7] {
        full_row(&mut state, &mut rows[row], 4 + 2 * (row - 6));
    }
    Trace {
        rows,
        output: state,
    }
}

fn full_row(state: &mut [Fr; WIDTH], row: &mut [Fr; CELLS], round: usize) {
    let c = constants();
    for half in 0..2 {
        let cells = &mut row[half * WIDTH..(half + 1) * WIDTH];
        for (i, cell) in cells.iter_mut().enumerate() {
            *cell = state[i] + c.full[round + half][i];
        }
        *state = external_values(&std::array::from_fn(|i| quintic(cells[i])));
    }
}

fn partial_row(state: &mut [Fr; WIDTH], row: &mut [Fr; CELLS], round: usize) {
    let c = constants();
    state[0] += c.partial[round];
    row[..WIDTH].copy_from_slice(state);
    for r in 0..PARTIAL_PER_ROW {
        let y = quintic(state[0]);
        let sum = state[1..].iter().fold(y, |sum, lane| sum + lane);
        state[0] = c.diagonal[0] * y + sum;
        for (lane, diagonal) in state.iter_mut().zip(&c.diagonal).skip(1) {
            *lane = *lane * diagonal + sum;
        }
        if r + 1 < PARTIAL_PER_ROW {
            state[0] += c.partial[round + r + 1];
            row[WIDTH + r] = state[0];
        }
    }
}
