//! Each column that a running sum takes in is in its sum: a cell that is off moves the total, whatever else it breaks.

use crate::labels;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::circuit_under_test::Relation;
use super::fixtures;
use super::honest_witness::{HonestWitness, Use};
use super::judge::judge;
use super::mutation::Mutation;
use crate::field::power_of_two;

const COUNTING: &str = labels::PADDING_IS_COUNTED_AT_ZERO.text();
const SLOTS: &str = labels::SLOTS_HOLD_THEIR_SUMS.text();
const CHUNKS: &str = labels::CHUNK_SPONGES_ARE_THE_UNITS.text();
const LOG: &str = labels::LOG_SPONGES_ARE_THE_DRAWS.text();
const HASHES: &str = labels::HASHES_ARE_PERMUTATIONS.text();
const DISCLOSURE_HASHES: &str = labels::DISCLOSURE_HASHES_ARE_PERMUTATIONS.text();
const RANGE: &str = labels::RANGE_SUM_ENDS_AT_ZERO.text();

/// What notices a cell of a column that is one more; in a uniform circuit no units are folded.
fn totals(used: Use, uniform: bool, disclosure: bool) -> &'static [&'static str] {
    match (used, disclosure) {
        (Use::Draw, _) => &[COUNTING, LOG],
        (Use::Count, _) => &[SLOTS],
        (Use::MultiplicityHint, _) => &[COUNTING, SLOTS],
        (Use::Units, false) if uniform => &[COUNTING, SLOTS],
        (Use::Units, false) => &[COUNTING, SLOTS, CHUNKS],
        (Use::High | Use::Multiplicity, false) => &[SLOTS],
        (Use::Units | Use::High | Use::Multiplicity, true) => &[RANGE],
        (Use::SboxInput, false) if uniform => &[LOG],
        (Use::SboxInput, false) => &[CHUNKS],
        (Use::SboxInput, true) => &[DISCLOSURE_HASHES],
        (Use::Io, _) => &[HASHES],
        _ => &[],
    }
}

#[test]
fn each_column_of_a_running_sum_moves_its_total() {
    for circuit in fixtures::all() {
        let honest = HonestWitness::new(&circuit, 0);
        let first = |used: Use| honest.uses.iter().position(|each| *each == used);
        for (column, used) in honest.uses.iter().copied().enumerate() {
            let (uniform, lanes, disclosure) = match &circuit.relation {
                Relation::Usage(usage) => (usage.params.uniform, usage.params.unit_lanes, false),
                Relation::Disclosure(_) => (false, 1, true),
            };
            // A row with a real draw, a position that is drawn, an S-box, a digest.
            let row = match used {
                Use::Units | Use::MultiplicityHint if !disclosure => {
                    let lane = column - first(used).unwrap();
                    let multiplicity_hint = first(Use::MultiplicityHint).unwrap() + lane;
                    let drawn = |row: &usize| {
                        honest
                            .assignment()
                            .value(honest.cell_ref(multiplicity_hint, *row))
                            != Fr::ZERO
                    };
                    assert!(lanes > lane);
                    (0..honest.end()).find(drawn).unwrap()
                }
                Use::Io => {
                    let steps = honest.filled.io(circuit.machine());
                    let digest = steps.iter().rev().find(|(_, digest)| *digest);
                    digest.unwrap().0.row
                }
                _ => 1,
            };
            let cell_ref = honest.cell_ref(column, row);
            // A value that is range-checked alone is out of range.
            let value = match used {
                Use::Units if disclosure => -Fr::ONE,
                _ => honest.assignment().value(cell_ref) + Fr::ONE,
            };
            let mutation = Mutation::of([(cell_ref, value)]);
            let broken = judge(&honest, &mutation).verdict.fixed;
            let names: Vec<String> = broken.iter().map(|b| honest.name(*b)).collect();
            for total in totals(used, uniform, disclosure) {
                let found = names.iter().any(|name| name == total);
                assert!(found, "{}: {used:?} {column}, {names:?}", circuit.name);
            }
        }
    }
}

/// What notices a limb that is in no table.
fn lookup(disclosure: bool) -> &'static str {
    if disclosure { RANGE } else { SLOTS }
}

/// Below the table and the queue a value is nothing but looked up: one limb at a time is out of range.
#[test]
fn each_limb_of_a_lookup_moves_its_total() {
    for circuit in fixtures::all() {
        let honest = HonestWitness::new(&circuit, 0);
        let (bits, disclosure) = match &circuit.relation {
            Relation::Usage(usage) => (usage.params.shape.limb_bits, false),
            Relation::Disclosure(disclosure) => (disclosure.params.shape.limb_bits, true),
        };
        let columns = |wanted: Use| {
            let uses = honest.uses.iter().enumerate();
            uses.filter(move |(_, used)| **used == wanted)
        };
        let row = honest.end() - 2;
        // A uniform circuit looks up its first lane alone.
        for ((value, _), (high, _)) in columns(Use::Units).zip(columns(Use::High)) {
            let [value, high] = [value, high].map(|column| honest.cell_ref(column, row));
            assert_eq!(honest.assignment().value(value), Fr::ZERO);
            let of_high = [(value, -power_of_two(bits)), (high, -Fr::ONE)];
            let of_low = [(value, -Fr::ONE), (high, Fr::ZERO)];
            for cells in [of_high, of_low] {
                let broken = judge(&honest, &Mutation::of(cells)).verdict.fixed;
                let names: Vec<String> = broken.iter().map(|b| honest.name(*b)).collect();
                assert_eq!(names, [lookup(disclosure)], "{}", circuit.name);
            }
        }
    }
}

/// The constraint that a cell of the column takes part in as a summand or as a factor of one.
fn summed(used: Use, first_sum: bool) -> Option<&'static str> {
    match used {
        Use::Helper if first_sum => Some(labels::DRAWS_AND_MULTIPLICITIES_ADD_UP.text()),
        Use::Helper | Use::KeyInverse => Some(labels::WEIGHTS_REACH_THEIR_SLOTS.text()),
        Use::WeightA | Use::WeightB | Use::WeightC | Use::SboxInput | Use::Io => {
            Some(labels::MACHINE_ADDS_UP.text())
        }
        _ => None,
    }
}

#[test]
fn each_helper_key_inverse_and_weight_is_in_its_sum() {
    for circuit in fixtures::all() {
        let honest = HonestWitness::new(&circuit, 0);
        let sums = |column: usize| {
            let above = honest.uses[..column].iter();
            above.filter(|used| **used == Use::Sum).count()
        };
        for (column, used) in honest.uses.iter().enumerate() {
            let Some(constraint) = summed(*used, sums(column) == 1) else {
                continue;
            };
            // A row with what the cell is multiplied by, or multiplies.
            let found = (1..honest.end()).find(|row| {
                let mut assignment = honest.assignment().clone();
                let cell_ref = honest.cell_ref(column, *row);
                assignment.alter(cell_ref, assignment.value(cell_ref) + Fr::ONE);
                let instance = &honest.filled.instance;
                let broken = honest
                    .local
                    .broken(&assignment, instance, &[cell_ref], usize::MAX);
                broken.iter().any(|b| honest.name(*b) == constraint)
            });
            assert!(found.is_some(), "{}: {used:?} {column}", circuit.name);
        }
    }
}
