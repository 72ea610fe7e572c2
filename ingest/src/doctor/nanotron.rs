//! The metadata of a Nanotron checkpoint: what the trainer says it consumed, against what the log says.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::finding::Findings;
use crate::error::Fault;
use crate::error::FormatFault;
use crate::training_log::LogFault;

/// `checkpoint_metadata.json`. Fields that are not compared are ignored.
#[derive(Deserialize)]
struct Checkpoint {
    metas: Metas,
}

#[derive(Deserialize)]
struct Metas {
    consumed_train_samples: u64,
    data_stages: Vec<Stage>,
}

#[derive(Deserialize)]
struct Stage {
    name: String,
    consumed_train_samples: u64,
    sequence_length: u64,
    consumed_tokens_per_dataset_folder: BTreeMap<String, u64>,
}

/// What the metadata say.
#[derive(Debug)]
pub struct Claim {
    /// Tokens of each folder, over all stages.
    pub folders: BTreeMap<String, u64>,
    /// Tokens of a sample; nothing where stages differ.
    pub sequence_length: Option<u64>,
}

impl Claim {
    /// Reads the text of a checkpoint's metadata.
    ///
    /// # Errors
    /// [`FormatFault::BadJson`]; [`LogFault::Metadata`] where they contradict themselves.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let checkpoint: Checkpoint =
            serde_json::from_str(text).map_err(|error| FormatFault::BadJson(error.to_string()))?;
        let metas = checkpoint.metas;
        let wrong = |what: String| Fault::from(LogFault::Metadata(what));
        let mut folders = BTreeMap::new();
        let mut samples = 0u64;
        for stage in &metas.data_stages {
            let tokens = stage
                .consumed_train_samples
                .checked_mul(stage.sequence_length);
            let mut sum = Some(0u64);
            for (folder, tokens) in &stage.consumed_tokens_per_dataset_folder {
                sum = sum.and_then(|sum| sum.checked_add(*tokens));
                let total = folders.entry(folder.clone()).or_insert(0u64);
                *total = total
                    .checked_add(*tokens)
                    .ok_or_else(|| wrong("more than 2^64 tokens".to_owned()))?;
            }
            if tokens.is_none() || sum != tokens {
                return Err(wrong(format!(
                    "stage \"{}\" has {} samples of {} tokens, its folders sum to {}",
                    stage.name,
                    stage.consumed_train_samples,
                    stage.sequence_length,
                    sum.map_or_else(|| "more than 2^64".to_owned(), |sum| sum.to_string())
                )));
            }
            samples = samples.saturating_add(stage.consumed_train_samples);
        }
        if samples != metas.consumed_train_samples {
            return Err(wrong(format!(
                "{} samples in all, {samples} in the stages",
                metas.consumed_train_samples
            )));
        }
        let length = metas.data_stages.first().map(|stage| stage.sequence_length);
        let same = |length: &u64| {
            metas
                .data_stages
                .iter()
                .all(|s| s.sequence_length == *length)
        };
        Ok(Self {
            folders,
            sequence_length: length.filter(same),
        })
    }
}

/// A folder's tokens by both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedFolder {
    /// The data set's folder, as the metadata name it.
    pub folder: String,
    /// The source of the log that it is.
    pub source: Option<String>,
    /// Tokens by the metadata.
    pub metadata: u64,
    /// Tokens by the log.
    pub log: Option<u64>,
}

/// A source of the log.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// The names.
    pub names: &'a [String],
    /// Its draws.
    pub draws: u64,
    /// Its tokens, if they are known.
    pub tokens: Option<u64>,
}

/// Compares tokens folder by folder, and notes all that differs; `find` gives the place of a name among the sources.
pub fn compare(
    path: &Path,
    claim: &Claim,
    sources: &[Counted<'_>],
    find: &dyn Fn(&str) -> Option<usize>,
    findings: &mut Findings,
) -> Vec<ComparedFolder> {
    let mut compared = Vec::with_capacity(claim.folders.len());
    let mut matched = vec![false; sources.len()];
    let mut by_source: BTreeMap<usize, u64> = BTreeMap::new();
    for (folder, tokens) in &claim.folders {
        let place = place(folder, find);
        if let Some(place) = place {
            matched[place] = true;
            let sum = by_source.entry(place).or_insert(0);
            *sum = sum.saturating_add(*tokens);
        } else if *tokens > 0 {
            findings.note(
                Some(path),
                format!("the folder \"{folder}\" of {tokens} tokens is no source of the log"),
                "map a source of the folder's path or last name, or import the whole log",
            );
        }
        compared.push(ComparedFolder {
            folder: folder.clone(),
            source: place.and_then(|place| sources[place].names.first().cloned()),
            metadata: *tokens,
            log: place.and_then(|place| sources[place].tokens),
        });
    }
    for (place, source) in sources.iter().enumerate() {
        let name = source.names.first().map_or("", String::as_str);
        let expected = by_source.get(&place).copied();
        match (expected, source.tokens) {
            (Some(expected), Some(got)) if expected != got => findings.note(
                Some(path),
                format!("\"{name}\": {expected} tokens by the checkpoint, {got} by the log"),
                "give the checkpoint that the log ends at, or the log of the whole run",
            ),
            (Some(_), None) => findings.note(
                Some(path),
                format!("\"{name}\": its tokens cannot be told from the log"),
                "stages have samples of different lengths: commit the data in tokens",
            ),
            (None, _) if source.draws > 0 && !matched[place] => findings.note(
                Some(path),
                format!(
                    "\"{name}\" has {} draws, but the checkpoint has no such folder",
                    source.draws
                ),
                "give the checkpoint of the same run",
            ),
            _ => {}
        }
    }
    compared
}

/// The source that a folder is: by its whole path, or else by its last name.
fn place(folder: &str, find: &dyn Fn(&str) -> Option<usize>) -> Option<usize> {
    let trimmed = folder.trim_end_matches('/');
    let last = trimmed.rsplit('/').next().unwrap_or(trimmed);
    [folder, trimmed, last].into_iter().find_map(find)
}
