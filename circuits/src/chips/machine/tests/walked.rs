//! The weights against the equations themselves, walked forward.

use halo2_proofs::plonk::{Advice, Column};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::super::kinds::StepKind;
use super::super::program::{RATE, WIDE, WIDE_CELLS};
use super::{MachineToy, PARALLEL_PERMUTATIONS, challenges, felts};
use crate::field::quintic;

/// What the equations of one permutation of a step come to for any inputs of S-boxes, each equation with its weight, walked forward.
fn walked(kind: StepKind, cells: &[Fr], input: &[Fr], told: &[Fr], [rho, tau]: [Fr; 2]) -> Fr {
    let program = kind.program();
    let power = |base: Fr, n: usize| base.pow_vartime([n as u64]);
    let absorbed = |kind: StepKind| match kind {
        StepKind::Opening { .. } => 1..RATE,
        StepKind::Further { .. } => 0..RATE,
        _ => 0..0,
    };
    let lane_weight = |kind: StepKind, lane: usize| {
        if absorbed(kind).contains(&lane) {
            power(rho, RATE - 1 - lane)
        } else {
            power(tau, WIDE_CELLS + 1 + lane)
        }
    };
    let mut sum = Fr::ZERO;
    for (lane, value) in input.iter().enumerate() {
        let slot = kind.io_input_lanes().position(|input| input == lane);
        let known = match (slot, kind.tag()) {
            (Some(slot), _) => told[slot],
            (None, Some(tag)) if lane == RATE => tag,
            _ => Fr::ZERO,
        };
        sum += lane_weight(kind, lane) * (*value - known);
    }
    let mut state = Vec::new();
    let mut next = 0;
    for (index, round) in program.rounds.iter().enumerate() {
        if index == 0 {
            state = cells[..program.width].to_vec();
        } else {
            for (lane, constant) in state.iter_mut().zip(&round.constants) {
                *lane += constant;
            }
            for lane in 0..round.boxes {
                sum += power(tau, next + lane) * (state[lane] - cells[next + lane]);
                state[lane] = cells[next + lane];
            }
        }
        next += round.boxes;
        for lane in &mut state[..round.boxes] {
            *lane = quintic(*lane);
        }
        round.layer.apply(&mut state);
    }
    if let (true, Some(digest)) = (kind.exposed(), told.last()) {
        return sum + power(tau, WIDE_CELLS + 1 + WIDE) * (state[0] - digest);
    }
    let further = StepKind::Further { last: true };
    let carried: Fr = state
        .iter()
        .enumerate()
        .map(|(lane, value)| lane_weight(further, lane) * value)
        .sum();
    sum - carried * power(rho, RATE).invert().unwrap()
}

#[test]
fn the_weights_are_those_of_the_equations_walked_forward() {
    let toy = MachineToy::new(PARALLEL_PERMUTATIONS, 3);
    let (assignment, steps, _) = toy.fill(|_, _, _| ());
    let separator = challenges()[0].pow_vartime([toy.config.packs() as u64]);
    let mut seen: Vec<StepKind> = Vec::new();
    for step in steps {
        let kind = step.kind;
        if seen.contains(&kind) {
            continue;
        }
        seen.push(kind);
        let program = kind.program();
        let [a, b] = toy.config.weights;
        let c = toy.config.separate_io.unwrap().weights;
        let weight = |column: Column<Advice>, at: usize| assignment.get(column, step.row + at);
        let mut expected = Fr::ZERO;
        let mut found = weight(c, toy.config.layout().constant_row(kind));
        for permutation in 0..PARALLEL_PERMUTATIONS {
            let seed = 1000 + (seen.len() * PARALLEL_PERMUTATIONS + permutation) as u64;
            let mut cells = felts(seed, program.cells());
            let input = felts(seed + 500, program.width);
            let mut entered = input.clone();
            program.entry.apply(&mut entered);
            for (lane, constant) in program.rounds[0].constants.iter().enumerate() {
                cells[lane] = entered[lane] + constant;
            }
            let told = felts(seed + 900, kind.slots());
            let walked = walked(kind, &cells, &input, &told, challenges());
            expected = expected * separator + walked;
            let factor = separator.pow_vartime([(PARALLEL_PERMUTATIONS - 1 - permutation) as u64]);
            for (at, cell) in cells.iter().enumerate() {
                found += factor * (weight(a, at) * cell + weight(b, at) * quintic(*cell));
            }
            for (slot, value) in told.iter().enumerate() {
                found += weight(c, toy.config.layout().io_row(kind, slot, permutation)) * value;
            }
        }
        assert_eq!(found, expected, "{kind:?}");
    }
    assert_eq!(seen.len(), 7);
}
