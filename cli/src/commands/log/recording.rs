//! What `tranche log import` does for recordings alone: seals, sources by id, and the trace of checkpoints.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tranche_protocol::address::Address;
use tranche_protocol::trace::ModelDigest;

use super::catalog::id_words;
use crate::artefact::run::TraceEntry;
use crate::artefact::run_log::LogSource;
use crate::artefact::write_json;
use crate::atomic::{Existing, Visibility};
use crate::error::{Error, Fault};
use crate::logfile::recorder::{
    RecordedCheckpoint, Recording, RecordingFault, RecordingReport, Seal,
};
use crate::output::Table;

/// Options for recordings.
#[derive(Args, Clone, Debug, Default)]
pub struct RecordingOptions {
    /// For recordings: the address whose seals count; a segment that somebody else sealed is refused
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub evidence_key: Option<Address>,
    /// For recordings: write the checkpoints as `run commit --trace` reads them (secret)
    #[arg(long, value_name = "FILE")]
    pub trace_out: Option<PathBuf>,
    /// For recordings: the digest of checkpoints in the trace
    #[arg(long, value_enum, default_value_t, requires = "trace_out")]
    pub trace_digest: TraceDigest,
    /// For recordings: where the checkpoints' files are now [default: where they were written]
    #[arg(long, value_name = "DIR", requires = "trace_out")]
    pub checkpoints: Option<PathBuf>,
}

/// Digests of a checkpoint's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum TraceDigest {
    /// BLAKE3 of all bytes of the file, which must be there and be the one recorded
    #[default]
    Blake3,
    /// SHA-256 of all bytes of the file, as it was recorded; the file is not needed
    Sha256,
}

pub(super) fn parse_address(text: &str) -> Result<Address, String> {
    Address::parse(text).ok_or_else(|| "expected an address: 0x and 40 digits".to_owned())
}

/// What an import tells of a recording.
#[derive(Clone, Debug, Serialize)]
pub struct RecordingSummary {
    #[serde(flatten)]
    report: RecordingReport,
    trace: Option<TraceSummary>,
}

/// The trace that was written.
#[derive(Clone, Debug, Serialize)]
struct TraceSummary {
    file: PathBuf,
    digest: TraceDigest,
    /// Digest of the last checkpoint: what the terms name as model_digest.
    model_digest: Option<String>,
}

impl RecordingOptions {
    /// Refuses options that another format does not have.
    pub(super) fn unused(&self) -> Result<(), Error> {
        let given = [
            ("--evidence-key", self.evidence_key.is_some()),
            ("--trace-out", self.trace_out.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((name, _)) => Err(Error::usage(
                format!("{name} is for recordings only"),
                "leave it out, or say --format recorder",
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
            let got = id_words(source);
            if *tranche != got {
                let fault = RecordingFault::OtherTranche {
                    name: name.clone(),
                    recorded: tranche.clone(),
                    got,
                };
                return Err(Error::file(path, Fault::Recording(fault)));
            }
        }
        let Some(expected) = self.evidence_key else {
            return Ok(());
        };
        for segment in recording.segments() {
            if let Some(got) = segment.signer.filter(|signer| *signer != expected) {
                let fault = RecordingFault::SealSigner { got, expected };
                let seal = Seal::path(&segment.path);
                return Err(Error::file(&seal, Fault::Recording(fault)));
            }
        }
        Ok(())
    }

    /// Writes the trace, if it is asked for, and sums up.
    pub(super) fn summary(&self, report: &RecordingReport) -> Result<RecordingSummary, Error> {
        let trace = match &self.trace_out {
            None => None,
            Some(file) => {
                let mut entries = Vec::with_capacity(report.checkpoints.len());
                for checkpoint in &report.checkpoints {
                    entries.push(TraceEntry {
                        step: checkpoint.step,
                        log_position: checkpoint.log_position,
                        digest: ModelDigest::from_bytes(self.digest(checkpoint)?),
                    });
                }
                write_json(file, &entries, Visibility::Secret, Existing::Replace)?;
                let last = entries.last();
                Some(TraceSummary {
                    file: file.clone(),
                    digest: self.trace_digest,
                    model_digest: last.map(|entry| entry.digest.to_string()),
                })
            }
        };
        Ok(RecordingSummary {
            report: report.clone(),
            trace,
        })
    }

    fn digest(&self, checkpoint: &RecordedCheckpoint) -> Result<[u8; 32], Error> {
        let recorded = &checkpoint.path;
        if self.trace_digest == TraceDigest::Sha256 {
            let mut digest = [0; 32];
            hex::decode_to_slice(&checkpoint.sha256, &mut digest)
                .map_err(|_| Error::file(recorded, Fault::Malformed("the recorded SHA-256")))?;
            return Ok(digest);
        }
        let moved = self.checkpoints.as_ref().zip(recorded.file_name());
        let path = moved.map_or_else(|| recorded.clone(), |(folder, name)| folder.join(name));
        let (bytes, sha256, digest) = hash(&path)?;
        if bytes != checkpoint.bytes || hex::encode(sha256) != checkpoint.sha256 {
            let step = checkpoint.step;
            let fault = RecordingFault::OtherCheckpoint { step };
            return Err(Error::file(&path, Fault::Recording(fault)));
        }
        Ok(digest)
    }
}

/// Length, SHA-256 and BLAKE3 of a file.
fn hash(path: &Path) -> Result<(u64, [u8; 32], [u8; 32]), Error> {
    let mut file = File::open(path).map_err(|error| Error::io("open", path, error))?;
    let (mut sha256, mut blake3) = (Sha256::new(), blake3::Hasher::new());
    let mut block = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        let got = file
            .read(&mut block)
            .map_err(|error| Error::io("read", path, error))?;
        if got == 0 {
            break;
        }
        sha256.update(&block[..got]);
        blake3.update(&block[..got]);
        bytes += got as u64;
    }
    Ok((
        bytes,
        sha256.finalize().into(),
        *blake3.finalize().as_bytes(),
    ))
}

impl RecordingSummary {
    /// Adds the summary to the import's table.
    pub(super) fn lines(&self, table: Table) -> Table {
        let report = &self.report;
        let span = match (report.first_step, report.last_step) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => "none".to_owned(),
        };
        let table = table
            .line(["steps", &span])
            .line(["ranks", &report.ranks.to_string()])
            .line([
                "attempts",
                &report.attempts.to_string(),
                &format!("{} draws superseded", report.superseded),
            ]);
        let table = super::seal::lines(table, &report.segments);
        let Some(trace) = &self.trace else {
            return table;
        };
        let checkpoints = format!("{} checkpoints", report.checkpoints.len());
        let table = table.line(["trace", &trace.file.display().to_string(), &checkpoints]);
        match &trace.model_digest {
            Some(digest) => table.line(["model digest", digest]),
            None => table,
        }
    }
}
