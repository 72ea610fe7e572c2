//! A recording whose files were read and checked once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tranche_protocol::log::LogOrder;

use super::fault::RecordingFault;
use super::frames::{Declared, Entry};
use super::rank::{RankScan, agree};
use super::report::SegmentReport;
use crate::error::{Error, FormatFault};
use crate::input::{Files, disk};

/// A recording whose files were read and checked once.
pub struct Recording {
    pub(super) files: Arc<dyn Files>,
    pub(super) path: PathBuf,
    order: LogOrder,
    pub(super) ranks: Vec<RankScan>,
    declared: BTreeMap<String, Option<String>>,
}

impl Recording {
    /// Reads and checks the segments of all ranks in a folder of the file system.
    ///
    /// # Errors
    /// As [`Recording::open_in`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_in(&disk(), path)
    }

    /// Reads and checks the segments of all ranks in a folder of `files`.
    ///
    /// # Errors
    /// [`Error::Io`]; [`FormatFault::Empty`] for a folder without segments; [`RecordingFault`] naming the file.
    pub fn open_in(files: &Arc<dyn Files>, path: &Path) -> Result<Self, Error> {
        let mut ranks = Vec::new();
        for (rank, segments) in find(&**files, path)? {
            ranks.push(RankScan::read(&**files, rank, &segments)?);
        }
        let mut order = None;
        let mut declared: Vec<Declared> = Vec::new();
        for scan in &ranks {
            let file = scan.segments.first().map_or(path, |first| &first.path);
            if scan.order.is_some() && *order.get_or_insert(scan.order) != scan.order {
                return Err(Error::file(file, RecordingFault::Order));
            }
            for source in &scan.declared {
                match declared.iter().find(|known| known.name == source.name) {
                    Some(known) => agree(file, known, source)?,
                    None => declared.push(source.clone()),
                }
            }
        }
        let order = order.flatten();
        Ok(Self {
            files: Arc::clone(files),
            path: path.to_owned(),
            order: order.ok_or_else(|| Error::file(path, FormatFault::Empty("draws")))?,
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

    /// The checkpoints of all ranks that stand, ascending by step, none after `through`; and the first step of which ranks recorded different ones.
    pub(super) fn checkpoints(&self, through: u64) -> (Vec<Entry>, Option<u64>) {
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
        let twin = twins.map(|pair| pair[0].step);
        all.dedup_by_key(|entry| entry.step);
        (all, twin)
    }
}

/// The segments of each rank, in order.
fn find(files: &dyn Files, path: &Path) -> Result<BTreeMap<u32, Vec<PathBuf>>, Error> {
    let listed = files
        .list(path)
        .map_err(|error| Error::io("read", path, error))?;
    let mut found: BTreeMap<u32, BTreeMap<u32, PathBuf>> = BTreeMap::new();
    for entry in listed {
        let name = entry.name;
        if let Some((rank, segment)) = name.to_str().and_then(numbers) {
            found
                .entry(rank)
                .or_default()
                .insert(segment, path.join(name));
        }
    }
    if found.is_empty() {
        return Err(Error::file(
            path,
            FormatFault::Empty("segments of a recording"),
        ));
    }
    let mut ranks = BTreeMap::new();
    for (rank, segments) in found {
        if let Some((segment, _)) = (0..).zip(segments.keys()).find(|(n, key)| n != *key) {
            let fault = RecordingFault::MissingSegment { rank, segment };
            return Err(Error::file(path, fault));
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
