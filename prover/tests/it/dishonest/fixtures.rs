//! Fixture sizes of the real circuits with real keys: what a dishonest prover runs, and everything that judges what it makes.

use std::sync::OnceLock;

use halo2_proofs::plonk::{Circuit, create_proof};
use halo2_proofs::poly::kzg::commitment::KZGCommitmentScheme;
use halo2_proofs::poly::kzg::multiopen::ProverSHPLONK;
use halo2_proofs::transcript::Transcript;
use halo2curves::bn256::{Bn256, Fr};
use k256::ecdsa::SigningKey;
use rand_core::OsRng;
use tranche_circuits::field::to_halo;
use tranche_protocol::address::Address;
use tranche_protocol::chunk_index::ChunkIndexRoot;
use tranche_protocol::claims::check_opening;
use tranche_protocol::clause::Clause;
use tranche_protocol::context::RunContext;
use tranche_protocol::log::LogRoot;
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::sample::{SampleRun, TOY};
use tranche_protocol::statement::{
    CircuitName, DisclosureStatement, ProofKind, StatementHeader, UsageStatement,
};
use tranche_protocol::usage::UsageOpening;
use tranche_protocol::usage_relation::{UsageWitness, check};
use tranche_prover::transcript::{Challenge, ProofWriter};
use tranche_prover::{
    CircuitKey, KeyStore, ProofError, ProveError, Srs, VerifyError, prove_disclosure, prove_usage,
};
use tranche_verifier::VerifyingKey;
use tranche_verifier::file::{FileError, Statement, verify_file};

use crate::dishonest::liar::Liar;
use crate::dishonest::sizes::{DISCLOSURE, USAGE};

/// A reference string, a circuit's key under it, and the same key as verifiers have it.
pub(crate) struct Fixture {
    pub(crate) srs: Srs,
    pub(crate) key: CircuitKey,
    pub(crate) portable: VerifyingKey,
}

impl Fixture {
    fn new(k: u32, key: impl FnOnce(&Srs, &KeyStore) -> Result<CircuitKey, ProofError>) -> Self {
        let srs = Srs::development(k).unwrap();
        let key = key(&srs, &KeyStore::new(None)).unwrap();
        let portable = VerifyingKey::from_bytes(key.portable()).unwrap();
        Self { srs, key, portable }
    }

    /// The header that statements under this key have.
    pub(crate) fn header(&self, kind: ProofKind) -> StatementHeader {
        StatementHeader {
            kind,
            circuit: CircuitName::new(self.portable.name()).unwrap(),
            circuit_version: self.portable.version(),
            verifying_key: self.portable.digest(),
            srs: self.portable.srs_digest(),
            srs_insecure: self.portable.srs_is_insecure(),
        }
    }

    /// A proof as a prover makes it that does not verify what it made.
    pub(crate) fn forge<C: Circuit<Fr>>(&self, circuit: C, file: &mut ProofFile) {
        let instances: Vec<Fr> = file.public_inputs.iter().map(to_halo).collect();
        let mut transcript = ProofWriter::new(None);
        transcript
            .common_scalar(to_halo(&file.statement_digest().felt()))
            .unwrap();
        create_proof::<KZGCommitmentScheme<Bn256>, ProverSHPLONK<'_, Bn256>, Challenge, _, _, _>(
            self.srs.params(),
            self.key.pair().pk(),
            &[circuit],
            &[&[&instances]],
            OsRng,
            &mut transcript,
        )
        .unwrap();
        file.proof = transcript.into_proof();
    }

    /// The verdict of the native verifier and of the portable one, which must be the same.
    pub(crate) fn verdict(&self, file: &ProofFile) -> Result<Statement, FileError> {
        let instances: Vec<Fr> = file.public_inputs.iter().map(to_halo).collect();
        let native = tranche_prover::verify(
            &self.srs.verifier(),
            self.key.pair().vk(),
            instances.len(),
            &instances,
            to_halo(&file.statement_digest().felt()),
            &file.proof,
        );
        let portable = verify_file(&self.portable, file);
        match &portable {
            Ok(_) => assert_eq!(native, Ok(())),
            Err(FileError::Proof(_)) => assert_eq!(native, Err(VerifyError::Rejected)),
            Err(_) => {}
        }
        portable
    }
}

/// Every verifier's answer to a well-formed proof of something false.
pub(crate) fn rejected() -> Result<Statement, FileError> {
    Err(FileError::Proof(tranche_verifier::VerifyError::Rejected))
}

pub(crate) fn usage() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        Fixture::new(USAGE.params.k, |srs, store| {
            CircuitKey::usage(srs, store, &USAGE)
        })
    })
}

pub(crate) fn disclosure() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        Fixture::new(DISCLOSURE.params.k, |srs, store| {
            CircuitKey::disclosure(srs, store, &DISCLOSURE)
        })
    })
}

/// The key that the honest run's terms name.
pub(crate) fn loader() -> SigningKey {
    SigningKey::from_slice(&[5; 32]).unwrap()
}

/// An honest run to start from.
pub(crate) fn run() -> SampleRun {
    let mut run = SampleRun::new(&TOY, 100);
    run.context.terms.evidence_key = Address::of_key(loader().verifying_key());
    run
}

/// Its proof.
pub(crate) fn honest() -> &'static ProofFile {
    static FILE: OnceLock<ProofFile> = OnceLock::new();
    FILE.get_or_init(|| {
        let run = run();
        let (witness, _, statement) = run.build(&TOY);
        accepted(&witness, &statement, &run.context)
    })
}

/// The statement with the commitments that the witness itself leads to: a lie that is consistent with all that follows from it.
pub(crate) fn adopted(witness: &UsageWitness, statement: &UsageStatement) -> UsageStatement {
    let entries = witness.entries().unwrap();
    let log = LogRoot::from_felt(witness.log_tree(&TOY).unwrap().root());
    let arrangement = witness.chunk_index_tree(&TOY, &entries).unwrap();
    let arrangement = ChunkIndexRoot::from_felt(arrangement.root());
    let usage = witness.usage_opening().unwrap();
    UsageStatement {
        run_commitment: witness.run_opening(log, arrangement).commitment(),
        usage_commitment: usage.commitment(&TOY).unwrap(),
        ..*statement
    }
}

/// A usage proof of an honest or dishonest circuit, made without looking at whether it holds.
pub(crate) fn forged_usage<C: Circuit<Fr>>(
    circuit: C,
    statement: &UsageStatement,
    context: &RunContext,
) -> ProofFile {
    let fixture = usage();
    let mut file = ProofFile {
        header: fixture.header(ProofKind::Usage),
        context: *context,
        public_inputs: statement.public_inputs(),
        proof: Vec::new(),
        evidence: None,
    };
    fixture.forge(circuit, &mut file);
    file
}

/// The native check names the clause, and the cells that follow from the lie break constraints of the circuit.
pub(crate) fn refused(clause: Clause, witness: &UsageWitness, statement: &UsageStatement) {
    let violation = check(&TOY, witness, statement).unwrap_err();
    assert_eq!(violation.clause, clause, "{violation}");
    assert_ne!(
        Liar::plain(witness, statement).breaks(),
        Vec::<String>::new()
    );
}

/// As [`refused`], and a proof that is made all the same convinces nobody.
pub(crate) fn unconvincing(clause: Clause, witness: &UsageWitness, statement: &UsageStatement) {
    refused(clause, witness, statement);
    let liar = Liar::plain(witness, statement);
    let file = forged_usage(liar, statement, &run().context);
    assert_eq!(usage().verdict(&file), rejected());
}

/// The project's own prover hands out nothing.
pub(crate) fn not_proven(witness: &UsageWitness, statement: &UsageStatement) {
    let (fixture, context) = (usage(), run().context);
    let proven = prove_usage(
        &fixture.srs,
        &fixture.key,
        &USAGE,
        witness,
        statement,
        &context,
        None,
    );
    assert!(matches!(
        proven,
        Err(ProofError::Prove(ProveError::Unsatisfied(
            VerifyError::Rejected
        )))
    ));
}

/// The native check and every verifier accept; returns the proof.
pub(crate) fn accepted(
    witness: &UsageWitness,
    statement: &UsageStatement,
    context: &RunContext,
) -> ProofFile {
    assert_eq!(check(&TOY, witness, statement), Ok(()));
    let fixture = usage();
    let file = prove_usage(
        &fixture.srs,
        &fixture.key,
        &USAGE,
        witness,
        statement,
        context,
        None,
    )
    .unwrap();
    assert_eq!(fixture.verdict(&file), Ok(Statement::Usage(*statement)));
    file
}

/// A disclosure that holds, with its proof.
pub(crate) fn disclosed(
    opening: &UsageOpening,
    statement: &DisclosureStatement,
    context: &RunContext,
) -> Result<ProofFile, ProofError> {
    let fixture = disclosure();
    prove_disclosure(
        &fixture.srs,
        &fixture.key,
        &DISCLOSURE,
        opening,
        statement,
        context,
        None,
    )
}

/// The native check names the clause of a false disclosure.
pub(crate) fn untrue(clause: Clause, opening: &UsageOpening, statement: &DisclosureStatement) {
    let violation = check_opening(&TOY, opening, statement).unwrap_err();
    assert_eq!(violation.clause, clause, "{violation}");
}

/// As [`untrue`], and the prover has no proof of it.
pub(crate) fn undisclosed(
    clause: Clause,
    opening: &UsageOpening,
    statement: &DisclosureStatement,
    context: &RunContext,
) {
    untrue(clause, opening, statement);
    let proven = disclosed(opening, statement, context);
    assert!(matches!(
        proven,
        Err(ProofError::Prove(ProveError::Unsatisfied(
            VerifyError::Rejected
        )))
    ));
}
