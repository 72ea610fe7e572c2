//! From a run to its witness and commitments.

use super::{Place, PlaceSlot, Slot, UsageWitness};
use crate::arrangement::{self, PlaceEntry};
use crate::context::RunContext;
use crate::felt::Felt;
use crate::hash::wide_tree::{WidePath, WideTree};
use crate::log::{self, LogOrder};
use crate::registry::Registry;
use crate::run::RunOpening;
use crate::salt::{OrderLabel, RunSeed, SaltLabel};
use crate::shape::Shape;
use crate::statement::UsageStatement;
use crate::tranche::{Contents, Kind, PrivateTranche, Tranche};
use crate::units::{OnesTree, UnitsError, UnitsTree};
use crate::usage::{UsageError, UsageOpening};
use alloc::vec::Vec;
use core::fmt;

/// One draw of the log: a record of one of the run's sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Index into [`RunInputs::sources`].
    pub source: u32,
    /// Index of the record in the tranche.
    pub record: u32,
}

/// The units of a source's records.
#[derive(Clone, Copy)]
pub enum Column<'a> {
    /// A uniform tranche: every cell is 1.
    Ones,
    /// A weighted tranche: one cell a record; the units tree is built from it.
    Units(&'a [u32]),
    /// The same with its units tree, built before from the same column.
    Indexed(&'a [u32], &'a UnitsTree),
}

/// The tranche of a source.
#[derive(Clone, Copy)]
pub enum SourceTranche<'a> {
    /// A registered tranche and the index of its registration.
    Registered {
        /// The tranche.
        tranche: &'a Tranche,
        /// Index of the registration.
        registry_index: u32,
    },
    /// The tranche of all unregistered data; at most one source is it.
    Private(&'a PrivateTranche),
}

/// Something that the run could draw from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The tranche.
    pub tranche: SourceTranche<'a>,
    /// Its records' units.
    pub units: Column<'a>,
}

impl<'a> Source<'a> {
    fn contents(&self) -> &'a Contents {
        match self.tranche {
            SourceTranche::Registered { tranche, .. } => tranche.contents(),
            SourceTranche::Private(private) => private.contents(),
        }
    }
}

/// A run, as the builder of a witness needs it.
#[derive(Clone, Copy)]
pub struct RunInputs<'a> {
    /// What the run could draw from.
    pub sources: &'a [Source<'a>],
    /// The registry at the run's cut-off.
    pub registry: &'a Registry,
    /// The run's secret seed.
    pub seed: &'a RunSeed,
    /// Planned or consumed.
    pub order: LogOrder,
    /// Root over the checkpoints.
    pub trace_root: Felt,
}

/// A run that has no witness, and why. Rows count draws from 0, sources and slots from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The shape's sizes contradict each other.
    #[error("the shape is not valid")]
    InvalidShape,
    /// A log has at least one draw.
    #[error("the log has no draws")]
    NoDraws,
    /// A draw names a source that was not given.
    #[error("row {row}: draw names source {tranche}, there are {sources}")]
    UnknownTranche {
        /// Which draw.
        row: u64,
        /// The source named.
        tranche: u32,
        /// Sources given.
        sources: usize,
    },
    /// A draw names a record past the end of its tranche.
    #[error("row {row}: record {record} of source {tranche}, which has {records} records")]
    RecordPastEnd {
        /// Which draw.
        row: u64,
        /// The source.
        tranche: u32,
        /// The record named.
        record: u32,
        /// Records of the tranche.
        records: u32,
    },
    /// The log tree does not hold so many draws.
    #[error("more than {max} draws: split the run into segments")]
    TooManyDraws {
        /// Draws that a log holds.
        max: u64,
    },
    /// The table does not hold so many chunks.
    #[error("the run touches {places} chunks, a table holds {max}: split the run into segments")]
    TooManyPositions {
        /// Chunks touched.
        places: usize,
        /// Places of a table.
        max: usize,
    },
    /// More registered tranches than slots were drawn from.
    #[error(
        "the run draws from {tranches} registered tranches, at most {max} fit: split the run into segments"
    )]
    TooManyTranches {
        /// Registered tranches drawn from.
        tranches: usize,
        /// Slots.
        max: usize,
    },
    /// A source has another unit definition than the first.
    #[error("source {tranche} has another unit definition than source 0")]
    MixedUnits {
        /// The source.
        tranche: usize,
    },
    /// Two sources are the private tranche.
    #[error("source {tranche} is a second private tranche: put all unregistered data into one")]
    SecondPrivate {
        /// The second of them.
        tranche: usize,
    },
    /// Two sources are the same registration.
    #[error("source {tranche} is a registration given before")]
    GivenTwice {
        /// The second of them.
        tranche: usize,
    },
    /// The registry does not have the tranche at this index.
    #[error(
        "source {tranche} is not registered at index {registry_index}, at or before the cut-off"
    )]
    NotRegistered {
        /// The source.
        tranche: usize,
        /// The index named.
        registry_index: u32,
    },
    /// The column is not of the tranche's kind or length.
    #[error(
        "source {tranche}: the units column does not fit the tranche's kind or number of records"
    )]
    WrongColumn {
        /// The source.
        tranche: usize,
    },
    /// The column's root is not the tranche's.
    #[error("source {tranche}: the units column is not the one committed to")]
    WrongUnitsRoot {
        /// The source.
        tranche: usize,
    },
    /// The column cannot be that of a tranche.
    #[error("source {tranche}: {error}")]
    Units {
        /// The source.
        tranche: usize,
        /// What is wrong with it.
        error: UnitsError,
    },
    /// Units or draws pass the bounds of a usage vector.
    #[error("{0}")]
    Usage(#[from] UsageError),
}

/// What a run commits to, and its openings. Secret as a whole: redacted in `Debug`.
#[derive(Clone)]
pub struct RunArtefacts {
    /// Opening of the run commitment.
    pub run: RunOpening,
    /// Commitment to log, arrangement and trace.
    pub run_commitment: Felt,
    /// The tree over the draws; its leaves open for audits.
    pub log: WideTree,
    /// The active places, in table order.
    pub entries: Vec<PlaceEntry>,
    /// The tree over the places.
    pub arrangement: WideTree,
    /// Opening of the usage commitment: the usage vector, its salts and order.
    pub usage: UsageOpening,
    /// Commitment to the usage vector.
    pub usage_commitment: Felt,
    /// The registry root that the witness is under.
    pub registry_root: Felt,
}

impl RunArtefacts {
    /// The statement that a proof of this run makes in a context.
    #[must_use]
    pub fn statement(&self, context: &RunContext) -> UsageStatement {
        UsageStatement {
            context: context.felt(),
            registry_root: self.registry_root,
            run_commitment: self.run_commitment,
            usage_commitment: self.usage_commitment,
            unit: self.usage.vector.unit,
            order: self.run.order,
        }
    }
}

impl fmt::Debug for RunArtefacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunArtefacts(redacted)")
    }
}

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
        for draw in draws {
            let (chunk, offset) = (draw.record as usize / size, draw.record as usize % size);
            let place = table[draw.source as usize][chunk] as usize;
            places[place].multiplicities[offset] += 1;
            positions.push(shape.position(place, offset));
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
            arrangement_salts: seed.salts(
                SaltLabel::Arrangement,
                arrangement::leaf_count(places.len()),
            ),
            run_salt: seed.salt(SaltLabel::Run, 0),
            usage_salts: seed.salts(SaltLabel::Usage, shape.slots()),
            bucket_salt: seed.salt(SaltLabel::Bucket, 0),
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

    fn commit(&self, shape: &Shape, registry_root: Felt) -> Result<RunArtefacts, BuildError> {
        let log = self.log_tree(shape).map_err(|_| BuildError::TooManyDraws {
            max: shape.max_draws(),
        })?;
        let positions = BuildError::TooManyPositions {
            places: self.places.len(),
            max: shape.max_places(),
        };
        let entries = self.entries().ok_or(positions)?;
        let arrangement = self
            .arrangement_tree(shape, &entries)
            .map_err(|_| positions)?;
        let run = self.run_opening(log.root(), arrangement.root());
        let usage = self.usage_opening().ok_or(UsageError::TooMuch)?;
        let usage_commitment = usage.commitment(shape)?;
        let run_commitment = run.commitment();
        Ok(RunArtefacts {
            run,
            run_commitment,
            log,
            entries,
            arrangement,
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
                source.contents().kind == Kind::Uniform,
            ),
            Column::Units(column) | Column::Indexed(column, _) => {
                (column.len(), source.contents().kind == Kind::Weighted)
            }
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
) -> Result<(Vec<Slot>, Vec<(usize, PlaceSlot)>), BuildError> {
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
            SourceTranche::Private(_) => private = Some((index, PlaceSlot::Private)),
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
        drawn.push((index, PlaceSlot::Slot(slot)));
    }
    drawn.extend(private);
    Ok((slots, drawn))
}

/// Gives every touched chunk its place, in the secret order, and writes the places into the table.
fn place(
    shape: &Shape,
    inputs: &RunInputs<'_>,
    drawn: &[(usize, PlaceSlot)],
    table: &mut [Vec<u32>],
) -> Result<Vec<Place>, BuildError> {
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
    let mut places: Vec<Option<Place>> = alloc::vec![None; count];
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
            places[place] = Some(Place {
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

/// Chunks of one source, with the tree that opens them.
enum Chunks<'a> {
    Ones(OnesTree),
    Built(&'a [u32], UnitsTree),
    Given(&'a [u32], &'a UnitsTree),
}

impl<'a> Chunks<'a> {
    fn open(shape: &Shape, tranche: usize, source: &Source<'a>) -> Result<Self, BuildError> {
        let units = |error| BuildError::Units { tranche, error };
        let contents = source.contents();
        let (chunks, root) = match source.units {
            Column::Ones => {
                let tree = OnesTree::new(shape, u64::from(contents.records)).map_err(units)?;
                let root = tree.root();
                (Self::Ones(tree), root)
            }
            Column::Units(column) => {
                let tree = UnitsTree::of_column(shape, column).map_err(units)?;
                let root = tree.root();
                (Self::Built(column, tree), root)
            }
            Column::Indexed(column, tree) => (Self::Given(column, tree), tree.root()),
        };
        if root != contents.units_root {
            return Err(BuildError::WrongUnitsRoot { tranche });
        }
        Ok(chunks)
    }

    fn cells(&self, shape: &Shape, chunk: usize) -> Vec<u32> {
        match self {
            Self::Ones(tree) => tree.cells(chunk),
            Self::Built(column, _) | Self::Given(column, _) => {
                let size = shape.records_per_chunk();
                let end = column.len().min((chunk + 1) * size);
                let mut cells = column[chunk * size..end].to_vec();
                cells.resize(size, 0);
                cells
            }
        }
    }

    fn path(&self, chunk: usize) -> WidePath {
        match self {
            Self::Ones(tree) => tree.path(chunk),
            Self::Built(_, tree) => tree.path(chunk),
            Self::Given(_, tree) => tree.path(chunk),
        }
    }
}
