//! Disclosures of sixteen exact shares about a run of 64 tranches.

use std::cell::OnceCell;

use criterion::{Criterion, criterion_group, criterion_main};
use tranche_circuits::disclosure::params::SIZES;
use tranche_cost::workload::{Surroundings, Workload, WorkloadSize, exact_shares};
use tranche_prover::{CircuitKey, KeyStore, Srs, prove_disclosure};

const RUN: WorkloadSize = WorkloadSize {
    draws: 20_000,
    records: 64 * 1_490,
    tranches: 64,
    uniform: false,
};

fn disclosures(criterion: &mut Criterion) {
    let run = OnceCell::new();
    let run = || {
        run.get_or_init(|| {
            let workload = Workload::by_chunks(RUN, Surroundings::default());
            let (_, artefacts, _, context) = workload.build().expect("the run fits");
            let statement =
                exact_shares(&artefacts.usage, &context, 16).expect("the claims are true");
            (artefacts.usage, statement, context)
        })
    };
    for size in SIZES {
        let key = OnceCell::new();
        let key = || {
            key.get_or_init(|| {
                let srs = Srs::development(size.params.k).expect("k is in range");
                let key = CircuitKey::disclosure(&srs, &KeyStore::new(None), &size)
                    .expect("keys are generated");
                (srs, key)
            })
        };
        let mut group = criterion.benchmark_group(size.name);
        group.sample_size(10);
        // A proof of sixteen claims.
        group.bench_function("prove", |b| {
            let ((srs, key), (opening, statement, context)) = (key(), run());
            b.iter(|| prove_disclosure(srs, key, &size, opening, statement, context, None));
        });
        group.finish();
    }
}

criterion_group!(benches, disclosures);
criterion_main!(benches);
