//! The points of a sweep.

use tranche_circuits::disclosure::params as disclosure;
use tranche_circuits::usage::params as usage;

use crate::machine::cores;
use crate::point::Point;

/// How much a sweep measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The smallest circuit with one other value of each factor: under two minutes on two cores.
    Quick,
    /// All circuits and factors.
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
    for size in disclosure::SIZES {
        add(Point::disclosure(size.name, size.params.claims));
        if quick {
            break;
        }
    }
    if full {
        add(Point::disclosure(disclosure::SIZES[0].name, 1));
        if let Some(size) = usage::SIZES.get(1) {
            for tranches in [1, 8, 64] {
                let point = Point {
                    registered: size.params.slots,
                    ..Point::full(size)
                };
                add(point.with_tranches(tranches));
            }
        }
        usage::SIZES.iter().for_each(|size| add(Point::full(size)));
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
            let sizes = match extent {
                Extent::Quick => 1,
                Extent::Full => usage::SIZES.len(),
            };
            assert_eq!(full, sizes, "{extent:?}");
            assert!(
                points
                    .iter()
                    .all(|point| point.registered >= point.tranches)
            );
        }
    }
}
