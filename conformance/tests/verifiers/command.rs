//! What `tranche verify` does, on files.

use std::path::Path;

use tranche_conformance::corpus::KEYS;
use tranche_conformance::{FileCase, Said};
use tranche_verdict::Verdict;
use tranche_workspace::steps::verify::{ProofInput, VerifyRequest, verify};

/// What the command says: nothing but an error for bytes that are no proof file, else the judgement and its reason.
pub fn said(
    corpus: &Path,
    scratch: &Path,
    case: &FileCase,
) -> Result<(Said, Option<String>), String> {
    let key = |circuit: &str| corpus.join(KEYS).join(format!("{circuit}.vk"));
    let written = |name: &str, bytes: &[u8]| {
        let path = scratch.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let input = |name: &str, bytes: &[u8], circuit: &str| ProofInput {
        file: written(name, bytes),
        key: Some(key(circuit)),
    };
    let report = verify(&VerifyRequest {
        proof: input("case.proof", &case.file, &case.key),
        usage: case
            .beside
            .as_ref()
            .map(|beside| input("usage.proof", &beside.file, &beside.key)),
        registry: None,
    })
    .map_err(|error| error.to_string())?;
    Ok(match report.judgement.verdict {
        Verdict::Valid => (Said::Valid, None),
        Verdict::Incomplete(reason) => (Said::Incomplete, Some(reason)),
        Verdict::Unmet(reason) => (Said::Unmet, Some(reason)),
        Verdict::Invalid(reason) => (Said::Invalid, Some(reason)),
    })
}
