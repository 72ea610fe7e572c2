//! A made-up run of a given size, the same for the same numbers. It measures cost; it stands for no data.

use tranche_protocol::address::Address;
use tranche_protocol::context::RunContext;
use tranche_protocol::felt::Felt;
use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::Registry;
use tranche_protocol::salt::RunSeed;
use tranche_protocol::sample;
use tranche_protocol::shape::Shape;
use tranche_protocol::statement::UsageStatement;
use tranche_protocol::tranche::Tranche;
use tranche_protocol::usage_relation::{
    BuildError, Column, Draw, RunArtefacts, RunInputs, Source, SourceTranche, UsageWitness,
};

/// Sizes of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Draws of the run.
    pub draws: usize,
    /// Records of all tranches together.
    pub records: usize,
    /// Tranches, at most 64.
    pub tranches: usize,
    /// Whether every record weighs the same.
    pub uniform: bool,
}

/// A registry, tranches and their columns.
#[derive(Debug)]
pub struct Workload {
    size: Size,
    registry: Registry,
    tranches: Vec<(Tranche, Vec<u32>)>,
}

impl Workload {
    /// The workload of a size: tranches of equal length whose units run through 1 … 4095.
    ///
    /// # Panics
    /// When the sizes do not fit the standard shape.
    pub fn new(size: Size) -> Self {
        let shape = Shape::STANDARD;
        let mut registry = Registry::new(&shape);
        let tranches: Vec<(Tranche, Vec<u32>)> = (0..size.tranches)
            .map(|i| {
                let from = size.records * i / size.tranches;
                let to = size.records * (i + 1) / size.tranches;
                let owner = (i % 250) as u8 + 1;
                if size.uniform {
                    let tranche = sample::uniform(&shape, (to - from) as u32, 1024, owner);
                    (distinct(&tranche, i), Vec::new())
                } else {
                    let units: Vec<u32> = (from..to)
                        .map(|record| 1 + (record as u32).wrapping_mul(2_654_435_761) % 4095)
                        .collect();
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
            registry,
            tranches,
        }
    }

    fn draws(&self) -> impl Iterator<Item = Draw> + Clone + '_ {
        let Size {
            draws,
            records,
            tranches,
            ..
        } = self.size;
        (0..draws).map(move |i| {
            let record = (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) as usize % records;
            let source = (record * tranches + tranches - 1) / records;
            let source = (0..tranches)
                .skip(source.saturating_sub(1))
                .find(|t| record < records * (t + 1) / tranches)
                .unwrap_or(tranches - 1);
            Draw {
                source: source as u32,
                record: (record - records * source / tranches) as u32,
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
                    registry_index: i as u32,
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
            trace_root: Felt::from(7u64),
        };
        let (witness, artefacts) = UsageWitness::build(&Shape::STANDARD, &inputs, self.draws())?;
        let context = sample::context(artefacts.usage.vector.unit);
        let statement = artefacts.statement(&context);
        Ok((witness, artefacts, statement, context))
    }
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
        Felt::from(index as u64 + 1),
    )
    .expect("only the terms differ")
}
