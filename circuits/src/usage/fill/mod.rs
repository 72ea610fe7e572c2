//! The first phase of the usage circuit, clause by clause.
//!
//! | file | clauses |
//! |---|---|
//! | this | S1, S8: draws, table, public inputs |
//! | `tranches` | S3 |
//! | `sums` | S4 |
//! | `table_chunks` | S2 |
//! | `commitments` | S5, S6, S7 |

mod commitments;
mod sums;
mod table_chunks;
mod tranches;

use crate::labels;
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::config::UsageConfig;
use super::inputs::{UsageInputs, UsagePublic};
use super::params::UsageParams;
use crate::assignment::{Assignment, CellRef};
use crate::chips::arith::ArithChip;
use crate::chips::machine::program::{Program, RATE};
use crate::chips::machine::steps::{Hash, MachineChip};
use crate::chips::range::RangeQueue;
use crate::field::to_halo;

/// Cells of a slot that the second phase needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotCells {
    /// Units root, or number of records in a uniform circuit: what chunks are keyed by.
    pub(crate) root: CellRef,
    /// Tranche id.
    pub(crate) id: CellRef,
    /// Active table chunks that hold its chunks.
    pub(crate) table_chunks: CellRef,
    /// Units before the scale.
    pub(crate) raw: CellRef,
    /// Draws.
    pub(crate) draws: CellRef,
    /// Units with the scale.
    pub(crate) units: CellRef,
    /// What the slot's usage leaf must hold: id, owner and rate, amounts.
    pub(crate) leaf: [CellRef; 3],
}

/// Cells of a table chunk that the second phase needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableChunkCells {
    pub(crate) root: CellRef,
    pub(crate) id: CellRef,
    pub(crate) private: CellRef,
    pub(crate) active: CellRef,
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
    pub(crate) table_chunks: Vec<TableChunkCells>,
    pub(crate) leaves: Vec<[CellRef; 3]>,
    pub(crate) length: CellRef,
    pub(crate) machine: MachineChip<'a>,
    /// The arithmetic chip, kept for its clause labels.
    pub arith: ArithChip<'a>,
}

struct Fill<'a, 'c> {
    config: &'c UsageConfig,
    params: &'a UsageParams,
    inputs: &'a UsageInputs,
    assignment: &'a mut Assignment,
    arith: ArithChip<'c>,
    machine: MachineChip<'c>,
    queue: RangeQueue,
    public: [CellRef; UsagePublic::LEN],
}

/// Fills the first phase.
pub(crate) fn first_phase<'c>(
    config: &'c UsageConfig,
    params: &UsageParams,
    inputs: &UsageInputs,
    public: &UsagePublic,
    assignment: &mut Assignment,
) -> FirstPhase<'c> {
    let end = config.active_rows.assign(assignment);
    config.mask.assign(assignment, inputs.mask_seed);
    let mut arith = ArithChip::new(&config.arith);
    arith.clause(labels::PUBLIC_INPUTS_ARE_BOUND);
    let mut row = 0;
    let public = public.to_vec();
    let public: [CellRef; UsagePublic::LEN] = std::array::from_fn(|i| {
        let cell_ref = arith.free(assignment, public[i]);
        assignment.copy(
            cell_ref,
            CellRef::instance(config.instance, row),
            labels::PUBLIC_INPUTS_ARE_BOUND,
        );
        row += 1;
        cell_ref
    });
    let from = params.table_rows();
    let mut fill = Fill {
        config,
        params,
        inputs,
        assignment,
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
    let (private, unregistered_total) = fill.private(usage.last().copied().unwrap_or_default());
    fill.total_units(&slots, &private);
    let table_chunks = fill.table_chunks(&chunks);
    let chunk_index_root = fill.chunk_index(&table_chunks);
    let (log_root, length) = fill.log(&leaves);
    fill.run(log_root, length, chunk_index_root);
    let leaves = fill.usage(&slots, unregistered_total);
    fill.machine.finish(fill.assignment);
    let range_rows = fill.queue.rows();
    config.range.assign(fill.assignment, range_rows);
    FirstPhase {
        end,
        range_rows,
        slots,
        private,
        table_chunks: table_chunks
            .into_iter()
            .map(|table_chunk| TableChunkCells {
                root: table_chunk.root,
                id: table_chunk.id,
                private: table_chunk.private,
                active: table_chunk.active,
            })
            .collect(),
        leaves,
        length,
        machine: fill.machine,
        arith: fill.arith,
    }
}

struct TableChunkEntry {
    root: CellRef,
    id: CellRef,
    private: CellRef,
    active: CellRef,
    entry: [CellRef; 2],
}

struct TrancheCells {
    id: Hash,
    units_root: CellRef,
    unit: CellRef,
    owner_rate: CellRef,
    records: CellRef,
    scale: CellRef,
    kind: CellRef,
}

impl Fill<'_, '_> {
    /// S1, S2, S5: draws, unit cells and multiplicities.
    fn draws_and_table(&mut self) {
        let params = self.params;
        let chunk = params.shape.records_per_chunk();
        let mut cells = vec![0u32; params.positions()];
        for (table_chunk, target) in self.inputs.table_chunks.iter().zip(cells.chunks_mut(chunk)) {
            for (cell, units) in target.iter_mut().zip(&table_chunk.units) {
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
            .assign(self.assignment, params.draw_rows(), &self.inputs.draws);
        config.table.assign(self.assignment, chunk, &cells, &counts);
        if let Some(fold) = &config.units_fold {
            fold.assign_layout(self.assignment, params.table_rows());
        }
        config
            .positions
            .assign_layout(self.assignment, params.table_rows(), params.unit_lanes);
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
