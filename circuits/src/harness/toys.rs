//! Circuits so small that every cell can be altered, each with an honest witness.

use tranche_protocol::log::LogOrder;
use tranche_protocol::registry::Registry;
use tranche_protocol::salt::RunSeed;
use tranche_protocol::sample;
use tranche_protocol::tranche::PrivateTranche;
use tranche_protocol::usage_relation::{
    Column, Draw, RunInputs, Source, SourceTranche, UsageWitness,
};
use tranche_protocol::{Felt, Shape};

use super::subject::Subject;
use crate::disclosure::params::DisclosureParams;
use crate::disclosure::tests as disclosure;
use crate::usage::inputs::{UsageInputs, UsagePublic};
use crate::usage::params::UsageParams;

/// Two blocks a sponge, so that further blocks exist, and packs over several rows.
const SHAPE: Shape = Shape {
    blocks: 2,
    units_per_pack: 2,
    draws_per_pack: 3,
    units_height: 2,
    log_height: 2,
    arrangement_height: 1,
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
    shape: SHAPE,
    draw_lanes: 3,
    unit_lanes: 2,
    places: 4,
    log_leaves: 3,
    slots: 3,
    engines: 4,
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
    engines: 1,
    arith: [1, 2],
};

/// Three touched chunks: of two registered tranches, one of them uniform, and of unregistered data; one place, slot and leaf of the log stay empty.
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
    let private = PrivateTranche::new(unregistered, Felt::from(99u64)).unwrap();
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
        trace_root: Felt::from(77u64),
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

/// The usage circuit over weighted tranches.
pub(super) fn weighted() -> Subject {
    let (inputs, public) = run(&SHAPE, false);
    Subject::usage("usage weighted", USAGE, inputs, public)
}

/// The same with lanes enough for helpers of both sums.
pub(super) fn tall() -> Subject {
    let (inputs, public) = run(&TALL, false);
    let params = UsageParams {
        shape: TALL,
        draw_lanes: 6,
        unit_lanes: 5,
        arith: [2, 5],
        ..USAGE
    };
    Subject::usage("usage weighted, many lanes", params, inputs, public)
}

/// The usage circuit over uniform tranches.
pub(super) fn uniform() -> Subject {
    let (inputs, public) = run(&SHAPE, true);
    let params = UsageParams {
        uniform: true,
        ..USAGE
    };
    Subject::usage("usage uniform", params, inputs, public)
}

/// The disclosure circuit with pay by shares.
pub(super) fn shares() -> Subject {
    let public = disclosure::public();
    Subject::disclosure("disclosure by shares", DISCLOSURE, disclosure::inputs(), public)
}

/// The disclosure circuit with pay by meter.
pub(super) fn metered() -> Subject {
    let public = disclosure::metered();
    Subject::disclosure("disclosure by meter", DISCLOSURE, disclosure::inputs(), public)
}

/// All of them.
pub(super) fn all() -> Vec<Subject> {
    vec![weighted(), tall(), uniform(), shares(), metered()]
}
