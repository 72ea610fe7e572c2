//! A made-up run for the counting circuits.

use halo2curves::bn256::Fr;

use super::size::Size;

/// What a draw lane holds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Draw {
    /// Position in the table, from 1.
    pub(crate) position: u64,
    /// The tranche's number, from 1.
    pub(crate) slot: u64,
    /// Units of the record.
    pub(crate) units: u64,
}

/// A run of exactly the circuit's draws.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// Tranche and units by position, from position 1.
    pub(crate) table: Vec<[u64; 2]>,
    /// Draws, lane by lane in each row.
    pub(crate) draws: Vec<Draw>,
    /// How often each position is said to be drawn.
    pub(crate) multiplicities: Vec<u64>,
    /// Units by tranche.
    pub(crate) units: Vec<u64>,
    /// Draws by tranche.
    pub(crate) counts: Vec<u64>,
}

impl Run {
    /// A run over tranches of equal length whose draws jump through the table.
    pub(crate) fn new(size: &Size) -> Self {
        let records = size.rows() as u64;
        let table: Vec<[u64; 2]> = (0..records)
            .map(|record| {
                let slot = 1 + record * size.slots as u64 / records;
                [slot, 1 + record.wrapping_mul(2_654_435_761) % 4095]
            })
            .collect();
        let mut run = Self {
            multiplicities: vec![0; table.len()],
            units: vec![0; size.slots],
            counts: vec![0; size.slots],
            ..Self::default()
        };
        for i in 0..size.draws() as u64 {
            let record = (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % records) as usize;
            let [slot, units] = table[record];
            run.multiplicities[record] += 1;
            run.units[slot as usize - 1] += units;
            run.counts[slot as usize - 1] += 1;
            run.draws.push(Draw {
                position: record as u64 + 1,
                slot,
                units,
            });
        }
        run.table = table;
        run
    }

    /// The public columns: units and draws by tranche.
    pub(crate) fn instances(&self) -> Vec<Vec<Fr>> {
        [&self.units, &self.counts]
            .map(|values| values.iter().copied().map(Fr::from).collect())
            .to_vec()
    }
}
