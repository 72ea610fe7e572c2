//! The machine's weights A, B and C, computed from the challenges in the second-phase arithmetic chip.
//!
//! Every equation of a step has a weight of its own, a power of τ. A permutation is walked backwards with the weights of its state's lanes: through a linear
//! layer by the transposed matrix; at an S-box the weight of its output is B, and the weight of the equation "the S-box's input is what the layers before
//! say" takes its place, with A its opposite. Constants add up on the way. What the walk leaves is a function of the kind of step alone.

use crate::labels;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::kinds::{StepBoundary, StepKind};
use super::layout::Layout;
use super::program::{BLOCK, Layer, Program, RATE, WIDE, WIDE_CELLS, inverse};
use super::steps::MachineChip;
use crate::assignment::{Assignment, CellRef};
use crate::chips::arith::{ArithChip, Operand};

/// The power of τ that belongs to an input lane, past those of all S-boxes.
const LANES: usize = WIDE_CELLS + 1;
/// The power of τ that belongs to the digest.
const DIGEST: usize = LANES + WIDE;

/// Weights of one kind of step, by row; `constant` is the sum of its constants in one permutation, the tag's part left out, and `capacity` the capacity's weight.
#[derive(Clone, Debug)]
struct StepWeights {
    columns: [Vec<CellRef>; 3],
    constant: CellRef,
    capacity: CellRef,
}

/// Weights that all steps of a permutation share: A past the first round, B before the last one, and the constants between.
#[derive(Clone, Debug)]
struct Core {
    a: Vec<CellRef>,
    b: Vec<CellRef>,
    constant: CellRef,
}

/// Computes weights.
pub(super) struct CoefficientBuilder<'a, 'c> {
    assignment: &'a mut Assignment,
    arith: &'a mut ArithChip<'c>,
    zero: CellRef,
    /// Powers of the fold's challenge, 0 to 15.
    rho: Vec<CellRef>,
    /// Powers of the equations' challenge, from 0.
    tau: Vec<CellRef>,
    layout: Layout,
    /// Powers of the separator γ^packs between parallel permutations, 0 to the number of parallel permutations.
    separator_powers: Vec<CellRef>,
    /// Their sum without the last.
    all: CellRef,
    /// The multiplier between two groups of sponges.
    group: Option<CellRef>,
    cores: Vec<(usize, Core)>,
    known: Vec<(StepKind, StepWeights)>,
}

impl MachineChip<'_> {
    /// Fills A, B and C of every step with copies of the weights that follow from the challenges of folds and of equations.
    pub fn weigh(
        &self,
        assignment: &mut Assignment,
        arith: &mut ArithChip<'_>,
        gamma: CellRef,
        tau: CellRef,
    ) {
        let config = self.config;
        let mut builder = CoefficientBuilder::new(self, assignment, arith, gamma, tau);
        for step in self.steps() {
            let multiplier = builder.boundary(step.boundary);
            let [a, b, mut c] = builder.step(step.kind);
            c[0] = multiplier;
            let zero = builder.zero;
            let assignment = &mut *builder.assignment;
            let mut columns = config.weights.to_vec();
            columns.extend(config.separate_io.map(|io| io.weights));
            let weights = match config.layout() {
                Layout::SeparateIo { .. } => vec![a, b, c],
                Layout::InlineIo => vec![
                    [&c[..1], &a[..], &c[1..]].concat(),
                    [&[zero][..], &b[..]].concat(),
                ],
            };
            for (column, weights) in columns.into_iter().zip(weights) {
                for at in 0..config.layout().rows(step.kind) {
                    let from = weights.get(at).copied().unwrap_or(zero);
                    let value = assignment.value(from);
                    let cell = assignment.set(column, step.row + at, value);
                    assignment.copy(cell, from, labels::MACHINE_WEIGHTS);
                }
            }
        }
    }
}

impl<'a, 'c> CoefficientBuilder<'a, 'c> {
    pub(super) fn new(
        chip: &MachineChip<'_>,
        assignment: &'a mut Assignment,
        arith: &'a mut ArithChip<'c>,
        gamma: CellRef,
        tau: CellRef,
    ) -> Self {
        let zero = assignment.constant(Fr::ZERO);
        arith.clause(labels::MACHINE_WEIGHTS);
        let config = chip.config;
        let rho = powers(assignment, arith, gamma, RATE);
        let tau = powers(assignment, arith, tau, DIGEST);
        let separator = raise(assignment, arith, gamma, config.packs());
        let separator_powers = powers(assignment, arith, separator, config.parallel_permutations());
        let mut all = separator_powers[0];
        for power in &separator_powers[1..config.parallel_permutations()] {
            all = arith.add(assignment, all, *power);
        }
        let left = config.packs() * config.parallel_permutations()
            - RATE * config.blocks.saturating_sub(1);
        let groups = chip
            .steps()
            .iter()
            .any(|step| step.boundary == StepBoundary::Group);
        let group = groups.then(|| raise(assignment, arith, gamma, left));
        Self {
            assignment,
            arith,
            zero,
            rho,
            tau,
            layout: config.layout(),
            separator_powers,
            all,
            group,
            cores: Vec::new(),
            known: Vec::new(),
        }
    }

    fn boundary(&self, boundary: StepBoundary) -> CellRef {
        match boundary {
            StepBoundary::Fresh => self.zero,
            StepBoundary::Block => self.rho[RATE],
            StepBoundary::Group => self.group.unwrap_or(self.zero),
            StepBoundary::Separate => self.separator_powers[self.separator_powers.len() - 1],
        }
    }

    /// A and B of a step's S-boxes, and C: after a cell for the multiplier, the weights of its I/O cells and of the constant one.
    pub(super) fn step(&mut self, kind: StepKind) -> [Vec<CellRef>; 3] {
        let known = self.known.iter().find(|(known, _)| *known == kind);
        if let Some((_, weights)) = known {
            return weights.columns.clone();
        }
        let plain = kind.with_tag(Fr::ZERO);
        let known = self.known.iter().find(|(known, _)| *known == plain);
        let mut weights = match known {
            Some((_, weights)) => weights.clone(),
            None => {
                let weights = self.untagged(plain);
                self.known.push((plain, weights.clone()));
                weights
            }
        };
        if let Some(tag) = kind.tag() {
            let constant = self.arith.mul_add(
                self.assignment,
                weights.constant,
                weights.capacity,
                Operand::Constant(-tag),
            );
            let constant = self.once(constant);
            if let Some(last) = weights.columns[2].last_mut() {
                *last = constant;
            }
        }
        if kind != plain {
            self.known.push((kind, weights.clone()));
        }
        weights.columns
    }

    fn untagged(&mut self, kind: StepKind) -> StepWeights {
        let program = kind.program();
        let core = self.core(program);
        let lanes = self.lanes(kind);
        let entry = self.enter(&program.entry, &lanes);
        let mut constant = core.constant;
        for (weight, added) in entry.iter().zip(&program.rounds[0].constants) {
            let taken = Operand::Constant(-*added);
            constant = self
                .arith
                .mul_add(self.assignment, constant, *weight, taken);
        }
        let mut a = entry;
        a.extend(core.a);
        let mut b = core.b;
        b.extend(self.leave(kind));
        let mut io_weights: Vec<CellRef> = kind.io_input_lanes().map(|lane| lanes[lane]).collect();
        if kind.exposed() {
            io_weights.push(self.tau[DIGEST]);
        }
        let mut c = vec![self.zero];
        let parallel_permutations = self.separator_powers.len() - 1;
        for weight in io_weights {
            let taken = self.times(weight, -Fr::ONE);
            match self.layout {
                Layout::SeparateIo { .. } => {
                    for permutation in 0..parallel_permutations {
                        let separator =
                            self.separator_powers[parallel_permutations - 1 - permutation];
                        c.push(self.arith.mul(self.assignment, taken, separator));
                    }
                }
                Layout::InlineIo => c.push(taken),
            }
        }
        c.push(self.once(constant));
        StepWeights {
            columns: [a, b, c],
            constant,
            capacity: lanes[lanes.len() - 1],
        }
    }

    /// The weight of the constant one for a constant of every permutation: with separate I/O cells it stands once, with inline ones in each column.
    fn once(&mut self, constant: CellRef) -> CellRef {
        match self.layout {
            Layout::SeparateIo { .. } => self.arith.mul(self.assignment, constant, self.all),
            Layout::InlineIo => constant,
        }
    }

    /// Weights of a step's input lanes: a power of the fold's challenge where felts are absorbed, else a power of τ.
    fn lanes(&self, kind: StepKind) -> Vec<CellRef> {
        let absorbed = match kind {
            StepKind::Opening { .. } => 1..RATE,
            StepKind::Further { .. } => 0..RATE,
            StepKind::Node { .. } | StepKind::Pair => 0..0,
        };
        (0..kind.program().width)
            .map(|lane| {
                if absorbed.contains(&lane) {
                    self.rho[RATE - 1 - lane]
                } else {
                    self.tau[LANES + lane]
                }
            })
            .collect()
    }

    /// A of the first round: the weights of the input lanes, through the inverse of the entry layer.
    fn enter(&mut self, entry: &Layer, lanes: &[CellRef]) -> Vec<CellRef> {
        match entry {
            Layer::Identity => lanes.to_vec(),
            // (I + J) ⊗ M has the inverse (I − J/5) ⊗ M⁻¹.
            _ => {
                let block = BLOCK.map(|row| row.map(Fr::from).to_vec());
                let fifth = Fr::from(5).invert().unwrap_or(Fr::ZERO);
                self.blocks(&inverse(block.to_vec()), -fifth, lanes)
            }
        }
    }

    /// B of the last round: the weight of the digest, or what the next block's lanes take from this one's output, before the step boundary's multiplier.
    fn leave(&mut self, kind: StepKind) -> Vec<CellRef> {
        let program = kind.program();
        let layer = &program.rounds[program.rounds.len() - 1].layer;
        if kind.exposed() {
            let digest = self.tau[DIGEST];
            let row = layer.first_row(program.width);
            return row
                .into_iter()
                .map(|entry| self.times(digest, entry))
                .collect();
        }
        let multiplier = self.rho[RATE];
        let before = self.arith.inverse(self.assignment, multiplier);
        let before = self.times(before, -Fr::ONE);
        let lanes: Vec<CellRef> = self
            .lanes(StepKind::Further { last: false })
            .into_iter()
            .map(|lane| self.arith.mul(self.assignment, lane, before))
            .collect();
        self.back(layer, &lanes)
    }

    /// The weights between the first and the last round.
    fn core(&mut self, program: &Program) -> Core {
        if let Some((_, core)) = self.cores.iter().find(|(width, _)| *width == program.width) {
            return core.clone();
        }
        let mut a = Vec::new();
        let mut b = Vec::new();
        let mut constant = self.zero;
        let mut next = program.cells();
        let mut lanes = vec![self.zero; program.width];
        for (index, round) in program.rounds.iter().enumerate().rev() {
            // The last round's S-boxes are on all lanes, so no weight passes through it.
            if index + 1 < program.rounds.len() {
                lanes = self.back(&round.layer, &lanes);
                b.extend(lanes[..round.boxes].iter().rev());
            }
            if index == 0 {
                break;
            }
            next -= round.boxes;
            for (lane, weight) in lanes[..round.boxes].iter_mut().enumerate() {
                *weight = self.tau[next + lane];
            }
            for weight in lanes[..round.boxes].iter().rev() {
                a.push(self.times(*weight, -Fr::ONE));
            }
            for (weight, added) in lanes.iter().zip(&round.constants) {
                if *added != Fr::ZERO {
                    let added = Operand::Constant(*added);
                    constant = self
                        .arith
                        .mul_add(self.assignment, constant, *weight, added);
                }
            }
        }
        a.reverse();
        b.reverse();
        let core = Core { a, b, constant };
        self.cores.push((program.width, core.clone()));
        core
    }

    /// Weights of the lanes before a layer from those after it: the transposed matrix.
    fn back(&mut self, layer: &Layer, lanes: &[CellRef]) -> Vec<CellRef> {
        match layer {
            Layer::Identity => lanes.to_vec(),
            Layer::External => {
                let block = BLOCK.map(|row| row.map(Fr::from).to_vec());
                self.blocks(&block, Fr::ONE, lanes)
            }
            Layer::Internal(diagonal) => {
                let sum = self.sum(lanes);
                lanes
                    .iter()
                    .zip(diagonal)
                    .map(|(lane, entry)| {
                        let entry = Operand::Constant(*entry);
                        self.arith.mul_add(self.assignment, sum, *lane, entry)
                    })
                    .collect()
            }
            Layer::Dense(rows) => self.transposed(rows, lanes),
        }
    }

    /// The transposed of (I + factor · J) ⊗ block.
    fn blocks(&mut self, block: &[Vec<Fr>], factor: Fr, lanes: &[CellRef]) -> Vec<CellRef> {
        let size = block.len();
        let mixed: Vec<CellRef> = lanes
            .chunks(size)
            .flat_map(|lanes| self.transposed(block, lanes))
            .collect();
        let sums: Vec<CellRef> = (0..size)
            .map(|at| {
                let class: Vec<CellRef> = mixed.iter().skip(at).step_by(size).copied().collect();
                self.sum(&class)
            })
            .collect();
        mixed
            .iter()
            .enumerate()
            .map(|(lane, weight)| {
                let factor = Operand::Constant(factor);
                self.arith
                    .mul_add(self.assignment, *weight, sums[lane % size], factor)
            })
            .collect()
    }

    fn transposed(&mut self, rows: &[Vec<Fr>], lanes: &[CellRef]) -> Vec<CellRef> {
        (0..rows.len())
            .map(|column| {
                let mut sum = Operand::Constant(Fr::ZERO);
                let mut last = self.zero;
                for (row, lane) in rows.iter().zip(lanes) {
                    let entry = Operand::Constant(row[column]);
                    last = self.arith.mul_add(self.assignment, sum, *lane, entry);
                    sum = last.into();
                }
                last
            })
            .collect()
    }

    fn sum(&mut self, cells: &[CellRef]) -> CellRef {
        let mut sum = cells[0];
        for cell in &cells[1..] {
            sum = self.arith.add(self.assignment, sum, *cell);
        }
        sum
    }

    fn times(&mut self, cell: CellRef, factor: Fr) -> CellRef {
        self.arith
            .mul(self.assignment, cell, Operand::Constant(factor))
    }
}

/// The powers 0 to `most` of a cell.
fn powers(
    assignment: &mut Assignment,
    arith: &mut ArithChip<'_>,
    base: CellRef,
    most: usize,
) -> Vec<CellRef> {
    let mut powers = vec![assignment.constant(Fr::ONE), base];
    while powers.len() <= most {
        powers.push(arith.mul(assignment, powers[powers.len() - 1], base));
    }
    powers
}

/// One power of a cell, by squaring and multiplying; n ≥ 1.
pub fn raise(
    assignment: &mut Assignment,
    arith: &mut ArithChip<'_>,
    base: CellRef,
    n: usize,
) -> CellRef {
    let mut result = base;
    for bit in (0..n.ilog2()).rev() {
        result = arith.mul(assignment, result, result);
        if n >> bit & 1 == 1 {
            result = arith.mul(assignment, result, base);
        }
    }
    result
}
