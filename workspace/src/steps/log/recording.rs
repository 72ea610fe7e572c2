//! What concerns recordings alone: seals, ids of sources, and the trace of checkpoints.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_fs::Existing;
use tranche_fs::temporary::Visibility;
use tranche_ingest::FormatFault;
use tranche_ingest::training_log::recorder::{
    RecordedCheckpoint, Recording, RecordingFault, RecordingReport, Seal,
};
use tranche_protocol::address::Address;
use tranche_protocol::trace::ModelDigest;

use super::catalog::describe_id;
use crate::artefact::run::TraceEntry;
use crate::artefact::run_log::LogSource;
use crate::artefact::{CheckpointDigest, length_sha256_blake3, write_json};
use crate::error::Error;

/// What is asked of a recording.
#[derive(Clone, Debug, Default)]
pub struct RecordingRequest {
    /// The address whose seals count: a segment that somebody else sealed is refused.
    pub evidence_key: Option<Address>,
    /// The trace of checkpoints to write.
    pub trace: Option<TraceRequest>,
}

/// A trace of checkpoints to write, as commitments to runs read it. It is secret.
#[derive(Clone, Debug)]
pub struct TraceRequest {
    /// The file to write.
    pub file: PathBuf,
    /// The digest of a checkpoint.
    pub digest: CheckpointDigest,
    /// Where the checkpoints' files are now; where they were written if left out.
    pub checkpoints: Option<PathBuf>,
}

/// What an import tells of a recording.
#[derive(Clone, Debug, Serialize)]
pub struct RecordingSummary {
    /// What was read.
    #[serde(flatten)]
    pub report: RecordingReport,
    /// The trace, if it was asked for.
    pub trace: Option<TraceSummary>,
}

/// The trace that was written.
#[derive(Clone, Debug, Serialize)]
pub struct TraceSummary {
    /// The file.
    pub file: PathBuf,
    /// The digest of its checkpoints.
    pub digest: CheckpointDigest,
    /// Digest of the last checkpoint: what the terms name as model_digest.
    pub model_digest: Option<String>,
}

impl RecordingRequest {
    /// Refuses what another format does not have.
    pub(super) fn unused(&self) -> Result<(), Error> {
        let given = [
            ("--evidence-key", self.evidence_key.is_some()),
            ("--trace-out", self.trace.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((name, _)) => Err(Error::usage(
                format!("{name} is for recordings only"),
                "leave it out",
            )),
        }
    }

    /// Checks the seals against the evidence key, and that every name is mapped to the tranche that the run file named.
    pub(super) fn check<'a>(
        &self,
        path: &Path,
        recording: &Recording,
        mapped: impl Fn(&str) -> Option<&'a LogSource>,
    ) -> Result<(), Error> {
        for (name, tranche) in recording.declared() {
            let (Some(tranche), Some(source)) = (tranche, mapped(name)) else {
                continue;
            };
            let got = describe_id(source);
            if *tranche != got {
                let fault = RecordingFault::OtherTranche {
                    name: name.clone(),
                    recorded: tranche.clone(),
                    got,
                };
                return Err(Error::file(path, fault));
            }
        }
        let Some(expected) = self.evidence_key else {
            return Ok(());
        };
        for segment in recording.segments() {
            if let Some(got) = segment.signer.filter(|signer| *signer != expected) {
                let fault = RecordingFault::SealSigner { got, expected };
                let seal = Seal::path(&segment.path);
                return Err(Error::file(&seal, fault));
            }
        }
        Ok(())
    }

    /// Writes the trace, if it is asked for, and sums up.
    pub(super) fn summary(
        &self,
        path: &Path,
        report: &RecordingReport,
    ) -> Result<RecordingSummary, Error> {
        let trace = self.trace.as_ref();
        if let Some(step) = report.two_checkpoints.filter(|_| trace.is_some()) {
            let fault = RecordingFault::TwoCheckpoints { step };
            return Err(Error::file(path, fault));
        }
        Ok(RecordingSummary {
            trace: trace.map(|trace| trace.write(report)).transpose()?,
            report: report.clone(),
        })
    }
}

impl TraceRequest {
    fn write(&self, report: &RecordingReport) -> Result<TraceSummary, Error> {
        let mut entries = Vec::with_capacity(report.checkpoints.len());
        for checkpoint in &report.checkpoints {
            entries.push(TraceEntry {
                step: checkpoint.step,
                log_position: checkpoint.log_position,
                digest: self.digest(checkpoint)?,
            });
        }
        write_json(&self.file, &entries, Visibility::Secret, Existing::Replace)?;
        let last = entries.last();
        Ok(TraceSummary {
            file: self.file.clone(),
            digest: self.digest,
            model_digest: last.map(|entry| entry.digest.to_string()),
        })
    }

    fn digest(&self, checkpoint: &RecordedCheckpoint) -> Result<ModelDigest, Error> {
        let recorded = &checkpoint.path;
        if self.digest == CheckpointDigest::Sha256 {
            let mut digest = [0; 32];
            hex::decode_to_slice(&checkpoint.sha256, &mut digest).map_err(|_| {
                Error::file(recorded, FormatFault::Malformed("the recorded SHA-256"))
            })?;
            return Ok(ModelDigest::from_bytes(digest));
        }
        let moved = self.checkpoints.as_ref().zip(recorded.file_name());
        let path = moved.map_or_else(|| recorded.clone(), |(folder, name)| folder.join(name));
        let (bytes, sha256, digest) = length_sha256_blake3(&path)?;
        if bytes != checkpoint.bytes || hex::encode(sha256) != checkpoint.sha256 {
            let step = checkpoint.step;
            let fault = RecordingFault::OtherCheckpoint { step };
            return Err(Error::file(&path, fault));
        }
        Ok(digest)
    }
}
