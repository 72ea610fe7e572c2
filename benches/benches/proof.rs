//! Proofs of the smallest circuits and their verification, natively and portably.

use criterion::{Criterion, criterion_group, criterion_main};
use tranche_benches::workload::{Size, Workload};
use tranche_circuits::field::to_halo;
use tranche_circuits::usage::params;
use tranche_prover::{CircuitKey, KeyStore, Srs, prove_usage};

fn usage(criterion: &mut Criterion) {
    let size = Size {
        draws: 100_000,
        records: 60_000,
        tranches: 32,
        uniform: false,
    };
    let (witness, _, statement, context) = Workload::new(size).build().expect("the run fits");
    let rung = params::rung_by_name("usage-17").expect("the rung exists");
    let srs = Srs::development(rung.params.k).expect("k is in range");
    let key = CircuitKey::usage(&srs, &KeyStore::new(None), &rung).expect("keys are generated");
    let prove =
        || prove_usage(&srs, &key, &rung, &witness, &statement, &context, None).expect("it proves");
    let mut group = criterion.benchmark_group("usage-17");
    group.sample_size(10);
    group.bench_function("prove", |b| b.iter(prove));
    let file = prove();
    let instances: Vec<_> = file.public_inputs.iter().map(to_halo).collect();
    let digest = to_halo(&file.statement_digest());
    let verifier = srs.verifier();
    group.bench_function("verify natively", |b| {
        b.iter(|| {
            tranche_prover::verify(
                &verifier,
                key.pair().vk(),
                instances.len(),
                &instances,
                digest,
                &file.proof,
            )
        });
    });
    let portable =
        tranche_verifier::VerifyingKey::from_bytes(key.portable()).expect("the key parses");
    group.bench_function("verify portably", |b| {
        b.iter(|| {
            tranche_verifier::verify(
                &portable,
                &file.public_inputs,
                file.statement_digest(),
                &file.proof,
            )
        });
    });
    group.finish();
}

criterion_group!(benches, usage);
criterion_main!(benches);
