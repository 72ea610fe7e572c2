//! Linear freedom: with the first phase and the challenges given, every cell of the second phase is determined.
//!
//! A constraint with one unknown left, in which its derivative is not zero, determines that unknown to first order. Taking such constraints one after
//! another solves the linearised system by elimination without fill-in, so what is left is all that could move, by however many cells at once.

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::allowances::ALLOWANCES;
use super::ground::Ground;
use super::toys;
use crate::sheet::Spot;

/// Unknowns, and what is left of them.
struct Kernel {
    unknowns: usize,
    equations: usize,
    left: Vec<Vec<Spot>>,
}

fn kernel(ground: &Ground<'_>) -> Kernel {
    let late = |spot: &Spot| ground.subject.phase(spot.column.index()) == 1;
    // Class of each late cell; classes with a cell of the first phase, a constant or a public input are known.
    let mut classes: Vec<Vec<Spot>> = Vec::new();
    let mut class_of: HashMap<Spot, Option<usize>> = HashMap::new();
    for (class, fixed) in ground.classes() {
        let known = fixed || !class.iter().all(late);
        let index = (!known).then_some(classes.len());
        class_of.extend(class.iter().map(|spot| (*spot, index)));
        if !known {
            classes.push(class);
        }
    }
    for spot in ground.cells().filter(|spot| late(spot)) {
        class_of.entry(spot).or_insert_with(|| {
            classes.push(vec![spot]);
            Some(classes.len() - 1)
        });
    }
    let rows = 0..=ground.end();
    let mut equations: Vec<Vec<usize>> = Vec::new();
    let mut room = ground.local.room();
    let mut sheet = ground.sheet().clone();
    for index in 0..ground.local.len() {
        for row in rows.clone() {
            if ground.local.off(ground.sheet(), index, row) {
                continue;
            }
            let mut unknowns: Vec<(usize, Vec<Spot>)> = Vec::new();
            for (column, row) in ground.local.read(index, row) {
                let spot = ground.spot(column, row);
                let Some(Some(class)) = class_of.get(&spot) else {
                    continue;
                };
                match unknowns.iter_mut().find(|(known, _)| known == class) {
                    Some((_, spots)) => spots.push(spot),
                    None => unknowns.push((*class, vec![spot])),
                }
            }
            // Constraints are of degree 1 in the late cells of one class, or of degree 2: then the slope is that between two points around it.
            let mut at = |spots: &[Spot], delta: Fr| {
                let before = sheet.value(spots[0]);
                spots
                    .iter()
                    .for_each(|spot| sheet.alter(*spot, before + delta));
                let value =
                    ground
                        .local
                        .evaluate(&sheet, &ground.filled.instance, index, row, &mut room);
                spots.iter().for_each(|spot| sheet.alter(*spot, before));
                value
            };
            unknowns.retain(|(_, spots)| at(spots, Fr::ONE) != at(spots, -Fr::ONE));
            if !unknowns.is_empty() {
                equations.push(unknowns.into_iter().map(|(class, _)| class).collect());
            }
        }
    }
    let mut uses: Vec<Vec<usize>> = vec![Vec::new(); classes.len()];
    for (equation, unknowns) in equations.iter().enumerate() {
        unknowns
            .iter()
            .for_each(|class| uses[*class].push(equation));
    }
    let mut missing: Vec<usize> = equations.iter().map(Vec::len).collect();
    let mut known = vec![false; classes.len()];
    let mut open: Vec<usize> = (0..equations.len()).filter(|e| missing[*e] == 1).collect();
    while let Some(equation) = open.pop() {
        let Some(class) = equations[equation].iter().find(|class| !known[**class]) else {
            continue;
        };
        known[*class] = true;
        for equation in &uses[*class] {
            missing[*equation] -= 1;
            if missing[*equation] == 1 {
                open.push(*equation);
            }
        }
    }
    Kernel {
        unknowns: classes.len(),
        equations: equations.len(),
        left: (classes.into_iter().zip(known))
            .filter_map(|(class, known)| (!known).then_some(class))
            .collect(),
    }
}

#[test]
fn the_second_phase_is_determined_but_for_the_allowances() {
    for subject in toys::all() {
        for set in 0..2 {
            let ground = Ground::new(&subject, set);
            let kernel = kernel(&ground);
            let moving: Vec<_> = kernel
                .left
                .iter()
                .filter(|class| {
                    let fits = |spot: &Spot| {
                        let mut allowances = ALLOWANCES.iter();
                        allowances.any(|allowance| (allowance.fits)(&ground, *spot, -Fr::ONE))
                    };
                    !class.iter().all(fits)
                })
                .map(|class| (ground.used(class[0]), class[0].row, class.len()))
                .collect();
            println!(
                "{}, challenges {set}: {} unknowns, {} equations, {} free",
                subject.name,
                kernel.unknowns,
                kernel.equations,
                kernel.left.len()
            );
            let shown = &moving[..moving.len().min(20)];
            assert!(
                moving.is_empty(),
                "{}: {} move, {shown:?}",
                subject.name,
                moving.len()
            );
        }
    }
}
