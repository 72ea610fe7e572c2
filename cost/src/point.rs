//! A point of the sweep: one proof, or one commitment to data, with all that decides what it costs.

use std::fmt;

use serde::{Deserialize, Serialize};
use tranche_circuits::usage::params::{self as usage, CircuitSize};

use crate::machine::cores;
use crate::workload::{Surroundings, Workload, WorkloadSize};

/// The relation that is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// A usage proof.
    Usage,
    /// A disclosure proof.
    Disclosure,
}

/// A point of the sweep. Two points that are equal cost the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// What is measured.
    pub kind: Relation,
    /// The circuit.
    pub circuit: String,
    /// Draws of the run.
    pub draws: usize,
    /// Records that it draws, whole chunks of them.
    pub records: usize,
    /// Tranches that it draws from.
    pub tranches: usize,
    /// Tranches in the registry, those of the run included.
    pub registered: usize,
    /// Records of each tranche that the run does not draw.
    pub untouched: usize,
    /// Claims of a disclosure.
    pub claims: usize,
    /// Threads.
    pub threads: usize,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} draws={} records={} tranches={} registered={} untouched={} claims={} threads={}",
            self.circuit,
            self.draws,
            self.records,
            self.tranches,
            self.registered,
            self.untouched,
            self.claims,
            self.threads
        )
    }
}

impl Point {
    /// A run that fills a circuit: all its draws, positions and slots.
    pub fn full(circuit_size: &CircuitSize) -> Self {
        let params = &circuit_size.params;
        Self {
            kind: Relation::Usage,
            circuit: circuit_size.name.to_owned(),
            draws: params.draws(),
            records: params.positions(),
            tranches: params.slots,
            registered: params.slots,
            untouched: 0,
            claims: 0,
            threads: cores(),
        }
    }

    /// Whether the run fills its circuit.
    pub fn is_full(&self) -> bool {
        usage::size_by_name(&self.circuit).is_some_and(|circuit_size| {
            let params = &circuit_size.params;
            self.draws == params.draws()
                && self.records == params.positions()
                && self.tranches == params.slots
        })
    }

    /// The run, with what is around it.
    ///
    /// # Panics
    /// When the numbers do not fit the standard shape; [`measure`](crate::sweep::measure) refuses such points before.
    pub fn workload(&self, uniform: bool) -> Workload {
        let size = WorkloadSize {
            draws: self.draws,
            records: self.records,
            tranches: self.tranches,
            uniform,
        };
        let surroundings = Surroundings {
            strangers: self.registered.saturating_sub(self.tranches),
            untouched: self.untouched,
        };
        Workload::by_chunks(size, surroundings)
    }

    /// A disclosure of so many claims about a run of 64 tranches.
    pub(crate) fn disclosure(circuit: &str, claims: usize) -> Self {
        Self {
            kind: Relation::Disclosure,
            circuit: circuit.to_owned(),
            draws: 20_000,
            records: 64 * 1_490,
            tranches: 64,
            registered: 64,
            untouched: 0,
            claims,
            threads: cores(),
        }
    }

    /// The same point with so many tranches, registered as they must be.
    pub(crate) fn with_tranches(self, tranches: usize) -> Self {
        Self {
            tranches,
            registered: tranches.max(self.registered),
            ..self
        }
    }
}
