//! Small sizes of the real circuits.

use tranche_circuits::disclosure::params::{DisclosureParams, DisclosureSize};
use tranche_circuits::usage::params::{CircuitSize, UsageParams};
use tranche_protocol::Shape;
use tranche_protocol::sample::TOY;

pub(crate) const USAGE: CircuitSize = CircuitSize {
    name: "usage-toy",
    params: UsageParams {
        k: 12,
        degree: 9,
        shape: TOY,
        draw_lanes: 3,
        unit_lanes: 2,
        table_chunks: 9,
        log_leaves: 3,
        slots: 4,
        parallel_permutations: 4,
        arith: [2, 5],
        uniform: false,
    },
};

pub(crate) const DISCLOSURE: DisclosureSize = DisclosureSize {
    name: "disclosure-toy",
    params: DisclosureParams {
        k: 13,
        shape: Shape {
            usage_depth: TOY.usage_depth,
            ..Shape::STANDARD
        },
        claims: 16,
        payees: 4,
        parallel_permutations: 2,
        arith: [1, 1],
    },
};
