//! The weights against the equations themselves, walked forward.

use halo2_proofs::plonk::{Advice, Column};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::super::kinds::Kind;
use super::super::program::{RATE, WIDE, WIDE_CELLS};
use super::{Bench, ENGINES, challenges, felts};
use crate::field::quintic;

/// What the equations of one engine's step come to for any inputs of S-boxes, each equation with its weight, walked forward.
fn walked(kind: Kind, cells: &[Fr], input: &[Fr], told: &[Fr], [rho, tau]: [Fr; 2]) -> Fr {
    let program = kind.program();
    let power = |base: Fr, n: usize| base.pow_vartime([n as u64]);
    let absorbed = |kind: Kind| match kind {
        Kind::Opening { .. } => 1..RATE,
        Kind::Further { .. } => 0..RATE,
        _ => 0..0,
    };
    let lane_weight = |kind: Kind, lane: usize| {
        if absorbed(kind).contains(&lane) {
            power(rho, RATE - 1 - lane)
        } else {
            power(tau, WIDE_CELLS + 1 + lane)
        }
    };
    let mut sum = Fr::ZERO;
    for (lane, value) in input.iter().enumerate() {
        let slot = kind.told().position(|told| told == lane);
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
    let further = Kind::Further { last: true };
    let carried: Fr = state
        .iter()
        .enumerate()
        .map(|(lane, value)| lane_weight(further, lane) * value)
        .sum();
    sum - carried * power(rho, RATE).invert().unwrap()
}

#[test]
fn the_weights_are_those_of_the_equations_walked_forward() {
    let bench = Bench::new(ENGINES, 3);
    let (sheet, steps, _) = bench.fill(|_, _, _| ());
    let apart = challenges()[0].pow_vartime([bench.config.packs() as u64]);
    let mut seen: Vec<Kind> = Vec::new();
    for step in steps {
        let kind = step.kind;
        if seen.contains(&kind) {
            continue;
        }
        seen.push(kind);
        let program = kind.program();
        let [a, b] = bench.config.weights;
        let [_, c] = bench.config.beside.unwrap();
        let weight = |column: Column<Advice>, at: usize| sheet.get(column, step.row + at);
        let mut expected = Fr::ZERO;
        let mut found = weight(c, bench.config.layout().constant_row(kind));
        for engine in 0..ENGINES {
            let seed = 1000 + (seen.len() * ENGINES + engine) as u64;
            let mut cells = felts(seed, program.cells());
            let input = felts(seed + 500, program.width);
            let mut entered = input.clone();
            program.entry.apply(&mut entered);
            for (lane, constant) in program.rounds[0].constants.iter().enumerate() {
                cells[lane] = entered[lane] + constant;
            }
            let told = felts(seed + 900, kind.slots());
            let walked = walked(kind, &cells, &input, &told, challenges());
            expected = expected * apart + walked;
            let factor = apart.pow_vartime([(ENGINES - 1 - engine) as u64]);
            for (at, cell) in cells.iter().enumerate() {
                found += factor * (weight(a, at) * cell + weight(b, at) * quintic(*cell));
            }
            for (slot, value) in told.iter().enumerate() {
                found += weight(c, bench.config.layout().io_row(kind, slot, engine)) * value;
            }
        }
        assert_eq!(found, expected, "{kind:?}");
    }
    assert_eq!(seen.len(), 7);
}
