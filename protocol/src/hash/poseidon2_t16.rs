//! The hash W: Poseidon2 over BN254, t = 16, as a sponge of rate 15 (encodings, section 2).

use super::poseidon2_t16_constants::{DIAGONAL_MINUS_ONE, FULL_ROUND, PARTIAL_ROUND};
use crate::felt::{Felt, row_from_words};
use ark_ff::{AdditiveGroup, Field};

/// Lanes of the permutation.
pub const WIDTH: usize = 16;
/// Lanes that take input; the last lane is the capacity and carries the tag.
pub const RATE: usize = 15;
/// Children of a node: one block of input.
pub const ARITY: usize = RATE;
/// Full rounds, half of them before the partial ones.
pub const FULL_ROUNDS: usize = 8;
/// Partial rounds.
pub const PARTIAL_ROUNDS: usize = 57;

const DIAGONAL: [Felt; WIDTH] = row_from_words(DIAGONAL_MINUS_ONE);
const PARTIAL: [Felt; PARTIAL_ROUNDS] = row_from_words(PARTIAL_ROUND);
const FULL: [[Felt; WIDTH]; FULL_ROUNDS] = {
    let mut out = [[Felt::ZERO; WIDTH]; FULL_ROUNDS];
    let mut i = 0;
    while i < FULL_ROUNDS {
        out[i] = row_from_words(FULL_ROUND[i]);
        i += 1;
    }
    out
};

/// The constants as felts: diagonal of the internal matrix minus one, full rounds, partial rounds (lane 0).
#[must_use]
pub const fn constants() -> (
    &'static [Felt; WIDTH],
    &'static [[Felt; WIDTH]; FULL_ROUNDS],
    &'static [Felt; PARTIAL_ROUNDS],
) {
    static D: [Felt; WIDTH] = DIAGONAL;
    static F: [[Felt; WIDTH]; FULL_ROUNDS] = FULL;
    static P: [Felt; PARTIAL_ROUNDS] = PARTIAL;
    (&D, &F, &P)
}

/// The Poseidon2 permutation on sixteen lanes.
pub fn permute(state: &mut [Felt; WIDTH]) {
    let (diagonal, full, partial) = constants();
    external(state);
    for round in &full[..FULL_ROUNDS / 2] {
        full_round(state, round);
    }
    for constant in partial {
        state[0] = quintic(state[0] + constant);
        let sum: Felt = state.iter().sum();
        for (lane, factor) in state.iter_mut().zip(diagonal) {
            *lane *= factor;
            *lane += sum;
        }
    }
    for round in &full[FULL_ROUNDS / 2..] {
        full_round(state, round);
    }
}

fn full_round(state: &mut [Felt; WIDTH], constants: &[Felt; WIDTH]) {
    for (lane, constant) in state.iter_mut().zip(constants) {
        *lane = quintic(*lane + constant);
    }
    external(state);
}

#[inline]
fn quintic(x: Felt) -> Felt {
    let square = x.square();
    square.square() * x
}

/// The external matrix: circ(2·M4, M4, M4, M4) with M4 = [[5,7,1,3],[4,6,1,1],[1,3,5,7],[1,1,4,6]].
fn external(state: &mut [Felt; WIDTH]) {
    let mut sums = [Felt::ZERO; 4];
    for four in state.chunks_exact_mut(4) {
        let ab = four[0] + four[1];
        let cd = four[2] + four[3];
        let b2_cd = four[1].double() + cd;
        let d2_ab = four[3].double() + ab;
        let last = cd.double().double() + d2_ab;
        let second = ab.double().double() + b2_cd;
        four[0] = d2_ab + second;
        four[1] = second;
        four[2] = b2_cd + last;
        four[3] = last;
        for (sum, lane) in sums.iter_mut().zip(four) {
            *sum += *lane;
        }
    }
    for four in state.chunks_exact_mut(4) {
        for (lane, sum) in four.iter_mut().zip(&sums) {
            *lane += sum;
        }
    }
}

/// A sponge that absorbs whole blocks of fifteen felts.
#[derive(Clone, Debug)]
pub struct Sponge {
    state: [Felt; WIDTH],
}

impl Sponge {
    /// All lanes zero but the capacity, which is the tag.
    #[must_use]
    pub const fn new(tag: Felt) -> Self {
        let mut state = [Felt::ZERO; WIDTH];
        state[RATE] = tag;
        Self { state }
    }

    /// Adds a block to lanes 0 to 14 and permutes.
    pub fn absorb(&mut self, block: &[Felt; RATE]) {
        for (lane, felt) in self.state.iter_mut().zip(block) {
            *lane += felt;
        }
        permute(&mut self.state);
    }

    /// The digest: lane 0.
    #[must_use]
    pub const fn digest(&self) -> Felt {
        self.state[0]
    }
}

/// `W(tag; message)` for a message of whole blocks.
#[must_use]
pub fn sponge(tag: Felt, message: &[[Felt; RATE]]) -> Felt {
    let mut sponge = Sponge::new(tag);
    for block in message {
        sponge.absorb(block);
    }
    sponge.digest()
}

/// `W(tag; header, packs)` for one header felt and `15·n − 1` packs; a short last block is filled with zeros.
#[must_use]
pub fn sponge_with_header(tag: Felt, header: Felt, packs: impl IntoIterator<Item = Felt>) -> Felt {
    let mut sponge = Sponge::new(tag);
    let mut block = [Felt::ZERO; RATE];
    block[0] = header;
    let mut filled = 1;
    for pack in packs {
        if filled == RATE {
            sponge.absorb(&block);
            block = [Felt::ZERO; RATE];
            filled = 0;
        }
        block[filled] = pack;
        filled += 1;
    }
    sponge.absorb(&block);
    sponge.digest()
}

/// A node: `W(tag; children)`.
#[must_use]
pub fn node(tag: Felt, children: &[Felt; ARITY]) -> Felt {
    sponge(tag, core::slice::from_ref(children))
}

/// The root of an empty subtree: 0 at height 0, else the node of fifteen empty subtrees one lower.
#[must_use]
pub fn empty(tag: Felt, height: usize) -> Felt {
    (0..height).fold(Felt::ZERO, |below, _| node(tag, &[below; ARITY]))
}
