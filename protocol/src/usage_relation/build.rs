//! From a run to its witness and commitments.

use super::inputs::Chunks;
use super::{
    BuildError, ChunkOwner, Column, Draw, RunArtefacts, RunInputs, Slot, Source, SourceTranche,
    TableChunk, UsageWitness,
};
use crate::chunk_index::{self, ChunkIndexRoot};
use crate::log::{self, LogRoot};
use crate::registry::RegistryRoot;
use crate::salt::{OrderLabel, SaltLabel};
use crate::shape::Shape;
use crate::tranche::{PrivateTranche, TrancheKind};
use crate::usage::UsageError;
use alloc::vec::Vec;

/// Index of a source that was drawn from, and the slot it has.
type DrawnSource = (usize, ChunkOwner);

/// Place of a chunk that was touched but has none yet.
const TOUCHED: u32 = u32::MAX - 1;
/// Place of a chunk that was not touched.
const UNTOUCHED: u32 = u32::MAX;

impl UsageWitness {
    /// Makes the witness and the commitments of a run from its draws, which are gone through twice.
    ///
    /// Memory is bounded by the draws (4 bytes each) and the touched chunks; columns are borrowed, and one units tree is alive at a time.
    ///
    /// # Errors
    /// [`BuildError`] when the run has no witness of this shape.
    pub fn build<I>(
        shape: &Shape,
        inputs: &RunInputs<'_>,
        draws: I,
    ) -> Result<(Self, RunArtefacts), BuildError>
    where
        I: IntoIterator<Item = Draw> + Clone,
    {
        if !shape.is_valid() {
            return Err(BuildError::InvalidShape);
        }
        check_sources(inputs)?;
        let (mut table, count) = touch(shape, inputs.sources, draws.clone())?;
        let (slots, drawn) = slots(shape, inputs, &table)?;
        let mut places = place(shape, inputs, &drawn, &mut table)?;

        let mut positions = Vec::with_capacity(count);
        let size = shape.records_per_chunk();
        for (row, draw) in (0..).zip(draws) {
            let (chunk, offset) = (draw.record as usize / size, draw.record as usize % size);
            let place = table
                .get(draw.source as usize)
                .and_then(|chunks| chunks.get(chunk));
            let entry =
                place.and_then(|place| Some((*place as usize, places.get_mut(*place as usize)?)));
            let (place, entry) = entry.ok_or(BuildError::DrawsChanged { row })?;
            entry.multiplicities[offset] += 1;
            positions.push(shape.position(place, offset));
        }
        if positions.len() != count {
            return Err(BuildError::DrawsChanged {
                row: positions.len().min(count) as u64,
            });
        }

        let seed = inputs.seed;
        let unit = inputs.sources[0].contents().unit;
        let private = inputs
            .sources
            .iter()
            .find_map(|source| match source.tranche {
                SourceTranche::Private(private) => Some(*private),
                SourceTranche::Registered { .. } => None,
            });
        let witness = Self {
            log_salts: seed.salts(SaltLabel::Log, log::leaf_count(shape, count)),
            chunk_index_salts: seed
                .salts(SaltLabel::ChunkIndex, chunk_index::leaf_count(places.len())),
            run_salt: seed.salt(SaltLabel::Run, 0),
            usage_salts: seed.salts(SaltLabel::Usage, shape.slots()),
            unregistered_salt: seed.salt(SaltLabel::Unregistered, 0),
            usage_order: seed.order(OrderLabel::Usage, shape.slots()),
            private: private.unwrap_or_else(|| {
                PrivateTranche::absent(shape, unit, seed.salt(SaltLabel::Private, 0))
            }),
            draws: positions,
            places,
            slots,
            order: inputs.order,
            trace_root: inputs.trace_root,
        };
        let artefacts = witness.commit(shape, inputs.registry.root())?;
        Ok((witness, artefacts))
    }

    fn commit(
        &self,
        shape: &Shape,
        registry_root: RegistryRoot,
    ) -> Result<RunArtefacts, BuildError> {
        let log = self.log_tree(shape).map_err(|_| BuildError::TooManyDraws {
            max: shape.max_draws(),
        })?;
        let positions = BuildError::TooManyPositions {
            places: self.places.len(),
            max: shape.max_places(),
        };
        let entries = self.entries().ok_or(positions)?;
        let chunk_index = self
            .chunk_index_tree(shape, &entries)
            .map_err(|_| positions)?;
        let run = self.run_opening(
            LogRoot::from_felt(log.root()),
            ChunkIndexRoot::from_felt(chunk_index.root()),
        );
        let usage = self.usage_opening().ok_or(UsageError::TooMuch)?;
        let usage_commitment = usage.commitment(shape)?;
        let run_commitment = run.commitment();
        Ok(RunArtefacts {
            run,
            run_commitment,
            log,
            entries,
            chunk_index,
            usage,
            usage_commitment,
            registry_root,
        })
    }
}

fn check_sources(inputs: &RunInputs<'_>) -> Result<(), BuildError> {
    let mut private = false;
    for (tranche, source) in inputs.sources.iter().enumerate() {
        if source.contents().unit != inputs.sources[0].contents().unit {
            return Err(BuildError::MixedUnits { tranche });
        }
        match source.tranche {
            SourceTranche::Private(_) if private => {
                return Err(BuildError::SecondPrivate { tranche });
            }
            SourceTranche::Private(_) => private = true,
            SourceTranche::Registered {
                tranche: fields,
                registry_index,
            } => {
                let same = |other: &Source<'_>| matches!(other.tranche, SourceTranche::Registered { registry_index: i, .. } if i == registry_index);
                if inputs.sources[..tranche].iter().any(same) {
                    return Err(BuildError::GivenTwice { tranche });
                }
                let entry = inputs.registry.entries().get(registry_index as usize);
                if entry.is_none_or(|entry| entry.id != fields.id()) {
                    return Err(BuildError::NotRegistered {
                        tranche,
                        registry_index,
                    });
                }
            }
        }
        let (records, fits) = match source.units {
            Column::Ones => (
                source.contents().records as usize,
                source.contents().kind == TrancheKind::Uniform,
            ),
            Column::Units(column) | Column::Indexed(column, _) => (
                column.len(),
                source.contents().kind == TrancheKind::Weighted,
            ),
        };
        if !fits || records != source.contents().records as usize {
            return Err(BuildError::WrongColumn { tranche });
        }
    }
    Ok(())
}

/// Per source and chunk, whether a draw touched it; and the number of draws.
fn touch(
    shape: &Shape,
    sources: &[Source<'_>],
    draws: impl IntoIterator<Item = Draw>,
) -> Result<(Vec<Vec<u32>>, usize), BuildError> {
    let size = shape.records_per_chunk();
    let chunks = |source: &Source<'_>| alloc::vec![UNTOUCHED; (source.contents().records as usize).div_ceil(size)];
    let mut table: Vec<Vec<u32>> = sources.iter().map(chunks).collect();
    let mut row = 0u64;
    let max = shape.max_draws();
    for draw in draws {
        let tranche = draw.source;
        let Some(source) = sources.get(tranche as usize) else {
            return Err(BuildError::UnknownTranche {
                row,
                tranche,
                sources: sources.len(),
            });
        };
        let records = source.contents().records;
        if draw.record >= records {
            return Err(BuildError::RecordPastEnd {
                row,
                tranche,
                record: draw.record,
                records,
            });
        }
        if row == max {
            return Err(BuildError::TooManyDraws { max });
        }
        table[tranche as usize][draw.record as usize / size] = TOUCHED;
        row += 1;
    }
    if row == 0 {
        return Err(BuildError::NoDraws);
    }
    Ok((table, row as usize))
}

/// The active slots, and the sources drawn from in canonical order: by registry index, the private one last.
fn slots(
    shape: &Shape,
    inputs: &RunInputs<'_>,
    table: &[Vec<u32>],
) -> Result<(Vec<Slot>, Vec<DrawnSource>), BuildError> {
    let mut registered = Vec::new();
    let mut private = None;
    for (index, source) in inputs.sources.iter().enumerate() {
        if !table[index].contains(&TOUCHED) {
            continue;
        }
        match source.tranche {
            SourceTranche::Registered {
                tranche,
                registry_index,
            } => registered.push((registry_index, index, tranche)),
            SourceTranche::Private(_) => private = Some((index, ChunkOwner::Private)),
        }
    }
    let max = shape.slots();
    if registered.len() > max {
        return Err(BuildError::TooManyTranches {
            tranches: registered.len(),
            max,
        });
    }
    registered.sort_unstable_by_key(|(registry_index, ..)| *registry_index);
    let mut slots = Vec::with_capacity(registered.len());
    let mut drawn = Vec::with_capacity(registered.len() + 1);
    for (slot, (registry_index, index, tranche)) in registered.into_iter().enumerate() {
        let path = inputs.registry.path(registry_index);
        let registry_path = path.ok_or(BuildError::NotRegistered {
            tranche: index,
            registry_index,
        })?;
        slots.push(Slot {
            tranche: *tranche,
            registry_index,
            registry_path,
        });
        drawn.push((index, ChunkOwner::Slot(slot)));
    }
    drawn.extend(private);
    Ok((slots, drawn))
}

/// Gives every touched chunk its place, in the secret order, and writes the places into the table.
fn place(
    shape: &Shape,
    inputs: &RunInputs<'_>,
    drawn: &[DrawnSource],
    table: &mut [Vec<u32>],
) -> Result<Vec<TableChunk>, BuildError> {
    let touched = |chunks: &[u32]| chunks.iter().filter(|place| **place == TOUCHED).count();
    let count = table.iter().map(|chunks| touched(chunks)).sum();
    let max = shape.max_places();
    if count > max {
        return Err(BuildError::TooManyPositions { places: count, max });
    }
    // order[k] is the canonical number of the chunk at place k; its inverse gives a chunk its place.
    let mut place_of = alloc::vec![0; count];
    for (place, canonical) in inputs
        .seed
        .order(OrderLabel::Table, count)
        .into_iter()
        .enumerate()
    {
        place_of[canonical] = place;
    }
    let mut places: Vec<Option<TableChunk>> = alloc::vec![None; count];
    let mut canonical = 0;
    for (index, slot) in drawn {
        let chunks = Chunks::open(shape, *index, &inputs.sources[*index])?;
        for (chunk, entry) in table[*index]
            .iter_mut()
            .enumerate()
            .filter(|(_, entry)| **entry == TOUCHED)
        {
            let place = place_of[canonical];
            canonical += 1;
            *entry = place as u32;
            let path = chunks.path(chunk);
            places[place] = Some(TableChunk {
                slot: *slot,
                chunk: chunk as u32,
                units: chunks.cells(shape, chunk),
                multiplicities: alloc::vec![0; shape.records_per_chunk()],
                siblings: path.children,
                digits: path.digits,
            });
        }
    }
    Ok(places.into_iter().flatten().collect())
}
