//! A builder who would have a signature stand behind another log than the one that was signed.

use k256::ecdsa::SigningKey;
use tranche_protocol::context::RunId;
use tranche_protocol::evidence::{Evidence, EvidenceError, EvidenceLevel, level_under};
use tranche_protocol::log::LogOrder;
use tranche_protocol::run::RunCommitment;
use tranche_protocol::salt::RunSeed;
use tranche_protocol::sample::{SampleRun, TOY};
use tranche_protocol::statement::UsageStatement;
use tranche_verifier::file::Statement;

use crate::dishonest::fixtures::{accepted, honest, loader, run, usage};

/// The honest run with its loader's signature.
fn signed_run() -> (SampleRun, Evidence) {
    let run = run();
    let evidence = sign(&stated(&run).run_commitment, EvidenceLevel::SignedLoader);
    (run, evidence)
}

fn sign(commitment: &RunCommitment, level: EvidenceLevel) -> Evidence {
    Evidence::sign(commitment, level, LogOrder::Consumed, &loader()).unwrap()
}

fn stated(run: &SampleRun) -> UsageStatement {
    run.build(&TOY).2
}

#[test]
fn a_log_recommitted_cut_replayed_or_lengthened_has_no_evidence() {
    let (run, evidence) = signed_run();
    let terms = &run.context.terms;
    let level = |run: &SampleRun| level_under(terms, &stated(run).run_commitment, Some(&evidence));
    assert_eq!(level(&run), Ok(EvidenceLevel::SignedLoader));
    let changed = |change: fn(&mut SampleRun)| {
        let mut other = run.clone();
        change(&mut other);
        level(&other)
    };
    let changes: [fn(&mut SampleRun); 5] = [
        |run| run.seed = RunSeed::new([0x5f; 32]),
        |run| run.draws.truncate(99),
        |run| run.draws.rotate_left(40),
        |run| run.draws.extend_from_within(..8),
        |run| run.draws.swap(0, 1),
    ];
    for change in changes {
        assert!(matches!(changed(change), Err(EvidenceError::Signer { .. })));
    }
}

#[test]
fn an_auditors_signature_for_one_segment_says_nothing_of_the_next() {
    let (run, _) = signed_run();
    let segments = [0..50, 50..100].map(|draws| SampleRun {
        draws: run.draws[draws].to_vec(),
        ..run.clone()
    });
    let commitments = segments.each_ref().map(|run| stated(run).run_commitment);
    let terms = &run.context.terms;
    for (own, other) in [(0, 1), (1, 0)] {
        let evidence = sign(&commitments[own], EvidenceLevel::SampledReplay);
        let level = |segment: usize| level_under(terms, &commitments[segment], Some(&evidence));
        assert_eq!(level(own), Ok(EvidenceLevel::SampledReplay));
        assert!(matches!(level(other), Err(EvidenceError::Signer { .. })));
    }
}

/// Intended: evidence is about a log, a proof about a log and a run. The run commitment shows that both runs are of one log.
#[test]
fn one_log_with_its_evidence_serves_two_runs_under_one_commitment() {
    let (run, evidence) = signed_run();
    let mut other = run.clone();
    other.context.run_id = RunId::from_bytes([0x2d; 32]);
    let (witness, _, statement) = other.build(&TOY);
    let elsewhere = accepted(&witness, &statement, &other.context);
    let mut files = [honest().clone(), elsewhere];
    for file in &mut files {
        file.evidence = Some(evidence);
        let Ok(Statement::Usage(statement)) = usage().verdict(file) else {
            panic!("the proof is of its own run");
        };
        let level = level_under(
            &file.context.terms,
            &statement.run_commitment,
            file.evidence.as_ref(),
        );
        assert_eq!(level, Ok(EvidenceLevel::SignedLoader));
    }
    let commitment = UsageStatement::RUN_COMMITMENT;
    assert_eq!(
        files[0].public_inputs[commitment],
        files[1].public_inputs[commitment]
    );
    assert_ne!(files[0].public_inputs[0], files[1].public_inputs[0]);
}

#[test]
fn evidence_of_another_level_or_key_is_refused() {
    let (run, evidence) = signed_run();
    let commitment = stated(&run).run_commitment;
    let level = |evidence: Evidence| level_under(&run.context.terms, &commitment, Some(&evidence));
    let raised = Evidence {
        level: EvidenceLevel::ProvenTraining,
        ..evidence
    };
    assert!(matches!(level(raised), Err(EvidenceError::Signer { .. })));
    let builder = SigningKey::from_slice(&[6; 32]).unwrap();
    let own = Evidence::sign(
        &commitment,
        EvidenceLevel::SignedLoader,
        LogOrder::Consumed,
        &builder,
    );
    assert!(matches!(
        level(own.unwrap()),
        Err(EvidenceError::NotTheTermsKey { .. })
    ));
    let named = Evidence {
        signer: evidence.signer,
        ..own.unwrap()
    };
    assert!(matches!(level(named), Err(EvidenceError::Signer { .. })));
}
