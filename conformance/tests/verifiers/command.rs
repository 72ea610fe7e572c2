//! `tranche verify`: the command itself, on files.

use std::path::Path;

use tranche_cli::commands::verify::{VerifyArgs, run};
use tranche_cli::verdict::Verdict;
use tranche_conformance::corpus::KEYS;
use tranche_conformance::{FileCase, Said};

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
    let report = run(&VerifyArgs {
        proof: written("case.proof", &case.file),
        usage: case
            .beside
            .as_ref()
            .map(|beside| written("usage.proof", &beside.file)),
        key: Some(key(&case.key)),
        usage_key: case.beside.as_ref().map(|beside| key(&beside.key)),
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
