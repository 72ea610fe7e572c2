//! A made-up run of a given size, the same for the same numbers. It measures cost; it stands for no data.

use rayon::prelude::*;
use tranche_protocol::address::Address;
use tranche_protocol::claims::{ClaimRequest, Precision, disclose};
use tranche_protocol::clause::ClauseViolation;
use tranche_protocol::context::{Basis, PayRule, Remainder, RunContext};
use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::Registry;
use tranche_protocol::salt::RunSeed;
use tranche_protocol::sample;
use tranche_protocol::shape::Shape;
use tranche_protocol::statement::{DisclosureStatement, UsageStatement};
use tranche_protocol::tranche::Tranche;
use tranche_protocol::usage::UsageOpening;
use tranche_protocol::usage_relation::{
    BuildError, Column, Draw, RunArtefacts, RunInputs, Source, SourceTranche, UsageWitness,
};

/// Sizes of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkloadSize {
    /// Draws of the run.
    pub draws: usize,
    /// Records of all tranches together.
    pub records: usize,
    /// Tranches, at most 64.
    pub tranches: usize,
    /// Whether every record weighs the same.
    pub uniform: bool,
}

/// What is around a run: it changes nothing of what the run draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Registered tranches that the run does not draw from.
    pub strangers: usize,
    /// Records of each tranche, after those drawn, that the run does not draw.
    pub untouched: usize,
}

/// An odd number: its multiples run through all numbers of 32 bits.
const SPREAD: u32 = 2_654_435_761;

/// A registry, tranches and their columns.
#[derive(Debug)]
pub struct Workload {
    size: WorkloadSize,
    /// The first record of each tranche among those drawn, and their end.
    bounds: Vec<usize>,
    strangers: usize,
    registry: Registry,
    tranches: Vec<(Tranche, Vec<u32>)>,
}

impl Workload {
    /// The workload of a size: tranches of equal length whose units run through 1 … 4095.
    ///
    /// # Panics
    /// When the sizes do not fit the standard shape.
    pub fn new(size: WorkloadSize) -> Self {
        let cut = |i: usize| size.records * i / size.tranches;
        let bounds = (0..=size.tranches).map(cut).collect();
        Self::cut(size, bounds, Surroundings::default(), |record| {
            1 + record.wrapping_mul(SPREAD) % 4095
        })
    }

    /// The workload of a size whose tranches are cut between chunks, so that `records` records are exactly `records / 1,490` chunks, rounded up. Units
    /// run through 1 … 2^24 − 1, so that every cell of a unit is in use.
    ///
    /// # Panics
    /// When the sizes do not fit the standard shape, or there are more tranches than chunks.
    pub fn by_chunks(size: WorkloadSize, surroundings: Surroundings) -> Self {
        let chunk = Shape::STANDARD.records_per_chunk();
        let chunks = size.records.div_ceil(chunk);
        let cut = |i: usize| (chunks * i / size.tranches * chunk).min(size.records);
        let bounds = (0..=size.tranches).map(cut).collect();
        Self::cut(size, bounds, surroundings, |record| {
            1 + (record.wrapping_mul(SPREAD) >> 8) % 0xff_ffff
        })
    }

    fn cut(
        size: WorkloadSize,
        bounds: Vec<usize>,
        surroundings: Surroundings,
        units: fn(u32) -> u32,
    ) -> Self {
        let shape = Shape::STANDARD;
        let mut registry = Registry::new(&shape);
        for tranche in strangers(surroundings.strangers) {
            registry
                .append(&tranche)
                .expect("the registry has room for the strangers");
        }
        let tranches: Vec<(Tranche, Vec<u32>)> = (0..size.tranches)
            .map(|i| {
                let (from, to) = (bounds[i], bounds[i + 1] + surroundings.untouched);
                let owner = (i % 250) as u8 + 1;
                if size.uniform {
                    let tranche = sample::uniform(&shape, (to - from) as u32, 1024, owner);
                    (distinct(&tranche, i), Vec::new())
                } else {
                    let units: Vec<u32> = (from..to).map(|record| units(record as u32)).collect();
                    (distinct(&sample::weighted(&shape, &units, owner), i), units)
                }
            })
            .collect();
        for (tranche, _) in &tranches {
            registry
                .append(tranche)
                .expect("the registry has room for the tranches");
        }
        Self {
            size,
            bounds,
            strangers: surroundings.strangers,
            registry,
            tranches,
        }
    }

    fn draws(&self) -> impl Iterator<Item = Draw> + Clone + '_ {
        let WorkloadSize { draws, records, .. } = self.size;
        (0..draws).map(move |i| {
            let record = (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) as usize % records;
            let source = self.bounds.partition_point(|from| *from <= record) - 1;
            Draw {
                source: source as u32,
                record: (record - self.bounds[source]) as u32,
            }
        })
    }

    /// Witness, artefacts, statement and context of the run.
    ///
    /// # Errors
    /// When the run does not fit the protocol's bounds.
    pub fn build(
        &self,
    ) -> Result<(UsageWitness, RunArtefacts, UsageStatement, RunContext), BuildError> {
        let sources: Vec<Source<'_>> = self
            .tranches
            .iter()
            .enumerate()
            .map(|(i, (tranche, units))| Source {
                tranche: SourceTranche::Registered {
                    tranche,
                    registry_index: (self.strangers + i) as u32,
                },
                units: if self.size.uniform {
                    Column::Ones
                } else {
                    Column::Units(units)
                },
            })
            .collect();
        let seed = RunSeed::new([0x5e; 32]);
        let inputs = RunInputs {
            sources: &sources,
            registry: &self.registry,
            seed: &seed,
            order: LogOrder::Consumed,
            trace_root: 7u64.into(),
        };
        let (witness, artefacts) = UsageWitness::build(&Shape::STANDARD, &inputs, self.draws())?;
        let context = sample::context(artefacts.usage.vector.unit);
        let statement = artefacts.statement(&context);
        Ok((witness, artefacts, statement, context))
    }
}

/// A disclosure of the exact shares of a run's first tranches.
///
/// # Errors
/// [`ClauseViolation`] when the run has no units.
pub fn exact_shares(
    opening: &UsageOpening,
    context: &RunContext,
    claims: usize,
) -> Result<DisclosureStatement, ClauseViolation> {
    let requests: Vec<ClaimRequest> = opening
        .vector
        .slots
        .iter()
        .take(claims)
        .map(|slot| ClaimRequest::Share {
            tranche: slot.tranche_id,
            basis: Basis::Whole,
            precision: Precision::Exact,
        })
        .collect();
    let (rule, remainder) = (PayRule::None, Remainder::Keep);
    let context = context.digest();
    disclose(
        &Shape::STANDARD,
        context,
        opening,
        &requests,
        rule,
        remainder,
    )
}

/// Registered tranches that no run draws from: one record under terms that differ.
fn strangers(count: usize) -> Vec<Tranche> {
    let base = sample::uniform(&Shape::STANDARD, 1, 1024, 0xff);
    (0..count)
        .into_par_iter()
        .map(|i| distinct(&base, i))
        .collect()
}

/// The same tranche under terms of its own, so that no two ids are equal.
fn distinct(tranche: &Tranche, index: usize) -> Tranche {
    let owner = if tranche.owner() == Address::new([0; 20]) {
        Address::new([1; 20])
    } else {
        tranche.owner()
    };
    Tranche::new(
        *tranche.contents(),
        owner,
        tranche.rate(),
        (index as u64 + 1).into(),
    )
    .expect("only the terms differ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: WorkloadSize = WorkloadSize {
        draws: 3_000,
        records: 5 * 1_490,
        tranches: 3,
        uniform: false,
    };

    #[test]
    fn tranches_cut_between_chunks_touch_as_many_chunks_as_there_are() {
        let (witness, ..) = Workload::by_chunks(SIZE, Surroundings::default())
            .build()
            .unwrap();
        assert_eq!((witness.places.len(), witness.slots.len()), (5, 3));
        assert_eq!(witness.draws.len(), SIZE.draws);
    }

    #[test]
    fn strangers_and_untouched_records_change_nothing_that_is_drawn() {
        let plain = Workload::by_chunks(SIZE, Surroundings::default());
        let (untouched, strangers) = (4_000, 5);
        let other = Workload::by_chunks(
            SIZE,
            Surroundings {
                strangers,
                untouched,
            },
        );
        assert!(plain.draws().eq(other.draws()));
        assert_eq!(other.registry.entries().len(), 3 + strangers);
        let (witness, ..) = other.build().unwrap();
        assert_eq!((witness.places.len(), witness.slots.len()), (5, 3));
    }

    #[test]
    fn even_cuts_are_what_they_were() {
        let workload = Workload::new(WorkloadSize {
            records: 100,
            draws: 400,
            ..SIZE
        });
        assert_eq!(workload.bounds, [0, 33, 66, 100]);
        assert!(workload.draws().all(|draw| {
            let source = draw.source as usize;
            (draw.record as usize) < workload.bounds[source + 1] - workload.bounds[source]
        }));
    }
}
