//! Native hashes: the wide permutation, the narrow hash, a chunk of units.

use criterion::{Criterion, criterion_group, criterion_main};
use tranche_protocol::felt::Felt;
use tranche_protocol::hash::{poseidon_t3, poseidon2_t16};
use tranche_protocol::shape::Shape;
use tranche_protocol::units::chunk_digest;

fn hashes(criterion: &mut Criterion) {
    let mut state = std::array::from_fn(|i| Felt::from(i as u64));
    criterion.bench_function("wide permutation", |b| {
        b.iter(|| poseidon2_t16::permute(&mut state))
    });
    let mut digest = Felt::from(1u64);
    criterion.bench_function("narrow hash", |b| {
        b.iter(|| digest = poseidon_t3::hash2(digest, digest));
    });
    let units: Vec<u32> = (1..=Shape::STANDARD.records_per_chunk() as u32).collect();
    criterion.bench_function("chunk of 1,490 units", |b| {
        b.iter(|| chunk_digest(&Shape::STANDARD, &units));
    });
}

criterion_group!(benches, hashes);
criterion_main!(benches);
