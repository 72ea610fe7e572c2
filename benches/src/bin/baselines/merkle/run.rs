//! A made-up run for the Merkle circuit: tranches as trees, and draws with their paths.

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rayon::prelude::*;

use super::size::{INDEX_BITS, Size};
use crate::poseidon;

/// One draw with its opening.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draw {
    /// The tranche's number, from 1.
    pub(crate) slot: u64,
    /// The record.
    pub(crate) index: u64,
    /// Its units.
    pub(crate) units: u64,
    /// Siblings from the leaf up.
    pub(crate) siblings: Vec<Fr>,
}

impl Draw {
    /// The draw as the log holds it.
    pub(crate) fn code(&self) -> Fr {
        Fr::from(self.slot << INDEX_BITS | self.index)
    }
}

/// What is public.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    /// Units roots by tranche.
    pub(crate) roots: Vec<Fr>,
    /// Units by tranche.
    pub(crate) units: Vec<u64>,
    /// Draws by tranche.
    pub(crate) draws: Vec<u64>,
    /// Log digests by lane.
    pub(crate) logs: Vec<Fr>,
}

/// A run of exactly the circuit's draws.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// Draws by lane, in the order of the log.
    pub(crate) lanes: Vec<Vec<Draw>>,
    /// Salts of the lanes' logs.
    pub(crate) salts: Vec<Fr>,
    /// What it adds up to.
    pub(crate) totals: Totals,
}

/// Nodes of a tree in which only some records are known to weigh anything, by level and index.
type Nodes = HashMap<(usize, u64), Fr>;

fn units_of(index: u64) -> u64 {
    1 + index.wrapping_mul(2_654_435_761) % 4095
}

/// The nodes above some leaves; every other leaf is zero.
fn tree(height: usize, leaves: &[u64]) -> (Nodes, Vec<Fr>) {
    let mut empty = vec![Fr::ZERO];
    for level in 0..height {
        empty.push(poseidon::hash(empty[level], empty[level]));
    }
    let mut nodes = Nodes::new();
    let mut row: Vec<u64> = leaves.to_vec();
    row.sort_unstable();
    row.dedup();
    for index in &row {
        nodes.insert((0, *index), Fr::from(units_of(*index)));
    }
    for (level, empty) in empty.iter().enumerate().take(height) {
        row = row.iter().map(|index| index >> 1).collect();
        row.dedup();
        let child = |index: u64| nodes.get(&(level, index)).copied().unwrap_or(*empty);
        let above: Vec<Fr> = row
            .par_iter()
            .map(|index| poseidon::hash(child(index << 1), child(index << 1 | 1)))
            .collect();
        nodes.extend(row.iter().map(|index| (level + 1, *index)).zip(above));
    }
    (nodes, empty)
}

impl Run {
    /// A run that fills a size: its draws jump through all tranches and records.
    pub(crate) fn new(size: &Size) -> Self {
        let records = 1u64 << size.height;
        let mut draws: Vec<Draw> = (0..size.draws() as u64)
            .map(|i| Draw {
                slot: 1 + i % size.slots as u64,
                index: i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % records,
                ..Draw::default()
            })
            .collect();
        let mut totals = Totals::default();
        for slot in 1..=size.slots as u64 {
            let of_slot = |draw: &&Draw| draw.slot == slot;
            let leaves: Vec<u64> = draws
                .iter()
                .filter(of_slot)
                .map(|draw| draw.index)
                .collect();
            let (nodes, empty) = tree(size.height, &leaves);
            let node = |level: usize, index: u64| {
                nodes.get(&(level, index)).copied().unwrap_or(empty[level])
            };
            totals.roots.push(node(size.height, 0));
            let mut units = 0;
            for draw in draws.iter_mut().filter(|draw| draw.slot == slot) {
                draw.units = units_of(draw.index);
                units += draw.units;
                let sibling = |level: usize| node(level, draw.index >> level ^ 1);
                draw.siblings = (0..size.height).map(sibling).collect();
            }
            totals.units.push(units);
            totals.draws.push(leaves.len() as u64);
        }
        let salts: Vec<Fr> = (0..size.lanes)
            .map(|lane| Fr::from(lane as u64 + 0x5a17).square())
            .collect();
        let lanes: Vec<Vec<Draw>> = draws
            .chunks(size.lane_draws())
            .map(<[Draw]>::to_vec)
            .collect();
        totals.logs = lanes
            .iter()
            .zip(&salts)
            .map(|(draws, salt)| log(size, draws, *salt)[0][0])
            .collect();
        Self {
            lanes,
            salts,
            totals,
        }
    }

    /// The public columns: roots, units and draws from the row of the first tranche on, and log digests.
    pub(crate) fn instances(&self, size: &Size) -> Vec<Vec<Fr>> {
        let below = |values: Vec<Fr>| {
            let mut column = vec![Fr::ZERO; size.first_slot()];
            column.extend(values);
            column
        };
        let felts = |values: &[u64]| values.iter().copied().map(Fr::from).collect();
        vec![
            below(self.totals.roots.clone()),
            below(felts(&self.totals.units)),
            below(felts(&self.totals.draws)),
            self.totals.logs.clone(),
        ]
    }
}

/// A lane's log: by pack the digest, what is hashed from the left and the right. The last pack takes the salt, each other one the digest of the next.
pub(crate) fn log(size: &Size, draws: &[Draw], salt: Fr) -> Vec<[Fr; 3]> {
    let mut hashes = Vec::new();
    let mut left = salt;
    for draws in draws.chunks(size.pack).rev() {
        let right = packs(draws)[0];
        let digest = poseidon::hash(left, right);
        hashes.push([digest, left, right]);
        left = digest;
    }
    hashes.reverse();
    hashes
}

/// The pack of a pack's draws from each on.
pub(crate) fn packs(draws: &[Draw]) -> Vec<Fr> {
    let shift = tranche_circuits::field::power_of_two(super::size::DRAW_BITS);
    let mut pack = Fr::ZERO;
    let mut packs: Vec<Fr> = draws
        .iter()
        .rev()
        .map(|draw| {
            pack = pack * shift + draw.code();
            pack
        })
        .collect();
    packs.reverse();
    packs
}
