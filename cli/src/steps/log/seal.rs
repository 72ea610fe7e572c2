//! `tranche log seal`: checks a recording's segments and signs them as the loader that served it.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tranche_protocol::address::Address;

use crate::artefact::secret;
use crate::error::Error;
use crate::logfile::recorder::{Recording, Seal, SegmentReport};
use crate::output::{Report, Table};
use crate::progress::Progress;

/// `tranche log seal`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche log seal recording/
  tranche log seal recording/ --key loader.key

Without a key it checks every frame and seal, and prints each segment's chain digest. A seal says: the signer's recorder wrote these
frames. It covers the frames that a segment has now; seal again when it has grown. A seal by another key is not replaced.")]
pub struct SealArgs {
    /// The recording's folder
    #[arg(value_name = "DIR")]
    pub recording: PathBuf,
    /// The loader's secret key
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

/// A recording's segments, as they are sealed now.
#[derive(Clone, Debug, Serialize)]
pub struct SealReport {
    recording: PathBuf,
    segments: Vec<SegmentReport>,
}

impl Report for SealReport {
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
        lines(table, &self.segments)
    }
}

/// Runs the command.
///
/// # Errors
/// As [`Recording::open`]; [`Error::Refused`] for a segment that another key sealed; of the key or the disk.
pub(super) fn run(args: &SealArgs, progress: Progress) -> Result<SealReport, Error> {
    let key = args.key.as_deref().map(secret::read_key).transpose()?;
    let _stage = progress.stage("checking segments", None);
    let recording = Recording::open(&args.recording)?;
    let mut segments = recording.segments();
    if let Some(key) = key {
        let signer = Address::of_key(key.verifying_key());
        if let Some((segment, other)) = segments.iter().find_map(|segment| {
            let other = segment.signer.filter(|other| *other != signer)?;
            Some((segment, other))
        }) {
            return Err(Error::Refused {
                reason: format!("{} is sealed by {other} already", segment.file),
            });
        }
        for (segment, chain) in segments.iter_mut().zip(recording.chains()) {
            Seal::sign(chain, segment.frames, &key)?.write(&segment.path)?;
            segment.signer = Some(signer);
            segment.sealed_frames = segment.frames;
        }
    }
    Ok(SealReport {
        recording: args.recording.clone(),
        segments,
    })
}

/// Adds who sealed what, and torn ends, to a table.
pub(super) fn lines(table: Table, segments: &[SegmentReport]) -> Table {
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
