//! Linear freedom: with the first phase and the challenges given, every cell of the second phase is determined.
//!
//! A constraint with one unknown left, in which its derivative is not zero, determines that unknown to first order. Taking such constraints one after
//! another solves the linearised system by elimination without fill-in, so what is left is all that could move, by however many cells at once.

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::allowances::ALLOWANCES;
use super::fixtures;
use super::honest_witness::HonestWitness;
use crate::assignment::CellRef;

/// Unknowns, and what is left of them.
struct Kernel {
    unknowns: usize,
    equations: usize,
    left: Vec<Vec<CellRef>>,
}

fn kernel(honest: &HonestWitness<'_>) -> Kernel {
    let second_phase = |cell_ref: &CellRef| honest.circuit.phase(cell_ref.column.index()) == 1;
    // Class of each second-phase cell; classes with a cell of the first phase, a constant or a public input are known.
    let mut classes: Vec<Vec<CellRef>> = Vec::new();
    let mut class_of: HashMap<CellRef, Option<usize>> = HashMap::new();
    for (class, fixed) in honest.classes() {
        let known = fixed || !class.iter().all(second_phase);
        let index = (!known).then_some(classes.len());
        class_of.extend(class.iter().map(|cell_ref| (*cell_ref, index)));
        if !known {
            classes.push(class);
        }
    }
    for cell_ref in honest.cells().filter(|cell_ref| second_phase(cell_ref)) {
        class_of.entry(cell_ref).or_insert_with(|| {
            classes.push(vec![cell_ref]);
            Some(classes.len() - 1)
        });
    }
    let rows = 0..=honest.end();
    let mut equations: Vec<Vec<usize>> = Vec::new();
    let mut room = honest.local.room();
    let mut assignment = honest.assignment().clone();
    for index in 0..honest.local.len() {
        for row in rows.clone() {
            if honest.local.off(honest.assignment(), index, row) {
                continue;
            }
            let mut unknowns: Vec<(usize, Vec<CellRef>)> = Vec::new();
            for (column, row) in honest.local.read(index, row) {
                let cell_ref = honest.cell_ref(column, row);
                let Some(Some(class)) = class_of.get(&cell_ref) else {
                    continue;
                };
                match unknowns.iter_mut().find(|(known, _)| known == class) {
                    Some((_, cell_refs)) => cell_refs.push(cell_ref),
                    None => unknowns.push((*class, vec![cell_ref])),
                }
            }
            // Constraints are of degree 1 in the second-phase cells of one class, or of degree 2: then the slope is that between two points around it.
            let mut at = |cell_refs: &[CellRef], delta: Fr| {
                let before = assignment.value(cell_refs[0]);
                cell_refs
                    .iter()
                    .for_each(|cell_ref| assignment.alter(*cell_ref, before + delta));
                let value = honest.local.evaluate(
                    &assignment,
                    &honest.filled.instance,
                    index,
                    row,
                    &mut room,
                );
                cell_refs
                    .iter()
                    .for_each(|cell_ref| assignment.alter(*cell_ref, before));
                value
            };
            unknowns.retain(|(_, cell_refs)| at(cell_refs, Fr::ONE) != at(cell_refs, -Fr::ONE));
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
    for circuit in fixtures::all() {
        for set in 0..2 {
            let honest = HonestWitness::new(&circuit, set);
            let kernel = kernel(&honest);
            let moving: Vec<_> = kernel
                .left
                .iter()
                .filter(|class| {
                    let fits = |cell_ref: &CellRef| {
                        let mut allowances = ALLOWANCES.iter();
                        allowances.any(|allowance| (allowance.fits)(&honest, *cell_ref, -Fr::ONE))
                    };
                    !class.iter().all(fits)
                })
                .map(|class| (honest.used(class[0]), class[0].row, class.len()))
                .collect();
            println!(
                "{}, challenges {set}: {} unknowns, {} equations, {} free",
                circuit.name,
                kernel.unknowns,
                kernel.equations,
                kernel.left.len()
            );
            let shown = &moving[..moving.len().min(20)];
            assert!(
                moving.is_empty(),
                "{}: {} move, {shown:?}",
                circuit.name,
                moving.len()
            );
        }
    }
}
