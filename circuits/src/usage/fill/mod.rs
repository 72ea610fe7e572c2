//! The first phase of the usage circuit, clause by clause.
//!
//! | file | clauses |
//! |---|---|
//! | this | S1, S8: draws, table, public inputs |
//! | `tranches` | S3 |
//! | `sums` | S4 |
//! | `places` | S2 |
//! | `commitments` | S5, S6, S7 |

mod commitments;
mod places;
mod sums;
mod tranches;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::config::UsageConfig;
use super::inputs::{UsageInputs, UsagePublic};
use super::params::UsageParams;
use crate::chips::arith::ArithChip;
use crate::chips::machine::program::{Program, RATE};
use crate::chips::machine::steps::{Hash, MachineChip};
use crate::chips::range::RangeQueue;
use crate::field::to_halo;
use crate::sheet::{Sheet, Spot};

/// Cells of a slot that the second phase needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotCells {
    /// Units root, or number of records in a uniform circuit: what chunks are keyed by.
    pub(crate) root: Spot,
    /// Tranche id.
    pub(crate) id: Spot,
    /// Active places that hold its chunks.
    pub(crate) places: Spot,
    /// Units before the scale.
    pub(crate) raw: Spot,
    /// Draws.
    pub(crate) draws: Spot,
    /// Units with the scale.
    pub(crate) units: Spot,
    /// What the slot's usage leaf must hold: id, owner and rate, amounts.
    pub(crate) leaf: [Spot; 3],
}

/// Cells of a place that the second phase needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaceCells {
    pub(crate) root: Spot,
    pub(crate) id: Spot,
    pub(crate) private: Spot,
    pub(crate) active: Spot,
}

/// What the first phase leaves for the second.
#[derive(Clone, Debug)]
pub struct FirstPhase<'a> {
    pub(crate) end: usize,
    pub(crate) range_rows: usize,
    /// The registered tranches' slots.
    pub(crate) slots: Vec<SlotCells>,
    /// The private tranche.
    pub(crate) private: SlotCells,
    pub(crate) places: Vec<PlaceCells>,
    pub(crate) leaves: Vec<[Spot; 3]>,
    pub(crate) length: Spot,
    pub(crate) machine: MachineChip<'a>,
    /// The arithmetic chip, kept for its clause labels.
    pub arith: ArithChip<'a>,
}

struct Fill<'a, 'c> {
    config: &'c UsageConfig,
    params: &'a UsageParams,
    inputs: &'a UsageInputs,
    sheet: &'a mut Sheet,
    arith: ArithChip<'c>,
    machine: MachineChip<'c>,
    queue: RangeQueue,
    public: [Spot; UsagePublic::LEN],
}

/// Fills the first phase.
pub fn first_phase<'c>(
    config: &'c UsageConfig,
    params: &UsageParams,
    inputs: &UsageInputs,
    public: &UsagePublic,
    sheet: &mut Sheet,
) -> FirstPhase<'c> {
    let end = config.frame.assign(sheet);
    config.mask.assign(sheet, inputs.mask_seed);
    let mut arith = ArithChip::new(&config.arith);
    arith.clause("S8 public inputs are bound");
    let mut row = 0;
    let public = public.to_vec();
    let public: [Spot; UsagePublic::LEN] = std::array::from_fn(|i| {
        let spot = arith.free(sheet, public[i]);
        sheet.copy(
            spot,
            Spot::instance(config.instance, row),
            "S8 public inputs are bound",
        );
        row += 1;
        spot
    });
    let from = params.table_rows();
    let mut fill = Fill {
        config,
        params,
        inputs,
        sheet,
        arith,
        machine: MachineChip::new(&config.machine),
        queue: RangeQueue::new(&config.range, from),
        public,
    };
    fill.draws_and_table();
    let chunks = if params.uniform {
        Vec::new()
    } else {
        fill.chunk_sponges()
    };
    let leaves = fill.log_sponges();
    let usage = fill.native_usage();
    let slots = fill.registered(&usage);
    let (private, bucket) = fill.private(usage.last().copied().unwrap_or_default());
    fill.total_units(&slots, &private);
    let places = fill.places(&chunks);
    let chunk_index_root = fill.arrangement(&places);
    let (log_root, length) = fill.log(&leaves);
    fill.run(log_root, length, chunk_index_root);
    let leaves = fill.usage(&slots, bucket);
    fill.machine.finish(fill.sheet);
    let range_rows = fill.queue.rows();
    config.range.assign(fill.sheet, range_rows);
    FirstPhase {
        end,
        range_rows,
        slots,
        private,
        places: places
            .into_iter()
            .map(|place| PlaceCells {
                root: place.root,
                id: place.id,
                private: place.private,
                active: place.active,
            })
            .collect(),
        leaves,
        length,
        machine: fill.machine,
        arith: fill.arith,
    }
}

struct ChunkIndexEntry {
    root: Spot,
    id: Spot,
    private: Spot,
    active: Spot,
    entry: [Spot; 2],
}

struct TrancheCells {
    id: Hash,
    units_root: Spot,
    unit: Spot,
    owner_rate: Spot,
    records: Spot,
    scale: Spot,
    kind: Spot,
}

impl Fill<'_, '_> {
    /// S1, S2, S5: draws, unit cells and multiplicities.
    fn draws_and_table(&mut self) {
        let params = self.params;
        let chunk = params.shape.records_per_chunk();
        let mut cells = vec![0u32; params.positions()];
        for (place, target) in self.inputs.places.iter().zip(cells.chunks_mut(chunk)) {
            for (cell, units) in target.iter_mut().zip(&place.units) {
                *cell = *units;
            }
        }
        let mut counts = vec![0u32; params.positions()];
        for draw in &self.inputs.draws {
            if let Some(count) = (*draw as usize)
                .checked_sub(1)
                .and_then(|position| counts.get_mut(position))
            {
                *count += 1;
            }
        }
        let config = self.config;
        config
            .draws
            .assign(self.sheet, params.draw_rows(), &self.inputs.draws);
        config.table.assign(self.sheet, chunk, &cells, &counts);
        if let Some(fold) = &config.units_fold {
            fold.assign_layout(self.sheet, params.table_rows());
        }
        config
            .positions
            .assign_layout(self.sheet, params.table_rows(), params.unit_lanes);
    }
}

fn tag(tag: Tag) -> Fr {
    to_halo(&tag.felt())
}

/// The digest of a chunk of zeros.
fn zero_chunk_digest(params: &UsageParams) -> Fr {
    let mut state = vec![Fr::ZERO; RATE + 1];
    state[RATE] = tag(Tag::UnitsChunk);
    for _ in 0..params.shape.blocks {
        state = Program::wide().run(&state).output;
    }
    state[0]
}
