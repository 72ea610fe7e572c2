//! A recording of a training loop, as the Python package `tranche-recorder` writes it (docs/recording.md).
//!
//! The files are read twice: once to check every frame, chain and seal and to learn of attempts, once for the draws. Memory holds
//! one frame a rank. Draws come by step, then by rank, then as recorded. Of a rank's attempts at a step the last stands; how
//! many ranks a step has, rank 0 says. A draw's row is its place among all draws of its file.

mod fault;
mod frames;
mod merge;
mod rank;
mod report;
mod seal;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tranche_protocol::log::LogOrder;

pub use fault::RecordingFault;
pub(super) use merge::Merge;
pub use report::{RecordedCheckpoint, RecordingReport, SegmentReport};
pub use seal::Seal;

use crate::error::{Error, Fault};
use frames::{Declared, Entry};
use rank::RankScan;

/// A recording whose files were read and checked once.
pub struct Recording {
    path: PathBuf,
    order: LogOrder,
    ranks: Vec<RankScan>,
    declared: BTreeMap<String, Option<String>>,
}

impl Recording {
    /// Reads and checks the segments of all ranks in a folder.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Fault::Empty`] for a folder without segments; [`Fault::Recording`] naming the file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut ranks = Vec::new();
        for (rank, segments) in find(path)? {
            ranks.push(RankScan::read(rank, &segments)?);
        }
        let mut order = None;
        let mut declared: Vec<Declared> = Vec::new();
        for scan in &ranks {
            let file = scan.segments.first().map_or(path, |first| &first.path);
            if scan.order.is_some() && *order.get_or_insert(scan.order) != scan.order {
                return Err(Error::file(file, Fault::Recording(RecordingFault::Order)));
            }
            for source in &scan.declared {
                match declared.iter().find(|known| known.name == source.name) {
                    Some(known) => rank::agree(file, known, source)?,
                    None => declared.push(source.clone()),
                }
            }
        }
        let order = order.flatten();
        Ok(Self {
            path: path.to_owned(),
            order: order.ok_or_else(|| Error::file(path, Fault::Empty("draws")))?,
            ranks,
            declared: declared
                .into_iter()
                .map(|source| (source.name, source.tranche))
                .collect(),
        })
    }

    /// Planned or consumed, as the recorder was told.
    pub fn order(&self) -> LogOrder {
        self.order
    }

    /// Which tranche a source was declared as: an id, `unregistered`, or `None` where the run file leaves it open.
    pub fn declared(&self) -> &BTreeMap<String, Option<String>> {
        &self.declared
    }

    /// The segments, by rank and number.
    pub fn segments(&self) -> Vec<SegmentReport> {
        let all = self.ranks.iter().flat_map(|rank| &rank.segments);
        all.map(SegmentReport::new).collect()
    }

    /// The chain of each of [`Recording::segments`] after its last frame.
    pub fn chains(&self) -> Vec<[u8; 32]> {
        let all = self.ranks.iter().flat_map(|rank| &rank.segments);
        all.map(|segment| segment.chain).collect()
    }

    /// The checkpoints of all ranks that stand, ascending by step, none after `through`.
    fn checkpoints(&self, through: u64) -> Result<Vec<Entry>, Error> {
        let mut all: Vec<Entry> = Vec::new();
        for entry in self.ranks.iter().flat_map(|rank| &rank.checkpoints) {
            if entry.after.is_none_or(|after| after <= through) {
                all.push(entry.clone());
            }
        }
        all.sort_by_key(|entry| entry.step);
        let twins = all.windows(2).find(|pair| {
            pair[0].step == pair[1].step
                && (&pair[0].sha256, pair[0].after) != (&pair[1].sha256, pair[1].after)
        });
        if let Some([entry, _]) = twins {
            let fault = RecordingFault::TwoCheckpoints { step: entry.step };
            return Err(Error::file(&self.path, Fault::Recording(fault)));
        }
        all.dedup_by_key(|entry| entry.step);
        Ok(all)
    }
}

/// The segments of each rank, in order.
fn find(path: &Path) -> Result<BTreeMap<u32, Vec<PathBuf>>, Error> {
    let failed = |error| Error::io("read", path, error);
    let mut found: BTreeMap<u32, BTreeMap<u32, PathBuf>> = BTreeMap::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if let Some((rank, segment)) = name.to_str().and_then(numbers) {
            found
                .entry(rank)
                .or_default()
                .insert(segment, path.join(name));
        }
    }
    if found.is_empty() {
        return Err(Error::file(path, Fault::Empty("segments of a recording")));
    }
    let mut ranks = BTreeMap::new();
    for (rank, segments) in found {
        if let Some((segment, _)) = (0..).zip(segments.keys()).find(|(n, key)| n != *key) {
            let fault = RecordingFault::MissingSegment { rank, segment };
            return Err(Error::file(path, Fault::Recording(fault)));
        }
        ranks.insert(rank, segments.into_values().collect());
    }
    Ok(ranks)
}

/// Rank and segment of `rank-00000-000000.trec`.
fn numbers(name: &str) -> Option<(u32, u32)> {
    let (rank, segment) = name
        .strip_prefix("rank-")?
        .strip_suffix(".trec")?
        .split_once('-')?;
    let digits =
        |text: &str, least| text.len() >= least && text.bytes().all(|byte| byte.is_ascii_digit());
    let named = digits(rank, 5) && digits(segment, 6);
    named.then_some((rank.parse().ok()?, segment.parse().ok()?))
}
