//! Packing units and draws into field elements, and making a run's witness from its log.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tranche_cost::workload::{Surroundings, Workload, WorkloadSize};
use tranche_protocol::log::leaf_packs;
use tranche_protocol::shape::Shape;
use tranche_protocol::units::chunk_packs;

fn packing(criterion: &mut Criterion) {
    let shape = Shape::STANDARD;
    let units: Vec<u32> = (1..=shape.records_per_chunk() as u32).collect();
    let draws: Vec<u32> = (1..=shape.draws_per_leaf() as u32).collect();
    let mut group = criterion.benchmark_group("packing");
    // A chunk's units, ten to an element.
    group.throughput(Throughput::Elements(units.len() as u64));
    group.bench_function("units of a chunk", |b| {
        b.iter(|| chunk_packs(&shape, &units).collect::<Vec<_>>());
    });
    // A log leaf's draws, twelve to an element.
    group.throughput(Throughput::Elements(draws.len() as u64));
    group.bench_function("draws of a leaf", |b| {
        b.iter(|| leaf_packs(&shape, &draws).collect::<Vec<_>>());
    });
    group.finish();
    let size = WorkloadSize {
        draws: 1 << 17,
        records: 87 * shape.records_per_chunk(),
        tranches: 8,
        uniform: false,
    };
    let workload = Workload::by_chunks(size, Surroundings::default());
    let mut group = criterion.benchmark_group("witness");
    group.sample_size(10);
    group.throughput(Throughput::Elements(size.draws as u64));
    // Positions, multiplicities and commitments of 2^17 draws.
    group.bench_function("from a log", |b| b.iter(|| workload.build()));
    group.finish();
}

criterion_group!(benches, packing);
criterion_main!(benches);
