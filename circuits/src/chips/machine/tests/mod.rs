//! The machine alone: it accepts what it computed, refuses every altered cell, and its weights are the equations' as walked forward.

mod walked;

use halo2_proofs::plonk::{Challenge, Column, ConstraintSystem, FirstPhase, Fixed};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::MachineConfig;
use super::kinds::{Step, StepKind};
use super::layout::Layout;
use super::program::{Program, RATE, WIDE, WIDE_CELLS};
use super::steps::MachineChip;
use crate::assignment::{Assignment, CellRef, ColumnAllocator, Copy};
use crate::checker::{Checker, Violation};
use crate::chips::active_rows::ActiveRows;
use crate::chips::arith::{ArithChip, ArithConfig};
use crate::labels::{self, ClauseLabel};

const K: u32 = 13;
const PARALLEL_PERMUTATIONS: usize = 3;
const BLOCKS: usize = 2;
const TAGS: [u64; 3] = [101, 202, 303];
const CHUNKS: &str = "chunks";
const LEAVES: &str = "leaves";
const REST: &str = "rest";

struct MachineToy {
    cs: ConstraintSystem<Fr>,
    constants: Column<Fixed>,
    active_rows: ActiveRows,
    config: MachineConfig,
    second_phase: ArithConfig,
}

fn challenges() -> [Fr; 2] {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    [(); 2].map(|()| Fr::random(&mut rng))
}

fn felts(seed: u64, count: usize) -> Vec<Fr> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    (0..count).map(|_| Fr::random(&mut rng)).collect()
}

/// Messages of sponges, the first felt of each the header.
fn messages(count: usize, blocks: usize, salted: bool) -> Vec<Vec<Fr>> {
    (0..count)
        .map(|i| {
            let mut message = felts(i as u64, RATE * blocks);
            if !salted {
                message[0] = Fr::ZERO;
            }
            message
        })
        .collect()
}

/// What the table's side folds: all felts but the headers, then zeros for the idle parallel permutations.
fn fold(messages: &[Vec<Fr>], idle: usize, packs: usize, gamma: Fr) -> Fr {
    let felts = messages.iter().flat_map(|message| &message[1..]);
    let sum = felts.fold(Fr::ZERO, |sum, felt| sum * gamma + felt);
    sum * gamma.pow_vartime([(packs * idle) as u64])
}

impl MachineToy {
    fn new(parallel_permutations: usize, blocks: usize) -> Self {
        Self::with(parallel_permutations, false, blocks, 9)
    }

    fn with(parallel_permutations: usize, below: bool, blocks: usize, degree: usize) -> Self {
        let mut cs = ConstraintSystem::default();
        let mut allocator = ColumnAllocator::new(&mut cs, degree);
        let constants = allocator.constants();
        let active_rows = ActiveRows::configure(&mut allocator);
        allocator.advice();
        let challenges: [Challenge; 2] =
            [(); 2].map(|()| allocator.cs.challenge_usable_after(FirstPhase));
        let active = active_rows.active;
        let config = MachineConfig::configure(
            &mut allocator,
            active,
            parallel_permutations,
            below,
            blocks,
            challenges[0],
        );
        let gate = allocator.fixed();
        let second_phase =
            ArithConfig::configure_second_phase(&mut allocator, 3, gate, &challenges);
        Self {
            cs,
            constants,
            active_rows,
            config,
            second_phase,
        }
    }

    /// Four chunks, two leaves, nodes of two tags and pairs; an alteration after the first phase.
    fn fill(
        &self,
        alter: impl FnOnce(&MachineConfig, &[Step], &mut Assignment),
    ) -> (Assignment, Vec<Step>, usize) {
        let mut assignment = Assignment::new(&self.cs, K, self.constants);
        let end = self.active_rows.assign(&mut assignment);
        let mut chip = MachineChip::new(&self.config);
        let blocks = self.config.blocks;
        let [chunk, leaf, other] = TAGS.map(Fr::from);
        let mut folds = Vec::new();
        let gamma = challenges()[0];
        if blocks > 0 {
            for (tag, salted, count) in [(chunk, false, 4), (leaf, true, 2)] {
                let messages = messages(count, blocks, salted);
                assert_eq!(
                    chip.sponges(&mut assignment, tag, salted, &messages).len(),
                    count
                );
                let region = chip.regions()[folds.len()];
                folds.push(fold(&messages, region.idle, self.config.packs(), gamma));
            }
        }
        for i in 0..4u64 {
            let children: [Fr; RATE] = felts(50 + i, RATE).try_into().unwrap();
            chip.node(
                &mut assignment,
                if i < 3 { chunk } else { other },
                &children,
            );
            chip.hash(&mut assignment, Fr::from(i), Fr::from(i + 9));
        }
        chip.finish(&mut assignment);
        alter(&self.config, chip.steps(), &mut assignment);
        let mut arith = ArithChip::new(&self.second_phase);
        let cell_refs = arith.load_challenges(&mut assignment, &challenges());
        chip.weigh(&mut assignment, &mut arith, cell_refs[0], cell_refs[1]);
        self.config.accumulate(&mut assignment, end, gamma);
        folds.push(Fr::ZERO);
        let mut ends: Vec<usize> = chip.regions().iter().map(|region| region.end).collect();
        ends.push(chip.rows());
        let labels = [CHUNKS, LEAVES, REST];
        for ((row, expected), label) in ends
            .into_iter()
            .zip(&folds)
            .zip(labels[3 - folds.len()..].iter())
        {
            let expected = assignment.constant(*expected);
            assignment.copy(self.config.at(row), expected, ClauseLabel::new(&[], label));
        }
        (assignment, chip.steps().to_vec(), end)
    }

    fn names(&self, assignment: &Assignment) -> Vec<String> {
        let checker = Checker::new(&self.cs, K);
        self.names_by(&checker, assignment)
    }

    /// Copies that fail once the sum is filled anew from altered cells. The gate holds by the filling, which every sixteenth call checks.
    fn copies(
        &self,
        checker: &Checker,
        assignment: &mut Assignment,
        end: usize,
        call: usize,
    ) -> Vec<String> {
        self.config.accumulate(assignment, end, challenges()[0]);
        let assignment = &*assignment;
        let broken = |copy: &&Copy| assignment.value(copy.left) != assignment.value(copy.right);
        let found = assignment.copies().iter().filter(broken);
        let mut names: Vec<String> = found.map(|copy| copy.label.to_string()).collect();
        names.sort();
        if call.is_multiple_of(16) {
            assert_eq!(self.names_by(checker, assignment), names);
        }
        names
    }

    fn names_by(&self, checker: &Checker, assignment: &Assignment) -> Vec<String> {
        let mut names: Vec<String> = checker
            .check(assignment, &challenges(), &[])
            .into_iter()
            .map(|violation| match violation {
                Violation::Constraint { constraint, .. } => constraint,
                Violation::Copy { label, .. } => label.to_string(),
            })
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// Writes an S-box's input, and its square where that has a column.
    fn box_holds(&self, assignment: &mut Assignment, permutation: usize, row: usize, value: Fr) {
        assignment.set(self.config.sbox_inputs[permutation], row, value);
        if let Some(square) = self.config.squares.get(permutation) {
            assignment.set(*square, row, value.square());
        }
    }

    /// Alters cells between the phases; expects exactly these failures.
    fn refuses(
        &self,
        alter: impl FnOnce(&MachineConfig, &[Step], &mut Assignment),
        expected: &[&str],
    ) {
        assert_eq!(self.names(&self.fill(alter).0), expected);
    }
}

fn step(steps: &[Step], wanted: impl Fn(&StepKind) -> bool) -> Step {
    *steps.iter().find(|step| wanted(&step.kind)).unwrap()
}

fn node(steps: &[Step]) -> Step {
    step(steps, |kind| matches!(kind, StepKind::Node { .. }))
}

fn pair(steps: &[Step]) -> Step {
    step(steps, |kind| matches!(kind, StepKind::Pair))
}

fn opening(steps: &[Step], salted: bool) -> Step {
    step(
        steps,
        |kind| matches!(kind, StepKind::Opening { salted: s, .. } if *s == salted),
    )
}

fn add_one(assignment: &mut Assignment, cell_ref: CellRef) {
    let value = assignment.value(cell_ref);
    assignment.alter(cell_ref, value + Fr::ONE);
}

/// Replaces one permutation's run from a step on, block by block, by another one; digests of the last block follow.
fn replace(
    config: &MachineConfig,
    assignment: &mut Assignment,
    first: Step,
    permutation: usize,
    input: Vec<Fr>,
    between: impl Fn(&mut Vec<Fr>),
) {
    let rows = config.layout().rows(first.kind);
    let mut state = input;
    for block in 0..BLOCKS {
        let trace = first.kind.program().run(&state);
        let row = first.row + block * rows;
        config.write(assignment, row, permutation, &trace.cells);
        state = trace.output;
        if block + 1 < BLOCKS {
            between(&mut state);
        } else {
            let kind = StepKind::Further { last: true };
            let at = row + config.layout().io_row(kind, 0, permutation);
            assignment.set(config.io(0), at, state[0]);
        }
    }
}

#[test]
fn what_it_computed_is_accepted() {
    let none: [&str; 0] = [];
    for (parallel_permutations, blocks) in [
        (PARALLEL_PERMUTATIONS, BLOCKS),
        (1, 2),
        (2, 1),
        (5, 3),
        (4, 0),
    ] {
        let toy = MachineToy::new(parallel_permutations, blocks);
        toy.refuses(|_, _, _| (), &none);
        MachineToy::with(parallel_permutations, false, blocks, 5).refuses(|_, _, _| (), &none);
    }
}

#[test]
fn io_cells_below_the_boxes() {
    let none: [&str; 0] = [];
    for (parallel_permutations, blocks) in [(1, 0), (2, 0), (3, 2)] {
        MachineToy::with(parallel_permutations, true, blocks, 9).refuses(|_, _, _| (), &none);
    }
    let toy = MachineToy::with(2, true, 0, 9);
    let checker = Checker::new(&toy.cs, K);
    let (mut assignment, steps, end) = toy.fill(|_, _, _| ());
    for step in [node(&steps), pair(&steps)] {
        let layout = toy.config.layout();
        let constant = layout.constant_row(step.kind);
        assert_eq!(constant + 1, layout.rows(step.kind));
        for (permutation, column) in toy.config.sbox_inputs.iter().enumerate() {
            for at in 1..=constant {
                let cell_ref = CellRef::advice(*column, step.row + at);
                let value = assignment.value(cell_ref);
                assignment.alter(cell_ref, value + Fr::ONE);
                let names = toy.copies(&checker, &mut assignment, end, at);
                assignment.alter(cell_ref, value);
                let mut expected = vec![REST];
                if at == constant {
                    expected.push(labels::MACHINE_ADDS_CONSTANTS_ONCE.text());
                }
                expected.sort_unstable();
                assert_eq!(names, expected, "permutation {permutation}, row {at}");
            }
        }
    }
}

#[test]
fn a_step_with_more_io_than_boxes_is_longer() {
    let kind = StepKind::Node { tag: Fr::ONE };
    assert_eq!(
        Layout::SeparateIo {
            parallel_permutations: 11
        }
        .rows(kind),
        WIDE_CELLS
    );
    assert_eq!(
        Layout::SeparateIo {
            parallel_permutations: 12
        }
        .rows(kind),
        16 * 12 + 2
    );
    let toy = MachineToy::new(12, 1);
    let none: [&str; 0] = [];
    toy.refuses(|_, _, _| (), &none);
}

#[test]
fn every_s_box_is_bound() {
    for degree in [5, 9] {
        s_boxes_are_bound(&MachineToy::with(
            PARALLEL_PERMUTATIONS,
            false,
            BLOCKS,
            degree,
        ));
    }
}

fn s_boxes_are_bound(toy: &MachineToy) {
    let checker = Checker::new(&toy.cs, K);
    let (mut assignment, steps, end) = toy.fill(|_, _, _| ());
    let further = step(&steps, |kind| matches!(kind, StepKind::Further { .. }));
    let cases = [
        (node(&steps), REST),
        (pair(&steps), REST),
        (opening(&steps, false), CHUNKS),
        (opening(&steps, true), LEAVES),
        (further, CHUNKS),
    ];
    for (step, label) in cases {
        for cell in 0..step.kind.program().cells() {
            let permutation = cell % PARALLEL_PERMUTATIONS;
            let row = step.row + cell;
            let value = assignment.get(toy.config.sbox_inputs[permutation], row);
            toy.box_holds(&mut assignment, permutation, row, value + Fr::ONE);
            let names = toy.copies(&checker, &mut assignment, end, cell);
            toy.box_holds(&mut assignment, permutation, row, value);
            assert_eq!(names, [label], "cell {cell}");
        }
    }
}

#[test]
fn every_square_is_bound() {
    let toy = MachineToy::with(PARALLEL_PERMUTATIONS, false, BLOCKS, 5);
    let checker = Checker::new(&toy.cs, K);
    let (mut assignment, steps, end) = toy.fill(|_, _, _| ());
    let rows = node(&steps).row..end;
    for (row, column) in rows.step_by(89).zip(toy.config.squares.iter().cycle()) {
        let cell_ref = CellRef::advice(*column, row);
        let value = assignment.value(cell_ref);
        for other in [value + Fr::ONE, -value - Fr::ONE, Fr::from(3)] {
            assignment.alter(cell_ref, other);
            toy.config.accumulate(&mut assignment, end, challenges()[0]);
            let names = toy.names_by(&checker, &assignment);
            assert!(
                names
                    .iter()
                    .any(|name| name == labels::MACHINE_SQUARES.text()),
                "row {row}"
            );
        }
        assignment.alter(cell_ref, value);
    }
}

#[test]
fn every_io_cell_is_bound() {
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, BLOCKS);
    let checker = Checker::new(&toy.cs, K);
    let (assignment, steps, end) = toy.fill(|_, _, _| ());
    let last = step(&steps, |kind| {
        matches!(kind, StepKind::Further { last: true })
    });
    let cases = [
        (node(&steps), REST),
        (pair(&steps), REST),
        (opening(&steps, true), LEAVES),
        (last, CHUNKS),
    ];
    for (step, label) in cases {
        let constant = toy.config.layout().constant_row(step.kind);
        for at in 1..=constant {
            let mut assignment = assignment.clone();
            add_one(
                &mut assignment,
                CellRef::advice(toy.config.io(0), step.row + at),
            );
            let names = toy.copies(&checker, &mut assignment, end, at);
            let mut expected = vec![label];
            if at == constant {
                expected.push(labels::MACHINE_ADDS_CONSTANTS_ONCE.text());
            }
            expected.sort_unstable();
            assert_eq!(names, expected, "io {at}");
        }
    }
}

#[test]
fn engines_that_change_places() {
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, BLOCKS);
    for (find, label) in [
        (node as fn(&[Step]) -> Step, REST),
        (pair, REST),
        (|steps| opening(steps, false), CHUNKS),
    ] {
        toy.refuses(
            |config, steps, assignment| {
                let step = find(steps);
                for at in 0..step.kind.program().cells() {
                    let cell_refs =
                        [0, 1].map(|e| CellRef::advice(config.sbox_inputs[e], step.row + at));
                    let values = cell_refs.map(|cell_ref| assignment.value(cell_ref));
                    assignment.alter(cell_refs[0], values[1]);
                    assignment.alter(cell_refs[1], values[0]);
                }
            },
            &[label],
        );
    }
}

#[test]
fn another_tag() {
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, BLOCKS);
    toy.refuses(
        |config, steps, assignment| {
            let step = node(steps);
            let mut input = felts(50, RATE);
            input.push(Fr::from(TAGS[1]));
            let trace = Program::wide().run(&input);
            config.write(assignment, step.row, 0, &trace.cells);
            let at = step.row + config.layout().io_row(step.kind, RATE, 0);
            assignment.set(config.io(0), at, trace.output[0]);
        },
        &[REST],
    );
    toy.refuses(
        |config, steps, assignment| {
            let message = &messages(1, BLOCKS, false)[0];
            let mut input = message[..RATE].to_vec();
            input.push(Fr::from(TAGS[1]));
            let absorb = |state: &mut Vec<Fr>| {
                for (lane, felt) in state.iter_mut().zip(&message[RATE..]) {
                    *lane += felt;
                }
            };
            replace(config, assignment, opening(steps, false), 0, input, absorb);
        },
        &[CHUNKS],
    );
}

#[test]
fn a_narrow_capacity_that_is_not_zero() {
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, BLOCKS);
    toy.refuses(
        |config, steps, assignment| {
            let step = pair(steps);
            let trace = Program::narrow().run(&[Fr::ONE, Fr::ZERO, Fr::from(9)]);
            config.write(assignment, step.row, 0, &trace.cells);
            let at = step.row + config.layout().io_row(step.kind, 2, 0);
            assignment.set(config.io(0), at, trace.output[0]);
        },
        &[REST],
    );
}

#[test]
fn a_capacity_that_is_not_carried_over() {
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, BLOCKS);
    toy.refuses(
        |config, steps, assignment| {
            let message = &messages(1, BLOCKS, false)[0];
            let mut input = message[..RATE].to_vec();
            input.push(Fr::from(TAGS[0]));
            let absorb = |state: &mut Vec<Fr>| {
                for (lane, felt) in state.iter_mut().zip(&message[RATE..]) {
                    *lane += felt;
                }
                state[RATE] += Fr::ONE;
            };
            replace(config, assignment, opening(steps, false), 0, input, absorb);
        },
        &[CHUNKS],
    );
}

#[test]
fn a_header_where_none_is() {
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, BLOCKS);
    toy.refuses(
        |config, steps, assignment| {
            let mut message = messages(1, BLOCKS, false).remove(0);
            message[0] = Fr::ONE;
            let mut input = message[..RATE].to_vec();
            input.push(Fr::from(TAGS[0]));
            let absorb = |state: &mut Vec<Fr>| {
                for (lane, felt) in state.iter_mut().zip(&message[RATE..]) {
                    *lane += felt;
                }
            };
            replace(config, assignment, opening(steps, false), 0, input, absorb);
        },
        &[CHUNKS],
    );
}

#[test]
fn another_message_in_any_engine_idle_ones_too() {
    // Four chunks over three parallel permutations: the second group has two idle ones.
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, BLOCKS);
    for (block, permutation) in [(0, 0), (BLOCKS, 0), (BLOCKS, 1), (BLOCKS, 2)] {
        toy.refuses(
            |config, steps, assignment| {
                let mut input = vec![Fr::ZERO; WIDE];
                input[3] = Fr::ONE;
                input[RATE] = Fr::from(TAGS[0]);
                replace(config, assignment, steps[block], permutation, input, |_| ());
            },
            &[CHUNKS],
        );
    }
}

#[test]
fn a_weight_that_is_not_its_copy() {
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, BLOCKS);
    let (assignment, steps, end) = toy.fill(|_, _, _| ());
    for column in toy.config.weights {
        let mut assignment = assignment.clone();
        add_one(
            &mut assignment,
            CellRef::advice(column, node(&steps).row + 1),
        );
        toy.config.accumulate(&mut assignment, end, challenges()[0]);
        assert_eq!(
            toy.names(&assignment),
            [labels::MACHINE_WEIGHTS.text(), REST]
        );
    }
}

#[test]
fn a_sum_that_jumps() {
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, BLOCKS);
    let (mut assignment, steps, _) = toy.fill(|_, _, _| ());
    add_one(&mut assignment, toy.config.at(pair(&steps).row + 3));
    assert_eq!(toy.names(&assignment), [labels::MACHINE_ADDS_UP.text()]);
}
