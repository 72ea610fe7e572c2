//! The narrow hash chip: circomlib's Poseidon of two inputs, one round a row, in any number of engines side by side.
//!
//! | row | p0, p1, p2 | aux |
//! |---|---|---|
//! | 0 | 0, left, right | path bit |
//! | 1 | state before round 1 | copy of right |
//! | 2 | state before round 2 | copy of left |
//! | 3 … 63 | state before the round | free |
//! | 64 | state before the last round | digest |
//!
//! All engines share the fixed columns, so a row is a path row in all of them or in none. On a path row the digest of the hash above must be the
//! left input (bit 0) or the right one (bit 1).

use std::sync::OnceLock;

use halo2_proofs::plonk::{Advice, Column, Expression, Fixed};
use halo2_proofs::poly::Rotation;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;
use tranche_protocol::hash::narrow_constants::{MDS, ROUND};

use crate::field::{quintic, words};
use crate::sheet::{ColumnMaker, Sheet, Spot};

/// Rows of one hash.
pub const ROWS: usize = 65;
const FULL_EACH_SIDE: usize = 4;
const WIDTH: usize = 3;

type E = Expression<Fr>;

struct Constants {
    round: [[Fr; WIDTH]; ROWS],
    mds: [[Fr; WIDTH]; WIDTH],
}

fn constants() -> &'static Constants {
    static CONSTANTS: OnceLock<Constants> = OnceLock::new();
    CONSTANTS.get_or_init(|| Constants {
        round: ROUND.map(|row| row.map(|w| words(&w))),
        mds: MDS.map(|row| row.map(|w| words(&w))),
    })
}

#[derive(Clone, Debug)]
struct Engine {
    state: [Column<Advice>; WIDTH],
    aux: Column<Advice>,
}

/// Columns of the chip.
#[derive(Clone, Debug)]
pub struct NarrowConfig {
    engines: Vec<Engine>,
    constants: [Column<Fixed>; WIDTH],
    start: Column<Fixed>,
    path: Option<Column<Fixed>>,
    full: Column<Fixed>,
    partial: Column<Fixed>,
    end: Column<Fixed>,
}

/// The cells of one hash that others copy from or to.
#[derive(Clone, Copy, Debug)]
pub struct Hash {
    /// The left input.
    pub left: Spot,
    /// The right input.
    pub right: Spot,
    /// The path bit; meaningful on path hashes.
    pub bit: Spot,
    /// The digest.
    pub digest: Spot,
}

impl NarrowConfig {
    /// Makes the columns and gates of `engines` engines, with path steps or without.
    pub fn configure(maker: &mut ColumnMaker<'_>, engines: usize, paths: bool) -> Self {
        let config = Self {
            engines: (0..engines)
                .map(|_| Engine {
                    state: std::array::from_fn(|_| maker.advice()),
                    aux: maker.copied(),
                })
                .collect(),
            constants: std::array::from_fn(|_| maker.fixed()),
            start: maker.fixed(),
            path: paths.then(|| maker.fixed()),
            full: maker.fixed(),
            partial: maker.fixed(),
            end: maker.fixed(),
        };
        for engine in &config.engines {
            config.gate(maker, engine);
        }
        config
    }

    fn gate(&self, maker: &mut ColumnMaker<'_>, engine: &Engine) {
        maker.cs.create_gate("narrow hash", |cells| {
            let [start, full, partial, end] = [self.start, self.full, self.partial, self.end]
                .map(|column| cells.query_fixed(column, Rotation::cur()));
            let state = engine
                .state
                .map(|column| cells.query_advice(column, Rotation::cur()));
            let next = engine
                .state
                .map(|column| cells.query_advice(column, Rotation::next()));
            let [bit, right, left] =
                [0, 1, 2].map(|at| cells.query_advice(engine.aux, Rotation(at)));
            let round = self
                .constants
                .map(|column| cells.query_fixed(column, Rotation::cur()));
            let added: [E; WIDTH] = std::array::from_fn(|i| state[i].clone() + round[i].clone());
            let powered = added.clone().map(|x| {
                let square = x.clone() * x.clone();
                square.clone() * square * x
            });
            let mixed = |inputs: &[E; WIDTH], row: usize| {
                (1..WIDTH).fold(inputs[0].clone() * constants().mds[row][0], |sum, i| {
                    sum + inputs[i].clone() * constants().mds[row][i]
                })
            };
            let round_on = full.clone() + partial;
            let some = |i: usize| {
                added[i].clone() + full.clone() * (powered[i].clone() - added[i].clone())
            };
            let chosen = [powered[0].clone(), some(1), some(2)];
            let mut constraints: Vec<(String, E)> = next
                .into_iter()
                .enumerate()
                .map(|(i, next)| {
                    (
                        format!("narrow round {i}"),
                        round_on.clone() * (next - mixed(&chosen, i)),
                    )
                })
                .collect();
            constraints.push((
                "narrow digest".into(),
                end * (bit.clone() - mixed(&powered, 0)),
            ));
            constraints.push((
                "narrow capacity is zero".into(),
                start.clone() * state[0].clone(),
            ));
            constraints.push((
                "narrow left input".into(),
                start.clone() * (state[1].clone() - left.clone()),
            ));
            constraints.push((
                "narrow right input".into(),
                start * (state[2].clone() - right.clone()),
            ));
            if let Some(path) = self.path {
                let path = cells.query_fixed(path, Rotation::cur());
                let above = cells.query_advice(engine.aux, Rotation::prev());
                constraints.push((
                    "S3 path bit is boolean".into(),
                    path.clone() * bit.clone() * (bit.clone() - E::Constant(Fr::ONE)),
                ));
                constraints.push((
                    "S3 path child is the digest below".into(),
                    path * (left.clone() + bit * (right - left) - above),
                ));
            }
            constraints
        });
    }

    /// Number of engines.
    pub fn engines(&self) -> usize {
        self.engines.len()
    }

    /// Computes the hash that holds an input cell anew from its input cells; `None` if the spot is no such cell, else the hash.
    #[cfg(test)]
    pub(crate) fn rehash(&self, sheet: &mut Sheet, spot: Spot) -> Option<Hash> {
        let engine = self
            .engines
            .iter()
            .position(|engine| Column::from(engine.aux) == spot.column)?;
        let chip = NarrowChip::new(self);
        let step = spot.row / ROWS;
        let spots = chip.spots(engine, step);
        if spot != spots.left && spot != spots.right {
            return None;
        }
        let inputs = Inputs {
            left: sheet.value(spots.left),
            right: sheet.value(spots.right),
            bit: sheet.value(spots.bit),
        };
        Some(chip.assign_hash(sheet, engine, step, &trace(inputs)))
    }
}

/// What one hash of an engine takes in.
#[derive(Clone, Copy, Debug)]
pub struct Inputs {
    /// Left input.
    pub left: Fr,
    /// Right input.
    pub right: Fr,
    /// Path bit; zero where the step is none of a path.
    pub bit: Fr,
}

/// Schedules hashes onto engines and assigns them.
///
/// A step is a row of hashes, one an engine. Steps are either path steps or free ones.
#[derive(Clone, Debug)]
pub struct NarrowChip<'a> {
    config: &'a NarrowConfig,
    steps: usize,
    next_engine: usize,
}

impl<'a> NarrowChip<'a> {
    /// A chip with nothing scheduled.
    pub fn new(config: &'a NarrowConfig) -> Self {
        Self {
            config,
            steps: 0,
            next_engine: 0,
        }
    }

    /// Rows used so far.
    pub fn rows(&self) -> usize {
        (self.steps + usize::from(self.next_engine > 0)) * ROWS
    }

    fn spots(&self, engine: usize, step: usize) -> Hash {
        let at = step * ROWS;
        let aux = self.config.engines[engine].aux;
        Hash {
            left: Spot::advice(aux, at + 2),
            right: Spot::advice(aux, at + 1),
            bit: Spot::advice(aux, at),
            digest: Spot::advice(aux, at + ROWS - 1),
        }
    }

    /// Assigns chains of equal length in lockstep, as many at a time as there are engines. `paths[i]` says whether step i of a chain is a path step.
    ///
    /// Each chain is a function from (step, digest of the step before) to the inputs of that step.
    /// Returns the hashes of each chain by step.
    pub fn chains<F>(&mut self, sheet: &mut Sheet, paths: &[bool], chains: &[F]) -> Vec<Vec<Hash>>
    where
        F: Fn(usize, Fr) -> Inputs + Sync,
    {
        if self.next_engine > 0 {
            self.finish_step(sheet);
        }
        let engines = self.config.engines.len();
        let base = self.steps;
        let mut spots = Vec::with_capacity(chains.len());
        let traces: Vec<Vec<Trace>> = chains
            .par_iter()
            .map(|chain| run_chain(paths.len(), chain))
            .collect();
        for (group, members) in traces.chunks(engines).enumerate() {
            for (i, path) in paths.iter().enumerate() {
                self.assign_kind(sheet, base + group * paths.len() + i, *path);
            }
            for engine in 0..engines {
                let idle;
                let trace = match members.get(engine) {
                    Some(trace) => trace,
                    None => {
                        idle = run_chain(paths.len(), &|_, below| Inputs {
                            left: below,
                            right: Fr::ZERO,
                            bit: Fr::ZERO,
                        });
                        &idle
                    }
                };
                let hashes: Vec<Hash> = trace
                    .iter()
                    .enumerate()
                    .map(|(i, hash)| {
                        self.assign_hash(sheet, engine, base + group * paths.len() + i, hash)
                    })
                    .collect();
                if engine < members.len() {
                    spots.push(hashes);
                }
            }
        }
        self.steps += chains.len().div_ceil(engines) * paths.len();
        spots
    }

    /// Assigns one free hash in the next free engine.
    pub fn hash(&mut self, sheet: &mut Sheet, left: Fr, right: Fr) -> Hash {
        let trace = trace(Inputs {
            left,
            right,
            bit: Fr::ZERO,
        });
        if self.next_engine == 0 {
            self.assign_kind(sheet, self.steps, false);
        }
        let hash = self.assign_hash(sheet, self.next_engine, self.steps, &trace);
        self.next_engine += 1;
        if self.next_engine == self.config.engines.len() {
            self.steps += 1;
            self.next_engine = 0;
        }
        hash
    }

    /// A free hash whose inputs are copies of cells.
    pub fn hash_copied(
        &mut self,
        sheet: &mut Sheet,
        left: Spot,
        right: Spot,
        label: &'static str,
    ) -> Hash {
        let (l, r) = (sheet.value(left), sheet.value(right));
        let hash = self.hash(sheet, l, r);
        sheet.copy(hash.left, left, label);
        sheet.copy(hash.right, right, label);
        hash
    }

    /// Fills the engines that the last step left idle; called once after the last hash.
    pub fn finish_step(&mut self, sheet: &mut Sheet) {
        while self.next_engine > 0 {
            self.hash(sheet, Fr::ZERO, Fr::ZERO);
        }
    }

    fn assign_kind(&self, sheet: &mut Sheet, step: usize, path: bool) {
        let at = step * ROWS;
        let config = self.config;
        sheet.set_fixed(config.start, at, Fr::ONE);
        if let (Some(column), true) = (config.path, path) {
            sheet.set_fixed(column, at, Fr::ONE);
        }
        for (row, round) in constants().round.iter().enumerate() {
            for (column, constant) in config.constants.iter().zip(round) {
                sheet.set_fixed(*column, at + row, *constant);
            }
            let kind = if row + 1 == ROWS {
                config.end
            } else if (FULL_EACH_SIDE..ROWS - FULL_EACH_SIDE).contains(&row) {
                config.partial
            } else {
                config.full
            };
            sheet.set_fixed(kind, at + row, Fr::ONE);
        }
    }

    fn assign_hash(&self, sheet: &mut Sheet, engine: usize, step: usize, trace: &Trace) -> Hash {
        let at = step * ROWS;
        let columns = &self.config.engines[engine];
        for (row, state) in trace.states.iter().enumerate() {
            for (column, value) in columns.state.iter().zip(state) {
                sheet.set(*column, at + row, *value);
            }
        }
        let spots = self.spots(engine, step);
        sheet.set(columns.aux, spots.bit.row, trace.inputs.bit);
        sheet.set(columns.aux, spots.right.row, trace.inputs.right);
        sheet.set(columns.aux, spots.left.row, trace.inputs.left);
        sheet.set(columns.aux, spots.digest.row, trace.digest);
        spots
    }
}

struct Trace {
    inputs: Inputs,
    states: [[Fr; WIDTH]; ROWS],
    digest: Fr,
}

fn run_chain<F: Fn(usize, Fr) -> Inputs>(length: usize, chain: &F) -> Vec<Trace> {
    let mut below = Fr::ZERO;
    (0..length)
        .map(|step| {
            let trace = trace(chain(step, below));
            below = trace.digest;
            trace
        })
        .collect()
}

fn trace(inputs: Inputs) -> Trace {
    let c = constants();
    let mut state = [Fr::ZERO, inputs.left, inputs.right];
    let mut states = [[Fr::ZERO; WIDTH]; ROWS];
    for (round, row) in states.iter_mut().enumerate() {
        *row = state;
        let mut added: [Fr; WIDTH] = std::array::from_fn(|i| state[i] + c.round[round][i]);
        added[0] = quintic(added[0]);
        if !(FULL_EACH_SIDE..ROWS - FULL_EACH_SIDE).contains(&round) {
            added[1] = quintic(added[1]);
            added[2] = quintic(added[2]);
        }
        state = std::array::from_fn(|row| {
            c.mds[row]
                .iter()
                .zip(&added)
                .fold(Fr::ZERO, |sum, (m, x)| sum + *m * x)
        });
    }
    Trace {
        inputs,
        states,
        digest: state[0],
    }
}

/// P(left, right) in halo2's field type.
pub fn hash_value(left: Fr, right: Fr) -> Fr {
    trace(Inputs {
        left,
        right,
        bit: Fr::ZERO,
    })
    .digest
}
