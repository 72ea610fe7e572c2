//! Checks a recording's segments, and signs them as the loader that served it.

use std::path::PathBuf;

use serde::Serialize;
use tranche_ingest::training_log::recorder::{Recording, SegmentReport};
use tranche_protocol::address::Address;

use crate::artefact::{seal_segment, secret};
use crate::error::Error;
use crate::progress::Progress;

/// A recording to check, and to sign if there is a key.
#[derive(Clone, Debug)]
pub struct SealRequest {
    /// The recording's folder.
    pub recording: PathBuf,
    /// The file of the loader's secret key.
    pub key: Option<PathBuf>,
}

/// A recording's segments, as they are sealed now.
#[derive(Clone, Debug, Serialize)]
pub struct SealedRecording {
    /// The recording's folder.
    pub recording: PathBuf,
    /// Its segments.
    pub segments: Vec<SegmentReport>,
}

/// Checks every frame and seal of a recording, and signs each segment if there is a key.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::steps::log::{SealRequest, seal};
///
/// let request = SealRequest {
///     recording: "recording".into(),
///     key: Some("loader.key".into()),
/// };
/// let sealed = seal(&request, &Progress::silent())?;
/// assert!(sealed.segments.iter().all(|segment| segment.is_sealed()));
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
///
/// # Errors
/// As [`Recording::open`]; [`Error::Refused`] for a segment that another key sealed; of the key or the disk.
pub fn seal(request: &SealRequest, progress: &Progress) -> Result<SealedRecording, Error> {
    let key = request.key.as_deref().map(secret::read_key).transpose()?;
    let _stage = progress.stage("checking segments", None);
    let recording = Recording::open(&request.recording)?;
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
            seal_segment(&segment.path, chain, segment.frames, &key)?;
            segment.signer = Some(signer);
            segment.sealed_frames = segment.frames;
        }
    }
    Ok(SealedRecording {
        recording: request.recording.clone(),
        segments,
    })
}
