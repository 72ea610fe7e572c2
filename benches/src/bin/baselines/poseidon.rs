//! The narrow hash of this project as rows of three cells.
//!
//! | layout | row | rows a hash |
//! |---|---|---|
//! | [`Layout::Rounds`] | the state before the S-boxes of one round: the textbook's | 65 |
//! | [`Layout::Boxes`] | inputs of S-boxes only: three of a full round, or those of three partial rounds | 27 |
//! | [`Layout::Squares`] | the same, with the square of each in three cells more, for gates of degree 5 | 27 |
//!
//! In both, a row and the next are tied by equations of the form cell − linear(cells and fifth powers of both rows) = constant of the row. In partial rounds lanes 1 and 2 pass
//! no S-box. So in [`Layout::Boxes`] they are linear in what three rounds have committed, and need no cells.
//!
//! The first row's first cell is free, as its S-box has a constant input: the capacity is zero.

use std::sync::OnceLock;

use clap::ValueEnum;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use serde::Serialize;
use tranche_circuits::field::{quintic, words};
use tranche_protocol::hash::poseidon_t3_constants::{MDS, ROUND};

/// Full rounds before the partial ones, and after them.
const HALF: usize = 4;
/// Partial rounds that one row of [`Layout::Boxes`] holds.
const BATCH: usize = 3;

/// What a row of a hash holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Layout {
    /// The state of one round.
    Rounds,
    /// Three inputs of S-boxes.
    #[default]
    Boxes,
    /// Three inputs of S-boxes and their squares.
    Squares,
}

/// What S-boxes a row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One on each lane.
    Full,
    /// Lane 0 only, of one round or three.
    Partial,
}

/// The rows of one hash and its result.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// Cells by row; the first cell of the first row is the S-box's constant input.
    pub(crate) rows: Vec<[Fr; 3]>,
    /// The hash.
    pub(crate) digest: Fr,
}

/// The matrix.
pub(crate) fn matrix() -> &'static [[Fr; 3]; 3] {
    static MATRIX: OnceLock<[[Fr; 3]; 3]> = OnceLock::new();
    MATRIX.get_or_init(|| MDS.map(|row| row.map(|entry| words(&entry))))
}

fn rounds() -> &'static [[Fr; 3]] {
    static ROUNDS: OnceLock<Vec<[Fr; 3]>> = OnceLock::new();
    ROUNDS.get_or_init(|| {
        let row = |constants: &[[u64; 4]; 3]| constants.map(|constant| words(&constant));
        ROUND.iter().map(row).collect()
    })
}

fn is_full(round: usize) -> bool {
    !(HALF..ROUND.len() - HALF).contains(&round)
}

fn mix(state: [Fr; 3]) -> [Fr; 3] {
    matrix().map(|row| row[0] * state[0] + row[1] * state[1] + row[2] * state[2])
}

/// Constants that are added to the two inputs.
pub(crate) fn offsets() -> [Fr; 2] {
    let [_, left, right] = rounds()[0];
    [left, right]
}

/// P(left, right).
pub(crate) fn hash(left: Fr, right: Fr) -> Fr {
    let mut state = [Fr::ZERO, left, right];
    for (round, constants) in rounds().iter().enumerate() {
        for (lane, constant) in state.iter_mut().zip(constants) {
            *lane += constant;
        }
        let boxes = if is_full(round) { 3 } else { 1 };
        for lane in &mut state[..boxes] {
            *lane = quintic(*lane);
        }
        state = mix(state);
    }
    state[0]
}

/// Lanes 1 and 2 after the last of three partial rounds' S-boxes, but for constants, from the second and third S-box input and the fifth powers of the first and second:
/// the two inputs are linear in lanes 1 and 2 before, which are solved for.
pub(crate) fn passed([second, third, first_fifth, second_fifth]: [Fr; 4]) -> [Fr; 2] {
    let [m0, m1, m2] = matrix();
    let known = [
        second - m0[0] * first_fifth,
        third - m0[0] * second_fifth - (m0[1] * m1[0] + m0[2] * m2[0]) * first_fifth,
    ];
    let [p, q] = [m0[1], m0[2]];
    let [_, s, t] = ahead();
    let inverse = (p * t - q * s).invert().unwrap_or(Fr::ZERO);
    let before = [
        (t * known[0] - q * known[1]) * inverse,
        (p * known[1] - s * known[0]) * inverse,
    ];
    let step = |fifth: Fr, lanes: [Fr; 2]| {
        [m1, m2].map(|row| row[0] * fifth + row[1] * lanes[0] + row[2] * lanes[1])
    };
    step(second_fifth, step(first_fifth, before))
}

/// What the S-box input two rounds on takes, by lane, of the fifth power and of lanes 1 and 2 that are one round away from it.
pub(crate) fn ahead() -> [Fr; 3] {
    let [m0, m1, m2] = matrix();
    [0, 1, 2].map(|lane| m0[1] * m1[lane] + m0[2] * m2[lane])
}

impl Layout {
    /// Rows of a hash.
    pub(crate) fn rows(self) -> usize {
        match self {
            Self::Rounds => ROUND.len(),
            Self::Boxes | Self::Squares => 2 * HALF + (ROUND.len() - 2 * HALF) / BATCH,
        }
    }

    /// Degree of the gates: the S-box, or what of it the squares leave, the selectors of a row and of the next.
    pub(crate) fn degree(self) -> usize {
        if self == Self::Squares { 5 } else { 7 }
    }

    /// The form of a row.
    pub(crate) fn form(self, row: usize) -> Form {
        if (HALF..self.rows() - HALF).contains(&row) {
            Form::Partial
        } else {
            Form::Full
        }
    }

    /// The state after a row, but for constants; the first row's lane 0 is a constant.
    fn leave(self, row: usize, [a, b, c]: [Fr; 3]) -> [Fr; 3] {
        let fifths = [a, b, c].map(quintic);
        let lanes = match (self.form(row), self) {
            (Form::Full, _) if row == 0 => [Fr::ZERO, fifths[1], fifths[2]],
            (Form::Full, _) => fifths,
            (Form::Partial, Self::Rounds) => [fifths[0], b, c],
            (Form::Partial, Self::Boxes | Self::Squares) => {
                let [y, z] = passed([b, c, fifths[0], fifths[1]]);
                [fifths[2], y, z]
            }
        };
        mix(lanes)
    }

    /// The linear part of a row's cells, from the state before it.
    fn enter(self, row: usize, state: [Fr; 3], cells: [Fr; 3]) -> [Fr; 3] {
        if self == Self::Rounds || self.form(row) == Form::Full {
            return state;
        }
        let [_, y, z] = state;
        let [first, ..] = matrix();
        let [fifth, along_y, along_z] = ahead();
        let [f0, f1] = [quintic(cells[0]), quintic(cells[1])];
        [
            state[0],
            first[0] * f0 + first[1] * y + first[2] * z,
            first[0] * f1 + fifth * f0 + along_y * y + along_z * z,
        ]
    }

    /// The rows of P(left, right).
    pub(crate) fn trace(self, left: Fr, right: Fr) -> Trace {
        let mut rows = Vec::with_capacity(self.rows());
        let mut boxes = Vec::with_capacity(BATCH);
        let mut state = [Fr::ZERO, left, right];
        for (round, constants) in rounds().iter().enumerate() {
            for (lane, constant) in state.iter_mut().zip(constants) {
                *lane += constant;
            }
            if self == Self::Rounds || is_full(round) {
                rows.push(state);
            } else {
                boxes.push(state[0]);
                if let [a, b, c] = boxes[..] {
                    rows.push([a, b, c]);
                    boxes.clear();
                }
            }
            let count = if is_full(round) { 3 } else { 1 };
            for lane in &mut state[..count] {
                *lane = quintic(*lane);
            }
            state = mix(state);
        }
        Trace {
            rows,
            digest: state[0],
        }
    }

    /// The constants by row: what one hash's rows leave of their equations, the same for all hashes. The first row has none, nor has the digest.
    pub(crate) fn constants(self) -> Vec<[Fr; 3]> {
        let Trace { rows, .. } = self.trace(Fr::ZERO, Fr::ZERO);
        let mut constants = vec![[Fr::ZERO; 3]];
        for (row, cells) in rows.iter().enumerate().skip(1) {
            let linear = self.enter(row, self.leave(row - 1, rows[row - 1]), *cells);
            constants.push([0, 1, 2].map(|i| cells[i] - linear[i]));
        }
        constants
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tranche_circuits::field::to_halo;
    use tranche_protocol::Felt;
    use tranche_protocol::hash::poseidon_t3;

    #[test]
    fn the_rows_are_of_the_protocols_hash_and_their_equations_are_linear() {
        let [left, right] = [Fr::from(7).square().square(), -Fr::from(11)];
        let expected = to_halo(&poseidon_t3::hash2(Felt::from(2401u64), -Felt::from(11u64)));
        assert_eq!(hash(left, right), expected);
        for layout in [Layout::Rounds, Layout::Boxes, Layout::Squares] {
            let known = layout.constants();
            let Trace { rows, digest } = layout.trace(left, right);
            assert_eq!(digest, expected);
            assert_eq!(rows.len(), layout.rows());
            for row in 1..rows.len() {
                let linear = layout.enter(row, layout.leave(row - 1, rows[row - 1]), rows[row]);
                let constants = [0, 1, 2].map(|i| rows[row][i] - linear[i]);
                assert_eq!(constants, known[row], "row {row}");
            }
            let last = rows.len() - 1;
            assert_eq!(digest, layout.leave(last, rows[last])[0]);
        }
    }
}
