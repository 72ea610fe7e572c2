//! What the auditor's training code made, against the trace.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use tranche_ingest::FormatFault;
use tranche_protocol::audit::Stretch;
use tranche_protocol::trace::{Checkpoint, ModelDigest};
use tranche_verdict::{Condition, ConditionStatus};

use crate::artefact::{CheckpointDigest, read_json};
use crate::error::Error;

const VERSION: u16 = 1;

/// `replayed.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replayed {
    version: u16,
    initial: Weights,
    stretches: Vec<ReplayedStretch>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplayedStretch {
    stretch: u32,
    /// The file that the replay began from.
    #[serde(default)]
    start: Option<PathBuf>,
    end: Weights,
}

/// Weights, or what somebody says is their digest.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Weights {
    /// A file, which is hashed here.
    File(PathBuf),
    /// A digest.
    Digest(ModelDigest),
}

/// What the auditor's training code made of a work list.
#[derive(Clone, Debug)]
pub struct ReplayRequest {
    /// The file: JSON {version, initial, stretches}. Paths in it are relative to its folder.
    pub file: PathBuf,
    /// The digest of checkpoints in the trace.
    pub digest: CheckpointDigest,
    /// Whether bare digests, and starts that were not hashed, count: by the word of whoever made them.
    pub trust_digests: bool,
}

/// Compares a replay with the trace.
pub(super) struct Replay<'a> {
    request: &'a ReplayRequest,
    file: Replayed,
}

const INITIAL: &str = "the weights before training, made anew, are the first checkpoint";
const STRETCHES: &str =
    "each stretch, trained over again from its first checkpoint, ends at its second";

/// The rows before a replay.
pub(super) fn open_rows() -> Vec<Condition> {
    let row = |wanted: &str| Condition {
        wanted: wanted.to_owned(),
        standing: ConditionStatus::Open,
        found: "the replay tells: --replayed FILE".to_owned(),
    };
    [INITIAL, STRETCHES].map(row).into()
}

impl<'a> Replay<'a> {
    /// Reads a replay.
    pub(super) fn read(request: &'a ReplayRequest) -> Result<Self, Error> {
        let path = &request.file;
        let file: Replayed = read_json(path)?;
        if file.version != VERSION {
            let (expected, got) = (VERSION, file.version);
            return Err(Error::file(path, FormatFault::Version { expected, got }));
        }
        Ok(Self { request, file })
    }

    /// A file's digest.
    fn hash(&self, path: &Path) -> Result<ModelDigest, Error> {
        let folder = self.request.file.parent().unwrap_or(Path::new(""));
        self.request.digest.of_file(&folder.join(path))
    }

    /// How weights compare with a checkpoint.
    fn compare(&self, weights: &Weights, expected: &Checkpoint) -> Result<ConditionStatus, Error> {
        let (got, hashed) = match weights {
            Weights::File(path) => (self.hash(path)?, true),
            Weights::Digest(digest) => (*digest, false),
        };
        Ok(if got != expected.digest {
            ConditionStatus::Broken
        } else if hashed || self.request.trust_digests {
            ConditionStatus::Met
        } else {
            ConditionStatus::Open
        })
    }

    /// The rows of initial weights and of stretches.
    ///
    /// # Errors
    /// [`Error::Io`] of a file of weights; [`Error::Usage`] for a stretch that is not asked for or given twice.
    pub(super) fn rows(
        &self,
        first: &Checkpoint,
        stretches: &[Stretch],
    ) -> Result<Vec<Condition>, Error> {
        let initial = self.compare(&self.file.initial, first)?;
        let found = match initial {
            ConditionStatus::Met => "they are",
            ConditionStatus::Broken => {
                "they are others: training may have begun from a model that is not told"
            }
            ConditionStatus::Open => STATED,
        };
        let mut rows = vec![Condition {
            wanted: INITIAL.to_owned(),
            standing: initial,
            found: found.to_owned(),
        }];
        rows.push(self.stretches(stretches)?);
        Ok(rows)
    }

    fn stretches(&self, stretches: &[Stretch]) -> Result<Condition, Error> {
        let given = &self.file.stretches;
        for (index, replayed) in given.iter().enumerate() {
            let twice = given[..index]
                .iter()
                .any(|other| other.stretch == replayed.stretch);
            let asked = stretches
                .iter()
                .any(|stretch| stretch.index == replayed.stretch);
            if twice || !asked {
                let number = replayed.stretch;
                return Err(Error::usage(
                    format!(
                        "{}: stretch {number} is given twice or was not picked",
                        self.request.file.display()
                    ),
                    "give each stretch of the work list once",
                ));
            }
        }
        let (mut met, mut broken, mut open) = (0, Vec::new(), Vec::new());
        for stretch in stretches {
            let replayed = given.iter().find(|r| r.stretch == stretch.index);
            let number = stretch.index;
            match replayed.map(|r| self.stretch(r, stretch)).transpose()? {
                None => open.push(format!("{number} not replayed")),
                Some(Ok(ConditionStatus::Met)) => met += 1,
                Some(Ok(ConditionStatus::Open)) => open.push(format!("{number}: {STATED}")),
                Some(Ok(ConditionStatus::Broken)) => {
                    broken.push(format!("{number} ends at other weights"))
                }
                Some(Err(what)) => broken.push(format!("{number} {what}")),
            }
        }
        let standing = match (broken.is_empty(), open.is_empty()) {
            (false, _) => ConditionStatus::Broken,
            (true, false) => ConditionStatus::Open,
            (true, true) => ConditionStatus::Met,
        };
        let mut found = vec![format!("{met} of {} do", stretches.len())];
        found.extend(broken);
        found.extend(open);
        Ok(Condition {
            wanted: STRETCHES.to_owned(),
            standing,
            found: found.join("; "),
        })
    }

    /// One stretch: how its end compares, or what is wrong with its start. Weights to start from could be made to arrive anywhere.
    fn stretch(
        &self,
        replayed: &ReplayedStretch,
        stretch: &Stretch,
    ) -> Result<Result<ConditionStatus, &'static str>, Error> {
        let end = self.compare(&replayed.end, &stretch.to)?;
        let started = match &replayed.start {
            Some(start) => self.hash(start)? == stretch.from.digest,
            None => self.request.trust_digests,
        };
        Ok(match (started, &replayed.start) {
            (true, _) => Ok(end),
            (false, Some(_)) => Err("began from other weights than the checkpoint's"),
            (false, None) if end == ConditionStatus::Met => Ok(ConditionStatus::Open),
            (false, None) => Ok(end),
        })
    }
}

const STATED: &str = "digests that were stated, not hashed here from weights: give the files of start and end, or take the word with --trust-digests";
