//! Valid files, and disclosures beside usage proofs that are or are not their own.

use tranche_protocol::proof_file::ProofFile;
use tranche_protocol::statement::{KeyDigest, SrsDigest};

use super::maker::beside;
use crate::case::{Beside, FileCase, Said, Stage};
use crate::error::Error;
use crate::valid::{Group, ValidProof, ValidProofs};
use crate::word::flipped;

fn case(
    group: &Group,
    valid: &ValidProof,
    (family, what): (&str, &str),
    beside: Option<Beside>,
    (said, stage): (Said, Option<Stage>),
) -> FileCase {
    FileCase {
        name: format!("{}/{}/{family}/{what}", group.circuit.name, valid.name),
        family: family.to_owned(),
        key: group.circuit.name.to_owned(),
        file: valid.file.to_bytes(),
        beside,
        said,
        stage,
    }
}

/// Every valid file, disclosures with and without their usage proof.
pub(super) fn valid(all: &ValidProofs, cases: &mut Vec<FileCase>) -> Result<(), Error> {
    const FAMILY: &str = "valid-file";
    let usage = &all.usage;
    for group in [usage].into_iter().chain(&all.uniform) {
        for proof in &group.proofs {
            cases.push(case(
                group,
                proof,
                (FAMILY, "as-it-is"),
                None,
                (Said::Valid, None),
            ));
        }
    }
    let group = &all.disclosure;
    for proof in &group.proofs {
        // The run's terms pay shares and keep the remainder: other pay lists are proven, but are not this run's.
        let own = ["shares", "shares-again", "claims"].contains(&proof.name);
        let (beside_one, alone) = if own {
            ((Said::Valid, None), (Said::Incomplete, None))
        } else {
            let against_terms = (Said::Invalid, Some(Stage::Verification));
            (against_terms, against_terms)
        };
        let family = if own { FAMILY } else { "terms" };
        cases.push(case(group, proof, (family, "alone"), None, alone));
        for name in ["run-1", "run-1-again"] {
            let file = &usage.proof(name)?.file;
            let what = format!("beside-{name}");
            let beside = Some(beside(usage, file));
            cases.push(case(group, proof, (family, &what), beside, beside_one));
        }
    }
    Ok(())
}

/// A valid disclosure beside what it does not stand on.
pub(super) fn broken(all: &ValidProofs, cases: &mut Vec<FileCase>) -> Result<(), Error> {
    let (usage, group) = (&all.usage, &all.disclosure);
    let own = usage.proof("run-1")?;
    let mut next_to = |what: &str, beside: Beside, answer| {
        if let Some(proof) = group.proofs.first() {
            cases.push(case(group, proof, ("link", what), Some(beside), answer));
        }
    };
    let incomplete = (Said::Incomplete, Some(Stage::Judgement));
    let other = &usage.proof("run-2")?.file;
    let stranger = (Said::Invalid, Some(Stage::Judgement));
    next_to("another-run", beside(usage, other), stranger);
    for proof in &group.proofs {
        let what = format!("disclosure-{}", proof.name);
        next_to(&what, beside(group, &proof.file), incomplete);
    }
    let mut altered = |what: &str, change: &dyn Fn(&mut ProofFile), answer| {
        let mut file = own.file.clone();
        change(&mut file);
        next_to(what, beside(usage, &file), answer);
    };
    altered("broken-proof", &|f| f.proof[31] ^= 1, incomplete);
    altered("no-proof", &|f| f.proof.clear(), incomplete);
    altered(
        "other-run-commitment",
        &|f| f.public_inputs[2] += tranche_protocol::Felt::from(1u64),
        incomplete,
    );
    altered(
        "other-key-digest",
        &|f| {
            let own = f.header.verifying_key.to_bytes();
            f.header.verifying_key = KeyDigest::from_bytes(flipped(own, 0));
        },
        incomplete,
    );
    altered(
        "other-srs",
        &|f| {
            f.header.srs = SrsDigest::from_bytes(flipped(f.header.srs.to_bytes(), 0));
        },
        incomplete,
    );
    altered("no-evidence", &|f| f.evidence = None, (Said::Unmet, None));
    altered(
        "broken-evidence",
        &|f| {
            if let Some(evidence) = &mut f.evidence {
                evidence.signer = tranche_protocol::address::Address::ZERO;
            }
        },
        stranger,
    );
    next_to(
        "under-its-own-key",
        Beside {
            key: group.circuit.name.to_owned(),
            ..beside(usage, &own.file)
        },
        incomplete,
    );
    Ok(())
}
