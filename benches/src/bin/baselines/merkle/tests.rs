//! Honest runs pass; a run with one thing broken does not.

use halo2_proofs::dev::MockProver;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

use super::fill::fill_path;
use super::run::log;
use super::{MerkleCircuit, Run, Size};
use crate::poseidon::Layout;

const LAYOUTS: [Layout; 3] = [Layout::Rounds, Layout::Boxes, Layout::Squares];

fn size(layout: Layout) -> Size {
    Size {
        k: if layout == Layout::Rounds { 10 } else { 9 },
        lanes: 2,
        layout,
        height: 3,
        pack: 2,
        packs: 2,
        slots: 3,
    }
}

fn holds(circuit: MerkleCircuit) -> bool {
    let instances = circuit.run.instances(&circuit.size);
    MockProver::run(circuit.size.k, &circuit, instances)
        .expect("the run fits")
        .verify()
        .is_ok()
}

/// Whether a run passes in each layout after a change.
fn verdicts(change: impl Fn(&Size, &mut Run)) -> [bool; 3] {
    LAYOUTS.map(|layout| {
        let size = size(layout);
        let mut run = Run::new(&size);
        change(&size, &mut run);
        holds(MerkleCircuit::new(size, run))
    })
}

/// Brings the public log digests in line with the draws.
fn log_again(size: &Size, run: &mut Run) {
    run.totals.logs = (0..size.lanes)
        .map(|lane| log(size, &run.lanes[lane], run.salts[lane])[0][0])
        .collect();
}

#[test]
fn an_honest_run_passes() {
    assert_eq!(verdicts(|_, _| ()), [true; 3]);
}

#[test]
fn the_fullest_size_holds_what_fits() {
    let size = Size::fullest(15, 4, Layout::Boxes, 20, 8).expect("draws fit");
    assert_eq!((size.pack, size.packs, size.draws()), (6, 10, 240));
    assert!(size.rows() < (1 << 15) - 16);
    assert_eq!(Size::fullest(9, 1, Layout::Boxes, 20, 8), None);
}

#[test]
fn a_draw_counted_twice() {
    let broken = verdicts(|_, run| {
        let draw = &run.lanes[0][0];
        let slot = draw.slot as usize - 1;
        run.totals.units[slot] += draw.units;
        run.totals.draws[slot] += 1;
    });
    assert_eq!(broken, [false; 3]);
}

#[test]
fn a_draw_moved_to_another_tranche_in_the_totals() {
    let broken = verdicts(|_, run| {
        let [from, to] = [0, 1];
        run.totals.units[from] -= run.lanes[0][0].units;
        run.totals.units[to] += run.lanes[0][0].units;
        run.totals.draws[from] -= 1;
        run.totals.draws[to] += 1;
    });
    assert_eq!(broken, [false; 3]);
}

#[test]
fn a_draw_moved_to_another_tranche_in_the_log_too() {
    let broken = verdicts(|size, run| {
        let units = run.lanes[0][0].units;
        run.lanes[0][0].slot = 2;
        run.totals.units[0] -= units;
        run.totals.units[1] += units;
        run.totals.draws[0] -= 1;
        run.totals.draws[1] += 1;
        log_again(size, run);
    });
    assert_eq!(broken, [false; 3]);
}

#[test]
fn a_wrong_unit() {
    let broken = verdicts(|_, run| {
        run.lanes[1][3].units += 1;
        let slot = run.lanes[1][3].slot as usize - 1;
        run.totals.units[slot] += 1;
    });
    assert_eq!(broken, [false; 3]);
}

#[test]
fn a_wrong_path() {
    let broken = verdicts(|_, run| run.lanes[1][0].siblings[1] += Fr::ONE);
    assert_eq!(broken, [false; 3]);
}

#[test]
fn another_record_of_the_same_tranche() {
    let broken = verdicts(|size, run| {
        run.lanes[0][1].index ^= 1;
        log_again(size, run);
    });
    assert_eq!(broken, [false; 3]);
}

#[test]
fn an_index_beside_the_path() {
    // The hashes are those of the record's own path, the log and the first cell of the path say the next record.
    for layout in LAYOUTS {
        let size = size(layout);
        let mut run = Run::new(&size);
        let head = size.head(0, 0);
        let mut cells = Vec::new();
        fill_path(&size, &run.lanes[0][0], |row, values| {
            let here = values.into_iter().enumerate();
            cells.extend(here.map(|(column, value)| (column, head + row, value)));
        });
        run.lanes[0][0].index += 1;
        log_again(&size, &mut run);
        let index = Fr::from(run.lanes[0][0].index);
        cells.push((0, head + 1, index));
        cells.push((0, head, run.totals.roots[0]));
        if layout == Layout::Squares {
            let square = |(column, row, value): &(usize, usize, Fr)| {
                (3 * size.lanes + column, *row, value.square())
            };
            cells.extend(cells.iter().map(square).collect::<Vec<_>>());
        }
        let mut circuit = MerkleCircuit::new(size, run);
        circuit.altered = cells;
        assert!(!holds(circuit));
    }
}

#[test]
fn another_log() {
    let broken = verdicts(|_, run| run.totals.logs[1] += Fr::ONE);
    assert_eq!(broken, [false; 3]);
    let broken = verdicts(|size, run| {
        // The same draws in another order.
        run.lanes[0].swap(0, 1);
        let honest = run.totals.logs.clone();
        log_again(size, run);
        assert_ne!(run.totals.logs, honest);
        run.totals.logs = honest;
    });
    assert_eq!(broken, [false; 3]);
}

#[test]
fn every_cell_of_a_lane_is_bound() {
    // Free are the salt, and a row's cells that no gate reads: none.
    for layout in LAYOUTS {
        let size = size(layout);
        let run = Run::new(&size);
        for i in 0..48 {
            let columns = if layout == Layout::Squares { 6 } else { 3 };
            let column = i % (columns * size.lanes);
            let row = i * 2_654_435_761 % size.rows();
            let mut circuit = MerkleCircuit::new(size, run.clone());
            circuit.altered = vec![(column, row, Fr::from(0x0a17))];
            assert!(!holds(circuit), "{layout:?}: column {column}, row {row}");
        }
    }
}
