//! `tranche log seal`: checks a recording's segments and signs them as the loader that served it.

use std::path::PathBuf;

use clap::Args;
use tranche_ingest::training_log::recorder::SegmentReport;
use tranche_protocol::address::Address;
use tranche_workspace::steps::log::{SealRequest, SealedRecording};

use crate::output::{Report, Table};

/// `tranche log seal`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche log seal recording/
  tranche log seal recording/ --key loader.key

Without a key it checks every frame and seal, and prints each segment's chain digest. A seal says: the signer's recorder wrote these
frames. It covers the frames that a segment has now; seal again when it has grown. A seal by another key is not replaced.")]
pub(super) struct SealArgs {
    /// The recording's folder
    #[arg(value_name = "DIR")]
    pub(super) recording: PathBuf,
    /// The loader's secret key
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
}

impl SealArgs {
    /// What the arguments ask for.
    pub(super) fn request(&self) -> SealRequest {
        SealRequest {
            recording: self.recording.clone(),
            key: self.key.clone(),
        }
    }
}

impl Report for SealedRecording {
    fn table(&self) -> Table {
        let table = Table::new().line(["segment", "frames", "draws", "chain"]);
        let table = self.segments.iter().fold(table, |table, segment| {
            table.line([
                &segment.file,
                &segment.frames.to_string(),
                &segment.draws.to_string(),
                &segment.chain,
            ])
        });
        segment_lines(table, &self.segments)
    }
}

/// Adds who sealed what, and torn ends, to a table.
pub(super) fn segment_lines(table: Table, segments: &[SegmentReport]) -> Table {
    let mut signers: Vec<Address> = segments.iter().filter_map(|s| s.signer).collect();
    signers.sort_by_key(|signer| *signer.bytes());
    signers.dedup();
    let mut table = table;
    for signer in signers {
        let whole = segments
            .iter()
            .filter(|segment| segment.signer == Some(signer) && segment.is_sealed());
        table = table.line([
            "sealed",
            &format!(
                "{} of {} segments by {signer}",
                whole.count(),
                segments.len()
            ),
        ]);
    }
    for segment in segments {
        if !segment.is_sealed() {
            let open = segment.frames - segment.sealed_frames;
            let told = format!("{}: {open} of {} frames", segment.file, segment.frames);
            table = table.line(["not sealed", &told]);
        }
        if segment.torn_bytes > 0 {
            let told = format!("{}: {} bytes ignored", segment.file, segment.torn_bytes);
            table = table.line(["torn end", &told]);
        }
    }
    table
}
