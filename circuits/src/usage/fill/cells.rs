//! What the first phase is filled from, and the cells that its parts hand to each other.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::tag::Tag;

use super::super::config::UsageConfig;
use super::super::inputs::UsageInputs;
use super::super::params::UsageParams;
use crate::assignment::CellRef;
use crate::builder::CircuitBuilder;
use crate::cells::{Bit, Digest, Ranged};
use crate::chips::machine::program::{Program, RATE};
use crate::chips::machine::steps::Hash;
use crate::field::to_halo;

/// Cells of a slot that the second phase needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotCells {
    /// Units root, or number of records in a uniform circuit: what chunks are keyed by.
    pub(crate) root: CellRef,
    /// Tranche id.
    pub(crate) id: Digest,
    /// Active table chunks that hold its chunks.
    pub(crate) table_chunks: CellRef,
    /// Units before the scale.
    pub(crate) raw: Ranged<48>,
    /// Draws.
    pub(crate) draws: Ranged<32>,
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
    pub(crate) private: Bit,
    pub(crate) active: Bit,
}

/// The first phase while it is filled.
pub(super) struct Fill<'a, 'c> {
    pub(super) config: &'c UsageConfig,
    pub(super) params: &'a UsageParams,
    pub(super) inputs: &'a UsageInputs,
    pub(super) cs: CircuitBuilder<'a, 'c>,
    pub(super) public: PublicCells,
}

/// The public inputs as cells.
#[derive(Clone, Copy)]
pub(super) struct PublicCells {
    pub(super) registry_root: CellRef,
    pub(super) run_commitment: CellRef,
    pub(super) usage_commitment: CellRef,
    pub(super) unit: CellRef,
    pub(super) order: CellRef,
}

/// A table chunk, with its entry of the chunk index.
pub(super) struct TableChunkEntry {
    pub(super) root: CellRef,
    pub(super) id: CellRef,
    pub(super) private: Bit,
    pub(super) active: Bit,
    pub(super) entry: [CellRef; 2],
}

/// The fields of a tranche that other clauses read.
pub(super) struct TrancheCells {
    pub(super) id: Hash,
    pub(super) units_root: CellRef,
    pub(super) unit: CellRef,
    pub(super) owner_rate: CellRef,
    pub(super) records: Ranged<32>,
    pub(super) scale: Ranged<24>,
    pub(super) kind: Bit,
}

pub(super) fn tag(tag: Tag) -> Fr {
    to_halo(&tag.felt())
}

/// The digest of a chunk of zeros.
pub(super) fn zero_chunk_digest(params: &UsageParams) -> Fr {
    let mut state = vec![Fr::ZERO; RATE + 1];
    state[RATE] = tag(Tag::UnitsChunk);
    for _ in 0..params.shape.blocks {
        state = Program::wide().run(&state).output;
    }
    state[0]
}
