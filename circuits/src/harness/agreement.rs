//! The checkers agree: the row-local one with the whole one.

use halo2_proofs::plonk::Any;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use super::subject::Lie;
use super::toys;
use crate::checker::Violation;
use crate::checker::local::{Broken, Local};
use crate::sheet::Spot;

#[test]
fn the_row_local_checker_finds_what_the_whole_one_finds() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    for subject in toys::all() {
        let challenges = subject.challenges(0);
        let filled = subject.fill(&Lie::default(), &challenges);
        let columns = &subject.columns().advice;
        let local = Local::new(&subject.checker, &filled.sheet, columns.len(), &challenges);
        let whole = |sheet: &_| subject.checker.check(sheet, &challenges, &filled.instance);
        assert_eq!(whole(&filled.sheet), [], "{}", subject.name);
        for round in 0..12 {
            let mut sheet = filled.sheet.clone();
            let altered: Vec<Spot> = (0..1 + round)
                .map(|_| {
                    let column = columns[rng.next_u32() as usize % columns.len()];
                    // The first and the last rows often, where rotations wrap around.
                    let row = match rng.next_u32() % 4 {
                        0 => rng.next_u32() as usize % 3,
                        1 => sheet.usable() - 1 - rng.next_u32() as usize % 3,
                        _ => rng.next_u32() as usize % sheet.usable(),
                    };
                    let spot = Spot::advice(column, row);
                    sheet.alter(spot, Fr::random(&mut rng));
                    spot
                })
                .collect();
            let mut found: Vec<String> = local
                .broken(&sheet, &filled.instance, &altered, usize::MAX)
                .into_iter()
                .map(|broken| match broken {
                    Broken::Constraint { index, row } => format!("{} {row}", local.name(index)),
                    Broken::Copy(index) => {
                        let copy = &sheet.copies()[index];
                        format!("{:?} {:?}", copy.left, copy.right)
                    }
                })
                .collect();
            let mut expected: Vec<String> = whole(&sheet)
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
            assert_eq!(found, expected, "{}", subject.name);
            let advice = |spot: &Spot| matches!(spot.column.column_type(), Any::Advice(_));
            assert!(altered.iter().all(advice));
        }
    }
}
