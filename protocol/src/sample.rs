//! Small made-up runs, for the tests of this and other crates and for examples. Nothing here is secret or random.

use crate::address::Address;
use crate::content::ContentRoot;
use crate::context::{Basis, PayRule, Remainder, RunContext, RunId, RunTerms};
use crate::log::LogOrder;
use crate::registry::Registry;
use crate::salt::{RunSeed, SaltLabel};
use crate::shape::Shape;
use crate::statement::UsageStatement;
use crate::trace::ModelDigest;
use crate::tranche::{Contents, PrivateTranche, Tranche, TrancheKind};
use crate::unit::{UnitDefinition, UnitId};
use crate::units::{OnesTree, UnitsTree};
use crate::usage_relation::{
    Column, Draw, RunArtefacts, RunInputs, Source, SourceTranche, UsageWitness,
};
use alloc::vec::Vec;

/// A shape small enough to hash and prove in moments.
pub const TOY: Shape = Shape {
    blocks: 1,
    units_per_pack: 2,
    draws_per_pack: 3,
    units_height: 2,
    log_height: 2,
    chunk_index_height: 1,
    registry_depth: 3,
    usage_depth: 2,
    limb_bits: 4,
};

/// A uniform tranche of `records` records of `scale` units, owned by the address of bytes `owner`, `owner ≥ 1`.
///
/// # Panics
/// When the sizes do not fit the shape.
#[must_use]
pub fn uniform(shape: &Shape, records: u32, scale: u32, owner: u8) -> Tranche {
    let contents = Contents {
        content_root: ContentRoot::from_bytes([owner; 32]),
        units_root: OnesTree::new(shape, u64::from(records))
            .expect("sizes fit the shape")
            .root(),
        kind: TrancheKind::Uniform,
        records,
        scale,
        total_units: u64::from(records) * u64::from(scale),
        unit: UnitDefinition::Byte.id(),
    };
    Tranche::new(
        contents,
        Address::new([owner; 20]),
        u64::from(owner),
        1u64.into(),
    )
    .expect("fields fit")
}

/// The contents of a weighted tranche with this column of units.
///
/// # Panics
/// When the column does not fit the shape.
#[must_use]
pub fn weighted_contents(shape: &Shape, units: &[u32], content: u8) -> Contents {
    let tree = UnitsTree::of_column(shape, units).expect("the column fits the shape");
    Contents {
        content_root: ContentRoot::from_bytes([content; 32]),
        units_root: tree.root(),
        kind: TrancheKind::Weighted,
        records: units.len() as u32,
        scale: 1,
        total_units: tree.total(),
        unit: UnitDefinition::Byte.id(),
    }
}

/// A weighted tranche with this column of units, owned by the address of bytes `owner`, `owner ≥ 1`.
///
/// # Panics
/// When the column does not fit the shape.
#[must_use]
pub fn weighted(shape: &Shape, units: &[u32], owner: u8) -> Tranche {
    let contents = weighted_contents(shape, units, owner);
    Tranche::new(
        contents,
        Address::new([owner; 20]),
        u64::from(owner),
        1u64.into(),
    )
    .expect("fields fit")
}

/// A context whose terms name this unit, pay shares of the registered part, and want consumed order.
#[must_use]
pub fn context(unit: UnitId) -> RunContext {
    RunContext {
        chain_id: 31_337,
        contract: Address::new([0xc0; 20]),
        run_id: RunId::from_bytes([0x1d; 32]),
        terms: RunTerms {
            pay_rule: PayRule::Shares,
            basis: Basis::Registered,
            remainder: Remainder::Keep,
            unit,
            min_registered_ppm: 500_000,
            min_evidence: 1,
            order: LogOrder::Consumed,
            registry_cutoff: 1_000,
            arbiter: Address::new([0xa0; 20]),
            model_digest: ModelDigest::from_bytes([0x0d; 32]),
            builder: Address::new([0xb0; 20]),
            evidence_key: Address::new([0xe0; 20]),
        },
    }
}

/// A run over five registered tranches (three of them drawn from) and unregistered data, with everything its proof needs.
#[derive(Clone, Debug)]
pub struct SampleRun {
    /// The registry that its tranches are in.
    pub registry: Registry,
    /// Its tranches and their columns; uniform ones have none.
    pub tranches: Vec<(Tranche, Vec<u32>)>,
    /// The private tranche and its column.
    pub private: (PrivateTranche, Vec<u32>),
    /// The draws; source 3 is the private tranche.
    pub draws: Vec<Draw>,
    /// The run's context.
    pub context: RunContext,
    /// Its seed.
    pub seed: RunSeed,
}

impl SampleRun {
    /// The run with `draws` draws in a shape of at least 4 slots and 8 registrations.
    ///
    /// # Panics
    /// When the shape is smaller than that.
    #[must_use]
    pub fn new(shape: &Shape, draws: usize) -> Self {
        let size = shape.records_per_chunk();
        let bound = shape.unit_bound();
        let column = |length: usize, step: u32| {
            (0..length as u32)
                .map(|i| 1 + i * step % (bound - 1))
                .collect()
        };
        let a: Vec<u32> = column(2 * size + 3, 7);
        let c: Vec<u32> = column(size - 1, 11);
        let hidden: Vec<u32> = column(size + 1, 5);
        let tranches = alloc::vec![
            (weighted(shape, &a, 1), a),
            (uniform(shape, 3 * size as u32 - 2, 64, 2), Vec::new()),
            (weighted(shape, &c, 3), c),
        ];
        let mut registry = Registry::new(shape);
        for tranche in [
            &uniform(shape, 5, 1, 9),
            &tranches[0].0,
            &tranches[1].0,
            &uniform(shape, 6, 1, 8),
            &tranches[2].0,
        ] {
            registry.append(tranche).expect("the registry has room");
        }
        let seed = RunSeed::new([0x5e; 32]);
        let contents = weighted_contents(shape, &hidden, 0xee);
        let private =
            PrivateTranche::new(contents, seed.salt(SaltLabel::Private, 0)).expect("fields fit");
        let lengths = [
            tranches[0].1.len(),
            3 * size - 2,
            tranches[2].1.len(),
            hidden.len(),
        ];
        let draw = |i: usize| {
            let source = [0, 1, 1, 2, 0, 3, 1, 0][i % 8];
            Draw {
                source: source as u32,
                record: ((i * 37 + i / 8) % lengths[source]) as u32,
            }
        };
        Self {
            draws: (0..draws).map(draw).collect(),
            context: context(UnitDefinition::Byte.id()),
            private: (private, hidden),
            registry,
            tranches,
            seed,
        }
    }

    /// Its sources: the registered tranches, then the private one.
    #[must_use]
    pub fn sources(&self) -> Vec<Source<'_>> {
        let registered =
            self.tranches
                .iter()
                .zip([1, 2, 4])
                .map(|((tranche, column), registry_index)| Source {
                    tranche: SourceTranche::Registered {
                        tranche,
                        registry_index,
                    },
                    units: if column.is_empty() {
                        Column::Ones
                    } else {
                        Column::Units(column)
                    },
                });
        let private = Source {
            tranche: SourceTranche::Private(&self.private.0),
            units: Column::Units(&self.private.1),
        };
        registered.chain([private]).collect()
    }

    /// The witness, its artefacts, and the statement that it proves.
    ///
    /// # Panics
    /// When the run does not fit the shape.
    #[must_use]
    pub fn build(&self, shape: &Shape) -> (UsageWitness, RunArtefacts, UsageStatement) {
        let sources = self.sources();
        let inputs = RunInputs {
            sources: &sources,
            registry: &self.registry,
            seed: &self.seed,
            order: LogOrder::Consumed,
            trace_root: 77u64.into(),
        };
        let built = UsageWitness::build(shape, &inputs, self.draws.iter().copied());
        let (witness, artefacts) = built.expect("the run fits the shape");
        let statement = artefacts.statement(&self.context);
        (witness, artefacts, statement)
    }
}
