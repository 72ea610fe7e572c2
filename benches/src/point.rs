//! A point of the sweep: one proof, or one commitment to data, with all that decides what it costs.

use std::fmt;

use serde::{Deserialize, Serialize};
use tranche_circuits::disclosure::params as disclosure;
use tranche_circuits::usage::params::{self as usage, CircuitSize};

use crate::machine::cores;
use crate::workload::{Size, Surroundings, Workload};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
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
    pub kind: Kind,
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
    /// A run that fills a rung: all its draws, positions and slots.
    pub fn full(rung: &CircuitSize) -> Self {
        let params = &rung.params;
        Self {
            kind: Kind::Usage,
            circuit: rung.name.to_owned(),
            draws: params.draws(),
            records: params.positions(),
            tranches: params.slots,
            registered: params.slots,
            untouched: 0,
            claims: 0,
            threads: cores(),
        }
    }

    /// Whether the run fills its rung.
    pub fn is_full(&self) -> bool {
        usage::size_by_name(&self.circuit).is_some_and(|rung| {
            let params = &rung.params;
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
        let size = Size {
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
    fn disclosure(circuit: &str, claims: usize) -> Self {
        Self {
            kind: Kind::Disclosure,
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

    fn with_tranches(self, tranches: usize) -> Self {
        Self {
            tranches,
            registered: tranches.max(self.registered),
            ..self
        }
    }
}

/// How much a sweep measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The smallest rung with one other value of each factor: under two minutes on two cores.
    Quick,
    /// All rungs and factors.
    Full,
}

/// Records of a chunk.
const CHUNK: usize = 1_490;

/// The points of a sweep, cheapest questions first; no point twice.
pub fn sweep(extent: Extent) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    let mut add = |point: Point| {
        if !points.contains(&point) {
            points.push(point);
        }
    };
    let Some(smallest) = usage::SIZES.first() else {
        return points;
    };
    let places = smallest.params.table_chunks;
    // The base of the comparisons: one tranche, alone in its registry.
    let base = Point {
        registered: 1,
        ..Point::full(smallest)
    };
    let base = Point {
        tranches: 1,
        ..base
    };
    let [quick, full] = [extent == Extent::Quick, extent == Extent::Full];
    add(Point::full(smallest));
    add(base.clone());
    let draws: &[usize] = if full {
        &[1_000, 2_000, 5_000]
    } else {
        &[1_000]
    };
    draws.iter().for_each(|draws| {
        add(Point {
            draws: *draws,
            ..base.clone()
        });
    });
    let registered: &[usize] = if full { &[1_000, 100_000] } else { &[1_000] };
    registered.iter().for_each(|registered| {
        add(Point {
            registered: *registered,
            ..base.clone()
        });
    });
    let untouched: &[usize] = if full { &[10_000, 1_000_000] } else { &[] };
    untouched.iter().for_each(|untouched| {
        add(Point {
            untouched: *untouched,
            ..base.clone()
        });
    });
    let chunks: &[usize] = if full { &[1, 4, 16] } else { &[] };
    chunks
        .iter()
        .filter(|chunks| **chunks < places)
        .for_each(|chunks| {
            add(Point {
                records: chunks * CHUNK,
                ..base.clone()
            });
        });
    let threads = (1..=cores()).filter(|threads| threads.is_power_of_two());
    threads.filter(|_| full).for_each(|threads| {
        add(Point {
            threads,
            ..base.clone()
        });
    });
    for rung in disclosure::SIZES {
        add(Point::disclosure(rung.name, rung.params.claims));
        if quick {
            break;
        }
    }
    if full {
        add(Point::disclosure(disclosure::SIZES[0].name, 1));
        if let Some(rung) = usage::SIZES.get(1) {
            for tranches in [1, 8, 64] {
                let point = Point {
                    registered: rung.params.slots,
                    ..Point::full(rung)
                };
                add(point.with_tranches(tranches));
            }
        }
        usage::SIZES.iter().for_each(|rung| add(Point::full(rung)));
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn sweeps_have_no_point_twice_and_every_rung_full() {
        for extent in [Extent::Quick, Extent::Full] {
            let points = sweep(extent);
            let names: HashSet<String> = points.iter().map(ToString::to_string).collect();
            assert_eq!(names.len(), points.len());
            let full = points.iter().filter(|point| point.is_full()).count();
            let rungs = match extent {
                Extent::Quick => 1,
                Extent::Full => usage::SIZES.len(),
            };
            assert_eq!(full, rungs, "{extent:?}");
            assert!(
                points
                    .iter()
                    .all(|point| point.registered >= point.tranches)
            );
        }
    }
}
