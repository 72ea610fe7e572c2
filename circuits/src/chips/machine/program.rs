//! Permutations as lists of S-boxes: the wide one (Poseidon2, t = 16) and the narrow one (circomlib's Poseidon, t = 3).
//!
//! A permutation is an entry layer, then rounds of constants, S-boxes x⁵ on all lanes or on lane 0 alone, and a linear layer. Its *cells* are the inputs
//! of its S-boxes, round by round and lane by lane, constants included: 185 for the wide one, 81 for the narrow one.

use std::sync::OnceLock;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::hash::poseidon_t3_constants::{MDS, ROUND};
use tranche_protocol::hash::poseidon2_t16_constants::{
    DIAGONAL_MINUS_ONE, FULL_ROUND, PARTIAL_ROUND,
};

use crate::field::{quintic, words};

/// Lanes of the wide permutation.
pub const WIDE: usize = 16;
/// Lanes of the wide permutation that absorb.
pub const RATE: usize = WIDE - 1;
/// Lanes of the narrow permutation.
pub const NARROW: usize = 3;
/// S-boxes of the wide permutation.
pub const WIDE_CELLS: usize = 8 * WIDE + PARTIAL;
/// S-boxes of the narrow permutation.
pub const NARROW_CELLS: usize = 8 * NARROW + PARTIAL;
/// Partial rounds, of either permutation.
const PARTIAL: usize = 57;
/// Full rounds before the partial ones, and after them.
const HALF: usize = 4;

/// A linear layer.
#[derive(Clone, Debug)]
pub enum Layer {
    /// Every lane stays.
    Identity,
    /// Poseidon2's external matrix (I + J) ⊗ M, with J the 4 × 4 matrix of ones and M a 4 × 4 matrix.
    External,
    /// Poseidon2's internal matrix: each lane times its entry, plus the sum of all lanes.
    Internal(Vec<Fr>),
    /// Any matrix, by rows.
    Dense(Vec<Vec<Fr>>),
}

/// One round: constants by lane, S-boxes on the first `boxes` lanes, then the linear layer.
#[derive(Clone, Debug)]
pub struct Round {
    /// What is added before the S-boxes.
    pub constants: Vec<Fr>,
    /// Lanes with an S-box: all, or one.
    pub boxes: usize,
    /// The layer after the S-boxes.
    pub layer: Layer,
}

/// A permutation.
#[derive(Clone, Debug)]
pub struct Program {
    /// Lanes.
    pub width: usize,
    /// The layer before the first round.
    pub entry: Layer,
    /// The rounds; the first and the last are full.
    pub rounds: Vec<Round>,
}

/// What one run of a permutation leaves: the inputs of its S-boxes and its output state.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Inputs of the S-boxes.
    pub cells: Vec<Fr>,
    /// The permuted state.
    pub output: Vec<Fr>,
}

/// The 4 × 4 matrix of Poseidon2's external layer, by rows (Poseidon2, section 5.1).
pub const BLOCK: [[u64; 4]; 4] = [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]];

fn external(state: &mut [Fr]) {
    for block in state.chunks_exact_mut(4) {
        let t0 = block[0] + block[1];
        let t1 = block[2] + block[3];
        let t2 = block[1].double() + t1;
        let t3 = block[3].double() + t0;
        let t4 = t1.double().double() + t3;
        let t5 = t0.double().double() + t2;
        block.copy_from_slice(&[t3 + t5, t5, t2 + t4, t4]);
    }
    let sums: [Fr; 4] = std::array::from_fn(|l| state.iter().skip(l).step_by(4).sum());
    for (i, lane) in state.iter_mut().enumerate() {
        *lane += sums[i % 4];
    }
}

impl Layer {
    /// Applies the layer to a state.
    pub fn apply(&self, state: &mut [Fr]) {
        match self {
            Self::Identity => {}
            Self::External => external(state),
            Self::Internal(diagonal) => {
                let sum: Fr = state.iter().sum();
                for (lane, entry) in state.iter_mut().zip(diagonal) {
                    *lane = *lane * entry + sum;
                }
            }
            Self::Dense(rows) => {
                let mixed: Vec<Fr> = rows
                    .iter()
                    .map(|row| row.iter().zip(state.iter()).map(|(m, x)| *m * x).sum())
                    .collect();
                state.copy_from_slice(&mixed);
            }
        }
    }

    /// Row 0 of the layer's matrix: what lane 0 of its result takes from each of `width` lanes.
    pub fn first_row(&self, width: usize) -> Vec<Fr> {
        (0..width)
            .map(|lane| {
                let mut unit = vec![Fr::ZERO; width];
                unit[lane] = Fr::ONE;
                self.apply(&mut unit);
                unit[0]
            })
            .collect()
    }
}

impl Program {
    /// The wide permutation.
    pub fn wide() -> &'static Self {
        static PROGRAM: OnceLock<Program> = OnceLock::new();
        PROGRAM.get_or_init(|| {
            let full = |row: &[[u64; 4]; WIDE]| Round {
                constants: row.iter().map(words).collect(),
                boxes: WIDE,
                layer: Layer::External,
            };
            let diagonal: Vec<Fr> = DIAGONAL_MINUS_ONE.iter().map(words).collect();
            let mut rounds: Vec<Round> = FULL_ROUND[..HALF].iter().map(full).collect();
            rounds.extend(PARTIAL_ROUND.iter().map(|constant| {
                let mut constants = vec![Fr::ZERO; WIDE];
                constants[0] = words(constant);
                Round {
                    constants,
                    boxes: 1,
                    layer: Layer::Internal(diagonal.clone()),
                }
            }));
            rounds.extend(FULL_ROUND[HALF..].iter().map(full));
            Program {
                width: WIDE,
                entry: Layer::External,
                rounds,
            }
        })
    }

    /// The narrow permutation.
    pub fn narrow() -> &'static Self {
        static PROGRAM: OnceLock<Program> = OnceLock::new();
        PROGRAM.get_or_init(|| {
            let matrix: Vec<Vec<Fr>> = MDS
                .iter()
                .map(|row| row.iter().map(words).collect())
                .collect();
            let rounds = ROUND
                .iter()
                .enumerate()
                .map(|(round, constants)| Round {
                    constants: constants.iter().map(words).collect(),
                    boxes: if (HALF..HALF + PARTIAL).contains(&round) {
                        1
                    } else {
                        NARROW
                    },
                    layer: Layer::Dense(matrix.clone()),
                })
                .collect();
            Program {
                width: NARROW,
                entry: Layer::Identity,
                rounds,
            }
        })
    }

    /// Number of S-boxes.
    pub fn cells(&self) -> usize {
        self.rounds.iter().map(|round| round.boxes).sum()
    }

    /// Runs the permutation on an input state.
    pub fn run(&self, input: &[Fr]) -> Trace {
        let mut state = input.to_vec();
        self.entry.apply(&mut state);
        let mut cells = Vec::with_capacity(self.cells());
        for round in &self.rounds {
            for (lane, constant) in state.iter_mut().zip(&round.constants) {
                *lane += constant;
            }
            cells.extend_from_slice(&state[..round.boxes]);
            for lane in &mut state[..round.boxes] {
                *lane = quintic(*lane);
            }
            round.layer.apply(&mut state);
        }
        Trace {
            cells,
            output: state,
        }
    }
}

/// The inverse of a matrix of full rank, by elimination.
pub(super) fn inverse(mut rows: Vec<Vec<Fr>>) -> Vec<Vec<Fr>> {
    let size = rows.len();
    for (i, row) in rows.iter_mut().enumerate() {
        row.extend((0..size).map(|j| if i == j { Fr::ONE } else { Fr::ZERO }));
    }
    for pivot in 0..size {
        if let Some(found) = (pivot..size).find(|row| rows[*row][pivot] != Fr::ZERO) {
            rows.swap(pivot, found);
        }
        let scale = rows[pivot][pivot].invert().unwrap_or(Fr::ZERO);
        let scaled: Vec<Fr> = rows[pivot].iter().map(|entry| *entry * scale).collect();
        for (i, row) in rows.iter_mut().enumerate() {
            if i == pivot {
                row.clone_from(&scaled);
            } else {
                let factor = row[pivot];
                for (entry, of_pivot) in row.iter_mut().zip(&scaled) {
                    *entry -= factor * of_pivot;
                }
            }
        }
    }
    rows.into_iter().map(|row| row[size..].to_vec()).collect()
}

/// The digest of a node of the wide hash.
pub fn node_value(tag: Fr, children: &[Fr; RATE]) -> Fr {
    let mut input = children.to_vec();
    input.push(tag);
    Program::wide().run(&input).output[0]
}

/// The narrow hash of two felts.
pub fn hash_value(left: Fr, right: Fr) -> Fr {
    Program::narrow().run(&[Fr::ZERO, left, right]).output[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::to_halo;
    use tranche_protocol::Felt;
    use tranche_protocol::hash::{poseidon_t3, poseidon2_t16};

    #[test]
    fn the_programs_are_the_protocols_hashes() {
        let felts: Vec<Felt> = (1..=16u64).map(Felt::from).collect();
        let mut state: [Felt; WIDE] = std::array::from_fn(|i| felts[i]);
        let input: Vec<Fr> = state.iter().map(to_halo).collect();
        poseidon2_t16::permute(&mut state);
        let expected: Vec<Fr> = state.iter().map(to_halo).collect();
        assert_eq!(Program::wide().run(&input).output, expected);
        assert_eq!(
            hash_value(input[0], input[1]),
            to_halo(&poseidon_t3::hash2(felts[0], felts[1]))
        );
        assert_eq!(Program::wide().cells(), WIDE_CELLS);
        assert_eq!(Program::narrow().cells(), NARROW_CELLS);
    }

    #[test]
    fn the_external_layer_is_its_block_in_every_pair_of_quarters() {
        for from in 0..WIDE {
            let mut unit = vec![Fr::ZERO; WIDE];
            unit[from] = Fr::ONE;
            Layer::External.apply(&mut unit);
            for (to, entry) in unit.iter().enumerate() {
                let times = if from / 4 == to / 4 { 2 } else { 1 };
                assert_eq!(*entry, Fr::from(times * BLOCK[to % 4][from % 4]));
            }
        }
    }
}
