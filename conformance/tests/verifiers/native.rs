//! halo2 through `tranche_prover::verify`. A field element of halo2 is always below its modulus, so digest and inputs go
//! through halo2curves' strict reading of 32 bytes; the proof's own elements through the prover crate's transcript.

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::PrimeField;
use tranche_conformance::word::Word;
use tranche_conformance::{Circuit, Class, ProofCase, ValidProofs};
use tranche_prover::{VerifierSrs, VerifyError, verify};

use super::answer::{Answer, Reason};

struct Key<'a> {
    circuit: &'a Circuit,
    srs: VerifierSrs,
}

/// The native verifier with the keys of a corpus.
pub struct Native<'a>(HashMap<&'a str, Key<'a>>);

fn scalar(word: &Word) -> Option<Fr> {
    let mut bytes = *word;
    bytes.reverse();
    Fr::from_repr(bytes).into()
}

impl<'a> Native<'a> {
    pub fn new(all: &'a ValidProofs) -> Self {
        let key = |circuit: &'a Circuit| {
            let srs = circuit.srs.verifier();
            (circuit.name, Key { circuit, srs })
        };
        Self(all.groups().map(|group| key(&group.circuit)).collect())
    }

    pub fn answer(&self, case: &ProofCase) -> Answer {
        let refused = |class| Answer::Refused(Reason::Class(class));
        let Some(key) = self.0.get(case.key.as_str()) else {
            return Answer::None(format!("no key of {}", case.key));
        };
        let Some(digest) = scalar(&case.digest) else {
            return refused(Class::StatementDigest);
        };
        let Some(inputs) = case.inputs.iter().map(scalar).collect::<Option<Vec<_>>>() else {
            return refused(Class::PublicInputs);
        };
        let vk = key.circuit.native.pair().vk();
        let count = key.circuit.key.instances();
        match verify(&key.srs, vk, count, &inputs, digest, &case.proof) {
            Ok(()) => Answer::Accepted,
            Err(VerifyError::Instances { .. }) => refused(Class::Instances),
            Err(VerifyError::ProofLength { .. }) => refused(Class::ProofLength),
            Err(VerifyError::Encoding(_)) => Answer::Refused(Reason::Encoding),
            Err(VerifyError::Rejected) => refused(Class::Rejected),
            Err(error) => Answer::None(error.to_string()),
        }
    }
}
