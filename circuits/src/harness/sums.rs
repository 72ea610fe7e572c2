//! Each column that a running sum takes in is in its sum: a cell that is off moves the total, whatever else it breaks.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::ground::{Ground, Use};
use super::judge::judge;
use super::subject::{Kind, Lie};
use super::toys;
use crate::field::power_of_two;

const COUNTING: &str = "S1 padding is counted at position 0";
const SLOTS: &str = "S2 S4 slots hold their chunks' sums";
const CHUNKS: &str = "S2 chunk sponges are the folded units";
const LOG: &str = "S5 log sponges are the folded draws";
const HASHES: &str = "S2 S3 S5 S6 S7 hashes are permutations";
const RANGE: &str = "range sum ends at zero";

/// What notices a cell of a column that is one more; in a uniform circuit no units are folded.
fn totals(used: Use, uniform: bool, disclosure: bool) -> &'static [&'static str] {
    match (used, disclosure) {
        (Use::Draw, _) => &[COUNTING, LOG],
        (Use::Count, _) => &[SLOTS],
        (Use::Ratio, _) => &[COUNTING, SLOTS],
        (Use::Units, false) if uniform => &[COUNTING, SLOTS],
        (Use::Units, false) => &[COUNTING, SLOTS, CHUNKS],
        (Use::High | Use::Multiplicity, false) => &[SLOTS],
        (Use::Units | Use::High | Use::Multiplicity, true) => &[RANGE],
        (Use::Engine, false) if uniform => &[LOG],
        (Use::Engine, false) => &[CHUNKS],
        (Use::Engine, true) => &["S7 hashes are permutations"],
        (Use::Io, _) => &[HASHES],
        _ => &[],
    }
}

#[test]
fn each_column_of_a_running_sum_moves_its_total() {
    for subject in toys::all() {
        let ground = Ground::new(&subject, 0);
        let first = |used: Use| ground.uses.iter().position(|each| *each == used);
        for (column, used) in ground.uses.iter().copied().enumerate() {
            let (uniform, lanes, disclosure) = match &subject.circuit {
                Kind::Usage(usage) => (usage.params.uniform, usage.params.unit_lanes, false),
                Kind::Disclosure(_) => (false, 1, true),
            };
            // A row with a real draw, a position that is drawn, an S-box, a digest.
            let row = match used {
                Use::Units | Use::Ratio if !disclosure => {
                    let lane = column - first(used).unwrap();
                    let ratio = first(Use::Ratio).unwrap() + lane;
                    let drawn =
                        |row: &usize| ground.sheet().value(ground.spot(ratio, *row)) != Fr::ZERO;
                    assert!(lanes > lane);
                    (0..ground.end()).find(drawn).unwrap()
                }
                Use::Io => {
                    let steps = ground.filled.io(subject.machine());
                    let digest = steps.iter().rev().find(|(_, digest)| *digest);
                    digest.unwrap().0.row
                }
                _ => 1,
            };
            let spot = ground.spot(column, row);
            // A value that is range-checked alone is out of range.
            let value = match used {
                Use::Units if disclosure => -Fr::ONE,
                _ => ground.sheet().value(spot) + Fr::ONE,
            };
            let lie = Lie::of([(spot, value)]);
            let broken = judge(&ground, &lie).verdict.fixed;
            let names: Vec<String> = broken.iter().map(|b| ground.name(*b)).collect();
            for total in totals(used, uniform, disclosure) {
                let found = names.iter().any(|name| name == total);
                assert!(found, "{}: {used:?} {column}, {names:?}", subject.name);
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
    for subject in toys::all() {
        let ground = Ground::new(&subject, 0);
        let (bits, disclosure) = match &subject.circuit {
            Kind::Usage(usage) => (usage.params.shape.limb_bits, false),
            Kind::Disclosure(disclosure) => (disclosure.params.shape.limb_bits, true),
        };
        let columns = |wanted: Use| {
            let uses = ground.uses.iter().enumerate();
            uses.filter(move |(_, used)| **used == wanted)
        };
        let row = ground.end() - 2;
        // A uniform circuit looks up its first lane alone.
        for ((value, _), (high, _)) in columns(Use::Units).zip(columns(Use::High)) {
            let [value, high] = [value, high].map(|column| ground.spot(column, row));
            assert_eq!(ground.sheet().value(value), Fr::ZERO);
            let of_high = [(value, -power_of_two(bits)), (high, -Fr::ONE)];
            let of_low = [(value, -Fr::ONE), (high, Fr::ZERO)];
            for cells in [of_high, of_low] {
                let broken = judge(&ground, &Lie::of(cells)).verdict.fixed;
                let names: Vec<String> = broken.iter().map(|b| ground.name(*b)).collect();
                assert_eq!(names, [lookup(disclosure)], "{}", subject.name);
            }
        }
    }
}

/// The constraint that a cell of the column takes part in as a summand or as a factor of one.
fn summed(used: Use, first_sum: bool) -> Option<&'static str> {
    match used {
        Use::Helper if first_sum => Some("S1 draws and multiplicities add up"),
        Use::Helper | Use::Link => Some("S4 weights reach their slots"),
        Use::WeightA | Use::WeightB | Use::WeightC | Use::Engine | Use::Io => {
            Some("hash machine adds up")
        }
        _ => None,
    }
}

#[test]
fn each_helper_link_and_weight_is_in_its_sum() {
    for subject in toys::all() {
        let ground = Ground::new(&subject, 0);
        let sums = |column: usize| {
            let above = ground.uses[..column].iter();
            above.filter(|used| **used == Use::Sum).count()
        };
        for (column, used) in ground.uses.iter().enumerate() {
            let Some(constraint) = summed(*used, sums(column) == 1) else {
                continue;
            };
            // A row with what the cell is multiplied by, or multiplies.
            let found = (1..ground.end()).find(|row| {
                let mut sheet = ground.sheet().clone();
                let spot = ground.spot(column, *row);
                sheet.alter(spot, sheet.value(spot) + Fr::ONE);
                let instance = &ground.filled.instance;
                let broken = ground.local.broken(&sheet, instance, &[spot], usize::MAX);
                broken.iter().any(|b| ground.name(*b) == constraint)
            });
            assert!(found.is_some(), "{}: {used:?} {column}", subject.name);
        }
    }
}
