//! The portable verifier: bare proofs, and proof files through `ProofFile::parse` and `verify_file`.

use std::collections::HashMap;

use tranche_conformance::{Class, Corpus, FileCase, ProofCase, Stage, Verdict};
use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::StatementDigest;
use tranche_verifier::{VerifyingKey, scalar_from_be_bytes, verify, verify_file};

use super::answer::{Answer, Reason, of_code};

/// The portable verifier with the keys of a corpus.
pub struct Portable(HashMap<String, VerifyingKey>);

impl Portable {
    pub fn new(corpus: &Corpus) -> Self {
        let keys = corpus.keys.iter().map(|key| {
            let parsed = VerifyingKey::from_bytes(&key.bytes).unwrap();
            (key.circuit.clone(), parsed)
        });
        Self(keys.collect())
    }

    pub fn answer(&self, case: &ProofCase) -> Answer {
        let Some(digest) = scalar_from_be_bytes(&case.digest) else {
            return Answer::Refused(Reason::Class(Class::StatementDigest));
        };
        let inputs: Option<Vec<_>> = case.inputs.iter().map(scalar_from_be_bytes).collect();
        let Some(inputs) = inputs else {
            return Answer::Refused(Reason::Class(Class::PublicInputs));
        };
        match verify(
            &self.0[&case.key],
            &inputs,
            StatementDigest::from_felt(digest),
            &case.proof,
        ) {
            Ok(()) => Answer::Accepted,
            Err(error) => of_code(error.code()),
        }
    }

    /// The verdict on a file, and where it was refused.
    pub fn file(&self, case: &FileCase) -> (Verdict, Option<Stage>) {
        let Ok(file) = ProofFile::parse(&case.file) else {
            return (Verdict::Refused, Some(Stage::Decoding));
        };
        match verify_file(&self.0[&case.key], &file) {
            Ok(_) => (Verdict::Accepted, None),
            Err(_) => (Verdict::Refused, Some(Stage::Verification)),
        }
    }
}
