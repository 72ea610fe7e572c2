//! Native halo2, the portable verifier and the WASM module's code on one question: one verdict and one reason.

use std::sync::OnceLock;

use halo2curves::bn256::Fr as NativeScalar;
use halo2curves::ff::PrimeField;
use tranche_circuits::disclosure::params as disclosure;
use tranche_circuits::usage::params as usage;
use tranche_conformance::Circuit;
use tranche_conformance::word::Word;
use tranche_protocol::statement::StatementDigest;
use tranche_prover::{VerifierSrs, VerifyError};
use tranche_verifier::{Fr, scalar_from_be_bytes};
use tranche_wasm::Session;

use crate::question::Question;
use crate::subject;

/// What all say of a valid proof.
pub const ACCEPTED: &str = "Accepted";

struct Native {
    circuit: Circuit,
    srs: VerifierSrs,
}

static NATIVE: OnceLock<[Native; 2]> = OnceLock::new();

/// Makes halo2's keys and checks that the valid proofs are valid.
pub fn prepare() {
    NATIVE.get_or_init(|| {
        [
            Circuit::usage(&usage::SIZES[0]),
            Circuit::disclosure(&disclosure::SIZES[0]),
        ]
        .map(|circuit| {
            let circuit = circuit.expect("a circuit's keys");
            let srs = circuit.srs.verifier();
            Native { circuit, srs }
        })
    });
    for choice in 0..subject::valid().len() {
        let question = Question::of(&[choice as u8]).expect("a question");
        assert_eq!(answer(&question), ACCEPTED, "a valid proof is accepted");
    }
}

/// Asks all, and refuses what is not the valid proof.
pub fn read(data: &[u8]) {
    let Some(question) = Question::of(data) else {
        return;
    };
    let expected = question.changed;
    assert_eq!(answer(&question) != ACCEPTED, expected, "{question:?}");
}

/// The verdict that all give.
fn answer(question: &Question) -> &'static str {
    let portable = portable(question);
    let native = native(question);
    let same =
        portable == native || (native == "Encoding" && matches!(portable, "Point" | "Scalar"));
    assert!(same, "portable says {portable}, native {native}");
    let page = page(question);
    assert_eq!(page, format!("\"{portable}\""), "the WASM module's code");
    portable
}

/// The portable verifier's verdict as one word.
pub fn portable(question: &Question) -> &'static str {
    let Some(digest) = scalar_from_be_bytes(&question.digest) else {
        return "StatementDigest";
    };
    let inputs = question.inputs.iter().map(scalar_from_be_bytes);
    let Some(inputs) = inputs.collect::<Option<Vec<Fr>>>() else {
        return "PublicInputs";
    };
    let key = &subject::keys()[question.circuit].key;
    match tranche_verifier::verify(
        key,
        &inputs,
        StatementDigest::from_felt(digest),
        &question.proof,
    ) {
        Ok(()) => ACCEPTED,
        Err(error) => error.code(),
    }
}

fn native(question: &Question) -> &'static str {
    let native = &NATIVE.get().expect("prepared")[question.circuit];
    let Some(digest) = scalar(&question.digest) else {
        return "StatementDigest";
    };
    let inputs = question.inputs.iter().map(scalar);
    let Some(inputs) = inputs.collect::<Option<Vec<_>>>() else {
        return "PublicInputs";
    };
    let vk = native.circuit.native.pair().vk();
    let count = native.circuit.key.instances();
    match tranche_prover::verify(&native.srs, vk, count, &inputs, digest, &question.proof) {
        Ok(()) => ACCEPTED,
        Err(VerifyError::Instances { .. }) => "Instances",
        Err(VerifyError::ProofLength { .. }) => "ProofLength",
        Err(VerifyError::Encoding(_)) => "Encoding",
        Err(VerifyError::Rejected) => "Rejected",
        Err(error) => panic!("{error}"),
    }
}

fn scalar(word: &Word) -> Option<NativeScalar> {
    let mut bytes = *word;
    bytes.reverse();
    NativeScalar::from_repr(bytes).into()
}

fn page(question: &Question) -> String {
    let mut session = Session::default();
    let mut call = |inputs: [&[u8]; 3], operation: fn(&mut Session)| {
        session.begin();
        for input in inputs {
            let room = session.input(input.len()).expect("room for an input");
            room.copy_from_slice(input);
        }
        operation(&mut session);
        String::from_utf8_lossy(session.output()).into_owned()
    };
    let key = &subject::key_files()[question.circuit];
    call([key, b"", b""], Session::load_key);
    let inputs = question.inputs.concat();
    call([&question.digest, &inputs, &question.proof], |session| {
        session.verify_raw(1)
    })
}
