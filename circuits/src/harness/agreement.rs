//! The checkers agree: the row-local one with the whole one.

use halo2_proofs::plonk::Any;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use super::fixtures;
use super::mutation::Mutation;
use crate::assignment::CellRef;
use crate::checker::Violation;
use crate::checker::local::{Broken, Local};

#[test]
fn the_row_local_checker_finds_what_the_whole_one_finds() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    for circuit in fixtures::all() {
        let challenges = circuit.challenges(0);
        let filled = circuit.fill(&Mutation::default(), &challenges);
        let columns = &circuit.columns().advice;
        let local = Local::new(
            &circuit.checker,
            &filled.assignment,
            columns.len(),
            &challenges,
        );
        let whole = |assignment: &_| {
            circuit
                .checker
                .check(assignment, &challenges, &filled.instance)
        };
        assert_eq!(whole(&filled.assignment), [], "{}", circuit.name);
        for round in 0..12 {
            let mut assignment = filled.assignment.clone();
            let altered: Vec<CellRef> = (0..1 + round)
                .map(|_| {
                    let column = columns[rng.next_u32() as usize % columns.len()];
                    // The first and the last rows often, where rotations wrap around.
                    let row = match rng.next_u32() % 4 {
                        0 => rng.next_u32() as usize % 3,
                        1 => assignment.usable() - 1 - rng.next_u32() as usize % 3,
                        _ => rng.next_u32() as usize % assignment.usable(),
                    };
                    let cell_ref = CellRef::advice(column, row);
                    assignment.alter(cell_ref, Fr::random(&mut rng));
                    cell_ref
                })
                .collect();
            let mut found: Vec<String> = local
                .broken(&assignment, &filled.instance, &altered, usize::MAX)
                .into_iter()
                .map(|broken| match broken {
                    Broken::Constraint { index, row } => format!("{} {row}", local.name(index)),
                    Broken::Copy(index) => {
                        let copy = &assignment.copies()[index];
                        format!("{:?} {:?}", copy.left, copy.right)
                    }
                })
                .collect();
            let mut expected: Vec<String> = whole(&assignment)
                .into_iter()
                .map(|violation| match violation {
                    Violation::Constraint {
                        constraint, row, ..
                    } => format!("{constraint} {row}"),
                    Violation::Copy { left, right, .. } => format!("{left:?} {right:?}"),
                })
                .collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{}", circuit.name);
            let advice =
                |cell_ref: &CellRef| matches!(cell_ref.column.column_type(), Any::Advice(_));
            assert!(altered.iter().all(advice));
        }
    }
}
