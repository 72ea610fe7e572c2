//! What a commitment to data hashes, without reading files: `cargo bench -p tranche-benches --bench commit_step` measures the command.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tranche_protocol::content::ContentBuilder;
use tranche_protocol::record::record_digest;
use tranche_protocol::shape::Shape;
use tranche_protocol::units::UnitsBuilder;

const SHORT: usize = 10_000;
const LARGE: usize = 1 << 20;

fn commit(criterion: &mut Criterion) {
    let records: Vec<Vec<u8>> = (0..SHORT)
        .map(|i| format!("{{\"id\":{i},\"text\":\"a short record of a data set\"}}").into_bytes())
        .collect();
    let mut group = criterion.benchmark_group("commit");
    group.sample_size(10);
    group.throughput(Throughput::Elements(SHORT as u64));
    // Digests of short records and their tree.
    group.bench_function("content of short records", |b| {
        b.iter(|| {
            let mut content = ContentBuilder::new();
            records
                .iter()
                .for_each(|record| content.push(&record_digest(record)));
            content.finish()
        });
    });
    // Their weights: chunks and the tree over them.
    group.bench_function("units of short records", |b| {
        b.iter(|| {
            let mut units = UnitsBuilder::new(&Shape::STANDARD);
            records
                .iter()
                .try_for_each(|record| units.push(record.len() as u32))?;
            units.finish().map(|tree| tree.root())
        });
    });
    let large: Vec<u8> = (0..LARGE).map(|i| i as u8).collect();
    group.throughput(Throughput::Bytes(LARGE as u64));
    // The digest of a record of 1 MiB: bare BLAKE3 in derive-key mode.
    group.bench_function("digest of a large record", |b| {
        b.iter(|| record_digest(&large));
    });
    group.finish();
}

criterion_group!(benches, commit);
criterion_main!(benches);
