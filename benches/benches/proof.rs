//! Proofs of full circuit sizes and their verification, natively and portably. One circuit size: `cargo bench -p tranche-benches --bench proof -- usage-13`.

use std::cell::OnceCell;

use criterion::{Criterion, criterion_group, criterion_main};
use tranche_circuits::field::to_halo;
use tranche_circuits::usage::params::{CircuitSize, SIZES};
use tranche_cost::point::Point;
use tranche_protocol::context::RunContext;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::UsageStatement;
use tranche_protocol::usage_relation::UsageWitness;
use tranche_prover::{CircuitKey, KeyStore, Srs, prove_usage};

/// A full run with all that proves it.
struct Subject {
    size: CircuitSize,
    srs: Srs,
    key: CircuitKey,
    witness: UsageWitness,
    statement: UsageStatement,
    context: RunContext,
}

impl Subject {
    fn new(size: CircuitSize) -> Self {
        let workload = Point::full(&size).workload(size.params.uniform);
        let (witness, _, statement, context) = workload.build().expect("the run fits");
        let srs = Srs::development(size.params.k).expect("k is in range");
        let key = CircuitKey::usage(&srs, &KeyStore::new(None), &size).expect("keys are generated");
        Self {
            size,
            srs,
            key,
            witness,
            statement,
            context,
        }
    }

    fn prove(&self) -> ProofFile {
        prove_usage(
            &self.srs,
            &self.key,
            &self.size,
            &self.witness,
            &self.statement,
            &self.context,
            None,
        )
        .expect("it proves")
    }
}

fn size(criterion: &mut Criterion, size: CircuitSize) {
    // Made when a bench of the circuit size runs, not when it is filtered out.
    let subject = OnceCell::new();
    let subject = || subject.get_or_init(|| Subject::new(size));
    let file = OnceCell::new();
    let file = || file.get_or_init(|| subject().prove());
    let mut group = criterion.benchmark_group(size.name);
    group.sample_size(10);
    // A full run's proof.
    group.bench_function("prove", |b| b.iter(|| subject().prove()));
    // Its verification by the prover's own verifier.
    group.bench_function("verify natively", |b| {
        let (subject, file) = (subject(), file());
        let instances: Vec<_> = file.public_inputs.iter().map(to_halo).collect();
        let digest = to_halo(&file.statement_digest().felt());
        let verifier = subject.srs.verifier();
        b.iter(|| {
            let vk = subject.key.pair().vk();
            tranche_prover::verify(
                &verifier,
                vk,
                instances.len(),
                &instances,
                digest,
                &file.proof,
            )
        });
    });
    // The same by the portable one.
    group.bench_function("verify portably", |b| {
        let (subject, file) = (subject(), file());
        let portable = tranche_verifier::VerifyingKey::from_bytes(subject.key.portable())
            .expect("the key parses");
        let digest = file.statement_digest();
        b.iter(|| tranche_verifier::verify(&portable, &file.public_inputs, digest, &file.proof));
    });
    group.finish();
}

fn ladder(criterion: &mut Criterion) {
    SIZES.into_iter().for_each(|each| size(criterion, each));
}

criterion_group!(benches, ladder);
criterion_main!(benches);
