//! The first phase of the usage circuit, clause by clause.
//!
//! | file | clauses |
//! |---|---|
//! | this | S1, S8: draws, table, public inputs |
//! | `cells` | what the parts hand to each other |
//! | `tranches` | S3 |
//! | `sums` | S4 |
//! | `table_chunks` | S2 |
//! | `commitments` | S5, S6, S7 |

mod cells;
mod commitments;
mod sums;
mod table_chunks;
mod tranches;

use crate::labels;

use cells::{Fill, PublicCells};
pub(crate) use cells::{SlotCells, TableChunkCells};

use super::config::UsageConfig;
use super::inputs::{UsageInputs, UsagePublic};
use super::params::UsageParams;
use crate::assignment::{Assignment, CellRef};
use crate::builder::CircuitBuilder;
use crate::chips::arith::ArithChip;
use crate::chips::machine::steps::MachineChip;

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
    let from = params.table_rows();
    let (arith, machine) = (&config.arith, &config.machine);
    let mut cs = CircuitBuilder::new(assignment, arith, machine, &config.range, from);
    cs.clause(labels::PUBLIC_INPUTS_ARE_BOUND);
    let mut row = 0;
    let [
        _context,
        registry_root,
        run_commitment,
        usage_commitment,
        unit,
        order,
    ] = public.to_array().map(|value| {
        let cell = cs.free(value);
        let input = CellRef::instance(config.instance, row);
        cs.copy(cell, input, labels::PUBLIC_INPUTS_ARE_BOUND);
        row += 1;
        cell
    });
    let mut fill = Fill {
        config,
        params,
        inputs,
        cs,
        public: PublicCells {
            registry_root,
            run_commitment,
            usage_commitment,
            unit,
            order,
        },
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
    let (arith, machine, range_rows) = fill.cs.finish();
    config.range.assign(assignment, range_rows);
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
        machine,
        arith,
    }
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
        let (config, draws) = (self.config, &self.inputs.draws);
        let assignment = self.cs.assignment();
        config.draws.assign(assignment, params.draw_rows(), draws);
        config.table.assign(assignment, chunk, &cells, &counts);
        if let Some(fold) = &config.units_fold {
            fold.assign_layout(assignment, params.table_rows());
        }
        config
            .positions
            .assign_layout(assignment, params.table_rows(), params.unit_lanes);
    }
}
