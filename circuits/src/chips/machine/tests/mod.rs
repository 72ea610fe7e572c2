//! The machine alone: it accepts what it computed, refuses every altered cell, and its weights are the equations' as walked forward.

mod walked;

use halo2_proofs::plonk::{Challenge, Column, ConstraintSystem, FirstPhase, Fixed};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::kinds::{Kind, Step};
use super::layout::Layout;
use super::program::{Program, RATE, WIDE, WIDE_CELLS};
use super::steps::{CONSTANT, MachineChip};
use super::weights::COPIES;
use super::{MachineConfig, SQUARES};
use crate::checker::{Checker, Violation};
use crate::chips::arith::{ArithChip, ArithConfig};
use crate::chips::frame::Frame;
use crate::sheet::{ColumnMaker, Copy, Sheet, Spot};

const K: u32 = 13;
const ENGINES: usize = 3;
const BLOCKS: usize = 2;
const TAGS: [u64; 3] = [101, 202, 303];
const CHUNKS: &str = "chunks";
const LEAVES: &str = "leaves";
const REST: &str = "rest";

struct Bench {
    cs: ConstraintSystem<Fr>,
    constants: Column<Fixed>,
    frame: Frame,
    config: MachineConfig,
    late: ArithConfig,
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

/// What the table's side folds: all felts but the headers, then zeros for the idle engines.
fn fold(messages: &[Vec<Fr>], idle: usize, packs: usize, gamma: Fr) -> Fr {
    let felts = messages.iter().flat_map(|message| &message[1..]);
    let sum = felts.fold(Fr::ZERO, |sum, felt| sum * gamma + felt);
    sum * gamma.pow_vartime([(packs * idle) as u64])
}

impl Bench {
    fn new(engines: usize, blocks: usize) -> Self {
        Self::with(engines, false, blocks, 9)
    }

    fn with(engines: usize, below: bool, blocks: usize, degree: usize) -> Self {
        let mut cs = ConstraintSystem::default();
        let mut maker = ColumnMaker::new(&mut cs, degree);
        let constants = maker.constants();
        let frame = Frame::configure(&mut maker);
        maker.advice();
        let challenges: [Challenge; 2] =
            [(); 2].map(|()| maker.cs.challenge_usable_after(FirstPhase));
        let active = frame.active;
        let config =
            MachineConfig::configure(&mut maker, active, engines, below, blocks, challenges[0]);
        let gate = maker.fixed();
        let late = ArithConfig::configure_late(&mut maker, 3, gate, &challenges);
        Self {
            cs,
            constants,
            frame,
            config,
            late,
        }
    }

    /// Four chunks, two leaves, nodes of two tags and pairs; an alteration after the first phase.
    fn fill(
        &self,
        alter: impl FnOnce(&MachineConfig, &[Step], &mut Sheet),
    ) -> (Sheet, Vec<Step>, usize) {
        let mut sheet = Sheet::new(&self.cs, K, self.constants);
        let end = self.frame.assign(&mut sheet);
        let mut chip = MachineChip::new(&self.config);
        let blocks = self.config.blocks;
        let [chunk, leaf, other] = TAGS.map(Fr::from);
        let mut folds = Vec::new();
        let gamma = challenges()[0];
        if blocks > 0 {
            for (tag, salted, count) in [(chunk, false, 4), (leaf, true, 2)] {
                let messages = messages(count, blocks, salted);
                assert_eq!(
                    chip.sponges(&mut sheet, tag, salted, &messages).len(),
                    count
                );
                let region = chip.regions()[folds.len()];
                folds.push(fold(&messages, region.idle, self.config.packs(), gamma));
            }
        }
        for i in 0..4u64 {
            let children: [Fr; RATE] = felts(50 + i, RATE).try_into().unwrap();
            chip.node(&mut sheet, if i < 3 { chunk } else { other }, &children);
            chip.hash(&mut sheet, Fr::from(i), Fr::from(i + 9));
        }
        chip.finish(&mut sheet);
        alter(&self.config, chip.steps(), &mut sheet);
        let mut arith = ArithChip::new(&self.late);
        let spots = arith.load_challenges(&mut sheet, &challenges());
        chip.weigh(&mut sheet, &mut arith, spots[0], spots[1]);
        self.config.accumulate(&mut sheet, end, gamma);
        folds.push(Fr::ZERO);
        let mut ends: Vec<usize> = chip.regions().iter().map(|region| region.end).collect();
        ends.push(chip.rows());
        let labels = [CHUNKS, LEAVES, REST];
        for ((row, expected), label) in ends
            .into_iter()
            .zip(&folds)
            .zip(labels[3 - folds.len()..].iter())
        {
            let expected = sheet.constant(*expected);
            sheet.copy(self.config.at(row), expected, label);
        }
        (sheet, chip.steps().to_vec(), end)
    }

    fn names(&self, sheet: &Sheet) -> Vec<String> {
        let checker = Checker::new(&self.cs, K);
        self.names_by(&checker, sheet)
    }

    /// Copies that fail once the sum is filled anew from altered cells. The gate holds by the filling, which every sixteenth call checks.
    fn copies(&self, checker: &Checker, sheet: &mut Sheet, end: usize, call: usize) -> Vec<String> {
        self.config.accumulate(sheet, end, challenges()[0]);
        let sheet = &*sheet;
        let broken = |copy: &&Copy| sheet.value(copy.left) != sheet.value(copy.right);
        let found = sheet.copies().iter().filter(broken);
        let mut names: Vec<String> = found.map(|copy| copy.label.to_string()).collect();
        names.sort();
        if call.is_multiple_of(16) {
            assert_eq!(self.names_by(checker, sheet), names);
        }
        names
    }

    fn names_by(&self, checker: &Checker, sheet: &Sheet) -> Vec<String> {
        let mut names: Vec<String> = checker
            .check(sheet, &challenges(), &[])
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
    fn box_holds(&self, sheet: &mut Sheet, engine: usize, row: usize, value: Fr) {
        sheet.set(self.config.engines[engine], row, value);
        if let Some(square) = self.config.squares.get(engine) {
            sheet.set(*square, row, value.square());
        }
    }

    /// Alters cells between the phases; expects exactly these failures.
    fn refuses(&self, alter: impl FnOnce(&MachineConfig, &[Step], &mut Sheet), expected: &[&str]) {
        assert_eq!(self.names(&self.fill(alter).0), expected);
    }
}

fn step(steps: &[Step], wanted: impl Fn(&Kind) -> bool) -> Step {
    *steps.iter().find(|step| wanted(&step.kind)).unwrap()
}

fn node(steps: &[Step]) -> Step {
    step(steps, |kind| matches!(kind, Kind::Node { .. }))
}

fn pair(steps: &[Step]) -> Step {
    step(steps, |kind| matches!(kind, Kind::Pair))
}

fn opening(steps: &[Step], salted: bool) -> Step {
    step(
        steps,
        |kind| matches!(kind, Kind::Opening { salted: s, .. } if *s == salted),
    )
}

fn add_one(sheet: &mut Sheet, spot: Spot) {
    let value = sheet.value(spot);
    sheet.alter(spot, value + Fr::ONE);
}

/// Replaces one engine's run from a step on, block by block, by another one; digests of the last block follow.
fn replace(
    config: &MachineConfig,
    sheet: &mut Sheet,
    first: Step,
    engine: usize,
    input: Vec<Fr>,
    between: impl Fn(&mut Vec<Fr>),
) {
    let rows = config.layout().rows(first.kind);
    let mut state = input;
    for block in 0..BLOCKS {
        let trace = first.kind.program().run(&state);
        let row = first.row + block * rows;
        config.write(sheet, row, engine, &trace.cells);
        state = trace.output;
        if block + 1 < BLOCKS {
            between(&mut state);
        } else {
            let kind = Kind::Further { last: true };
            let at = row + config.layout().io_row(kind, 0, engine);
            sheet.set(config.io(0), at, state[0]);
        }
    }
}

#[test]
fn what_it_computed_is_accepted() {
    let none: [&str; 0] = [];
    for (engines, blocks) in [(ENGINES, BLOCKS), (1, 2), (2, 1), (5, 3), (4, 0)] {
        let bench = Bench::new(engines, blocks);
        bench.refuses(|_, _, _| (), &none);
        Bench::with(engines, false, blocks, 5).refuses(|_, _, _| (), &none);
    }
}

#[test]
fn io_cells_below_the_boxes() {
    let none: [&str; 0] = [];
    for (engines, blocks) in [(1, 0), (2, 0), (3, 2)] {
        Bench::with(engines, true, blocks, 9).refuses(|_, _, _| (), &none);
    }
    let bench = Bench::with(2, true, 0, 9);
    let checker = Checker::new(&bench.cs, K);
    let (mut sheet, steps, end) = bench.fill(|_, _, _| ());
    for step in [node(&steps), pair(&steps)] {
        let layout = bench.config.layout();
        let constant = layout.constant_row(step.kind);
        assert_eq!(constant + 1, layout.rows(step.kind));
        for (engine, column) in bench.config.engines.iter().enumerate() {
            for at in 1..=constant {
                let spot = Spot::advice(*column, step.row + at);
                let value = sheet.value(spot);
                sheet.alter(spot, value + Fr::ONE);
                let names = bench.copies(&checker, &mut sheet, end, at);
                sheet.alter(spot, value);
                let mut expected = vec![REST];
                if at == constant {
                    expected.push(CONSTANT);
                }
                expected.sort_unstable();
                assert_eq!(names, expected, "engine {engine}, row {at}");
            }
        }
    }
}

#[test]
fn a_step_with_more_io_than_boxes_is_longer() {
    let kind = Kind::Node { tag: Fr::ONE };
    assert_eq!(Layout::Beside { engines: 11 }.rows(kind), WIDE_CELLS);
    assert_eq!(Layout::Beside { engines: 12 }.rows(kind), 16 * 12 + 2);
    let bench = Bench::new(12, 1);
    let none: [&str; 0] = [];
    bench.refuses(|_, _, _| (), &none);
}

#[test]
fn every_s_box_is_bound() {
    for degree in [5, 9] {
        s_boxes_are_bound(&Bench::with(ENGINES, false, BLOCKS, degree));
    }
}

fn s_boxes_are_bound(bench: &Bench) {
    let checker = Checker::new(&bench.cs, K);
    let (mut sheet, steps, end) = bench.fill(|_, _, _| ());
    let further = step(&steps, |kind| matches!(kind, Kind::Further { .. }));
    let cases = [
        (node(&steps), REST),
        (pair(&steps), REST),
        (opening(&steps, false), CHUNKS),
        (opening(&steps, true), LEAVES),
        (further, CHUNKS),
    ];
    for (step, label) in cases {
        for cell in 0..step.kind.program().cells() {
            let engine = cell % ENGINES;
            let row = step.row + cell;
            let value = sheet.get(bench.config.engines[engine], row);
            bench.box_holds(&mut sheet, engine, row, value + Fr::ONE);
            let names = bench.copies(&checker, &mut sheet, end, cell);
            bench.box_holds(&mut sheet, engine, row, value);
            assert_eq!(names, [label], "cell {cell}");
        }
    }
}

#[test]
fn every_square_is_bound() {
    let bench = Bench::with(ENGINES, false, BLOCKS, 5);
    let checker = Checker::new(&bench.cs, K);
    let (mut sheet, steps, end) = bench.fill(|_, _, _| ());
    let rows = node(&steps).row..end;
    for (row, column) in rows.step_by(89).zip(bench.config.squares.iter().cycle()) {
        let spot = Spot::advice(*column, row);
        let value = sheet.value(spot);
        for other in [value + Fr::ONE, -value - Fr::ONE, Fr::from(3)] {
            sheet.alter(spot, other);
            bench.config.accumulate(&mut sheet, end, challenges()[0]);
            let names = bench.names_by(&checker, &sheet);
            assert!(names.iter().any(|name| name == SQUARES), "row {row}");
        }
        sheet.alter(spot, value);
    }
}

#[test]
fn every_io_cell_is_bound() {
    let bench = Bench::new(ENGINES, BLOCKS);
    let checker = Checker::new(&bench.cs, K);
    let (sheet, steps, end) = bench.fill(|_, _, _| ());
    let last = step(&steps, |kind| matches!(kind, Kind::Further { last: true }));
    let cases = [
        (node(&steps), REST),
        (pair(&steps), REST),
        (opening(&steps, true), LEAVES),
        (last, CHUNKS),
    ];
    for (step, label) in cases {
        let constant = bench.config.layout().constant_row(step.kind);
        for at in 1..=constant {
            let mut sheet = sheet.clone();
            add_one(&mut sheet, Spot::advice(bench.config.io(0), step.row + at));
            let names = bench.copies(&checker, &mut sheet, end, at);
            let mut expected = vec![label];
            if at == constant {
                expected.push(CONSTANT);
            }
            expected.sort_unstable();
            assert_eq!(names, expected, "io {at}");
        }
    }
}

#[test]
fn engines_that_change_places() {
    let bench = Bench::new(ENGINES, BLOCKS);
    for (find, label) in [
        (node as fn(&[Step]) -> Step, REST),
        (pair, REST),
        (|steps| opening(steps, false), CHUNKS),
    ] {
        bench.refuses(
            |config, steps, sheet| {
                let step = find(steps);
                for at in 0..step.kind.program().cells() {
                    let spots = [0, 1].map(|e| Spot::advice(config.engines[e], step.row + at));
                    let values = spots.map(|spot| sheet.value(spot));
                    sheet.alter(spots[0], values[1]);
                    sheet.alter(spots[1], values[0]);
                }
            },
            &[label],
        );
    }
}

#[test]
fn another_tag() {
    let bench = Bench::new(ENGINES, BLOCKS);
    bench.refuses(
        |config, steps, sheet| {
            let step = node(steps);
            let mut input = felts(50, RATE);
            input.push(Fr::from(TAGS[1]));
            let trace = Program::wide().run(&input);
            config.write(sheet, step.row, 0, &trace.cells);
            let at = step.row + config.layout().io_row(step.kind, RATE, 0);
            sheet.set(config.io(0), at, trace.output[0]);
        },
        &[REST],
    );
    bench.refuses(
        |config, steps, sheet| {
            let message = &messages(1, BLOCKS, false)[0];
            let mut input = message[..RATE].to_vec();
            input.push(Fr::from(TAGS[1]));
            let absorb = |state: &mut Vec<Fr>| {
                for (lane, felt) in state.iter_mut().zip(&message[RATE..]) {
                    *lane += felt;
                }
            };
            replace(config, sheet, opening(steps, false), 0, input, absorb);
        },
        &[CHUNKS],
    );
}

#[test]
fn a_narrow_capacity_that_is_not_zero() {
    let bench = Bench::new(ENGINES, BLOCKS);
    bench.refuses(
        |config, steps, sheet| {
            let step = pair(steps);
            let trace = Program::narrow().run(&[Fr::ONE, Fr::ZERO, Fr::from(9)]);
            config.write(sheet, step.row, 0, &trace.cells);
            let at = step.row + config.layout().io_row(step.kind, 2, 0);
            sheet.set(config.io(0), at, trace.output[0]);
        },
        &[REST],
    );
}

#[test]
fn a_capacity_that_is_not_carried_over() {
    let bench = Bench::new(ENGINES, BLOCKS);
    bench.refuses(
        |config, steps, sheet| {
            let message = &messages(1, BLOCKS, false)[0];
            let mut input = message[..RATE].to_vec();
            input.push(Fr::from(TAGS[0]));
            let absorb = |state: &mut Vec<Fr>| {
                for (lane, felt) in state.iter_mut().zip(&message[RATE..]) {
                    *lane += felt;
                }
                state[RATE] += Fr::ONE;
            };
            replace(config, sheet, opening(steps, false), 0, input, absorb);
        },
        &[CHUNKS],
    );
}

#[test]
fn a_header_where_none_is() {
    let bench = Bench::new(ENGINES, BLOCKS);
    bench.refuses(
        |config, steps, sheet| {
            let mut message = messages(1, BLOCKS, false).remove(0);
            message[0] = Fr::ONE;
            let mut input = message[..RATE].to_vec();
            input.push(Fr::from(TAGS[0]));
            let absorb = |state: &mut Vec<Fr>| {
                for (lane, felt) in state.iter_mut().zip(&message[RATE..]) {
                    *lane += felt;
                }
            };
            replace(config, sheet, opening(steps, false), 0, input, absorb);
        },
        &[CHUNKS],
    );
}

#[test]
fn another_message_in_any_engine_idle_ones_too() {
    // Four chunks over three engines: the second group has two idle ones.
    let bench = Bench::new(ENGINES, BLOCKS);
    for (block, engine) in [(0, 0), (BLOCKS, 0), (BLOCKS, 1), (BLOCKS, 2)] {
        bench.refuses(
            |config, steps, sheet| {
                let mut input = vec![Fr::ZERO; WIDE];
                input[3] = Fr::ONE;
                input[RATE] = Fr::from(TAGS[0]);
                replace(config, sheet, steps[block], engine, input, |_| ());
            },
            &[CHUNKS],
        );
    }
}

#[test]
fn a_weight_that_is_not_its_copy() {
    let bench = Bench::new(ENGINES, BLOCKS);
    let (sheet, steps, end) = bench.fill(|_, _, _| ());
    for column in bench.config.weights {
        let mut sheet = sheet.clone();
        add_one(&mut sheet, Spot::advice(column, node(&steps).row + 1));
        bench.config.accumulate(&mut sheet, end, challenges()[0]);
        assert_eq!(bench.names(&sheet), [COPIES, REST]);
    }
}

#[test]
fn a_sum_that_jumps() {
    let bench = Bench::new(ENGINES, BLOCKS);
    let (mut sheet, steps, _) = bench.fill(|_, _, _| ());
    add_one(&mut sheet, bench.config.at(pair(&steps).row + 3));
    assert_eq!(bench.names(&sheet), [super::GATE]);
}
