//! The draws of a log, counted.

use tranche_protocol::Shape;

use super::mixture::Mixture;

/// What the draws of a source come to.
#[derive(Clone, Debug, Default)]
pub struct SourceTally {
    /// How many there are.
    pub draws: u64,
    /// Units of the draws; nothing where the units are not known or the sum is 2^64 or more.
    pub units: Option<u64>,
    /// A bit for each chunk, set if it was drawn from.
    chunks: Vec<u64>,
}

impl SourceTally {
    /// The chunks drawn from.
    pub fn chunks(&self) -> u64 {
        self.chunks
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum()
    }
}

/// The draws of all sources.
#[derive(Debug)]
pub struct Tally {
    /// By source.
    pub sources: Vec<SourceTally>,
    /// Their shares over the run.
    pub mixture: Mixture,
    /// Training steps: runs of draws with the same number.
    pub steps: u64,
    /// The least number of a step.
    pub first_step: Option<u64>,
    /// The greatest.
    pub last_step: Option<u64>,
    chunk: u32,
    previous: Option<u64>,
}

impl Tally {
    /// A tally of sources with so many records.
    pub fn new(records: impl Iterator<Item = u32>) -> Self {
        let chunk = Shape::STANDARD.records_per_chunk() as u32;
        let sources: Vec<SourceTally> = records
            .map(|records| SourceTally {
                draws: 0,
                units: Some(0),
                chunks: vec![0; (records.div_ceil(chunk) as usize).div_ceil(64)],
            })
            .collect();
        Self {
            mixture: Mixture::new(sources.len()),
            sources,
            steps: 0,
            first_step: None,
            last_step: None,
            chunk,
            previous: None,
        }
    }

    /// Notes the step of a draw, countable or not.
    pub fn step(&mut self, step: u64) {
        if self.previous != Some(step) {
            self.steps += 1;
        }
        self.previous = Some(step);
        self.first_step = Some(self.first_step.map_or(step, |first| first.min(step)));
        self.last_step = Some(self.last_step.map_or(step, |last| last.max(step)));
    }

    /// Counts a draw of a record that exists; `units` are the record's.
    pub fn push(&mut self, step: u64, source: usize, record: u32, units: Option<u32>) {
        let tally = &mut self.sources[source];
        tally.draws += 1;
        tally.units = tally
            .units
            .zip(units)
            .and_then(|(sum, units)| sum.checked_add(units.into()));
        let chunk = (record / self.chunk) as usize;
        tally.chunks[chunk / 64] |= 1 << (chunk % 64);
        self.mixture.push(step, source);
    }

    /// All draws.
    pub fn draws(&self) -> u64 {
        self.sources.iter().map(|source| source.draws).sum()
    }

    /// All units, where they are known.
    pub fn units(&self) -> Option<u64> {
        let mut sum = 0u64;
        for source in self.sources.iter().filter(|source| source.draws > 0) {
            sum = sum.checked_add(source.units?)?;
        }
        Some(sum)
    }
}
