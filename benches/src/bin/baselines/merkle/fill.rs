//! Fills the Merkle circuit.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;
use tranche_circuits::field::batch_invert;

use super::config::MerkleConfig;
use super::run::{Draw, Run, log, packs};
use super::size::Size;
use crate::grid::Grid;
use crate::poseidon::{Form, Layout};

impl MerkleConfig {
    /// Fills the fixed columns.
    pub(crate) fn fill_fixed(&self, grid: &mut Grid, size: &Size) {
        let selectors = &self.selectors;
        grid.fix(selectors.first, 0, Fr::ONE);
        for row in 0..size.rows() {
            grid.fix(selectors.active, row, Fr::ONE);
        }
        for slot in 0..size.slots {
            let row = size.first_slot() + slot;
            grid.fix(selectors.number, row, Fr::from(slot as u64 + 1));
            grid.fix(selectors.sign, row, -Fr::ONE);
        }
        let rows = size.layout.rows();
        let constants = size.layout.constants();
        for pack in 0..size.packs {
            let first = size.pack_row(pack);
            grid.fix(selectors.log, first, Fr::ONE);
            if pack + 1 < size.packs {
                grid.fix(selectors.chained, first, Fr::ONE);
            }
            self.fill_hash(grid, size, &constants, first);
            grid.fix(selectors.logged, first + rows - 1, Fr::ONE);
            for path in 0..size.pack {
                let head = size.head(pack, path);
                grid.fix(selectors.head, head, Fr::ONE);
                if path + 1 < size.pack {
                    grid.fix(selectors.more, head, Fr::ONE);
                }
                for lane in 0..size.lanes {
                    grid.fix(selectors.sign, head + 1 + lane, Fr::ONE);
                }
                for level in 0..size.height {
                    let above = head + level * rows;
                    if level > 0 {
                        grid.fix(selectors.link, above, Fr::ONE);
                    }
                    if level + 1 < size.height {
                        grid.fix(selectors.below_top, above, Fr::ONE);
                    }
                    self.fill_hash(grid, size, &constants, above + 1);
                }
                grid.fix(selectors.top, head + size.height * rows, Fr::ONE);
            }
        }
    }

    fn fill_hash(&self, grid: &mut Grid, size: &Size, constants: &[[Fr; 3]], first: usize) {
        let selectors = &self.selectors;
        for (i, constants) in constants.iter().enumerate() {
            let row = first + i;
            let form = size.layout.form(i);
            let kind = match form {
                Form::Full => selectors.full,
                Form::Partial => selectors.partial,
            };
            grid.fix(kind, row, Fr::ONE);
            let boxes = form == Form::Full || size.layout == Layout::Rounds;
            if i > 0 {
                // What lane 0 takes from three partial rounds is the third S-box's, by the selector of partial rows.
                if boxes {
                    grid.fix(selectors.first_box, row, Fr::ONE);
                }
                let to = if boxes {
                    selectors.to_state
                } else {
                    selectors.to_boxes
                };
                grid.fix(to, row - 1, Fr::ONE);
                for (column, constant) in selectors.constants.iter().zip(constants) {
                    grid.fix(*column, row, *constant);
                }
            }
        }
    }

    /// Fills the lanes.
    pub(crate) fn fill_lanes(&self, grid: &mut Grid, size: &Size, run: &Run) {
        let filled: Vec<[Vec<Fr>; 3]> = (0..size.lanes)
            .into_par_iter()
            .map(|lane| fill_lane(size, run, lane))
            .collect();
        for (lane, values) in filled.into_iter().enumerate() {
            for (i, values) in values.into_iter().enumerate() {
                if let Some(squares) = self.squares.get(lane) {
                    grid.put(squares[i], values.iter().map(Field::square).collect());
                }
                grid.put(self.lanes[lane][i], values);
            }
        }
    }

    /// Fills fractions and their sum, from what the lanes hold.
    pub(crate) fn fill_totals(
        &self,
        grid: &mut Grid,
        size: &Size,
        run: &Run,
        [theta, eta, kappa, _]: [Fr; 4],
    ) {
        let mut fractions: Vec<(usize, Fr)> = Vec::new();
        let mut poles = Vec::new();
        for pack in 0..size.packs {
            for path in 0..size.pack {
                let head = size.head(pack, path);
                for (lane, [root, units, _]) in self.lanes.iter().enumerate() {
                    let slot = run.lanes[lane][pack * size.pack + path].slot;
                    poles.push(theta - Fr::from(slot) - eta * grid.get(*root, head));
                    fractions.push((head + 1 + lane, grid.get(*units, head) + kappa));
                }
            }
        }
        let totals = &run.totals;
        for slot in 0..size.slots {
            poles.push(theta - Fr::from(slot as u64 + 1) - eta * totals.roots[slot]);
            let [units, draws] = [totals.units[slot], totals.draws[slot]].map(Fr::from);
            fractions.push((size.first_slot() + slot, units + kappa * draws));
        }
        batch_invert(&mut poles);
        for ((row, numerator), inverse) in fractions.into_iter().zip(poles) {
            grid.set(self.fraction, row, numerator * inverse);
        }
        let mut sum = Fr::ZERO;
        for row in 0..size.rows() {
            let sign = grid.fixed(self.selectors.sign, row);
            sum += sign * grid.get(self.fraction, row);
            grid.set(self.sum, row + 1, sum);
        }
    }
}

fn fill_lane(size: &Size, run: &Run, lane: usize) -> [Vec<Fr>; 3] {
    let mut columns = [(); 3].map(|()| vec![Fr::ZERO; size.rows()]);
    let mut put = |row: usize, cells: [Fr; 3]| {
        for (column, cell) in columns.iter_mut().zip(cells) {
            column[row] = cell;
        }
    };
    let draws = &run.lanes[lane];
    let logs = log(size, draws, run.salts[lane]);
    for (pack, [digest, left, right]) in logs.into_iter().enumerate() {
        let first = size.pack_row(pack);
        let trace = size.layout.trace(left, right);
        for (i, mut cells) in trace.rows.into_iter().enumerate() {
            if i == 0 {
                cells[0] = digest;
            }
            put(first + i, cells);
        }
        let draws = &draws[pack * size.pack..(pack + 1) * size.pack];
        for (path, (draw, pack_from)) in draws.iter().zip(packs(draws)).enumerate() {
            let head = size.head(pack, path);
            let root = fill_path(size, draw, |row, cells| put(head + row, cells));
            put(head, [root, Fr::from(draw.units), pack_from]);
        }
    }
    columns
}

/// Fills the hashes of a path, rows counted from its head; returns the root.
pub(super) fn fill_path(size: &Size, draw: &Draw, mut put: impl FnMut(usize, [Fr; 3])) -> Fr {
    let mut node = Fr::from(draw.units);
    for (level, sibling) in draw.siblings.iter().enumerate() {
        let rest = draw.index >> level;
        let [left, right] = if rest & 1 == 1 {
            [*sibling, node]
        } else {
            [node, *sibling]
        };
        let trace = size.layout.trace(left, right);
        for (i, mut cells) in trace.rows.into_iter().enumerate() {
            if i == 0 {
                cells[0] = Fr::from(rest);
            }
            put(1 + level * size.layout.rows() + i, cells);
        }
        node = trace.digest;
    }
    node
}
