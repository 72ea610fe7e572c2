//! Honest runs pass; a run with one thing broken does not.

use halo2_proofs::dev::MockProver;

use super::{Argument, CountingCircuit, Run, Size};

/// Whether a run passes after a change, with one lane and with two.
fn verdicts(argument: Argument, change: impl Fn(&mut Run)) -> [bool; 2] {
    [1, 2].map(|lanes| {
        let size = Size {
            k: 7,
            argument,
            lanes,
            // One lane has a mask, two have none.
            degree: 5,
            slots: 3,
        };
        let mut run = Run::new(&size);
        change(&mut run);
        let instances = run.instances();
        let circuit = CountingCircuit::new(size, run);
        MockProver::run(size.k, &circuit, instances)
            .expect("the run fits")
            .verify()
            .is_ok()
    })
}

fn refused(argument: Argument, change: impl Fn(&mut Run)) {
    assert_eq!(verdicts(argument, change), [false; 2], "{argument:?}");
}

const BOTH: [Argument; 2] = [Argument::Permuted, Argument::Logarithmic];

#[test]
fn an_honest_run_passes() {
    for argument in BOTH {
        assert_eq!(verdicts(argument, |_| ()), [true; 2], "{argument:?}");
    }
}

#[test]
fn a_draw_counted_twice() {
    for argument in BOTH {
        let twice = |run: &mut Run| {
            let draw = run.draws[5];
            run.multiplicities[draw.position as usize - 1] += 1;
            run.units[draw.slot as usize - 1] += draw.units;
            run.counts[draw.slot as usize - 1] += 1;
        };
        refused(argument, twice);
    }
}

#[test]
fn a_draw_moved_to_another_tranche() {
    for argument in BOTH {
        // In the totals alone, and with the draw or the multiplicity following.
        let moved = |run: &mut Run, from: usize, to: usize, units: u64| {
            run.units[from] -= units;
            run.units[to] += units;
            run.counts[from] -= 1;
            run.counts[to] += 1;
        };
        refused(argument, |run| {
            let draw = run.draws[0];
            moved(
                run,
                draw.slot as usize - 1,
                draw.slot as usize % 3,
                draw.units,
            );
        });
        refused(argument, |run| {
            let draw = run.draws[0];
            let from = draw.position as usize - 1;
            let slot = 1 + draw.slot % 3;
            let to = run
                .table
                .iter()
                .position(|[owner, _]| *owner == slot)
                .expect("every tranche has a record");
            run.draws[0].slot = slot;
            run.multiplicities[from] -= 1;
            run.multiplicities[to] += 1;
            let units = match argument {
                Argument::Permuted => draw.units,
                Argument::Logarithmic => run.table[to][1],
            };
            run.units[draw.slot as usize - 1] -= draw.units;
            run.units[slot as usize - 1] += units;
            run.counts[draw.slot as usize - 1] -= 1;
            run.counts[slot as usize - 1] += 1;
        });
    }
}

#[test]
fn a_wrong_unit() {
    refused(Argument::Permuted, |run| {
        run.draws[3].units += 1;
        run.units[run.draws[3].slot as usize - 1] += 1;
    });
    for argument in BOTH {
        refused(argument, |run| run.units[1] += 1);
    }
}

#[test]
fn a_draw_that_is_no_position() {
    for argument in BOTH {
        refused(argument, |run| run.draws[7].position = 0);
        refused(argument, |run| run.draws[7].position = 1 << 7);
    }
}

#[test]
fn another_position_of_the_same_tranche_and_units() {
    // Counts by tranche stay; what is logged is another record.
    refused(Argument::Logarithmic, |run| {
        let drawn = run.draws[0].position as usize - 1;
        run.draws[0].position = 1 + (drawn as u64 + 1) % run.table.len() as u64;
    });
    refused(Argument::Permuted, |run| {
        let drawn = run.draws[0].position as usize - 1;
        run.draws[0].position = 1 + (drawn as u64 + 1) % run.table.len() as u64;
    });
}
