//! The hash P: Poseidon with circomlib's parameters, two inputs (encodings, section 2).

use super::poseidon_t3_constants::{MDS, ROUND};
use crate::felt::{Felt, row_from_words};
use ark_ff::{AdditiveGroup, Field};

/// Lanes of the permutation: a capacity and two inputs.
pub const WIDTH: usize = 3;
/// Full rounds, half of them before the partial ones.
pub const FULL_ROUNDS: usize = 8;
/// Partial rounds.
pub const PARTIAL_ROUNDS: usize = 57;

static ROUNDS: [[Felt; WIDTH]; FULL_ROUNDS + PARTIAL_ROUNDS] = {
    let mut out = [[Felt::ZERO; WIDTH]; FULL_ROUNDS + PARTIAL_ROUNDS];
    let mut i = 0;
    while i < FULL_ROUNDS + PARTIAL_ROUNDS {
        out[i] = row_from_words(ROUND[i]);
        i += 1;
    }
    out
};

static MATRIX: [[Felt; WIDTH]; WIDTH] = [
    row_from_words(MDS[0]),
    row_from_words(MDS[1]),
    row_from_words(MDS[2]),
];

/// The constants as felts: rounds and matrix rows.
#[must_use]
pub fn constants() -> (
    &'static [[Felt; WIDTH]; FULL_ROUNDS + PARTIAL_ROUNDS],
    &'static [[Felt; WIDTH]; WIDTH],
) {
    (&ROUNDS, &MATRIX)
}

/// The Poseidon permutation on three lanes.
pub fn permute(state: &mut [Felt; WIDTH]) {
    for (round, constants) in ROUNDS.iter().enumerate() {
        for (lane, constant) in state.iter_mut().zip(constants) {
            *lane += constant;
        }
        state[0] = quintic(state[0]);
        if !(FULL_ROUNDS / 2..FULL_ROUNDS / 2 + PARTIAL_ROUNDS).contains(&round) {
            state[1] = quintic(state[1]);
            state[2] = quintic(state[2]);
        }
        *state = [
            Felt::sum_of_products(&MATRIX[0], state),
            Felt::sum_of_products(&MATRIX[1], state),
            Felt::sum_of_products(&MATRIX[2], state),
        ];
    }
}

#[inline]
fn quintic(x: Felt) -> Felt {
    let square = x.square();
    square.square() * x
}

/// `P(a, b)`.
#[must_use]
pub fn hash2(a: Felt, b: Felt) -> Felt {
    let mut state = [Felt::ZERO, a, b];
    permute(&mut state);
    state[0]
}

/// `P*(f_0, f_1, … f_n) = P(… P(P(f_0, f_1), f_2) …, f_n)`.
///
/// The length is fixed for each use, so the array's type carries it; one felt is returned unchanged.
#[must_use]
pub fn chain<const N: usize>(felts: [Felt; N]) -> Felt {
    let mut felts = felts.into_iter();
    let first = felts.next().unwrap_or(Felt::ZERO);
    felts.fold(first, hash2)
}
