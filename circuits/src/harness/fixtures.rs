//! Circuits so small that every cell can be altered, each with an honest witness.

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use tranche_protocol::Shape;
use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::Registry;
use tranche_protocol::salt::RunSeed;
use tranche_protocol::sample;
use tranche_protocol::tranche::PrivateTranche;
use tranche_protocol::usage_relation::{
    Column, Draw, RunInputs, Source, SourceTranche, UsageWitness,
};

use super::bases::{disclosures, runs};
use super::circuit_under_test::{CircuitUnderTest, Relation};
use crate::disclosure::inputs::{ClaimPublic, DisclosureInputs, DisclosurePublic};
use crate::disclosure::params::DisclosureParams;
use crate::disclosure::tests as disclosure;
use crate::usage::inputs::{TableChunkInputs, UsageInputs, UsagePublic};
use crate::usage::params::UsageParams;

/// Two blocks a sponge, so that further blocks exist, and packs over several rows.
const SHAPE: Shape = Shape {
    blocks: 2,
    units_per_pack: 2,
    draws_per_pack: 3,
    units_height: 2,
    log_height: 2,
    chunk_index_height: 1,
    registry_depth: 2,
    usage_depth: 2,
    limb_bits: 4,
};

/// Packs as published, in sponges of one block.
const TALL: Shape = Shape {
    blocks: 1,
    units_per_pack: 10,
    draws_per_pack: 12,
    ..SHAPE
};

const USAGE: UsageParams = UsageParams {
    k: 12,
    degree: 9,
    shape: SHAPE,
    draw_lanes: 3,
    unit_lanes: 2,
    table_chunks: 4,
    log_leaves: 3,
    slots: 3,
    parallel_permutations: 4,
    arith: [2, 6],
    uniform: false,
};

const DISCLOSURE: DisclosureParams = DisclosureParams {
    k: 12,
    shape: Shape {
        usage_depth: 2,
        limb_bits: 7,
        ..Shape::STANDARD
    },
    claims: 4,
    payees: 3,
    parallel_permutations: 1,
    arith: [1, 2],
};

/// Three touched chunks: of two registered tranches, one of them uniform, and of unregistered data; one table chunk, slot and leaf of the log stay empty.
fn run(shape: &Shape, uniform: bool) -> (UsageInputs, UsagePublic) {
    let size = shape.records_per_chunk() as u32;
    let column = |step: u32| -> Vec<u32> { (0..size - 3).map(|i| 1 + i * step % 250).collect() };
    let [listed, hidden] = [column(7), column(5)];
    let first = if uniform {
        sample::uniform(shape, size - 3, 7, 1)
    } else {
        sample::weighted(shape, &listed, 1)
    };
    let second = sample::uniform(shape, 2 * size, 3, 2);
    let unregistered = if uniform {
        *sample::uniform(shape, size / 2, 2, 3).contents()
    } else {
        sample::weighted_contents(shape, &hidden, 0xee)
    };
    let private = PrivateTranche::new(unregistered, 99u64.into()).unwrap();
    let mut registry = Registry::new(shape);
    for tranche in [&first, &sample::uniform(shape, 5, 1, 9), &second] {
        registry.append(tranche).unwrap();
    }
    let registered = |tranche, registry_index| SourceTranche::Registered {
        tranche,
        registry_index,
    };
    let units = |column| {
        if uniform {
            Column::Ones
        } else {
            Column::Units(column)
        }
    };
    let sources = [
        (registered(&first, 0), units(&listed)),
        (registered(&second, 2), Column::Ones),
        (SourceTranche::Private(&private), units(&hidden)),
    ]
    .map(|(tranche, units)| Source { tranche, units });
    let inputs = RunInputs {
        sources: &sources,
        registry: &registry,
        seed: &RunSeed::new([4; 32]),
        order: LogOrder::Consumed,
        trace_root: 77u64.into(),
    };
    // The second chunk of the uniform tranche, so that an index is not zero.
    let draws = (0..shape.draws_per_leaf() as u32 + 11).map(|i| match i % 4 {
        0 => Draw {
            source: 0,
            record: i * 31 % (size - 3),
        },
        1 => Draw {
            source: 2,
            record: i * 17 % (size / 2),
        },
        _ => Draw {
            source: 1,
            record: size + i * 13 % size,
        },
    });
    let (witness, artefacts) = UsageWitness::build(shape, &inputs, draws).unwrap();
    let context = sample::context(artefacts.usage.vector.unit);
    (
        UsageInputs::from_witness(&witness, [8; 32]),
        UsagePublic::from(&artefacts.statement(&context)),
    )
}

/// A usage circuit with false statements about its run.
fn usage(
    name: &'static str,
    params: UsageParams,
    (inputs, public): (UsageInputs, UsagePublic),
) -> CircuitUnderTest {
    let mut circuit = CircuitUnderTest::usage(name, params, inputs, public);
    if let Relation::Usage(usage) = &mut circuit.relation {
        let (inputs, public, params) = (&usage.inputs, &usage.public, &usage.params);
        usage.false_statements = FALSE_RUNS
            .iter()
            .map(|change| {
                let (mut inputs, mut public) = (inputs.clone(), *public);
                change(params, &mut inputs, &mut public);
                (inputs, public)
            })
            .collect();
        let bases = runs::of_a_run(params, inputs, public);
        for (name, statement) in bases {
            circuit.bases.push(name);
            usage.false_statements.push(statement);
        }
    }
    circuit
}

/// Mutations in a run's witness or statement, each filled honestly from there on.
const FALSE_RUNS: &[fn(&UsageParams, &mut UsageInputs, &mut UsagePublic)] = &[
    // Unregistered data without weight, and with a scale that is not its own.
    |_, inputs, _| {
        inputs.private.kind = 1;
        inputs.private.scale = 0;
    },
    |_, inputs, _| {
        inputs.private.kind = 0;
        inputs.private.scale = 1000;
    },
    |_, inputs, _| inputs.private.kind = 1 - inputs.private.kind,
    |_, inputs, _| inputs.private.owner_rate = Fr::from(12_345),
    |_, inputs, _| inputs.private.unit += Fr::ONE,
    // The slots in another order, and one tranche twice.
    |_, inputs, _| {
        inputs.slots.swap(0, 1);
        for table_chunk in &mut inputs.table_chunks {
            table_chunk.slot = table_chunk.slot.map(|slot| 1 - slot);
        }
    },
    |_, inputs, _| {
        let again = inputs.slots[1].clone();
        inputs.slots.push(again);
    },
    // Places of another tranche, at another index, and of none.
    |_, inputs, _| {
        let registered = inputs
            .table_chunks
            .iter_mut()
            .find(|table_chunk| table_chunk.slot.is_some());
        registered.unwrap().slot = None;
    },
    |_, inputs, _| inputs.table_chunks[0].chunk += 1,
    |_, inputs, _| inputs.table_chunks[0].units[0] += 1,
    |params, inputs, _| {
        inputs.table_chunks.push(TableChunkInputs {
            slot: Some(0),
            chunk: 0,
            units: vec![0; params.shape.records_per_chunk()],
            children: Vec::new(),
        });
    },
    // Draws of padding, of a table chunk that holds nothing, and of nothing.
    |_, inputs, _| inputs.draws[10] = 0,
    |params, inputs, _| {
        inputs.draws[10] =
            (inputs.table_chunks.len() * params.shape.records_per_chunk() + 1) as u32;
    },
    |params, inputs, _| inputs.draws[5] = params.positions() as u32 + 1,
    // Another registry, unit, order.
    |_, _, public| public.registry_root += Fr::ONE,
    |_, _, public| public.unit += Fr::ONE,
    |_, _, public| public.order = Fr::ONE - public.order,
    // A registered tranche with other fields.
    |_, inputs, _| inputs.slots[1].tranche.terms += Fr::ONE,
    |_, inputs, _| inputs.slots[1].tranche.scale = 0,
    |_, inputs, _| inputs.slots[0].tranche.records += 5,
];

/// The usage circuit over weighted tranches.
pub(super) fn weighted() -> CircuitUnderTest {
    usage("usage weighted", USAGE, run(&SHAPE, false))
}

/// The same with lanes enough for helpers of both sums.
pub(super) fn tall() -> CircuitUnderTest {
    let params = UsageParams {
        shape: TALL,
        draw_lanes: 6,
        unit_lanes: 5,
        arith: [2, 5],
        ..USAGE
    };
    usage("usage weighted, many lanes", params, run(&TALL, false))
}

/// The usage circuit of degree 5: with squares, and helpers of three fractions.
pub(super) fn squared() -> CircuitUnderTest {
    let params = UsageParams { degree: 5, ..USAGE };
    usage("usage weighted, degree 5", params, run(&SHAPE, false))
}

/// The usage circuit over uniform tranches.
pub(super) fn uniform() -> CircuitUnderTest {
    let params = UsageParams {
        uniform: true,
        ..USAGE
    };
    usage("usage uniform", params, run(&SHAPE, true))
}

/// The disclosure circuit with false statements.
fn disclosed(name: &'static str, public: DisclosurePublic) -> CircuitUnderTest {
    let mut circuit = CircuitUnderTest::disclosure(name, DISCLOSURE, disclosure::inputs(), public);
    if let Relation::Disclosure(disclosure) = &mut circuit.relation {
        let (inputs, public) = (&disclosure.inputs, &disclosure.public);
        disclosure.false_statements = FALSE_DISCLOSURES
            .iter()
            .map(|change| {
                let (mut inputs, mut public) = (inputs.clone(), public.clone());
                change(&mut inputs, &mut public);
                (inputs, public)
            })
            .collect();
        for (name, statement) in disclosures::of_a_disclosure(inputs, public) {
            circuit.bases.push(name);
            disclosure.false_statements.push(statement);
        }
    }
    circuit
}

/// Mutations in a disclosure's witness or statement.
const FALSE_DISCLOSURES: &[fn(&mut DisclosureInputs, &mut DisclosurePublic)] = &[
    // An exclusion of a used tranche.
    |_, public| {
        public.claims[0] = ClaimPublic {
            code: 3,
            subject: Fr::from(55),
            lo: 0,
            hi: 0,
        };
    },
    |_, public| public.claims[0].code = 5,
    // A gap before a payee, payees that are missing, out of order, strange.
    |_, public| public.payees.swap(1, 2),
    |_, public| public.payees.swap(0, 1),
    |_, public| public.payees[1] = Fr::ZERO,
    |_, public| public.payees[2] = Fr::from(9),
    |_, public| public.payees.fill(Fr::ZERO),
    |_, public| public.remainder_rule = 2,
    |_, public| public.pay_kind = 3,
    |_, public| public.unit += Fr::ONE,
    // Units in a leaf of no tranche.
    |inputs, _| inputs.leaves[1].units = 5,
    // Nothing registered.
    |inputs, public| {
        inputs.leaves.iter_mut().for_each(|leaf| {
            leaf.id = Fr::ZERO;
            leaf.units = 0;
        });
        public.payees.fill(Fr::ZERO);
        public.remainder_rule = 1;
    },
];

/// The disclosure circuit with pay by shares.
pub(super) fn shares() -> CircuitUnderTest {
    disclosed("disclosure by shares", disclosure::public())
}

/// The disclosure circuit with pay by meter, and a claim of nothing.
pub(super) fn metered() -> CircuitUnderTest {
    let mut public = disclosure::metered();
    public.claims[0] = ClaimPublic::NONE;
    disclosed("disclosure by meter", public)
}

/// All of them.
pub(super) fn all() -> Vec<CircuitUnderTest> {
    vec![
        weighted(),
        tall(),
        squared(),
        uniform(),
        shares(),
        metered(),
    ]
}
