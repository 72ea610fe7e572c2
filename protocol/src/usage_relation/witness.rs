//! The private side of the usage relation.

use crate::chunk_index::{ChunkIndexEntry, ChunkIndexRoot, chunk_index_tree};
use crate::felt::Felt;
use crate::hash::TreeFull;
use crate::hash::poseidon2_t16::ARITY;
use crate::hash::tree15::Tree15;
use crate::log::{LogOrder, LogRoot, log_tree};
use crate::run::RunOpening;
use crate::salt::Salt;
use crate::shape::Shape;
use crate::trace::TraceRoot;
use crate::tranche::{PrivateTranche, Tranche, TrancheId};
use crate::usage::{Amounts, UsageEntry, UsageOpening, UsageVector};
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroize;

/// Whose chunk an active place holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChunkOwner {
    /// The tranche of this slot.
    Slot(usize),
    /// The private tranche: unregistered data.
    Private,
}

/// An active place of the table: one chunk, its opening under the units root, and how often each record was drawn.
#[derive(Clone, PartialEq, Eq)]
pub struct TableChunk {
    /// Whose chunk.
    pub slot: ChunkOwner,
    /// Index of the chunk in its tranche.
    pub chunk: u32,
    /// Unit cells, `records_per_chunk` of them; the scale is not applied, cells past the last record are 0.
    pub units: Vec<u32>,
    /// Draws of each record of the chunk.
    pub multiplicities: Vec<u32>,
    /// Per level from the chunk up, the fifteen children of the node.
    pub siblings: Vec<[Felt; ARITY]>,
    /// Per level, which child the path goes through.
    pub digits: Vec<u8>,
}

/// An active slot: a registered tranche that the run drew from.
#[derive(Clone, PartialEq, Eq)]
pub struct Slot {
    /// All fields of the tranche.
    pub tranche: Tranche,
    /// Index of its registration.
    pub registry_index: u32,
    /// Siblings from the registration's leaf to the registry root.
    pub registry_path: Vec<Felt>,
}

/// The private side of the usage relation. Secret: redacted in `Debug`, wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct UsageWitness {
    /// The L draws in order, as positions of the table, 1 and up.
    pub draws: Vec<u32>,
    /// The active places; all later places of the table are inactive.
    pub places: Vec<TableChunk>,
    /// The active slots, registry indices strictly increasing; all later slots are inactive.
    pub slots: Vec<Slot>,
    /// The tranche of unregistered data; [`PrivateTranche::absent`] when there is none.
    pub private: PrivateTranche,
    /// Planned or consumed.
    pub order: LogOrder,
    /// Root over the checkpoints.
    pub trace_root: TraceRoot,
    /// Salt of each log leaf with draws.
    pub log_salts: Vec<Salt>,
    /// Salt of each chunk-index leaf with active places.
    pub chunk_index_salts: Vec<Salt>,
    /// Salt of the run commitment.
    pub run_salt: Salt,
    /// Salt of each leaf of the usage tree, by leaf.
    pub usage_salts: Vec<Salt>,
    /// Salt of unregistered data.
    pub unregistered_salt: Salt,
    /// `usage_order[k]` is the slot, active or not, that stands at leaf k of the usage tree.
    pub usage_order: Vec<usize>,
}

impl UsageWitness {
    /// The entries of the active places, in table order; `None` when a place names a slot that is not there.
    #[must_use]
    pub fn entries(&self) -> Option<Vec<ChunkIndexEntry>> {
        let ids: Vec<TrancheId> = self.slots.iter().map(|slot| slot.tranche.id()).collect();
        let private_id = self.private.id();
        let entry = |place: &TableChunk| {
            let (tranche_id, private) = match place.slot {
                ChunkOwner::Slot(slot) => (*ids.get(slot)?, false),
                ChunkOwner::Private => (private_id, true),
            };
            Some(ChunkIndexEntry {
                tranche_id,
                private,
                chunk: place.chunk,
            })
        };
        self.places.iter().map(entry).collect()
    }

    /// The tree over the draws.
    ///
    /// # Errors
    /// [`TreeFull`] when there are too many.
    pub fn log_tree(&self, shape: &Shape) -> Result<Tree15, TreeFull> {
        log_tree(shape, &self.draws, &self.log_salts)
    }

    /// The tree over `entries`, which are [`UsageWitness::entries`].
    ///
    /// # Errors
    /// [`TreeFull`] when there are too many.
    pub fn chunk_index_tree(
        &self,
        shape: &Shape,
        entries: &[ChunkIndexEntry],
    ) -> Result<Tree15, TreeFull> {
        chunk_index_tree(shape, entries, &self.chunk_index_salts)
    }

    /// The opening of the run commitment with these roots.
    #[must_use]
    pub fn run_opening(&self, log_root: LogRoot, chunk_index_root: ChunkIndexRoot) -> RunOpening {
        RunOpening {
            salt: self.run_salt,
            log_root,
            draws: self.draws.len() as u64,
            order: self.order,
            chunk_index_root,
            trace_root: self.trace_root,
        }
    }

    /// Units and draws of a slot or of unregistered data, wide enough not to wrap: Σ m·u·scale and Σ m.
    #[must_use]
    pub fn sums(&self, of: ChunkOwner) -> (u128, u128) {
        let scale = match of {
            ChunkOwner::Slot(slot) => self
                .slots
                .get(slot)
                .map_or(0, |slot| slot.tranche.contents().scale),
            ChunkOwner::Private => self.private.contents().scale,
        };
        let places = self.places.iter().filter(|place| place.slot == of);
        let cells = places.flat_map(|place| place.units.iter().zip(&place.multiplicities));
        cells.fold((0, 0), |(units, draws), (unit, m)| {
            let (unit, m) = (u128::from(*unit), u128::from(*m));
            (units + unit * m * u128::from(scale), draws + m)
        })
    }

    /// The usage vector; `None` when a sum passes 64 bits.
    #[must_use]
    pub fn usage_vector(&self) -> Option<UsageVector> {
        let amounts = |of| {
            let (units, draws) = self.sums(of);
            Some(Amounts {
                units: units.try_into().ok()?,
                draws: draws.try_into().ok()?,
            })
        };
        let entry = |(index, slot): (usize, &Slot)| {
            Some(UsageEntry {
                tranche_id: slot.tranche.id(),
                owner: slot.tranche.owner(),
                rate: slot.tranche.rate(),
                amounts: amounts(ChunkOwner::Slot(index))?,
            })
        };
        Some(UsageVector {
            unit: self.private.contents().unit,
            slots: self
                .slots
                .iter()
                .enumerate()
                .map(entry)
                .collect::<Option<_>>()?,
            unregistered: amounts(ChunkOwner::Private)?,
        })
    }

    /// All that opens the usage commitment; `None` when a sum passes 64 bits.
    #[must_use]
    pub fn usage_opening(&self) -> Option<UsageOpening> {
        Some(UsageOpening {
            vector: self.usage_vector()?,
            salts: self.usage_salts.clone(),
            unregistered_salt: self.unregistered_salt,
            order: self.usage_order.clone(),
        })
    }
}

impl fmt::Debug for UsageWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UsageWitness(redacted)")
    }
}

impl Drop for UsageWitness {
    fn drop(&mut self) {
        self.draws.zeroize();
        self.log_salts.zeroize();
        self.chunk_index_salts.zeroize();
        self.run_salt.zeroize();
        self.usage_salts.zeroize();
        self.unregistered_salt.zeroize();
        self.usage_order.zeroize();
        self.trace_root.zeroize();
        self.private.zeroize();
        for place in &mut self.places {
            place.chunk.zeroize();
            place.units.zeroize();
            place.multiplicities.zeroize();
            place.siblings.zeroize();
        }
        for slot in &mut self.slots {
            slot.registry_index.zeroize();
            slot.registry_path.zeroize();
        }
    }
}
