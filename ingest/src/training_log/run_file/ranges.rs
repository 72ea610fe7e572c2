//! Ranges of a concatenated data set.

use crate::training_log::fault::LogFault;

/// A range of indices that belongs to one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: u64,
    pub(super) end: u64,
    /// The source, by its place in the run file.
    pub(super) source: usize,
    /// The record of the source that `start` is.
    pub(super) record: u64,
}

/// Ranges that follow each other from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ranges(Vec<Range>);

impl Ranges {
    /// Puts ranges in order. They must neither overlap nor leave a gap.
    pub(super) fn new(
        mut ranges: Vec<Range>,
        name: impl Fn(usize) -> String,
    ) -> Result<Self, LogFault> {
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut end = 0;
        let mut before: Option<Range> = None;
        for range in &ranges {
            let describe = |range: &Range| {
                format!(
                    "{} to {} of \"{}\"",
                    range.start,
                    range.end,
                    name(range.source)
                )
            };
            if range.start >= range.end {
                return Err(LogFault::RunFile(format!(
                    "the range {} is empty",
                    describe(range)
                )));
            }
            if range.start < end {
                let other = before.as_ref().map_or_else(String::new, describe);
                return Err(LogFault::RunFile(format!(
                    "the ranges {other} and {} overlap",
                    describe(range)
                )));
            }
            if range.start > end {
                return Err(LogFault::RunFile(format!(
                    "no source has the indices {end} to {}: the ranges leave a gap",
                    range.start
                )));
            }
            end = range.end;
            before = Some(*range);
        }
        Ok(Self(ranges))
    }

    /// The records of all ranges.
    pub(super) fn records(&self) -> u64 {
        self.0.last().map_or(0, |range| range.end)
    }

    /// The source of an index, and its record there.
    pub(super) fn find(&self, index: u64) -> Result<(usize, u64), LogFault> {
        let after = self.0.partition_point(|range| range.end <= index);
        let range = self.0.get(after).ok_or(LogFault::IndexPastEnd {
            index,
            records: self.records(),
        })?;
        Ok((range.source, range.record + (index - range.start)))
    }
}
