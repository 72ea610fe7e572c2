//! Plans the hash machine's steps and fills the first phase's part of them.

use crate::labels::{self, ClauseLabel};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use super::MachineConfig;
use super::kinds::{Step, StepBoundary, StepKind};
use super::layout::Layout;
use super::program::{Program, RATE, Trace, WIDE};
use crate::assignment::{Assignment, CellRef};
use crate::cells::Digest;

/// A stretch of sponges whose absorbed felts are one fold.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The row below its last one.
    pub end: usize,
    /// Permutations of its last group that absorb zeros and belong to no message.
    pub idle: usize,
}

/// The cells of one wide node that others copy from or to.
#[derive(Clone, Debug)]
pub struct Node {
    /// The children.
    pub children: Vec<CellRef>,
    /// The digest.
    pub digest: Digest,
}

/// The cells of one narrow hash that others copy from or to.
#[derive(Clone, Copy, Debug)]
pub struct Hash {
    /// The left input.
    pub left: CellRef,
    /// The right input.
    pub right: CellRef,
    /// The digest.
    pub digest: Digest,
}

/// A step with idle parallel permutations.
#[derive(Clone, Copy, Debug)]
struct Open {
    kind: StepKind,
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
        assignment: &mut Assignment,
        tag: Fr,
        salted: bool,
        messages: &[Vec<Fr>],
    ) -> Vec<Digest> {
        assert!(!self.scattered, "sponges come first");
        let (parallel_permutations, blocks) =
            (self.config.parallel_permutations(), self.config.blocks);
        let groups = messages.len().div_ceil(parallel_permutations);
        let runs: Vec<Vec<Trace>> = (0..groups * parallel_permutations)
            .into_par_iter()
            .map(|sponge| absorb(tag, messages.get(sponge).map_or(&[], Vec::as_slice), blocks))
            .collect();
        let mut digests = Vec::with_capacity(messages.len());
        for (group, runs) in runs.chunks(parallel_permutations).enumerate() {
            for block in 0..blocks {
                let last = block + 1 == blocks;
                let kind = if block == 0 {
                    StepKind::Opening { tag, salted, last }
                } else {
                    StepKind::Further { last }
                };
                let boundary = match (group, block) {
                    (0, 0) => StepBoundary::Fresh,
                    (_, 0) => StepBoundary::Group,
                    _ => StepBoundary::Block,
                };
                let row = self.step(assignment, kind, boundary);
                for (permutation, run) in runs.iter().enumerate() {
                    let message = messages.get(group * parallel_permutations + permutation);
                    let header = message.and_then(|message| message.first()).copied();
                    let inputs = [header.unwrap_or(Fr::ZERO)];
                    let inputs = &inputs[..kind.io_input_lanes().len()];
                    let io = self.write(assignment, kind, row, permutation, &run[block], inputs);
                    if let (true, Some(digest), true) = (last, io.last(), message.is_some()) {
                        digests.push(Digest::constrained(*digest));
                    }
                }
            }
        }
        self.regions.push(Region {
            end: self.rows,
            idle: groups * parallel_permutations - messages.len(),
        });
        digests
    }

    /// A node over fifteen children.
    pub fn node(&mut self, assignment: &mut Assignment, tag: Fr, children: &[Fr; RATE]) -> Node {
        let mut input = children.to_vec();
        input.push(tag);
        let mut children = self.scatter(assignment, StepKind::Node { tag }, &input);
        let digest = Digest::constrained(children.remove(RATE));
        Node { children, digest }
    }

    /// A narrow hash.
    pub fn hash(&mut self, assignment: &mut Assignment, left: Fr, right: Fr) -> Hash {
        let io = self.scatter(assignment, StepKind::Pair, &[Fr::ZERO, left, right]);
        Hash {
            left: io[0],
            right: io[1],
            digest: Digest::constrained(io[2]),
        }
    }

    /// A narrow hash whose inputs are copies of cells.
    pub fn hash_copied(
        &mut self,
        assignment: &mut Assignment,
        left: CellRef,
        right: CellRef,
        label: ClauseLabel,
    ) -> Hash {
        let (l, r) = (assignment.value(left), assignment.value(right));
        let hash = self.hash(assignment, l, r);
        assignment.copy(hash.left, left, label);
        assignment.copy(hash.right, right, label);
        hash
    }

    /// Lets the parallel permutations that are left idle in open steps hash zeros; called once, last.
    pub fn finish(&mut self, assignment: &mut Assignment) {
        while let Some(Open { kind, .. }) = self.open.first().copied() {
            let mut input = vec![Fr::ZERO; kind.program().width];
            if let (Some(tag), Some(capacity)) = (kind.tag(), input.last_mut()) {
                *capacity = tag;
            }
            self.scatter(assignment, kind, &input);
        }
    }

    /// Runs a permutation in the next free column of an open step of its kind; returns its I/O cells.
    fn scatter(
        &mut self,
        assignment: &mut Assignment,
        kind: StepKind,
        input: &[Fr],
    ) -> Vec<CellRef> {
        let index = match self.open.iter().position(|open| open.kind == kind) {
            Some(index) => index,
            None => {
                let boundary = if self.scattered {
                    StepBoundary::Separate
                } else {
                    StepBoundary::Fresh
                };
                self.scattered = true;
                let row = self.step(assignment, kind, boundary);
                self.open.push(Open { kind, row, used: 0 });
                self.open.len() - 1
            }
        };
        let Open { row, used, .. } = self.open[index];
        if used + 1 == self.config.parallel_permutations() {
            self.open.remove(index);
        } else {
            self.open[index].used += 1;
        }
        let mut input = input.to_vec();
        for (slot, lane) in kind.io_input_lanes().enumerate() {
            let at = row + self.config.layout().io_row(kind, slot, used);
            let cell = assignment.set(self.config.io(used), at, input[lane]);
            input[lane] = assignment.value(cell);
        }
        let trace = kind.program().run(&input);
        self.write(
            assignment,
            kind,
            row,
            used,
            &trace,
            &input[kind.io_input_lanes()],
        )
    }

    fn step(
        &mut self,
        assignment: &mut Assignment,
        kind: StepKind,
        boundary: StepBoundary,
    ) -> usize {
        let (row, layout) = (self.rows, self.config.layout());
        self.rows += layout.rows(kind);
        self.steps.push(Step {
            kind,
            row,
            boundary,
        });
        assignment.set_fixed(self.config.step_start, row, Fr::ONE);
        let one = assignment.constant(Fr::ONE);
        let columns = match layout {
            Layout::SeparateIo { .. } => 1,
            Layout::InlineIo => self.config.parallel_permutations(),
        };
        for permutation in 0..columns {
            let at = row + layout.constant_row(kind);
            let cell = assignment.set(self.config.io(permutation), at, Fr::ONE);
            assignment.copy(cell, one, labels::MACHINE_ADDS_CONSTANTS_ONCE);
        }
        row
    }

    fn write(
        &self,
        assignment: &mut Assignment,
        kind: StepKind,
        row: usize,
        permutation: usize,
        trace: &Trace,
        inputs: &[Fr],
    ) -> Vec<CellRef> {
        self.config
            .write(assignment, row, permutation, &trace.cells);
        let digest = kind.exposed().then_some(trace.output[0]);
        inputs
            .iter()
            .copied()
            .chain(digest)
            .enumerate()
            .map(|(slot, value)| {
                let at = row + self.config.layout().io_row(kind, slot, permutation);
                assignment.set(self.config.io(permutation), at, value)
            })
            .collect()
    }
}

impl MachineConfig {
    pub(super) fn write(
        &self,
        assignment: &mut Assignment,
        row: usize,
        permutation: usize,
        cells: &[Fr],
    ) {
        let from = row + self.layout().boxes();
        let rows = from..from + cells.len();
        if let Some(squares) = self.squares.get(permutation) {
            let squares = &mut assignment.column_mut(*squares)[rows.clone()];
            for (square, cell) in squares.iter_mut().zip(cells) {
                *square = cell.square();
            }
        }
        assignment.column_mut(self.sbox_inputs[permutation])[rows].copy_from_slice(cells);
    }

    /// The I/O cells of a step, slot by slot and, within a slot, permutation by permutation, each with whether it is a digest.
    #[cfg(test)]
    pub(crate) fn io_cells(&self, step: &Step) -> Vec<(CellRef, bool)> {
        let slots = step.kind.slots();
        (0..slots)
            .flat_map(|slot| {
                (0..self.parallel_permutations()).map(move |permutation| (slot, permutation))
            })
            .map(|(slot, permutation)| {
                let at = step.row + self.layout().io_row(step.kind, slot, permutation);
                let digest = step.kind.exposed() && slot + 1 == slots;
                (CellRef::advice(self.io(permutation), at), digest)
            })
            .collect()
    }

    /// Computes the narrow hash that holds an input cell anew from its I/O cells; `None` if the cell is no such cell, else the hash.
    #[cfg(test)]
    pub(crate) fn rehash(&self, assignment: &mut Assignment, cell_ref: CellRef) -> Option<Hash> {
        let io = self.separate_io?.cells;
        if cell_ref.column != io.into() {
            return None;
        }
        let starts_step =
            |row: &usize| assignment.fixed_at(self.step_start.index(), *row) == Fr::ONE;
        let row = (0..=cell_ref.row).rev().find(starts_step)?;
        let parallel_permutations = self.parallel_permutations();
        let kind = StepKind::Pair;
        let program = kind.program();
        let permutation = (cell_ref.row - row).checked_sub(1)? % parallel_permutations;
        let [left, right, digest] = [0, 1, 2]
            .map(|slot| CellRef::advice(io, row + self.layout().io_row(kind, slot, permutation)));
        if cell_ref != left && cell_ref != right {
            return None;
        }
        let before: Vec<Fr> = (0..program.width)
            .map(|lane| {
                assignment.get(self.sbox_inputs[permutation], row + lane)
                    - program.rounds[0].constants[lane]
            })
            .collect();
        if program.run(&before).output[0] != assignment.value(digest) {
            return None;
        }
        let trace = program.run(&[Fr::ZERO, assignment.value(left), assignment.value(right)]);
        self.write(assignment, row, permutation, &trace.cells);
        assignment.alter(digest, trace.output[0]);
        Some(Hash {
            left,
            right,
            digest: Digest::constrained(digest),
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
