//! Plans the hash machine's steps and fills the first phase's part of them.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use super::MachineConfig;
use super::kinds::{Kind, Step, Turn};
use super::layout::Layout;
use super::program::{Program, RATE, Trace, WIDE};
use crate::sheet::{Sheet, Spot};

/// A stretch of sponges whose absorbed felts are one fold.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The row below its last one.
    pub end: usize,
    /// Engines of its last group that absorb zeros for nobody.
    pub idle: usize,
}

/// The cells of one wide node that others copy from or to.
#[derive(Clone, Debug)]
pub struct Node {
    /// The children.
    pub children: Vec<Spot>,
    /// The digest.
    pub digest: Spot,
}

/// The cells of one narrow hash that others copy from or to.
#[derive(Clone, Copy, Debug)]
pub struct Hash {
    /// The left input.
    pub left: Spot,
    /// The right input.
    pub right: Spot,
    /// The digest.
    pub digest: Spot,
}

/// A step with engines to spare.
#[derive(Clone, Copy, Debug)]
struct Open {
    kind: Kind,
    row: usize,
    used: usize,
}

/// Plans steps and fills their cells. All sponges come first.
#[derive(Clone, Debug)]
pub struct MachineChip<'c> {
    pub(super) config: &'c MachineConfig,
    pub(super) steps: Vec<Step>,
    regions: Vec<Region>,
    open: Vec<Open>,
    rows: usize,
    scattered: bool,
}

impl<'c> MachineChip<'c> {
    /// A machine with nothing planned.
    pub fn new(config: &'c MachineConfig) -> Self {
        Self {
            config,
            steps: Vec::new(),
            regions: Vec::new(),
            open: Vec::new(),
            rows: 0,
            scattered: false,
        }
    }

    /// Rows used so far; after [`finish`](Self::finish) the row at which the combination of the last region stands.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The stretches of sponges, in order.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The steps, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// A region of sponges over messages of 15 · blocks felts, the first of each its header: zero, or a salt where they are salted.
    ///
    /// Returns their digests.
    pub fn sponges(
        &mut self,
        sheet: &mut Sheet,
        tag: Fr,
        salted: bool,
        messages: &[Vec<Fr>],
    ) -> Vec<Spot> {
        assert!(!self.scattered, "sponges come first");
        let (engines, blocks) = (self.config.engines(), self.config.blocks);
        let groups = messages.len().div_ceil(engines);
        let runs: Vec<Vec<Trace>> = (0..groups * engines)
            .into_par_iter()
            .map(|sponge| absorb(tag, messages.get(sponge).map_or(&[], Vec::as_slice), blocks))
            .collect();
        let mut digests = Vec::with_capacity(messages.len());
        for (group, runs) in runs.chunks(engines).enumerate() {
            for block in 0..blocks {
                let last = block + 1 == blocks;
                let kind = if block == 0 {
                    Kind::Opening { tag, salted, last }
                } else {
                    Kind::Further { last }
                };
                let turn = match (group, block) {
                    (0, 0) => Turn::Fresh,
                    (_, 0) => Turn::Group,
                    _ => Turn::Block,
                };
                let row = self.step(sheet, kind, turn);
                for (engine, run) in runs.iter().enumerate() {
                    let message = messages.get(group * engines + engine);
                    let header = message.and_then(|message| message.first()).copied();
                    let told = [header.unwrap_or(Fr::ZERO)];
                    let told = &told[..kind.told().len()];
                    let io = self.write(sheet, kind, row, engine, &run[block], told);
                    if let (true, Some(digest), true) = (last, io.last(), message.is_some()) {
                        digests.push(*digest);
                    }
                }
            }
        }
        self.regions.push(Region {
            end: self.rows,
            idle: groups * engines - messages.len(),
        });
        digests
    }

    /// A node over fifteen children.
    pub fn node(&mut self, sheet: &mut Sheet, tag: Fr, children: &[Fr; RATE]) -> Node {
        let mut input = children.to_vec();
        input.push(tag);
        let mut children = self.scatter(sheet, Kind::Node { tag }, &input);
        let digest = children.remove(RATE);
        Node { children, digest }
    }

    /// A narrow hash.
    pub fn hash(&mut self, sheet: &mut Sheet, left: Fr, right: Fr) -> Hash {
        let io = self.scatter(sheet, Kind::Pair, &[Fr::ZERO, left, right]);
        Hash {
            left: io[0],
            right: io[1],
            digest: io[2],
        }
    }

    /// A narrow hash whose inputs are copies of cells.
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

    /// Lets the engines that are left idle in open steps hash zeros; called once, last.
    pub fn finish(&mut self, sheet: &mut Sheet) {
        while let Some(Open { kind, .. }) = self.open.first().copied() {
            let mut input = vec![Fr::ZERO; kind.program().width];
            if let (Some(tag), Some(capacity)) = (kind.tag(), input.last_mut()) {
                *capacity = tag;
            }
            self.scatter(sheet, kind, &input);
        }
    }

    /// Runs a permutation in the next free engine of an open step of its kind; returns its io cells.
    fn scatter(&mut self, sheet: &mut Sheet, kind: Kind, input: &[Fr]) -> Vec<Spot> {
        let index = match self.open.iter().position(|open| open.kind == kind) {
            Some(index) => index,
            None => {
                let turn = if self.scattered {
                    Turn::Apart
                } else {
                    Turn::Fresh
                };
                self.scattered = true;
                let row = self.step(sheet, kind, turn);
                self.open.push(Open { kind, row, used: 0 });
                self.open.len() - 1
            }
        };
        let Open { row, used, .. } = self.open[index];
        if used + 1 == self.config.engines() {
            self.open.remove(index);
        } else {
            self.open[index].used += 1;
        }
        let mut input = input.to_vec();
        for (slot, lane) in kind.told().enumerate() {
            let at = row + self.config.layout().io_row(kind, slot, used);
            let cell = sheet.set(self.config.io(used), at, input[lane]);
            input[lane] = sheet.value(cell);
        }
        let trace = kind.program().run(&input);
        self.write(sheet, kind, row, used, &trace, &input[kind.told()])
    }

    fn step(&mut self, sheet: &mut Sheet, kind: Kind, turn: Turn) -> usize {
        let (row, layout) = (self.rows, self.config.layout());
        self.rows += layout.rows(kind);
        self.steps.push(Step { kind, row, turn });
        sheet.set_fixed(self.config.turn, row, Fr::ONE);
        let one = sheet.constant(Fr::ONE);
        let columns = match layout {
            Layout::Beside { .. } => 1,
            Layout::Below => self.config.engines(),
        };
        for engine in 0..columns {
            let at = row + layout.constant_row(kind);
            let cell = sheet.set(self.config.io(engine), at, Fr::ONE);
            sheet.copy(cell, one, CONSTANT);
        }
        row
    }

    fn write(
        &self,
        sheet: &mut Sheet,
        kind: Kind,
        row: usize,
        engine: usize,
        trace: &Trace,
        told: &[Fr],
    ) -> Vec<Spot> {
        self.config.write(sheet, row, engine, &trace.cells);
        let digest = kind.exposed().then_some(trace.output[0]);
        told.iter()
            .copied()
            .chain(digest)
            .enumerate()
            .map(|(slot, value)| {
                let at = row + self.config.layout().io_row(kind, slot, engine);
                sheet.set(self.config.io(engine), at, value)
            })
            .collect()
    }
}

/// Label of the copies of the constant one.
pub const CONSTANT: &str = "hash machine adds its constants once";

impl MachineConfig {
    pub(super) fn write(&self, sheet: &mut Sheet, row: usize, engine: usize, cells: &[Fr]) {
        let from = row + self.layout().boxes();
        let rows = from..from + cells.len();
        if let Some(squares) = self.squares.get(engine) {
            let squares = &mut sheet.column_mut(*squares)[rows.clone()];
            for (square, cell) in squares.iter_mut().zip(cells) {
                *square = cell.square();
            }
        }
        sheet.column_mut(self.engines[engine])[rows].copy_from_slice(cells);
    }

    /// The io cells of a step, slot by slot and engine by engine, each with whether it is a digest.
    #[cfg(test)]
    pub(crate) fn io_cells(&self, step: &Step) -> Vec<(Spot, bool)> {
        let slots = step.kind.slots();
        (0..slots)
            .flat_map(|slot| (0..self.engines()).map(move |engine| (slot, engine)))
            .map(|(slot, engine)| {
                let at = step.row + self.layout().io_row(step.kind, slot, engine);
                let digest = step.kind.exposed() && slot + 1 == slots;
                (Spot::advice(self.io(engine), at), digest)
            })
            .collect()
    }

    /// Computes the narrow hash that holds an input cell anew from its io cells; `None` if the spot is no such cell, else the hash.
    #[cfg(test)]
    pub(crate) fn rehash(&self, sheet: &mut Sheet, spot: Spot) -> Option<Hash> {
        let [io, _] = self.beside?;
        if spot.column != io.into() {
            return None;
        }
        let turn = |row: &usize| sheet.fixed_at(self.turn.index(), *row) == Fr::ONE;
        let row = (0..=spot.row).rev().find(turn)?;
        let engines = self.engines();
        let kind = Kind::Pair;
        let program = kind.program();
        let engine = (spot.row - row).checked_sub(1)? % engines;
        let [left, right, digest] =
            [0, 1, 2].map(|slot| Spot::advice(io, row + self.layout().io_row(kind, slot, engine)));
        if spot != left && spot != right {
            return None;
        }
        let before: Vec<Fr> = (0..program.width)
            .map(|lane| {
                sheet.get(self.engines[engine], row + lane) - program.rounds[0].constants[lane]
            })
            .collect();
        if program.run(&before).output[0] != sheet.value(digest) {
            return None;
        }
        let trace = program.run(&[Fr::ZERO, sheet.value(left), sheet.value(right)]);
        self.write(sheet, row, engine, &trace.cells);
        sheet.alter(digest, trace.output[0]);
        Some(Hash {
            left,
            right,
            digest,
        })
    }
}

/// The permutations of a sponge over a message; a short message ends in zeros.
fn absorb(tag: Fr, message: &[Fr], blocks: usize) -> Vec<Trace> {
    let mut state = vec![Fr::ZERO; WIDE];
    state[RATE] = tag;
    (0..blocks)
        .map(|block| {
            let felts = message.iter().skip(block * RATE).take(RATE);
            for (lane, felt) in state.iter_mut().zip(felts) {
                *lane += felt;
            }
            let trace = Program::wide().run(&state);
            state.clone_from(&trace.output);
            trace
        })
        .collect()
}
