//! Each column that a running sum takes in is in its sum: a cell that is off moves the total, whatever else it breaks.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::ground::{Ground, Use};
use super::judge::judge;
use super::subject::{Kind, Lie};
use super::toys;

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
