//! Numbers that were not measured, each with its formula and points.

use crate::report::{Extrapolated, Measured, Part};

fn list<'a>(
    points: impl IntoIterator<Item = &'a Measured>,
    value: impl Fn(&Measured) -> String,
) -> String {
    let each: Vec<String> = points.into_iter().map(value).collect();
    each.join("; ")
}

fn per_draw(point: &Measured) -> String {
    format!(
        "{} k = {}, {} draws: {:.4} processor ms a draw",
        point.layout,
        point.k,
        point.draws,
        point.processor_seconds_per_draw * 1e3
    )
}

fn whole(point: &Measured) -> String {
    format!(
        "{} {}, k = {}, {} lanes, {} draws: {:.2} processor s",
        point.part.name(),
        point.layout,
        point.k,
        point.lanes,
        point.draws,
        point.processor_seconds
    )
}

/// The baseline with paths at the draws of each rung that was measured, its ratio, and the draws below which it takes less time.
///
/// `paths` are of one layout at several heights; the last is the one taken.
pub(crate) fn paths(paths: &[Measured], rungs: &[Measured]) -> Vec<Extrapolated> {
    let Some(last) = paths.last() else {
        return Vec::new();
    };
    let points = list(paths, per_draw);
    let mut numbers = Vec::new();
    for rung in rungs {
        let draws = rung.draws as f64;
        numbers.push(Extrapolated {
            what: format!("merkle at the {} draws of {}", rung.draws, rung.layout),
            value: draws * last.processor_seconds_per_draw,
            unit: "processor s",
            formula: format!(
                "{} draws · processor seconds a draw of the last point",
                rung.draws
            ),
            points: points.clone(),
        });
        numbers.push(Extrapolated {
            what: format!("merkle over tranche, a draw, {} full", rung.layout),
            value: last.processor_seconds_per_draw / rung.processor_seconds_per_draw,
            unit: "times",
            formula: "processor seconds a draw of the last point of merkle / those of tranche"
                .to_owned(),
            points: format!("{points}; {}", per_draw(rung)),
        });
        numbers.push(Extrapolated {
            what: format!("draws at which merkle takes as long as {}", rung.layout),
            value: rung.processor_seconds / last.processor_seconds_per_draw,
            unit: "draws",
            formula: "processor seconds of the rung / processor seconds a draw of the last point of merkle"
                .to_owned(),
            points: format!("{points}; {}", whole(rung)),
        });
    }
    numbers
}

/// The counting part by lookup over that by logarithmic derivative, and what a rung would take with it.
pub(crate) fn lookups(counting: &[Measured], rungs: &[Measured]) -> Vec<Extrapolated> {
    let mut numbers = Vec::new();
    let permuted = counting
        .iter()
        .filter(|point| point.part == Part::CountingPermuted);
    for lookup in permuted {
        let same = |point: &&Measured| {
            point.part == Part::CountingLogarithmic
                && (point.k, point.lanes, &point.layout) == (lookup.k, lookup.lanes, &lookup.layout)
        };
        let Some(other) = counting.iter().find(same) else {
            continue;
        };
        let points = list([lookup, other], whole);
        numbers.push(Extrapolated {
            what: format!(
                "permuted over logarithmic, counting part, k = {}, {} lanes, {}",
                lookup.k, lookup.lanes, lookup.layout
            ),
            value: lookup.processor_seconds / other.processor_seconds,
            unit: "times",
            formula: "processor seconds of the one / those of the other".to_owned(),
            points: points.clone(),
        });
        for rung in rungs {
            let (k, lanes) = (rung.k, rung.lanes);
            if (k, lanes, rung.shape.degree) != (lookup.k, lookup.lanes, lookup.shape.degree) {
                continue;
            }
            numbers.push(Extrapolated {
                what: format!("{} with the permuted lookup in place of its count", rung.layout),
                value: rung.processor_seconds + lookup.processor_seconds - other.processor_seconds,
                unit: "processor s",
                formula: "processor seconds of the rung + counting-permuted − counting-logarithmic, at the rung's rows, lanes and degree"
                    .to_owned(),
                points: format!("{}; {points}", whole(rung)),
            });
        }
    }
    numbers
}
