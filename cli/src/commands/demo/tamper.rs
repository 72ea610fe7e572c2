//! Broken artefacts: each must be refused, and for the reason it was broken in.

use std::path::Path;

use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_protocol::felt::Felt;
use tranche_protocol::receipt::Receipt;
use tranche_verdict::Verdict;
use tranche_workspace::artefact::{read_proof, read_registry, read_text};
use tranche_workspace::error::Error;

use super::narrator::Narrator;
use super::story::Story;

/// Breaks artefacts of the story one by one.
pub(super) fn refuse_all(story: &Story, narrator: &mut Narrator) -> Result<(), Error> {
    narrator.step("What was tampered with is refused, with the reason")?;
    let facts = vec![
        vec!["a flipped bit of a proof".to_owned(), flipped(story)?],
        vec!["an altered public input".to_owned(), altered(story)?],
        vec![
            "a disclosure beside another run's usage proof".to_owned(),
            crossed(story)?,
        ],
        vec!["a disclosure alone".to_owned(), alone(story)?],
        vec!["a receipt with raised units".to_owned(), raised(story)?],
        vec![
            "a log with a record past the end".to_owned(),
            past_the_end(story)?,
        ],
        vec!["a forged registry snapshot".to_owned(), forged(story)?],
    ];
    narrator.facts(facts)
}

/// The reason of a verdict that must not be "valid".
fn refused(story: &Story, proof: &Path, usage: Option<&Path>) -> Result<String, Error> {
    let report = story.judge(proof, usage.map(Path::to_owned))?;
    match report.judgement.verdict {
        Verdict::Valid => Err(accepted(proof)),
        verdict => Ok(verdict.words()),
    }
}

/// The message of an error that must come.
fn reason<T>(result: Result<T, Error>, what: &Path) -> Result<String, Error> {
    match result {
        Ok(_) => Err(accepted(what)),
        // The name of the folder of the demonstration is of no interest.
        Err(error) => {
            let folder = what.parent().unwrap_or(what).display().to_string() + "/";
            Ok(error.to_string().replace(&folder, ""))
        }
    }
}

fn accepted(what: &Path) -> Error {
    Error::Internal(format!("{} was accepted", what.display()))
}

fn put(story: &Story, name: &str, bytes: &[u8]) -> Result<std::path::PathBuf, Error> {
    let path = story.path(name);
    atomic::write(&path, bytes, Visibility::Secret, Existing::Replace)?;
    Ok(path)
}

fn flipped(story: &Story) -> Result<String, Error> {
    let mut file = read_proof(&story.usage_proof(&story.runs[0]))?;
    if let Some(byte) = file.proof.last_mut() {
        *byte ^= 1;
    }
    refused(story, &put(story, "flipped.proof", &file.to_bytes())?, None)
}

fn altered(story: &Story) -> Result<String, Error> {
    let mut file = read_proof(&story.usage_proof(&story.runs[0]))?;
    if let Some(input) = file.public_inputs.get_mut(3) {
        *input += Felt::from(1u64);
    }
    // The evidence signs the run commitment only, so that the proof must notice.
    refused(story, &put(story, "altered.proof", &file.to_bytes())?, None)
}

fn crossed(story: &Story) -> Result<String, Error> {
    let other = story.usage_proof(&story.runs[1]);
    refused(story, &story.path("one-claims.proof"), Some(&other))
}

fn alone(story: &Story) -> Result<String, Error> {
    refused(story, &story.path("one-claims.proof"), None)
}

fn raised(story: &Story) -> Result<String, Error> {
    let text = read_text(&story.path("receipts/adega.json"))?;
    let mut receipt =
        Receipt::from_json(&text).map_err(|error| Error::Internal(error.to_string()))?;
    receipt.entry.amounts.units += 1_000;
    let path = put(story, "raised.json", receipt.to_json().as_bytes())?;
    reason(story.check_receipt(&path, "adega"), &path)
}

fn past_the_end(story: &Story) -> Result<String, Error> {
    let run = &story.runs[0];
    let log = read_text(&story.path(format!("{}.csv", run.name)))?;
    let path = put(story, "long.csv", (log + "600,adega,520\n").as_bytes())?;
    reason(story.import(run, &path, &story.path("long.tlog")), &path)
}

fn forged(story: &Story) -> Result<String, Error> {
    let text = read_text(&story.path("registry.json"))?;
    let registry = read_registry(&story.path("registry.json"))?;
    let id = |place: usize| {
        let entry = registry.entries().get(place);
        entry.map_or_else(String::new, |entry| entry.id.to_string())
    };
    let path = put(
        story,
        "forged.json",
        text.replace(&id(0), &id(1)).as_bytes(),
    )?;
    reason(read_registry(&path), &path)
}
