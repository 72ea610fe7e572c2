//! What an import tells of a recording.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tranche_protocol::address::Address;

use super::rank::SegmentScan;
use crate::training_log::twins::SameRanks;

/// A recording as an import found it. Complete once all draws are read.
#[derive(Clone, Debug, Serialize)]
pub struct RecordingReport {
    /// Ranks with files.
    pub ranks: usize,
    /// The first step imported.
    pub first_step: Option<u64>,
    /// The last step imported.
    pub last_step: Option<u64>,
    /// Starts of the training loop, by the rank with most.
    pub attempts: usize,
    /// Draws left out because a later attempt took their place.
    pub superseded: u64,
    /// Ranks that end before the last step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub short_ranks: Vec<ShortRank>,
    /// Ranks with the very same draws, where that is said to be right.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same_data: Vec<SameRanks>,
    /// The files.
    pub segments: Vec<SegmentReport>,
    /// The checkpoints that stand, each step once.
    pub checkpoints: Vec<RecordedCheckpoint>,
    /// The first step of which ranks recorded different checkpoints. No trace can be made then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub two_checkpoints: Option<u64>,
}

/// A rank that ends before others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ShortRank {
    /// The rank.
    pub rank: u32,
    /// Its last step, if it has one.
    pub last_step: Option<u64>,
}

/// One file of a recording.
#[derive(Clone, Debug, Serialize)]
pub struct SegmentReport {
    /// Its path.
    #[serde(skip)]
    pub path: PathBuf,
    /// Its name.
    pub file: String,
    /// Its whole frames.
    pub frames: u64,
    /// Its draws, superseded ones included.
    pub draws: u64,
    /// The chain after its last frame, in hexadecimal.
    pub chain: String,
    /// Bytes of a torn frame at its end, which count for nothing.
    pub torn_bytes: u64,
    /// Who sealed it.
    pub signer: Option<Address>,
    /// How many of its frames the seal covers.
    pub sealed_frames: u64,
}

impl SegmentReport {
    pub(super) fn new(scan: &SegmentScan) -> Self {
        let name = scan.path.file_name().map(Path::new).unwrap_or(&scan.path);
        Self {
            file: name.display().to_string(),
            path: scan.path.clone(),
            frames: scan.frames,
            draws: scan.draws,
            chain: format!("0x{}", hex::encode(scan.chain)),
            torn_bytes: scan.torn,
            signer: scan.sealed.map(|(signer, _)| signer),
            sealed_frames: scan.sealed.map_or(0, |(_, frames)| frames),
        }
    }

    /// Whether a seal covers all its frames.
    pub fn is_sealed(&self) -> bool {
        self.signer.is_some() && self.sealed_frames == self.frames
    }
}

/// A checkpoint that a recording names.
#[derive(Clone, Debug, Serialize)]
pub struct RecordedCheckpoint {
    /// The optimiser's steps done.
    pub step: u64,
    /// The draws of all ranks before it.
    pub log_position: u64,
    /// Its file, where it was written.
    pub path: PathBuf,
    /// The file's length.
    pub bytes: u64,
    /// The file's SHA-256, in hexadecimal.
    pub sha256: String,
}
