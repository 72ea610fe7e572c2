//! What a proof's time depends on, and what it does not.

use tranche_markup::escaped;

use super::chart::{Axis, Series, bars, figure, scatter};
use super::fit::{PowerLaw, range};
use super::section::{section, span};
use crate::measurement::Measurement;
use crate::point::{Point, Relation};

/// Times that lie within this factor of each other are taken to be the same: runs of one point differ by some per cent.
const SAME: f64 = 1.10;
/// A power of at most this much says that a thousandfold makes less than half as much again: no growth that runs could show.
const FLAT: f64 = 0.05;
/// Adds a section for each factor that differs between the measurements.
pub(super) fn growths(out: &mut String, measured: &[Measurement]) {
    for factor in FACTORS {
        growth(out, measured, factor);
    }
}

/// Something that differs between runs on the same circuit.
struct Factor {
    title: &'static str,
    /// What it is called on the axis and in the sentence.
    name: &'static str,
    value: fn(&Measurement) -> f64,
    /// The point without it.
    rest: fn(Point) -> Point,
}

const FACTORS: [Factor; 6] = [
    Factor {
        title: "Draws within a circuit",
        name: "draws",
        value: |row| row.draws as f64,
        rest: |point| Point { draws: 0, ..point },
    },
    Factor {
        title: "Size of the registry",
        name: "registered tranches",
        value: |row| row.registered as f64,
        rest: |point| Point {
            registered: 0,
            ..point
        },
    },
    Factor {
        title: "Records that the run does not touch",
        name: "records of a tranche, most of them never drawn",
        value: |row| (row.records / row.tranches.max(1) + row.untouched) as f64,
        rest: |point| Point {
            untouched: 0,
            ..point
        },
    },
    Factor {
        title: "Tranches",
        name: "tranches drawn from",
        value: |row| row.tranches as f64,
        rest: |point| Point {
            tranches: 0,
            ..point
        },
    },
    Factor {
        title: "Touched chunks",
        name: "touched chunks",
        value: |row| row.chunks as f64,
        rest: |point| Point {
            records: 0,
            ..point
        },
    },
    Factor {
        title: "Threads",
        name: "threads",
        value: |row| row.threads as f64,
        rest: |point| Point {
            threads: 0,
            ..point
        },
    },
];

/// The largest group of rows that differ in one factor only, by its value.
fn varying<'a>(measured: &'a [Measurement], factor: &Factor) -> Vec<&'a Measurement> {
    let mut groups: Vec<(Point, Vec<&Measurement>)> = Vec::new();
    for row in measured {
        let rest = (factor.rest)(row.point());
        match groups.iter_mut().find(|group| group.0 == rest) {
            Some(group) => group.1.push(row),
            None => groups.push((rest, vec![row])),
        }
    }
    let different = |rows: &[&Measurement]| {
        let mut values: Vec<u64> = rows.iter().map(|row| (factor.value)(row) as u64).collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let mut rows = groups
        .into_iter()
        .map(|group| group.1)
        .max_by_key(|rows| different(rows))
        .filter(|rows| different(rows) > 1)
        .unwrap_or_default();
    rows.sort_by(|a, b| (factor.value)(a).total_cmp(&(factor.value)(b)));
    rows
}

fn growth(out: &mut String, measured: &[Measurement], factor: Factor) {
    let rows = varying(measured, &factor);
    if rows.is_empty() {
        return;
    }
    let series = |name: &str, value: fn(&Measurement) -> f64| {
        let points: Vec<(f64, f64)> = rows
            .iter()
            .map(|row| ((factor.value)(row), value(row)))
            .collect();
        Series {
            name: name.to_owned(),
            law: PowerLaw::fit(&points),
            points,
        }
    };
    let proof = series("proof", |row| row.prove_seconds);
    let witness = series("witness", |row| row.witness_seconds);
    let axes = [
        Axis {
            label: factor.name,
            log: true,
        },
        Axis {
            label: "time, s",
            log: false,
        },
    ];
    let circuit = escaped(&rows[0].circuit);
    let sentences = format!(
        "On {circuit}: {} {} The witness is made from the log before the proof.",
        dependence("The time of a proof", factor.name, &proof),
        dependence("The time of the witness", factor.name, &witness),
    );
    let plot = scatter(factor.title, axes, &[proof, witness]);
    section(out, factor.title, &plot, &sentences);
}

/// Whether values depend on what is on the axis, as far as the data say.
fn dependence(what: &str, on: &str, series: &Series) -> String {
    let (Some(first), Some(last), Some((least, most))) = (
        series.points.first(),
        series.points.last(),
        range(series.points.iter().map(|point| point.1)),
    ) else {
        return String::new();
    };
    let from = format!("from {} to {} {on}", figure(first.0), figure(last.0));
    if most <= SAME * least {
        return format!(
            "{what} does not depend on it: {from} all values are within {:.0} % of each other.",
            100.0 * (most / least - 1.0)
        );
    }
    let Some(law) = series.law else {
        return format!("{what} is {} to {} s {from}.", figure(least), figure(most));
    };
    let ends = format!(
        "{from} it goes from {} to {} s",
        figure(first.1),
        figure(last.1)
    );
    let power = law.exponent;
    if power.abs() <= FLAT {
        format!("{what} shows no growth: {ends}, as a power of {power:.2}.")
    } else {
        format!("{what} depends on it: {ends}, as a power of {power:.2}.")
    }
}

/// Adds the section of disclosures.
pub(super) fn disclosures(out: &mut String, measured: &[Measurement]) {
    let rows: Vec<(String, Vec<f64>)> = measured
        .iter()
        .filter(|row| row.kind == Relation::Disclosure)
        .map(|row| {
            let name = format!(
                "{}: {}",
                row.circuit.trim_start_matches("disclosure-"),
                row.claims
            );
            (format!("size {name} claims"), vec![row.prove_seconds])
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let sentence = format!(
        "A disclosure takes {} s.",
        span(rows.iter().map(|row| row.1[0]))
    );
    section(
        out,
        "Disclosures about 64 tranches",
        &bars("Time of a disclosure", "time of a proof, s", &[""], &rows),
        &sentence,
    );
}
