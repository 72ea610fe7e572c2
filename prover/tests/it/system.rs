//! A sample run proven on the smallest published circuits, end to end, and judged by both verifiers.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use tranche_circuits::disclosure::params as disclosure;
use tranche_circuits::field::to_halo;
use tranche_circuits::usage::params as usage;
use tranche_protocol::Shape;
use tranche_protocol::claims::{ClaimRequest, Precision, disclose};
use tranche_protocol::context::{Basis, PayRule, Remainder};
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::sample::SampleRun;
use tranche_prover::{CircuitKey, KeyStore, ProofError, Srs, prove_disclosure, prove_usage};

struct Fixture {
    key: CircuitKey,
    srs: Srs,
}

fn usage_fixture() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let size = usage::SIZES[0];
        let srs = Srs::development(size.params.k).unwrap();
        let key = CircuitKey::usage(&srs, &KeyStore::new(None), &size).unwrap();
        Fixture { key, srs }
    })
}

fn both_accept(fixture: &Fixture, file: &ProofFile) {
    let instances: Vec<_> = file.public_inputs.iter().map(to_halo).collect();
    tranche_prover::verify(
        &fixture.srs.verifier(),
        fixture.key.pair().vk(),
        instances.len(),
        &instances,
        to_halo(&file.statement_digest().felt()),
        &file.proof,
    )
    .unwrap();
    let key = tranche_verifier::VerifyingKey::from_bytes(fixture.key.portable()).unwrap();
    let start = std::time::Instant::now();
    tranche_verifier::verify(
        &key,
        &file.public_inputs,
        file.statement_digest(),
        &file.proof,
    )
    .unwrap();
    eprintln!(
        "portable verification of {}: {:?}, proof {} bytes, key {} bytes",
        file.header.circuit.as_str(),
        start.elapsed(),
        file.proof.len(),
        fixture.key.portable().len()
    );
}

/// No coordinate and no scalar of one proof stands anywhere in the other.
fn shares_nothing(one: &[u8], other: &[u8]) {
    let words = |proof: &[u8]| -> HashSet<Vec<u8>> { proof.chunks(32).map(Vec::from).collect() };
    assert!(words(one).is_disjoint(&words(other)));
}

#[test]
fn a_usage_proof_and_a_disclosure_of_it_verify_in_both_verifiers() {
    let fixture = usage_fixture();
    let size = usage::SIZES[0];
    let run = SampleRun::new(&Shape::STANDARD, 5_000);
    let (witness, artefacts, statement) = run.build(&Shape::STANDARD);
    let start = std::time::Instant::now();
    let file = prove_usage(
        &fixture.srs,
        &fixture.key,
        &size,
        &witness,
        &statement,
        &run.context,
        None,
    )
    .unwrap();
    eprintln!("usage proof: {:?}", start.elapsed());
    both_accept(fixture, &file);

    let size = disclosure::SIZES[0];
    let srs = Srs::development(size.params.k).unwrap();
    let key = CircuitKey::disclosure(&srs, &KeyStore::new(None), &size).unwrap();
    let tranche = run.tranches[0].0.id();
    let requests = [
        ClaimRequest::Share {
            tranche,
            basis: Basis::Registered,
            precision: Precision::Exact,
        },
        ClaimRequest::Share {
            tranche,
            basis: Basis::Whole,
            precision: Precision::Band(0, 900_000),
        },
        ClaimRequest::Exclusion(5u64.into()),
        ClaimRequest::RegisteredShare(Precision::Exact),
    ];
    for (rule, remainder) in [
        (PayRule::Shares, Remainder::Keep),
        (PayRule::Shares, Remainder::FirstPayee),
        (PayRule::Metered, Remainder::Keep),
        (PayRule::None, Remainder::Keep),
    ] {
        let statement = disclose(
            &Shape::STANDARD,
            run.context.digest(),
            &artefacts.usage,
            &requests,
            rule,
            remainder,
        )
        .unwrap();
        let start = std::time::Instant::now();
        let file = prove_disclosure(
            &srs,
            &key,
            &size,
            &artefacts.usage,
            &statement,
            &run.context,
            None,
        )
        .unwrap();
        eprintln!("disclosure proof: {:?}", start.elapsed());
        if rule == PayRule::None {
            let again = prove_disclosure(
                &srs,
                &key,
                &size,
                &artefacts.usage,
                &statement,
                &run.context,
                None,
            )
            .unwrap();
            assert_eq!(file.public_inputs, again.public_inputs);
            shares_nothing(&file.proof, &again.proof);
        }
        both_accept(
            &Fixture {
                key: key.clone(),
                srs: srs.clone(),
            },
            &file,
        );
    }
}

#[test]
fn a_cancelled_proof_is_an_error_of_its_own() {
    let fixture = usage_fixture();
    let run = SampleRun::new(&Shape::STANDARD, 5_000);
    let (witness, _, statement) = run.build(&Shape::STANDARD);
    let mut stages = 0;
    let mut stop = |_| {
        stages += 1;
        ControlFlow::Break(())
    };
    let cancelled = prove_usage(
        &fixture.srs,
        &fixture.key,
        &usage::SIZES[0],
        &witness,
        &statement,
        &run.context,
        Some(&mut stop),
    );
    assert!(matches!(cancelled, Err(ProofError::Cancelled)));
    assert_eq!(stages, 1);
}
