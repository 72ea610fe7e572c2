//! Cells altered without anything that follows: one by one, class by class, and value by value.

use std::collections::{BTreeMap, HashMap};

use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};
use rayon::prelude::*;

use super::allowances::ALLOWANCES;
use super::circuit_under_test::CircuitUnderTest;
use super::fixtures;
use super::honest_witness::HonestWitness;
use crate::assignment::{Assignment, CellRef};
use crate::checker::local::Broken;
use crate::chips::machine::program::hash_value;

/// What a run of mutations came to.
#[derive(Debug, Default)]
struct Figures {
    cells: usize,
    classes: usize,
    twins: usize,
    values: usize,
    mutations: usize,
    /// Survivors by the allowance that they fall under.
    allowed: BTreeMap<&'static str, usize>,
    survivors: Vec<(Vec<CellRef>, Fr)>,
}

/// Values that a cell is altered to.
fn values(value: Fr, salt: u64) -> Vec<Fr> {
    let random = hash_value(value, Fr::from(salt));
    let mut values = vec![value + Fr::ONE, -value, Fr::ZERO, Fr::ONE, -Fr::ONE, random];
    values.retain(|other| *other != value);
    values
}

/// Whether cells altered together to a value break nothing; the assignment is left as it was.
fn survives(
    honest: &HonestWitness<'_>,
    assignment: &mut Assignment,
    cells: &[CellRef],
    value: Fr,
) -> bool {
    let before: Vec<Fr> = cells
        .iter()
        .map(|cell_ref| assignment.value(*cell_ref))
        .collect();
    for cell_ref in cells {
        assignment.alter(*cell_ref, value);
    }
    let broken: Vec<Broken> = honest
        .local
        .broken(assignment, &honest.filled.instance, cells, 1);
    for (cell_ref, value) in cells.iter().zip(before) {
        assignment.alter(*cell_ref, value);
    }
    broken.is_empty()
}

fn run(circuit: &CircuitUnderTest) -> Figures {
    let honest = HonestWitness::new(circuit, 0);
    let classes = honest.classes();
    let mut groups: Vec<Vec<CellRef>> = honest.cells().map(|cell_ref| vec![cell_ref]).collect();
    let mut figures = Figures {
        cells: groups.len(),
        classes: classes.len(),
        ..Figures::default()
    };
    let mut by_value: HashMap<[u8; 32], Vec<CellRef>> = HashMap::new();
    for cell_ref in honest.cells() {
        let value = honest.assignment().value(cell_ref).to_repr();
        by_value.entry(value).or_default().push(cell_ref);
    }
    by_value.retain(|_, cell_refs| cell_refs.len() > 1);
    figures.values = by_value.len();
    for (class, _) in &classes {
        let value = honest.assignment().value(class[0]).to_repr();
        let alike = by_value.get(&value).map_or(0, Vec::len);
        figures.twins += usize::from(alike > class.len());
    }
    groups.extend(classes.into_iter().map(|(class, _)| class));
    let mut alike: Vec<Vec<CellRef>> = by_value.into_values().collect();
    alike.sort_unstable_by_key(|cell_refs| (cell_refs[0].column.index(), cell_refs[0].row));
    groups.extend(alike);

    let tried: Vec<(usize, Vec<(usize, Fr)>)> = groups
        .par_iter()
        .enumerate()
        .map_init(
            || honest.assignment().clone(),
            |assignment, (index, group)| {
                let values = values(assignment.value(group[0]), index as u64);
                let count = values.len();
                let mut survivors = Vec::new();
                for value in values {
                    if survives(&honest, assignment, group, value) {
                        survivors.push((index, value));
                    }
                }
                (count, survivors)
            },
        )
        .collect();
    for (count, survivors) in tried {
        figures.mutations += count;
        for (index, value) in survivors {
            let cells = &groups[index];
            let allowance = ALLOWANCES.iter().find(|allowance| {
                let fits = |cell_ref: &CellRef| (allowance.fits)(&honest, *cell_ref, value);
                cells.iter().all(fits)
            });
            match allowance {
                Some(allowance) => *figures.allowed.entry(allowance.name).or_default() += 1,
                None => figures.survivors.push((cells.clone(), value)),
            }
        }
    }
    figures
}

#[test]
fn no_altered_cell_class_or_value_survives_but_for_the_allowances() {
    let mut needed: BTreeMap<&str, usize> = BTreeMap::new();
    for circuit in fixtures::all() {
        let figures = run(&circuit);
        println!(
            "{}: {} cells, {} classes ({} with a twin), {} values, {} mutations, allowed {:?}",
            circuit.name,
            figures.cells,
            figures.classes,
            figures.twins,
            figures.values,
            figures.mutations,
            figures.allowed
        );
        let honest = HonestWitness::new(&circuit, 0);
        let survivors: Vec<_> = figures
            .survivors
            .iter()
            .map(|(cells, _)| (honest.used(cells[0]), cells[0].row, cells.len()))
            .collect();
        let shown = &survivors[..survivors.len().min(20)];
        assert!(
            survivors.is_empty(),
            "{}: {} survivors, {shown:?}",
            circuit.name,
            survivors.len()
        );
        for (name, count) in figures.allowed {
            *needed.entry(name).or_default() += count;
        }
    }
    for allowance in ALLOWANCES {
        assert!(
            needed.contains_key(allowance.name),
            "nothing needs the allowance '{}': {}",
            allowance.name,
            allowance.reason
        );
    }
}
