//! What `tranche log import` has for recordings alone: options, and what is told of them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tranche_protocol::address::Address;
use tranche_workspace::artefact::CheckpointDigest;
use tranche_workspace::steps::log::{RecordingRequest, RecordingSummary, TraceRequest};

use super::seal::segment_lines;
use super::told;
use crate::args::parse_address;
use crate::output::Table;

/// Options for recordings.
#[derive(Args, Clone, Debug)]
pub(super) struct RecordingOptions {
    /// For recordings: the address whose seals count; a segment that somebody else sealed is refused
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub(super) evidence_key: Option<Address>,
    /// For recordings: write the checkpoints as `run commit --trace` reads them (secret)
    #[arg(long, value_name = "FILE")]
    pub(super) trace_out: Option<PathBuf>,
    /// For recordings: the digest of checkpoints in the trace
    #[arg(long, value_enum, default_value_t, requires = "trace_out")]
    pub(super) trace_digest: DigestName,
    /// For recordings: where the checkpoints' files are now [default: where they were written]
    #[arg(long, value_name = "DIR", requires = "trace_out")]
    pub(super) checkpoints: Option<PathBuf>,
}

/// Digests of a checkpoint's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum DigestName {
    /// BLAKE3 of all bytes of the file, which must be there and be the one recorded
    #[default]
    Blake3,
    /// SHA-256 of all bytes of the file, as it was recorded; the file is not needed
    Sha256,
}

impl From<DigestName> for CheckpointDigest {
    fn from(name: DigestName) -> Self {
        match name {
            DigestName::Blake3 => Self::Blake3,
            DigestName::Sha256 => Self::Sha256,
        }
    }
}

impl RecordingOptions {
    /// What the options ask of a recording.
    pub(super) fn request(&self) -> RecordingRequest {
        let trace = self.trace_out.as_ref().map(|file| TraceRequest {
            file: file.clone(),
            digest: self.trace_digest.into(),
            checkpoints: self.checkpoints.clone(),
        });
        RecordingRequest {
            evidence_key: self.evidence_key,
            trace,
        }
    }
}

/// Adds what is told of a recording to the import's table.
pub(super) fn lines(summary: &RecordingSummary, table: Table) -> Table {
    let report = &summary.report;
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
    let table = told::of_recording(report, table);
    let table = segment_lines(table, &report.segments);
    let Some(trace) = &summary.trace else {
        return table;
    };
    let checkpoints = format!("{} checkpoints", report.checkpoints.len());
    let table = table.line(["trace", &trace.file.display().to_string(), &checkpoints]);
    match &trace.model_digest {
        Some(digest) => table.line(["model digest", digest]),
        None => table,
    }
}
