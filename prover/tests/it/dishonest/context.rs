//! A builder or a relayer who moves a proof to where it does not belong.

use halo2_proofs::poly::commitment::ParamsProver;
use halo2_proofs::poly::kzg::commitment::ParamsKZG;
use halo2curves::bn256::{Bn256, Fr};
use rand_core::OsRng;
use tranche_protocol::Felt;
use tranche_protocol::address::Address;
use tranche_protocol::claims::disclose;
use tranche_protocol::clause::Clause;
use tranche_protocol::context::{PayRule, Remainder, RunContext, RunId};
use tranche_protocol::log::LogOrder;
use tranche_protocol::proof_file::{ProofFile, ProofFileError};
use tranche_protocol::sample::TOY;
use tranche_protocol::statement::{ContextMismatch, StatementDigest, UsageStatement};
use tranche_protocol::trace::ModelDigest;
use tranche_prover::{KeyStore, Srs, VerifyError, export_verifying_key, prove, verify};
use tranche_testkit::circuit::{K, NAME, Setup, portable_scalar};
use tranche_verifier::VerifyingKey;
use tranche_verifier::file::{FileError, LinkError, Statement, belongs_to};

use crate::dishonest::fixtures::{
    accepted, adopted, disclosed, disclosure, honest, rejected, run, undisclosed, usage,
};

/// Every field of a context but unit and order, changed.
const MOVES: [fn(&mut RunContext); 14] = [
    |context| context.run_id = RunId::from_bytes([0x1e; 32]),
    |context| context.chain_id = 1,
    |context| context.contract = Address::new([0xc1; 20]),
    |context| context.terms.pay_rule = PayRule::Metered,
    |context| context.terms.basis = tranche_protocol::context::Basis::Whole,
    |context| context.terms.remainder = Remainder::FirstPayee,
    |context| context.terms.min_registered_ppm = 0,
    |context| context.terms.min_evidence = 0,
    |context| context.terms.registry_cutoff += 1,
    |context| context.terms.arbiter = Address::ZERO,
    |context| context.terms.model_digest = ModelDigest::from_bytes([0x0e; 32]),
    |context| context.terms.builder = Address::new([0xb1; 20]),
    |context| context.terms.evidence_key = Address::new([0xe1; 20]),
    |context| context.chain_id = u64::MAX,
];

#[test]
fn a_usage_proof_moved_to_another_run_is_refused() {
    let file = honest();
    for change in MOVES {
        let mut moved = file.clone();
        change(&mut moved.context);
        assert_eq!(
            ProofFile::parse(&moved.to_bytes()),
            Err(ProofFileError::WrongContext)
        );
        assert_eq!(
            usage().verdict(&moved),
            Err(FileError::Terms(ContextMismatch::Context))
        );
        moved.public_inputs[UsageStatement::CONTEXT] = moved.context.digest().felt();
        assert_eq!(usage().verdict(&moved), rejected());
    }

    let mut unit = file.clone();
    unit.context.terms.unit = 1u64.into();
    unit.public_inputs[UsageStatement::CONTEXT] = unit.context.digest().felt();
    assert_eq!(
        usage().verdict(&unit),
        Err(FileError::Terms(ContextMismatch::Unit))
    );
    unit.public_inputs[UsageStatement::UNIT] = unit.context.terms.unit.felt();
    assert_eq!(usage().verdict(&unit), rejected());

    for row in [
        UsageStatement::REGISTRY_ROOT,
        UsageStatement::RUN_COMMITMENT,
        UsageStatement::USAGE_COMMITMENT,
    ] {
        let mut other = file.clone();
        other.public_inputs[row] += Felt::from(1u64);
        assert_eq!(usage().verdict(&other), rejected());
    }
}

#[test]
fn a_plan_is_not_passed_off_as_consumption() {
    let mut run = run();
    run.context.terms.order = LogOrder::Planned;
    let (mut witness, _, statement) = run.build(&TOY);
    witness.order = LogOrder::Planned;
    let mut stated = adopted(&witness, &statement);
    stated.order = LogOrder::Planned;
    stated.context = run.context.digest();
    let mut file = accepted(&witness, &stated, &run.context);
    file.context.terms.order = LogOrder::Consumed;
    file.public_inputs[UsageStatement::CONTEXT] = file.context.digest().felt();
    assert_eq!(
        usage().verdict(&file),
        Err(FileError::Terms(ContextMismatch::Order))
    );
    file.public_inputs[UsageStatement::ORDER] = LogOrder::Consumed.felt();
    assert_eq!(usage().verdict(&file), rejected());
}

/// One run has as many usage commitments as there are salts; a disclosure stands on its own one only.
#[test]
fn a_usage_commitment_of_other_salts_is_another_one() {
    let run = run();
    let (witness, artefacts, statement) = run.build(&TOY);
    let mut other = witness.clone();
    other.unregistered_salt = 1u64.into();
    let restated = adopted(&other, &statement);
    assert_eq!(restated.run_commitment, statement.run_commitment);
    assert_ne!(restated.usage_commitment, statement.usage_commitment);
    accepted(&other, &restated, &run.context);

    let opening = other.usage_opening().unwrap();
    let context = run.context.digest();
    let told = |opening| {
        disclose(
            &TOY,
            context,
            opening,
            &[],
            PayRule::Shares,
            Remainder::Keep,
        )
        .unwrap()
    };
    let own = told(&artefacts.usage);
    let file = disclosed(&artefacts.usage, &own, &run.context).unwrap();
    assert_eq!(
        disclosure().verdict(&file),
        Ok(Statement::Disclosure(own.clone()))
    );
    assert_eq!(belongs_to(&own, &statement), Ok(()));
    assert_eq!(belongs_to(&own, &restated), Err(LinkError::UsageCommitment));
    undisclosed(Clause::S7, &opening, &own, &run.context);
}

#[test]
fn a_proof_under_one_string_convinces_no_key_of_another() {
    let own = Setup::new();
    let foreign = ParamsKZG::<Bn256>::setup(K, OsRng);
    let foreign = Srs::from_powers(foreign.get_g().to_vec(), None, foreign.s_g2()).unwrap();
    let key = KeyStore::new(None)
        .load_or_generate(&foreign, NAME, 1, &own.circuit)
        .unwrap();
    let (statement, instances) = (Fr::from(9), own.circuit.instances());
    let elsewhere = prove(
        &foreign,
        key.pk(),
        own.circuit.clone(),
        &instances,
        statement,
        None,
    )
    .unwrap();
    let here = own.prove(statement);
    let scalars: Vec<_> = instances.iter().map(portable_scalar).collect();
    for (srs, key, good, bad) in [
        (&own.srs, &own.key, Some(&here), &elsewhere),
        (&foreign, &key, Some(&elsewhere), &here),
        // One's key with the other's secret: no proof at all.
        (&own.srs, &key, None, &elsewhere),
        (&foreign, &own.key, None, &here),
    ] {
        let native =
            |proof: &[u8]| verify(&srs.verifier(), key.vk(), 3, &instances, statement, proof);
        assert_eq!(native(bad), Err(VerifyError::Rejected));
        assert!(good.is_none_or(|good| native(good).is_ok()));
        let portable = export_verifying_key(key, &srs.verifier(), 3).unwrap();
        let portable = VerifyingKey::from_bytes(&portable).unwrap();
        let portable = |proof: &[u8]| {
            let statement = StatementDigest::from_felt(portable_scalar(&statement));
            tranche_verifier::verify(&portable, &scalars, statement, proof)
        };
        assert_eq!(portable(bad), Err(tranche_verifier::VerifyError::Rejected));
        assert!(good.is_none_or(|good| portable(good).is_ok()));
    }
}
