//! What the proof is bound to: the digest, the key, the statement of another proof.

use super::maker::{Maker, Question};
use crate::case::Class;
use crate::valid::{Group, foreign_headers};
use crate::word::{MAX, ZERO, highest_alias, minus, next_scalar, plus, r, small};

/// The valid proof under other digests.
pub(super) fn digests(maker: &mut Maker<'_>) {
    const FAMILY: &str = "digest";
    let inputs = maker.inputs();
    let own = maker.derived(&inputs);
    let mut other = |what: &str, digest, class| maker.other_digest(FAMILY, what, digest, class);
    other("plus-one", next_scalar(&own), Class::Rejected);
    other("zero", ZERO, Class::Rejected);
    other("one", small(1), Class::Rejected);
    if let Some(last) = minus(&r(), &small(1)) {
        other("r-minus-one", last, Class::Rejected);
    }
    if let Some(negated) = minus(&r(), &own) {
        other("negated", negated, Class::Rejected);
    }
    other("r", r(), Class::StatementDigest);
    if let Some(alias) = plus(&own, &r()) {
        other("plus-r", alias, Class::StatementDigest);
    }
    if let Some(alias) = highest_alias(&own) {
        other("highest-alias", alias, Class::StatementDigest);
    }
    other("all-ones", MAX, Class::StatementDigest);
    other("the-first-input", inputs[0], Class::Rejected);
    let felts = &maker.base.file.public_inputs;
    for (what, header) in foreign_headers(&maker.base.file.header) {
        let digest = header.digest(felts).to_bytes();
        maker.other_digest(
            FAMILY,
            &format!("of-another-{what}"),
            digest,
            Class::Rejected,
        );
    }
    let shorter = maker.base.file.header.digest(&felts[1..]).to_bytes();
    maker.other_digest(FAMILY, "of-fewer-inputs", shorter, Class::Rejected);
}

/// Good witnesses bound to another name, version, key or reference string.
pub(super) fn foreign(maker: &mut Maker<'_>) {
    for foreign in &maker.group.foreign {
        let what = format!("proven-for-another-{}", foreign.name);
        maker.other_proof("binding", &what, foreign.proof.clone(), Class::Rejected);
    }
}

/// The proofs of one circuit, each with the inputs of another.
pub(super) fn others(maker: &mut Maker<'_>) {
    const FAMILY: &str = "other-statement";
    let own = maker.derived(&maker.inputs());
    for other in &maker.group.proofs {
        let inputs = other.inputs();
        if inputs == maker.inputs() {
            continue;
        }
        let name = |what: &str| format!("{}/{what}", other.name);
        let question = |digest| Question {
            digest,
            inputs: inputs.clone(),
            proof: maker.proof().to_vec(),
        };
        let theirs = question(maker.derived(&inputs));
        let ours = question(own);
        maker.refused(FAMILY, &name("its-inputs"), theirs, Class::Rejected);
        maker.refused(
            FAMILY,
            &name("its-inputs-our-digest"),
            ours,
            Class::Rejected,
        );
        let proof = other.file.proof.clone();
        maker.other_proof(FAMILY, &name("its-proof"), proof, Class::Rejected);
        let digest = maker.derived(&inputs);
        maker.other_digest(FAMILY, &name("its-digest"), digest, Class::Rejected);
    }
}

/// Proofs of another circuit under this circuit's key.
pub(super) fn other_key(maker: &mut Maker<'_>, other: &Group) {
    const FAMILY: &str = "other-key";
    let Some(theirs) = other.proofs.first() else {
        return;
    };
    let name = |what: &str| format!("{}/{what}", other.circuit.name);
    let counts_differ = other.circuit.key.instances() != maker.group.circuit.key.instances();
    let lengths_differ = other.circuit.key.proof_bytes() != maker.group.circuit.key.proof_bytes();
    let inputs = theirs.inputs();
    let whole = Question {
        digest: maker.derived(&inputs),
        inputs: inputs.clone(),
        proof: theirs.file.proof.clone(),
    };
    let class = counts_differ.then_some(Class::Instances);
    maker.refused(FAMILY, &name("its-inputs-and-proof"), whole, class);
    let bound = Question {
        digest: theirs.file.statement_digest().to_bytes(),
        inputs,
        proof: theirs.file.proof.clone(),
    };
    maker.refused(FAMILY, &name("its-digest-inputs-and-proof"), bound, class);
    let class = lengths_differ.then_some(Class::ProofLength);
    let proof = theirs.file.proof.clone();
    maker.other_proof(FAMILY, &name("its-proof"), proof, class);
    let mut fitted = theirs.file.proof.clone();
    fitted.resize(maker.proof().len(), 0);
    maker.other_proof(FAMILY, &name("its-proof-made-to-fit"), fitted, None);
}
