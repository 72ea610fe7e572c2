//! What a run asks of a proof, and all of it that no proof holds.

use std::fmt;

use serde::{Serialize, Serializer};
use tranche_circuits::usage::params::{CircuitSize, RunSize, choose_size, largest_size};
use tranche_protocol::Shape;
use tranche_protocol::shape::TRACE_DEPTH;
use tranche_protocol::statement::AMOUNT_BOUND;
use tranche_protocol::usage::UNITS_BOUND;

/// What a run asks of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunDemand {
    /// Draws, chunks and tranches.
    pub size: RunSize,
    /// Units of all draws, where they are known.
    pub units: Option<u64>,
    /// Checkpoints of the trace.
    pub checkpoints: usize,
    /// The greatest amount of an owner, in smallest parts, where the terms pay by rates.
    pub greatest_amount: Option<u128>,
}

impl RunDemand {
    /// A run of a size, of which nothing else is known to be large.
    pub fn of_size(size: RunSize) -> Self {
        Self {
            size,
            units: None,
            checkpoints: 0,
            greatest_amount: None,
        }
    }

    /// The smallest circuit that holds the run.
    ///
    /// ```
    /// use tranche_circuits::usage::params::RunSize;
    /// use tranche_cost::limits::RunDemand;
    ///
    /// let size = RunSize { draws: 2_000_000, chunks: 800, tranches: 3, uniform: false };
    /// let broken = RunDemand::of_size(size).circuit().unwrap_err();
    /// assert_eq!(broken.limits().len(), 2);
    /// ```
    ///
    /// # Errors
    /// [`BrokenLimits`]: every limit that the run breaks.
    pub fn circuit(&self) -> Result<CircuitSize, BrokenLimits> {
        let broken = self.broken();
        match choose_size(self.size) {
            Some(size) if broken.is_empty() => Ok(size),
            _ => Err(BrokenLimits(broken)),
        }
    }

    fn broken(&self) -> Vec<BrokenLimit> {
        let largest = largest_size(self.size.uniform).params;
        let size = &self.size;
        let units = self.units.unwrap_or(0);
        let amount = self.greatest_amount.unwrap_or(0);
        [
            (Limit::Draws, size.draws as u128, largest.draws() as u128),
            (
                Limit::Chunks,
                size.chunks as u128,
                largest.table_chunks as u128,
            ),
            (
                Limit::Tranches,
                size.tranches as u128,
                largest.slots as u128,
            ),
            (Limit::Units, units.into(), u128::from(UNITS_BOUND) - 1),
            (
                Limit::Checkpoints,
                self.checkpoints as u128,
                1 << TRACE_DEPTH,
            ),
            (Limit::Amount, amount, AMOUNT_BOUND - 1),
        ]
        .into_iter()
        .filter(|(_, has, most)| has > most)
        .map(|(limit, has, most)| BrokenLimit { limit, has, most })
        .collect()
    }
}

/// A measure of a run that has an upper bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Draws of the log.
    Draws,
    /// Chunks of records that are drawn from.
    Chunks,
    /// Registered tranches that are drawn from.
    Tranches,
    /// Units of all draws.
    Units,
    /// Checkpoints of the trace.
    Checkpoints,
    /// What one owner gets, under terms that pay by rates.
    Amount,
}

/// A limit that a run breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BrokenLimit {
    /// The limit.
    pub limit: Limit,
    /// What the run has, as a decimal text.
    #[serde(serialize_with = "decimal")]
    pub has: u128,
    /// What a proof holds, as a decimal text.
    #[serde(serialize_with = "decimal")]
    pub most: u128,
}

fn decimal<S: Serializer>(value: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl BrokenLimit {
    /// What is too much, in words.
    pub fn what(&self) -> String {
        let Self { has, most, .. } = self;
        match self.limit {
            Limit::Draws => format!("the run has {has} draws, a proof holds {most}"),
            Limit::Chunks => format!(
                "the run draws from {has} chunks of {} records, a proof holds {most}",
                Shape::STANDARD.records_per_chunk()
            ),
            Limit::Tranches => {
                format!("the run draws from {has} registered tranches, a proof holds {most}")
            }
            Limit::Units => format!("the draws weigh {has} units, a proof holds {most}"),
            Limit::Checkpoints => {
                format!("the trace has {has} checkpoints, a proof holds {most}")
            }
            Limit::Amount => {
                format!("an owner would get {has} smallest parts by rates, a pay list holds {most}")
            }
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self.limit {
            Limit::Draws => format!("prove the run in segments of at most {} draws", self.most),
            Limit::Chunks => {
                "prove the run in shorter segments, or draw from fewer records, for example from a part of the tranche that is committed by itself".to_owned()
            }
            Limit::Tranches => format!(
                "prove the run in segments that draw from at most {} registered tranches each, or commit an owner's data sets as one tranche",
                self.most
            ),
            Limit::Units => {
                "prove the run in shorter segments, or commit by a coarser unit".to_owned()
            }
            Limit::Checkpoints => format!(
                "leave checkpoints out of the trace until {} are left; keep the last one",
                self.most
            ),
            Limit::Amount => {
                "prove the run in shorter segments, or agree on lower rates with this owner"
                    .to_owned()
            }
        }
    }
}

/// Every limit that a run breaks; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenLimits(Vec<BrokenLimit>);

impl BrokenLimits {
    /// The limits.
    pub fn limits(&self) -> &[BrokenLimit] {
        &self.0
    }
}

impl fmt::Display for BrokenLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no proof holds this run")?;
        for (place, broken) in self.0.iter().enumerate() {
            let lead = if place == 0 { ": " } else { "; and " };
            write!(f, "{lead}{}: {}", broken.what(), broken.remedy())?;
        }
        Ok(())
    }
}

impl std::error::Error for BrokenLimits {}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand() -> RunDemand {
        RunDemand {
            size: RunSize {
                draws: 1_049_556,
                chunks: 704,
                tranches: 64,
                uniform: false,
            },
            units: Some(UNITS_BOUND - 1),
            checkpoints: 65_536,
            greatest_amount: Some(AMOUNT_BOUND - 1),
        }
    }

    #[test]
    fn a_run_at_every_limit_has_a_circuit() {
        assert_eq!(demand().circuit().unwrap().name, "usage-20");
        let mut uniform = demand();
        uniform.size.uniform = true;
        assert_eq!(uniform.circuit().unwrap().name, "usage-uniform-20");
    }

    #[test]
    fn all_broken_limits_are_told_at_once_and_each_alone() {
        let limits = |demand: RunDemand| -> Vec<Limit> {
            let broken = demand.circuit().unwrap_err();
            broken.limits().iter().map(|broken| broken.limit).collect()
        };
        type Change = fn(&mut RunDemand);
        let past = |change: Change| {
            let mut demand = demand();
            change(&mut demand);
            demand
        };
        let changes: [(Limit, Change); 6] = [
            (Limit::Draws, |demand| demand.size.draws += 1),
            (Limit::Chunks, |demand| demand.size.chunks += 1),
            (Limit::Tranches, |demand| demand.size.tranches += 1),
            (Limit::Units, |demand| demand.units = Some(UNITS_BOUND)),
            (Limit::Checkpoints, |demand| demand.checkpoints += 1),
            (Limit::Amount, |demand| {
                demand.greatest_amount = Some(AMOUNT_BOUND);
            }),
        ];
        let mut all = demand();
        for (limit, change) in changes {
            assert_eq!(limits(past(change)), [limit]);
            change(&mut all);
        }
        assert_eq!(limits(all), changes.map(|(limit, _)| limit));
        let text = all.circuit().unwrap_err().to_string();
        for part in ["1049557 draws", "705 chunks", "65 registered", "segments"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
