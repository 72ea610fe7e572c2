//! Cells altered without anything that follows: one by one, class by class, and value by value.

use std::collections::{BTreeMap, HashMap};

use halo2curves::bn256::Fr;
use halo2curves::ff::{Field, PrimeField};
use rayon::prelude::*;

use super::allowances::ALLOWANCES;
use super::ground::Ground;
use super::subject::Subject;
use super::toys;
use crate::checker::local::Broken;
use crate::chips::machine::program::hash_value;
use crate::sheet::{Sheet, Spot};

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
    survivors: Vec<(Vec<Spot>, Fr)>,
}

/// Values that a cell is altered to.
fn values(value: Fr, salt: u64) -> Vec<Fr> {
    let random = hash_value(value, Fr::from(salt));
    let mut values = vec![value + Fr::ONE, -value, Fr::ZERO, Fr::ONE, -Fr::ONE, random];
    values.retain(|other| *other != value);
    values
}

/// Whether cells altered together to a value break nothing; the sheet is left as it was.
fn survives(ground: &Ground<'_>, sheet: &mut Sheet, cells: &[Spot], value: Fr) -> bool {
    let before: Vec<Fr> = cells.iter().map(|spot| sheet.value(*spot)).collect();
    for spot in cells {
        sheet.alter(*spot, value);
    }
    let broken: Vec<Broken> = ground
        .local
        .broken(sheet, &ground.filled.instance, cells, 1);
    for (spot, value) in cells.iter().zip(before) {
        sheet.alter(*spot, value);
    }
    broken.is_empty()
}

fn run(subject: &Subject) -> Figures {
    let ground = Ground::new(subject, 0);
    let classes = ground.classes();
    let mut groups: Vec<Vec<Spot>> = ground.cells().map(|spot| vec![spot]).collect();
    let mut figures = Figures {
        cells: groups.len(),
        classes: classes.len(),
        ..Figures::default()
    };
    let mut by_value: HashMap<[u8; 32], Vec<Spot>> = HashMap::new();
    for spot in ground.cells() {
        let value = ground.sheet().value(spot).to_repr();
        by_value.entry(value).or_default().push(spot);
    }
    by_value.retain(|_, spots| spots.len() > 1);
    figures.values = by_value.len();
    for (class, _) in &classes {
        let value = ground.sheet().value(class[0]).to_repr();
        let alike = by_value.get(&value).map_or(0, Vec::len);
        figures.twins += usize::from(alike > class.len());
    }
    groups.extend(classes.into_iter().map(|(class, _)| class));
    let mut alike: Vec<Vec<Spot>> = by_value.into_values().collect();
    alike.sort_unstable_by_key(|spots| (spots[0].column.index(), spots[0].row));
    groups.extend(alike);

    let tried: Vec<(usize, Vec<(usize, Fr)>)> = groups
        .par_iter()
        .enumerate()
        .map_init(
            || ground.sheet().clone(),
            |sheet, (index, group)| {
                let values = values(sheet.value(group[0]), index as u64);
                let count = values.len();
                let mut survivors = Vec::new();
                for value in values {
                    if survives(&ground, sheet, group, value) {
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
                let fits = |spot: &Spot| (allowance.fits)(&ground, *spot, value);
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
    for subject in toys::all() {
        let figures = run(&subject);
        println!(
            "{}: {} cells, {} classes ({} with a twin), {} values, {} mutations, allowed {:?}",
            subject.name,
            figures.cells,
            figures.classes,
            figures.twins,
            figures.values,
            figures.mutations,
            figures.allowed
        );
        let ground = Ground::new(&subject, 0);
        let survivors: Vec<_> = figures
            .survivors
            .iter()
            .map(|(cells, _)| (ground.used(cells[0]), cells[0].row, cells.len()))
            .collect();
        let shown = &survivors[..survivors.len().min(20)];
        assert!(
            survivors.is_empty(),
            "{}: {} survivors, {shown:?}",
            subject.name,
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
